"""The sites of a cell: the atom rows of a file, on every symmetry copy of their position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.cif.atoms import AtomRow
from sc3d_desktop.crystal.cif.groups import Operations
from sc3d_desktop.crystal.cif.special import special_positions
from sc3d_desktop.crystal.crystal import Site, Species
from sc3d_desktop.crystal.findings import Finding, doubtful, repaired
from sc3d_desktop.crystal.overlaps import close_pairs
from sc3d_desktop.errors import CifError, CrystalError

Array = NDArray[np.float64]

SAME_POSITION_ANGSTROM = 0.01
"""Rows closer than this share one site; symmetry copies closer than this are one atom."""

TOLD_SHIFT_ANGSTROM = 1e-4
"""Smaller moves onto a special position are not worth a word."""

ROUNDING_EXCESS = 0.01
"""Occupancies that add up to 1.01 at most were rounded; they are scaled back to 1."""

MAX_SITES = 20_000
_GRID = 100_000
_PLACES = np.array([_GRID**2, _GRID, 1.0])
"""One number for a point of the grid; up to 1e15, so exact."""

_FEW = 48


class Place(Protocol):
    """Where rows come from: words for errors, and lines for findings."""

    where: str

    def line_of_atom(self, label: str) -> int | None: ...


@dataclass
class _Position:
    """A site under construction: where it is and what the rows say is there.

    ``written`` is the position of the row that it comes from, as it stands in the file.
    """

    label: str
    frac: Array
    written: Array
    rows: tuple[AtomRow, ...]
    copies: list[_Position]


def expanded(
    rows: list[AtomRow], operations: Operations, lattice: Array, place: Place
) -> tuple[tuple[Site, ...], list[Finding]]:
    groups = _rows_by_position(rows)
    written = np.array([group[0].frac for group in groups])
    digits = np.array([group[0].digits for group in groups])
    parts = operations.rotations, operations.translations
    frac = special_positions(written, digits, *parts, lattice)
    findings = dict.fromkeys(_shifts(groups, frac - written, lattice, place))
    positions: list[_Position] = []
    for n, group in enumerate(groups):
        orbit = _orbit(frac[n], *parts, lattice)
        findings |= dict.fromkeys(_multiplicity(group[0], len(orbit), len(operations), place))
        positions += [_Position(group[0].label, at, written[n], group, []) for at in orbit]
        if len(positions) > MAX_SITES:
            raise CifError(f"{place.where}: more than {MAX_SITES} sites.", "Use a smaller cell.")
    cache: dict[tuple[tuple[str, float], ...], Species] = {}
    sites = []
    for position in _merged(positions, lattice):
        site, found = _site(position, lattice, place, cache)
        sites.append(site)
        findings |= dict.fromkeys(found)
    return tuple(sites), list(findings)


def multiplicity(row: AtomRow, operations: Operations, lattice: Array) -> int:
    """How many sites of the cell the row stands for."""
    parts = operations.rotations, operations.translations
    (frac,) = special_positions(np.array([row.frac]), np.array([row.digits]), *parts, lattice)
    return len(_orbit(frac, *parts, lattice))


def _rows_by_position(rows: list[AtomRow]) -> list[tuple[AtomRow, ...]]:
    """Rows written with the same coordinates: the species of one mixed site."""
    groups: dict[tuple[float, float, float], list[AtomRow]] = {}
    for row in rows:
        groups.setdefault(row.frac, []).append(row)
    return [tuple(group) for group in groups.values()]


def _shifts(
    groups: list[tuple[AtomRow, ...]], shifts: Array, lattice: Array, place: Place
) -> Iterator[Finding]:
    lengths = np.linalg.norm(shifts @ lattice, axis=1)
    for n in np.flatnonzero(lengths > TOLD_SHIFT_ANGSTROM):
        label = groups[n][0].label
        text = f"{label} was moved onto its special position, by {lengths[n]:.4f} Å."
        yield repaired("special position", text, place.line_of_atom(label))


def _multiplicity(row: AtomRow, found: int, order: int, place: Place) -> Iterator[Finding]:
    """Some programs write the order of the site symmetry in place of the multiplicity."""
    stated = row.multiplicity
    if stated and stated != found and stated * found != order:
        text = f"The file gives {row.label} {stated} sites in the cell, its symmetry makes {found}."
        yield doubtful("multiplicity", text, place.line_of_atom(row.label))


def _orbit(frac: Array, rotations: Array, translations: Array, lattice: Array) -> Array:
    """Symmetry copies that are not the same atom; shape (n, 3), in the order of the operations."""
    copies: Array = rotations @ frac + translations
    if len(copies) == 1:
        return copies
    _, first = np.unique((np.rint(copies * _GRID) % _GRID) @ _PLACES, return_index=True)
    copies = copies[np.sort(first)]
    if len(copies) == 1:
        return copies
    if len(copies) > _FEW:
        absorbed = {j for _, j in _coincident(copies, lattice)}
        return copies[[i for i in range(len(copies)) if i not in absorbed]]
    separation = copies[:, None] - copies[None]
    separation -= np.round(separation)
    close = ((separation @ lattice) ** 2).sum(axis=-1) < SAME_POSITION_ANGSTROM**2
    distinct: Array = copies[close.argmax(axis=1) == np.arange(len(copies))]
    return distinct


def _merged(positions: list[_Position], lattice: Array) -> list[_Position]:
    """Join positions of different rows that fall on one point, as written or after expansion."""
    absorbed: set[int] = set()
    for i, j in _coincident(np.array([p.frac for p in positions]), lattice):
        if i not in absorbed and j not in absorbed:
            positions[i].copies.append(positions[j])
            absorbed.add(j)
    return [p for i, p in enumerate(positions) if i not in absorbed]


def _coincident(frac: Array, lattice: Array) -> list[tuple[int, int]]:
    """Pairs i < j at one point, in order."""
    pairs, _ = close_pairs(frac, lattice, SAME_POSITION_ANGSTROM)
    return sorted((int(i), int(j)) for i, j in pairs)


def _site(
    position: _Position,
    lattice: Array,
    place: Place,
    cache: dict[tuple[tuple[str, float], ...], Species],
) -> tuple[Site, list[Finding]]:
    """The site, and what was repaired or is doubtful about it."""
    found: list[Finding] = []
    key = tuple(_species(position, lattice, place, found).items())
    species = cache.get(key)
    if species is None:
        try:
            species = cache.setdefault(key, Species(key))
        except CrystalError as error:
            message = f"{place.where}, site {position.label}: {error.message}"
            raise CifError(message, "Correct the occupancies.") from error
    x, y, z = position.frac.tolist()
    return Site(position.label, species, (x, y, z)), found


def _species(
    position: _Position, lattice: Array, place: Place, found: list[Finding]
) -> dict[str, float]:
    """Element → occupancy, scaled to a sum of 1 where it was rounded to more."""
    species = _summed(position, lattice, place, found)
    total = sum(species.values())
    if not 1 < total <= 1 + ROUNDING_EXCESS:
        return species
    if total > 1 + 1e-6:
        text = f"Occupancies of {position.label} add up to {total:g}; scaled to 1."
        found.append(repaired("occupancy above 1", text, place.line_of_atom(position.label)))
    return {element: occupancy / total for element, occupancy in species.items()}


def _summed(
    position: _Position, lattice: Array, place: Place, found: list[Finding]
) -> dict[str, float]:
    """Rows of one element at one place add up; an atom listed again, whether there or on a symmetry
    copy of its position, is counted once.
    """
    species = _added({}, position.rows, (), position, place, found)
    for copy in position.copies:
        apart = np.linalg.norm((copy.written - position.written) @ lattice)
        here = apart < SAME_POSITION_ANGSTROM
        before = () if here else position.rows
        species = _added(species, copy.rows, before, position, place, found)
    return species


def _added(
    species: dict[str, float],
    rows: tuple[AtomRow, ...],
    before: tuple[AtomRow, ...],
    position: _Position,
    place: Place,
    found: list[Finding],
) -> dict[str, float]:
    """``before`` are the rows that ``rows`` may be symmetry copies of."""
    copied = {(row.element, row.occupancy) for row in before}
    for row in rows:
        known = species.get(row.element, 0.0)
        if (row.element, row.occupancy) in copied:
            text = f"{row.element} at {position.label} is listed with its symmetry copies; "
            line = place.line_of_atom(position.label)
            found.append(repaired("listed twice", f"{text}counted once.", line))
        elif known + row.occupancy > 1 + ROUNDING_EXCESS and known:
            text = f"{row.element} at {position.label} is listed more than once; counted once."
            found.append(repaired("listed twice", text, place.line_of_atom(position.label)))
            species[row.element] = max(known, row.occupancy)
        else:
            species[row.element] = known + row.occupancy
    return species
