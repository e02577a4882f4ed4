"""The space group of a crystal as made, and the one it almost has."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.elements import atomic_number, symbols
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.errors import CrystalError

TOLERANCES_ANGSTROM = (0.5, 0.4, 0.3, 0.2, 0.1, 0.05)
"""Tried in turn: the highest symmetry first."""

MOST_MOVED_ANGSTROM = 0.3
MOST_STRAINED = 0.05
"""Beyond either it would be another structure: how far an atom moves within the cell, and the share
by which the cell changes a length."""

_ANGLE_DEGREES = 5.0


@dataclass(frozen=True)
class Symmetrised:
    """The primitive cell of a crystal whose atoms have moved onto a higher symmetry, by
    ``moved_angstrom`` at most.
    """

    crystal: Crystal
    space_group: str
    number: int
    moved_angstrom: float


def symmetrise(crystal: Crystal) -> Symmetrised | None:
    """None where no higher symmetry than that of the crystal is near. For ordered crystals."""
    own = find_symmetry(crystal)
    for tolerance in TOLERANCES_ANGSTROM:
        found = _dataset(crystal, tolerance)
        if found is None or int(found.number) == own.number:
            continue
        moved, strained = _changes(crystal, found)
        if moved > MOST_MOVED_ANGSTROM or strained > MOST_STRAINED:
            continue
        if (cell := _primitive(crystal.name, found)) is not None:
            # Looked up anew: the symmetry of what is given, not of what it was made from.
            symmetry = find_symmetry(cell)
            return Symmetrised(cell, symmetry.space_group, symmetry.number, moved)
    return None


def _dataset(crystal: Crystal, tolerance: float) -> Any:
    import spglib

    numbers = [atomic_number(next(iter(site.species))) for site in crystal.sites]
    cell = (crystal.lattice, crystal.frac_coords, numbers)
    return _quietly(
        spglib.get_symmetry_dataset, cell, symprec=tolerance, angle_tolerance=_ANGLE_DEGREES
    )


def _changes(crystal: Crystal, found: Any) -> tuple[float, float]:
    """Å that the farthest atom moves within the cell, and the largest share by which the cell
    changes a length.
    """
    to_standard = np.asarray(found.transformation_matrix)
    positions = crystal.frac_coords @ to_standard.T + np.asarray(found.origin_shift)
    moved = _to_nearest(positions, found)
    unchanged = np.linalg.inv(to_standard).T @ crystal.lattice
    change = np.linalg.inv(unchanged) @ np.asarray(found.std_lattice)
    strained = np.abs(np.linalg.svd(change, compute_uv=False) - 1).max()
    return float(moved.max()), float(strained)


def _to_nearest(positions: NDArray[np.float64], found: Any) -> NDArray[np.float64]:
    """Å from each position to the nearest one of its orbit's atoms in the standard cell; a shift
    of all of them together counts for nothing.
    """
    standard, lattice = np.asarray(found.std_positions), np.asarray(found.std_lattice)
    same = np.asarray(found.mapping_to_primitive)[:, None] == np.asarray(
        found.std_mapping_to_primitive
    )
    away = standard - positions[:, None]
    away -= np.round(away)
    lengths = np.where(same, np.linalg.norm(away @ lattice, axis=-1), np.inf)
    nearest = away[np.arange(len(positions)), lengths.argmin(-1)] @ lattice
    return np.asarray(np.linalg.norm(nearest - nearest.mean(axis=0), axis=-1))


def _primitive(name: str, found: Any) -> Crystal | None:
    import spglib

    cell = (found.std_lattice, found.std_positions, found.std_types)
    primitive = _quietly(spglib.find_primitive, cell, symprec=1e-4)
    if primitive is None:
        return None
    lattice, positions, numbers = primitive
    sites, counts = [], dict.fromkeys(numbers.tolist(), 0)
    for z, frac in zip(numbers.tolist(), positions.tolist(), strict=True):
        counts[z] += 1
        symbol = symbols()[z]
        sites.append(Site(f"{symbol}{counts[z]}", Species({symbol: 1.0}), tuple(frac)))
    try:
        return Crystal(lattice, tuple(sites), name)
    except CrystalError:
        return None


def _quietly(function: Any, cell: Any, **settings: Any) -> Any:
    """Spglib says "none found" by None or by an exception, and warns that this will change."""
    from spglib import SpglibError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return function(cell, **settings)
        except SpglibError:
            return None
