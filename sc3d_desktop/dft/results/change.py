"""What a relaxation changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sc3d_desktop.crystal import Crystal

Cell = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Change:
    """Cells as a, b, c in Å and angles in degrees; the largest way an atom went, in Å of the
    relaxed cell, a shift of all atoms alike not counted.
    """

    before: Cell
    after: Cell
    volume_percent: float
    displacement: float
    furthest: str
    group_before: str
    group_after: str


def change_of(start: Crystal, relaxed: Crystal) -> Change | None:
    """None where the two do not have the same atoms in the same order."""
    if [site.species for site in start.sites] != [site.species for site in relaxed.sites]:
        return None
    away = _displacements(start, relaxed)
    furthest = int(away.argmax())
    return Change(
        start.cell_parameters,
        relaxed.cell_parameters,
        100 * (relaxed.volume / start.volume - 1),
        float(away[furthest]),
        relaxed.sites[furthest].label,
        _group(start),
        _group(relaxed),
    )


def _displacements(start: Crystal, relaxed: Crystal) -> np.ndarray:
    steps = relaxed.frac_coords - start.frac_coords
    steps -= np.round(steps)
    steps -= steps.mean(axis=0)
    return np.linalg.norm(steps @ relaxed.lattice, axis=1)


def _group(crystal: Crystal) -> str:
    from sc3d_desktop.crystal.symmetry import find_symmetry

    found = find_symmetry(crystal)
    return f"{found.space_group} ({found.number})" if found.number else "not found"
