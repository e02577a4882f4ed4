"""The cell that is calculated: standard primitive, with its band path and mesh of k-points."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from sc3d_desktop.dft.magnetism import MagneticOrder
from sc3d_desktop.dft.structures import ISOTOPES, quiet_spglib

_SYMPREC = 0.01
_ROUNDS = 6
_OF_LOW_SYMMETRY = ("triclinic", "monoclinic")
_STAND_INS = ("Fm", "Es", "Cf", "Bk", "Cm", "Md", "No")


@dataclass(frozen=True, eq=False)
class Cell:
    """``structure`` is a pymatgen structure with the elements grouped and, where there is spin,
    the site property “magmom”. ``apart`` is the same one with elements standing in for moments,
    so that symmetry tells them apart.
    """

    structure: Any
    apart: Any

    @property
    def magnetic(self) -> bool:
        return "magmom" in self.structure.site_properties

    def band_path(self) -> tuple[list[list[float]], list[str], list[list[str]]]:
        """Points of the path in fractional reciprocal coordinates, their labels, and the branches
        as lists of labels (Setyawan and Curtarolo).
        """
        from pymatgen.symmetry.bandstructure import HighSymmKpath

        with quiet_spglib():
            path = HighSymmKpath(self.apart, symprec=_SYMPREC).kpath
        points = {label: list(map(float, k)) for label, k in path["kpoints"].items()}
        branches = [_without_repeats(branch, points) for branch in path["path"]]
        return list(points.values()), list(points), [b for b in branches if len(b) > 1]

    def irreducible(self, mesh: tuple[int, int, int]) -> list[tuple[list[float], int]]:
        """Points of a Γ-centred mesh that symmetry does not make equal, and their weights."""
        from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

        with quiet_spglib():
            found = SpacegroupAnalyzer(self.apart, symprec=_SYMPREC).get_ir_reciprocal_mesh(mesh)
        return [(list(map(float, k)), int(weight)) for k, weight in found]

    def mesh(self, spacing: float) -> tuple[int, int, int]:
        """Γ-centred divisions for a spacing in 1/Å, as VASP takes them from KSPACING."""
        lengths = self.structure.lattice.reciprocal_lattice.abc
        a, b, c = (max(1, -int(-length // spacing)) for length in lengths)
        return a, b, c


def _without_repeats(branch: list[str], points: dict[str, list[float]]) -> list[str]:
    """Corners that coincide for the shape of a cell are one."""
    kept = branch[:1]
    kept += [new for old, new in pairwise(branch) if not np.allclose(points[old], points[new])]
    return kept


def cell_of(order: MagneticOrder) -> Cell:
    """The standard primitive cell of Setyawan and Curtarolo, in which the path is given."""
    from pymatgen.core import Lattice, Structure

    crystal = order.crystal
    symbols = [ISOTOPES.get(el, el) for s in crystal.sites for el in s.species]
    moments = order.moments or (0.0,) * len(symbols)
    names: dict[tuple[str, float], str] = {}
    for kind in zip(symbols, moments, strict=True):
        plain = kind[0] not in {el for el, _ in names}
        names.setdefault(kind, kind[0] if plain else _stand_in(names))
    stood_in = [names[kind] for kind in zip(symbols, moments, strict=True)]
    apart = _standard(Structure(Lattice(crystal.lattice), stood_in, crystal.frac_coords))
    meant = {name: kind for kind, name in names.items()}
    order_of = sorted(
        range(len(apart)), key=lambda n: (_electronegativity(meant[str(apart[n].specie)][0]), n)
    )
    apart = Structure.from_sites([apart[n] for n in order_of])
    kinds = [meant[str(site.specie)] for site in apart]
    properties = {"magmom": [m for _, m in kinds]} if order.moments is not None else {}
    structure = Structure(
        apart.lattice, [el for el, _ in kinds], _inside(apart), site_properties=properties
    )
    return Cell(structure, apart)


def _inside(structure: Any) -> Any:
    """Fractional coordinates in [0, 1), also as written with ten digits."""
    return np.round(structure.frac_coords, 10) % 1.0


def _standard(structure: Any) -> Any:
    """The standard primitive cell; pymatgen's choice settles after a few rounds for cells of low
    symmetry, and at once for all others.
    """
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    with quiet_spglib():
        for _ in range(_ROUNDS):
            before = structure.lattice.matrix
            found = SpacegroupAnalyzer(structure, symprec=_SYMPREC)
            structure = found.get_primitive_standard_structure(international_monoclinic=False)
            settled = found.get_crystal_system() not in _OF_LOW_SYMMETRY
            if settled or np.allclose(before, structure.lattice.matrix, atol=1e-6):
                break
    return structure


def _stand_in(names: dict[tuple[str, float], str]) -> str:
    return next(name for name in _STAND_INS if name not in names.values())


def _electronegativity(symbol: str) -> tuple[float, str]:
    from pymatgen.core import Element

    return (float(Element(symbol).X), symbol)
