"""The sites of a cell: the atom rows of a file, on every symmetry copy of their position."""

from __future__ import annotations

from dataclasses import dataclass

import gemmi
import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.cif.atoms import AtomRow
from sc3d_desktop.crystal.cif.lines import Lines
from sc3d_desktop.crystal.cif.special import special_position
from sc3d_desktop.crystal.crystal import Site, Species
from sc3d_desktop.crystal.findings import Finding, repaired
from sc3d_desktop.errors import CifError, CrystalError

SAME_POSITION_ANGSTROM = 0.01
"""Rows closer than this share one site; symmetry copies closer than this are one atom."""

TOLD_SHIFT_ANGSTROM = 1e-4
"""Smaller moves onto a special position are not worth a word."""

ROUNDING_EXCESS = 0.01
"""Occupancies that add up to 1.01 at most were rounded; they are scaled back to 1."""

MAX_SITES = 20_000


@dataclass
class _Position:
    """A site under construction: where it is and what the rows say is there."""

    label: str
    frac: NDArray[np.float64]
    species: list[tuple[str, float]]


def expanded(
    rows: list[AtomRow],
    operations: list[gemmi.Op],
    lattice: NDArray[np.float64],
    where: str,
    lines: Lines,
) -> tuple[tuple[Site, ...], list[Finding]]:
    rotations = np.array([op.rot for op in operations], dtype=np.float64) / gemmi.Op.DEN
    translations = np.array([op.tran for op in operations], dtype=np.float64) / gemmi.Op.DEN
    positions: list[_Position] = []
    findings: dict[Finding, None] = {}
    for group in _rows_by_position(rows):
        written = group[0].frac
        frac = special_position(written, group[0].digits, rotations, translations, lattice)
        shift = float(np.linalg.norm((frac - written) @ lattice))
        if shift > TOLD_SHIFT_ANGSTROM:
            text = f"{group[0].label} was moved onto its special position, by {shift:.4f} Å."
            findings[repaired("special position", text, lines.of_atom(group[0].label))] = None
        copies = _orbit(rotations @ frac + translations, lattice)
        species = [(row.element, row.occupancy) for row in group]
        positions += [_Position(group[0].label, frac, species) for frac in copies]
        if len(positions) > MAX_SITES:
            raise CifError(f"{where}: more than {MAX_SITES} sites.", "Use a smaller cell.")
    sites = []
    for position in _merged(positions, lattice):
        site, found = _site(position, where)
        sites.append(site)
        for code, text in found:
            findings[repaired(code, text, lines.of_atom(position.label))] = None
    return tuple(sites), list(findings)


def _rows_by_position(rows: list[AtomRow]) -> list[list[AtomRow]]:
    """Rows written with the same coordinates: the species of one mixed site."""
    groups: dict[bytes, list[AtomRow]] = {}
    for row in rows:
        groups.setdefault(row.frac.tobytes(), []).append(row)
    return list(groups.values())


def _orbit(copies: NDArray[np.float64], lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Symmetry copies that are not the same atom; shape (n, 3), in the order of the operations."""
    if len(copies) == 1:
        return copies
    separation = copies[:, None] - copies[None]
    separation -= np.round(separation)
    close = np.linalg.norm(separation @ lattice, axis=-1) < SAME_POSITION_ANGSTROM
    first = close.argmax(axis=1) == np.arange(len(copies))
    distinct: NDArray[np.float64] = copies[first]
    return distinct


def _merged(positions: list[_Position], lattice: NDArray[np.float64]) -> list[_Position]:
    """Join positions of different rows that fall on one point, as written or after expansion."""
    if len(positions) < 2:
        return positions
    absorbed: set[int] = set()
    for i, j in sorted(_coincident(np.array([p.frac for p in positions]), lattice)):
        if i not in absorbed and j not in absorbed:
            positions[i].species = positions[i].species + positions[j].species
            absorbed.add(j)
    return [p for i, p in enumerate(positions) if i not in absorbed]


def _coincident(frac: NDArray[np.float64], lattice: NDArray[np.float64]) -> set[tuple[int, int]]:
    """Pairs i < j at one point, by a search in fractional coordinates wide enough for the cell."""
    from scipy.spatial import cKDTree

    reach = SAME_POSITION_ANGSTROM * float(np.linalg.norm(np.linalg.inv(lattice), ord=2))
    wrapped = frac - np.floor(frac)
    wrapped[wrapped >= 1] = 0.0
    pairs = cKDTree(wrapped, boxsize=1.0).query_pairs(min(reach, 0.49), output_type="ndarray")
    apart = wrapped[pairs[:, 0]] - wrapped[pairs[:, 1]]
    apart -= np.round(apart)
    close = np.linalg.norm(apart @ lattice, axis=1) < SAME_POSITION_ANGSTROM
    return {(int(i), int(j)) for i, j in pairs[close]}


def _site(position: _Position, where: str) -> tuple[Site, list[tuple[str, str]]]:
    """The site, and code and text of what was repaired."""
    species, found = _without_duplicates(position)
    total = sum(species.values())
    if 1 < total <= 1 + ROUNDING_EXCESS:
        species = {element: occupancy / total for element, occupancy in species.items()}
        if total > 1 + 1e-6:
            text = f"Occupancies of {position.label} add up to {total:g}; scaled to 1."
            found.append(("occupancy above 1", text))
    try:
        return Site(position.label, Species(species), tuple(position.frac.tolist())), found
    except CrystalError as error:
        message = f"{where}, site {position.label}: {error.message}"
        raise CifError(message, "Correct _atom_site_occupancy.") from error


def _without_duplicates(position: _Position) -> tuple[dict[str, float], list[tuple[str, str]]]:
    """Element → occupancy. Halves of one species add up; an atom listed again is counted once."""
    species: dict[str, float] = {}
    found: list[tuple[str, str]] = []
    for element, occupancy in position.species:
        together = species.get(element, 0.0) + occupancy
        if together > 1 + ROUNDING_EXCESS:
            text = f"{element} at {position.label} is listed more than once; counted once."
            found.append(("listed twice", text))
            together = max(species[element], occupancy)
        species[element] = together
    return species, found
