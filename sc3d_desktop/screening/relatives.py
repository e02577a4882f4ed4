"""What the catalogue knows of a candidate: that it superconducts, or that something like it does.

Compositions are compared at once, over the columns of the whole catalogue; structures one pair at a
time, for the few lines that are shown (``matched``).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.crystal.formula import parse_formula
from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.columns import Columns, Ints, Mask
from sc3d_desktop.data.elements import bits_of
from sc3d_desktop.screening.prototype import same_type
from sc3d_desktop.screening.store import Line

LIMIT = 0.1
"""Half the L1 distance of atomic fractions up to which compositions are near: a tenth of the atoms
has to change to turn one into the other."""

MOST_MATCHED = 8
_MOST_COMPARED = 2000
_MOST_KEPT = 6

Composition = Mapping[str, float]


@dataclass(frozen=True)
class Relative:
    """A superconductor of the catalogue beside a candidate; Tc in K, as reported.

    ``distance`` is that of the compositions. ``same_type`` says whether both have one structure
    type, whatever the elements; None where that was not looked at.
    """

    entry: int
    formula: str
    tc_low_kelvin: float
    tc_high_kelvin: float
    pressure_gpa: float | None
    calculated: bool
    distance: float
    same_type: bool | None = None


@dataclass(frozen=True)
class Kin:
    """The superconductors beside a candidate, the nearest first.

    ``known`` have the very composition. ``parent_of`` are substituted or off-stoichiometric forms
    of an ordered candidate. ``relatives`` are any others within ``LIMIT`` that have the elements of
    the candidate but for one replaced, added or left out, or that have its structure type and most
    of its elements; ``possible`` are those of which only the structure can tell the latter.
    """

    known: tuple[Relative, ...] = ()
    parent_of: tuple[Relative, ...] = ()
    relatives: tuple[Relative, ...] = ()
    possible: tuple[Relative, ...] = ()
    in_training: bool | None = None

    @property
    def badges(self) -> tuple[str, ...]:
        named = {
            "known": self.known,
            "parent of known": self.parent_of,
            "relative of known": self.relatives,
            "in training": self.in_training,
        }
        return tuple(name for name, there in named.items() if there)


def known_compositions(columns: Columns) -> Ints:
    """Of everything that has a Tc in the catalogue; for ``Ranking.knowing``."""
    return columns.composition[~np.isnan(columns.tc_high_kelvin)]


def kin_of(
    lines: Iterable[tuple[int, Line]], catalogue: Catalogue, columns: Columns
) -> dict[int, Kin]:
    """What the catalogue has beside each line, by composition alone."""
    superconductors = _superconductors(columns)
    return {line_id: _kin(line, superconductors, catalogue) for line_id, line in lines}


def matched(kin: Kin, crystal: Crystal, catalogue: Catalogue) -> Generator[None, None, Kin]:
    """The same with structures compared, of at most ``MOST_MATCHED``; yields before each."""
    left = MOST_MATCHED
    judged: dict[str, tuple[Relative, ...]] = {}
    for name in ("known", "parent_of", "relatives", "possible"):
        found = []
        for relative in getattr(kin, name):
            if left:
                yield
                left -= 1
                relative = _compared(relative, crystal, catalogue)
            found.append(relative)
        judged[name] = tuple(found)
    alike = [r for r in judged["possible"] if r.same_type]
    relatives = sorted((*judged["relatives"], *alike), key=lambda r: r.distance)
    return Kin(judged["known"], judged["parent_of"], tuple(relatives), (), kin.in_training)


def distance(one: Composition, other: Composition) -> float:
    """Half the L1 distance of atomic fractions: 0 for equal ones, 1 for no element in common."""
    a, b = _fractions(one), _fractions(other)
    return sum(abs(a.get(el, 0.0) - b.get(el, 0.0)) for el in {*a, *b}) / 2


def _fractions(composition: Composition) -> dict[str, float]:
    """Isotopes count as their element."""
    total = sum(composition.values())
    fractions: dict[str, float] = {}
    for isotope, amount in composition.items():
        symbol = element(isotope).symbol
        fractions[symbol] = fractions.get(symbol, 0.0) + amount / total
    return fractions


@dataclass(frozen=True)
class _Superconductors:
    """The entries with a Tc; all arrays have shape (n,)."""

    ids: Ints
    low: Ints
    high: Ints
    composition: Ints
    disorder: Sequence[str]
    disorder_codes: Ints

    def beside(self, elements: Iterable[str]) -> tuple[Ints, Ints]:
        """How many elements each entry has that are not among these, and how many it lacks."""
        low, high = bits_of(elements)
        extra = _count(self.low & ~low) + _count(self.high & ~high)
        missing = _count(low & ~self.low) + _count(high & ~self.high)
        return extra, missing


def _superconductors(columns: Columns) -> _Superconductors:
    rows = np.flatnonzero(~np.isnan(columns.tc_high_kelvin))
    return _Superconductors(
        columns.ids[rows],
        columns.elements_low[rows],
        columns.elements_high[rows],
        columns.composition[rows],
        columns.disorder.words,
        columns.disorder.codes[rows].astype(np.int64),
    )


def _count(bits: Ints) -> Ints:
    return np.bitwise_count(bits).astype(np.int64)


def _kin(line: Line, among: _Superconductors, catalogue: Catalogue) -> Kin:
    ours = parse_formula(line.formula) or {}
    extra, missing = among.beside(ours)
    same = among.composition == line.composition
    one_apart = (extra <= 1) & (missing <= 1) & ~same
    most_shared = _most_shared(extra, missing, len(ours)) & ~same
    far = _distances(ours, one_apart | most_shared, extra + missing, among, catalogue)
    near = {row: d for row, d in far.items() if one_apart[row] and d <= LIMIT}
    parent_of = {
        row: d
        for row, d in near.items()
        if line.disorder == "O" and missing[row] == 0 and (extra[row] or not _ordered(row, among))
    }
    others = {row: d for row, d in near.items() if row not in parent_of}
    possible = {row: d for row, d in far.items() if most_shared[row] and row not in near}
    of_same = dict.fromkeys(among.ids[same].tolist(), 0.0)
    parents, relatives, maybe = (
        _relatives(group, among, catalogue) for group in (parent_of, others, possible)
    )
    return Kin(_described(of_same, catalogue), parents, relatives, maybe, line.in_training)


def _most_shared(extra: Ints, missing: Ints, n_ours: int) -> Mask:
    """More than half of the elements of either are in both."""
    shared = n_ours - missing
    return np.asarray(2 * shared > np.maximum(n_ours, shared + extra))


def _distances(
    ours: Composition, wanted: Mask, differing: Ints, among: _Superconductors, catalogue: Catalogue
) -> dict[int, float]:
    """Position → distance of the compositions; of very many those with most elements in common."""
    rows = np.flatnonzero(wanted)
    rows = rows[np.argsort(differing[rows], kind="stable")][:_MOST_COMPARED]
    formulas = catalogue.formulas(among.ids[rows].tolist())
    theirs = {int(row): parse_formula(formulas[int(among.ids[row])]) for row in rows}
    return {row: distance(ours, found) for row, found in theirs.items() if found is not None}


def _ordered(row: int, among: _Superconductors) -> bool:
    return among.disorder[int(among.disorder_codes[row])] == "O"


def _relatives(
    found: Mapping[int, float], among: _Superconductors, catalogue: Catalogue
) -> tuple[Relative, ...]:
    """The nearest few, each composition once, with what the catalogue says of them."""
    rows = sorted(found, key=lambda row: (found[row], int(among.ids[row])))
    first = {int(among.composition[row]): row for row in reversed(rows)}
    kept = [row for row in rows if first[int(among.composition[row])] == row][:_MOST_KEPT]
    return _described({int(among.ids[row]): found[row] for row in kept}, catalogue)


def _described(distances: Mapping[int, float], catalogue: Catalogue) -> tuple[Relative, ...]:
    return tuple(
        Relative(
            entry=row.id,
            formula=row.formula,
            tc_low_kelvin=row.tc_low_kelvin or 0.0,
            tc_high_kelvin=row.tc_high_kelvin or 0.0,
            pressure_gpa=row.pressure_gpa,
            calculated=row.calculated,
            distance=distances[row.id],
        )
        for row in catalogue.rows(distances)
    )


def _compared(relative: Relative, crystal: Crystal, catalogue: Catalogue) -> Relative:
    other = catalogue.crystal(relative.entry)
    return relative if other is None else replace(relative, same_type=same_type(crystal, other))
