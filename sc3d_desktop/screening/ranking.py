"""The candidates of a run as columns of numbers, for a table that lives while the run goes on.

A snapshot is never changed. A newer one is the older one and the lines written since, so that a
refresh costs what is new; filter and order are a few vector operations.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.data.columns import Floats, Ints, Mask
from sc3d_desktop.data.elements import bits_of, holds_elements
from sc3d_desktop.data.entry import DISORDER
from sc3d_desktop.data.query import Sort
from sc3d_desktop.screening.filters import FLAGS
from sc3d_desktop.screening.store import RunStore
from sc3d_desktop.steps import finish

DOMAINS = ("inside", "edge", "outside")
LIKELY = 0.5
"""From this P(superconductor) on a compound is more likely than not to superconduct."""

DEFAULT_SORT = Sort("usual", descending=True)
EXPLANATION = (
    "First the compounds that are more likely than not to superconduct at all, then the others; "
    "each by the lower end of the 90 % interval of Tc, given that they superconduct: a high Tc "
    "that the model is unsure of does not stand first."
)
_ABOVE_ANY_KELVIN = 1e6
_PIECE = 5_000
_CODED = {"domain": DOMAINS, "disorder": DISORDER}


@dataclass(frozen=True)
class Wanted:
    """What candidates are looked at, decided after the prediction; as it stands, all are.

    Elements are as in ``Filters``. Empty ``domains`` and ``disorders`` mean any. ``no_flags`` are
    kinds of ``FLAGS`` that must not apply; known is what has a Tc in the catalogue.
    """

    p_superconductor: float = 0.0
    tc_low: float = 0.0
    domains: frozenset[str] = frozenset()
    disorders: frozenset[str] = frozenset()
    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    must_not: frozenset[str] = frozenset()
    no_flags: frozenset[str] = frozenset()
    hide_trained: bool = False
    hide_known: bool = False


@dataclass(frozen=True)
class Ranking:
    """The predicted lines of a run. All arrays have shape (n,), in the order of ``ids``, which
    rises.

    Temperatures in K; NaN where the model states nothing. ``domain`` and ``disorder`` are indices
    into ``DOMAINS`` and the catalogue's ``DISORDER``, -1 for none. ``in_training`` is 1, 0, or -1
    where the model has not said. ``known`` are the lines whose composition is among
    ``known_compositions``: those with a Tc in the catalogue, rising.
    """

    ids: Ints
    elements_low: Ints
    elements_high: Ints
    composition: Ints
    n_sites: Ints
    domain: Ints
    disorder: Ints
    in_training: Ints
    tc: Floats
    tc_low: Floats
    tc_high: Floats
    p_superconductor: Floats
    novelty: Floats
    known: Mask
    known_compositions: Ints

    def __len__(self) -> int:
        return len(self.ids)

    def knowing(self, compositions: Ints) -> Ranking:
        """The same lines beside a catalogue in which these compositions have a Tc."""
        known = np.unique(compositions)
        return replace(self, known=_among(self.composition, known), known_compositions=known)

    def find(self, wanted: Wanted | None = None, sort: Sort = DEFAULT_SORT) -> Ints:
        """Ids of the lines that fit, in order; shape (m,). Ties are in the order of the ids, and
        lines without a value come last either way.
        """
        rows = self.rows_of(wanted or Wanted())
        keys = self._keys(sort.column)[rows]
        ordered = np.where(np.isnan(keys), np.inf, -keys if sort.descending else keys)
        return self.ids[rows[np.argsort(ordered, kind="stable")]]

    def rows_of(self, wanted: Wanted) -> Ints:
        """Positions in the columns of what fits, rising; shape (m,)."""
        barred = wanted.must_not.union(*(FLAGS[kind] for kind in wanted.no_flags))
        fits = holds_elements(
            self.elements_low, self.elements_high, wanted.must, wanted.may, barred
        )
        if wanted.p_superconductor > 0:
            fits &= self.p_superconductor >= wanted.p_superconductor
        if wanted.tc_low > 0:
            fits &= self.tc_low >= wanted.tc_low
        for name, chosen in (("domain", wanted.domains), ("disorder", wanted.disorders)):
            if chosen:
                codes = [i for i, word in enumerate(_CODED[name]) if word in chosen]
                fits &= np.isin(getattr(self, name), codes)
        if wanted.hide_trained:
            fits &= self.in_training != 1
        if wanted.hide_known:
            fits &= ~self.known
        return np.flatnonzero(fits)

    def positions(self, ids: Ints) -> Ints:
        """Positions of ids that are there, in their order; others are left out."""
        at = np.minimum(np.searchsorted(self.ids, ids), max(0, len(self) - 1))
        return np.asarray(at[self.ids[at] == ids] if len(self) else at[:0], dtype=np.int64)

    def flagged(self, kind: str) -> Mask:
        """Where one of ``FLAGS`` applies."""
        low, high = bits_of(FLAGS[kind])
        return np.asarray(((self.elements_low & low) | (self.elements_high & high)) != 0)

    def _keys(self, column: str) -> Floats:
        if column == DEFAULT_SORT.column:
            unlikely = self.p_superconductor < LIKELY  # one that is not stated is not unlikely
            return np.where(unlikely, self.tc_low, self.tc_low + _ABOVE_ANY_KELVIN)
        values = self.ids if column == "id" else getattr(self, column)
        keys = np.asarray(values, dtype=np.float64)
        missing = -1 if column in (*_CODED, "in_training") else np.nan
        return np.where(keys == missing, np.nan, keys)


_LOADED = tuple(f.name for f in fields(Ranking) if not f.name.startswith("known"))
SORTABLE = ("id", *_LOADED[_LOADED.index("n_sites") :])
"""Columns that ``find`` can sort by."""

_KINDS: dict[str, type] = {
    name: np.float64 if name in _LOADED[_LOADED.index("tc") :] else np.int64 for name in _LOADED
}


def _code(name: str, words: tuple[str, ...]) -> str:
    cases = " ".join(f"WHEN '{word}' THEN {i}" for i, word in enumerate(words))
    return f"CASE {name} {cases} ELSE -1 END"


_SOURCES = {
    "ids": "id",
    "in_training": "coalesce(in_training, -1)",
    **{name: _code(name, words) for name, words in _CODED.items()},
}
_SELECT = f"""
SELECT {", ".join(_SOURCES.get(name, name) for name in _LOADED)} FROM line
WHERE status = 'predicted' AND id > ? ORDER BY id LIMIT ?
"""


def load_ranking(store: RunStore, before: Ranking | None = None) -> Generator[int, None, Ranking]:
    """The candidates that are in the run now. Only lines newer than those of ``before`` are read;
    where there is none, ``before`` itself is returned. Yields the number of lines it has so far.
    """
    pieces = [before if before is not None else _ranking([], np.zeros(0, dtype=np.int64))]
    last = int(pieces[0].ids[-1]) if len(pieces[0]) else -1
    while rows := store.all(_SELECT, (last, _PIECE)):
        pieces.append(_ranking(rows, pieces[0].known_compositions))
        last = int(pieces[-1].ids[-1])
        yield sum(map(len, pieces))
    return pieces[0] if len(pieces) == 1 else _joined(pieces)


def ranking_of(store: RunStore, before: Ranking | None = None) -> Ranking:
    """``load_ranking`` in one go."""
    return finish(load_ranking(store, before))


def _ranking(rows: list[Any], known_compositions: Ints) -> Ranking:
    columns = zip(*rows, strict=True) if rows else [()] * len(_LOADED)
    loaded: dict[str, NDArray[Any]] = {
        name: np.array(column, dtype=kind)
        for (name, kind), column in zip(_KINDS.items(), columns, strict=True)
    }
    known = _among(loaded["composition"], known_compositions)
    return Ranking(**loaded, known=known, known_compositions=known_compositions)


def _joined(pieces: list[Ranking]) -> Ranking:
    joined = {n: np.concatenate([getattr(p, n) for p in pieces]) for n in (*_LOADED, "known")}
    return replace(pieces[0], **joined)


def _among(values: Ints, ordered: Ints) -> Mask:
    """Which of the values are there; both have any length."""
    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    at = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.asarray(ordered[at] == values)
