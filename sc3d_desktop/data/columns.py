"""The facts of all entries as columns of numbers, and the search over them.

A query over a million rows is then a few vector operations, quick enough for the thread that draws,
and the same snapshot feeds the table, the counts and the plots. It is never changed: when the
catalogue has, a new one is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.formula import parse_formula
from sc3d_desktop.data.elements import bits_of, composition_hash, holds_elements
from sc3d_desktop.data.query import Query, Range, Sort, elements_of_system

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Coded:
    """A column of few different words: ``words[codes[i]]`` is that of row i."""

    codes: NDArray[np.int32]
    words: tuple[str, ...]

    def one_of(self, wanted: frozenset[str]) -> Mask:
        return np.array([word in wanted for word in self.words], dtype=bool)[self.codes]

    def ranks(self) -> Ints:
        """Position of each row's word in the order of the alphabet, an empty one last."""
        order = sorted(range(len(self.words)), key=lambda i: (not self.words[i], self.words[i]))
        rank = np.empty(len(self.words), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return rank[self.codes]


@dataclass(frozen=True)
class Columns:
    """All arrays have shape (n,), in the order of ``ids``, which rises.

    Temperatures in K and pressures in GPa are NaN where there is none. ``in_training`` is 1, 0, or
    -1 where the model has not said. ``alike`` numbers groups of duplicates, -1 outside them.
    ``formula_rank`` and ``system_rank`` stand for those texts in sorting. ``tags`` has the ids,
    rising, of each tag.
    """

    generation: int
    ids: Ints
    elements_low: Ints
    elements_high: Ints
    composition: Ints
    family: Coded
    disorder: Coded
    collection: Coded
    space_group: Coded
    space_group_number: Ints
    n_sites: Ints
    tc_low_kelvin: Floats
    tc_high_kelvin: Floats
    pressure_gpa: Floats
    n_measurements: Ints
    not_superconducting: Mask
    findings: Ints
    alike: Ints
    predicted_kelvin: Floats
    predicted_low_kelvin: Floats
    predicted_high_kelvin: Floats
    p_superconductor: Floats
    in_training: Ints
    formula_rank: Ints
    system_rank: Ints
    tags: Mapping[str, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, query: Query, sort: Sort | None = None, of_text: Ints | None = None) -> Ints:
        """Ids of the entries that fit, in order; shape (m,).

        ``of_text`` are the ids, rising, where the text of the query occurs: the texts themselves
        are not held here (``Catalogue.search``).
        """
        rows = self.rows_of(query, of_text)
        return self.ids[rows if sort is None else self._sorted(rows, sort)]

    def rows_of(self, query: Query, of_text: Ints | None = None) -> Ints:
        """Positions in the columns of what fits, rising; shape (m,)."""
        return np.flatnonzero(self._fits(query, of_text))

    def positions(self, ids: Ints) -> Ints:
        """Positions of ids that are there, in their order; others are left out."""
        at = np.searchsorted(self.ids, ids)
        at[at == len(self.ids)] = 0
        found = self.ids[at] == ids if len(self.ids) else np.zeros(len(ids), dtype=bool)
        return np.asarray(at[found], dtype=np.int64)

    def _fits(self, query: Query, of_text: Ints | None) -> Mask:
        fits = np.ones(len(self), dtype=bool)
        for condition in (
            self._elements_fit(query),
            self._formula_fits(query.formula),
            self.family.one_of(query.families) if query.families else None,
            self.disorder.one_of(query.disorders) if query.disorders else None,
            self.collection.one_of(query.collections) if query.collections else None,
            self._tagged(query.tags),
            _overlap(self.tc_low_kelvin, self.tc_high_kelvin, query.tc_kelvin),
            _overlap(self.n_sites, self.n_sites, query.n_sites),
            self._space_group_fits(query.space_group),
            None if query.in_training is None else self.in_training == int(query.in_training),
            self._superconducting_fits(query.superconducting),
            None if query.ids is None else self._among(np.array(sorted(query.ids), np.int64)),
            None if of_text is None else self._among(of_text),
        ):
            if condition is not None:
                fits &= condition
        return fits

    def _elements_fit(self, query: Query) -> Mask | None:
        if not (query.must or query.may or query.must_not):
            return None
        return holds_elements(
            self.elements_low, self.elements_high, query.must, query.may, query.must_not
        )

    def _formula_fits(self, text: str) -> Mask | None:
        if not text.strip():
            return None
        system = elements_of_system(text)
        if system is not None:
            low, high = bits_of(system)
            return np.asarray((self.elements_low == low) & (self.elements_high == high))
        composition = parse_formula(text)
        if composition is None:
            return np.zeros(len(self), dtype=bool)
        return np.asarray(self.composition == composition_hash(composition))

    def _tagged(self, tags: frozenset[str]) -> Mask | None:
        """With every one of the tags."""
        if not tags:
            return None
        nothing = np.array([], dtype=np.int64)
        each = [self._among(self.tags.get(tag, nothing)) for tag in tags]
        return np.asarray(np.logical_and.reduce(each))

    def _space_group_fits(self, text: str) -> Mask | None:
        wanted = _squeezed(text)
        if not wanted:
            return None
        if wanted.isdecimal():
            return np.asarray(self.space_group_number == int(wanted))
        fits = [_squeezed(symbol) == wanted for symbol in self.space_group.words]
        return np.array(fits, dtype=bool)[self.space_group.codes]

    def _superconducting_fits(self, wanted: bool | None) -> Mask | None:
        if wanted is None:
            return None
        return ~np.isnan(self.tc_high_kelvin) if wanted else self.not_superconducting

    def _among(self, ids: Ints) -> Mask:
        fits = np.zeros(len(self), dtype=bool)
        fits[self.positions(ids)] = True
        return fits

    def _sorted(self, rows: Ints, sort: Sort) -> Ints:
        keys = self._keys(sort.column)[rows]
        missing = np.isnan(keys)
        order = np.argsort(
            np.where(missing, np.inf, -keys if sort.descending else keys), kind="stable"
        )
        return rows[order]

    def _keys(self, column: str) -> Floats:
        """Numbers that sort as the column does; NaN where the row has no value."""
        if column in ("formula", "chemical_system"):
            ranks = self.formula_rank if column == "formula" else self.system_rank
            return ranks.astype(np.float64)
        values = self.ids if column == "id" else getattr(self, column)
        if isinstance(values, Coded):
            empty = np.array([not word for word in values.words], dtype=bool)
            return np.where(empty[values.codes], np.nan, values.ranks())
        keys = np.asarray(values, dtype=np.float64)
        if column in ("alike", "in_training"):
            keys = np.where(keys < 0, np.nan, keys)
        if column in ("n_sites", "space_group_number"):
            keys = np.where(keys == 0, np.nan, keys)
        return keys


def _overlap(low: Ints | Floats, high: Ints | Floats, wanted: Range) -> Mask | None:
    """Where the range of a row meets the wanted one; a row without a value never does."""
    least, most = wanted
    if least is None and most is None:
        return None
    fits = ~np.isnan(high)
    if least is not None:
        fits &= high >= least
    if most is not None:
        fits &= low <= most
    return fits


def _squeezed(symbol: str) -> str:
    """``P 63/m m c`` and ``P6_3/mmc`` are one symbol."""
    return "".join(symbol.replace("_", "").split()).casefold()
