"""Ordered crystals as pymatgen structures."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sc3d_desktop.crystal import Crystal, Species

ISOTOPES = {"D": "H", "T": "H"}
"""Electronic-structure codes know them as hydrogen."""


def symbols_of(crystal: Crystal) -> list[str]:
    """The element of each site of an ordered crystal."""
    return [ISOTOPES.get(el, el) for site in crystal.sites for el in site.species]


def without_isotopes(crystal: Crystal) -> Crystal:
    """With D and T as the hydrogen they are to electrons, so that H beside D is no disorder."""
    if not set(crystal.composition) & set(ISOTOPES):
        return crystal
    sites = tuple(
        replace(s, species=Species(tuple((ISOTOPES.get(el, el), w) for el, w in s.species.items())))
        for s in crystal.sites
    )
    return replace(crystal, sites=sites)


def structure_of(crystal: Crystal) -> Any:
    """A pymatgen structure with the elements grouped, from the least electronegative one."""
    from pymatgen.core import Lattice, Structure

    structure = Structure(Lattice(crystal.lattice), symbols_of(crystal), crystal.frac_coords)
    return structure.get_sorted_structure()


@contextmanager
def quiet_spglib() -> Iterator[None]:
    """Around calls of pymatgen's symmetry: spglib warns that its way of saying “none found” will
    change, which is no matter of the user's.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Set OLD_ERROR_HANDLING", DeprecationWarning)
        yield


def elements_of(crystal: Crystal) -> list[str]:
    """The elements of a crystal, disordered or not, as codes know them."""
    return list(dict.fromkeys(ISOTOPES.get(el, el) for el in crystal.composition))
