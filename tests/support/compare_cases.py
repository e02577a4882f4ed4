"""MgB2 and what may become of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sc3d_desktop.crystal import Crystal, Site, Species, lattice_from_parameters


def mgb2(aluminium: float = 0.0, a: float = 3.086) -> Crystal:
    metal = Species({"Mg": 1 - aluminium, "Al": aluminium} if aluminium else {"Mg": 1.0})
    boron = Species({"B": 1.0})
    sites = (
        Site("Mg1", metal, (0, 0, 0)),
        Site("B1", boron, (1 / 3, 2 / 3, 0.5)),
        Site("B2", boron, (2 / 3, 1 / 3, 0.5)),
    )
    return Crystal(lattice_from_parameters(a, a, 3.524, 90, 90, 120), sites, "MgB2")


def along_c(crystal: Crystal, times: int) -> Crystal:
    """A cell that is so many times as long."""
    sites = [
        replace(site, frac=(site.frac[0], site.frac[1], (site.frac[2] + k) / times))
        for k in range(times)
        for site in crystal.sites
    ]
    return Crystal(crystal.lattice * np.array([[1], [1], [times]]), tuple(sites), crystal.name)


def shuffled_and_moved(crystal: Crystal) -> Crystal:
    """In another order of sites, B2 0.03 of c further up."""
    first, second, third = crystal.sites
    x, y, z = third.frac
    moved = replace(third, frac=(x, y, z + 0.03))
    return replace(crystal, sites=(moved, first, second))
