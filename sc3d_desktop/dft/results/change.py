"""What a relaxation changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.difference import group_name
from sc3d_desktop.crystal.matching import shift_and_ways
from sc3d_desktop.crystal.symmetry import find_symmetry

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
    _, ways = shift_and_ways(start.frac_coords, relaxed.frac_coords, relaxed.lattice)
    away = np.linalg.norm(ways, axis=1)
    furthest = int(away.argmax())
    return Change(
        start.cell_parameters,
        relaxed.cell_parameters,
        100 * (relaxed.volume / start.volume - 1),
        float(away[furthest]),
        relaxed.sites[furthest].label,
        group_name(find_symmetry(start)),
        group_name(find_symmetry(relaxed)),
    )
