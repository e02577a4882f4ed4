"""Whether two ordered crystals are one structure, whatever cell and origin they are given in."""

from __future__ import annotations

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.structures import structure_of


def same_structure(one: Crystal, other: Crystal) -> bool:
    """By pymatgen's matcher, with tolerances for cells that were cut from one crystal."""
    from pymatgen.analysis.structure_matcher import StructureMatcher

    matcher = StructureMatcher(
        ltol=0.01, stol=0.05, angle_tol=0.5, primitive_cell=False, scale=False
    )
    return bool(matcher.fit(structure_of(one), structure_of(other)))
