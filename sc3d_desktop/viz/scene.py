"""What is drawn of a crystal: atoms with their boundary images, radii, and the cell's edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal, Species
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.crystal.matching import same_places

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BASE_RADIUS_ANGSTROM, RADIUS_FRACTION = 0.15, 0.30
"""The base keeps light atoms large enough for their wedges to be read."""
FACE_TOLERANCE_ANGSTROM = 0.25
"""Atoms this close to a face of the cell are drawn on the opposite face as well, so that those a
relaxation has moved off it are seen where they were.
"""


@dataclass(frozen=True)
class Atoms:
    """Drawn spheres: the site of each, the cell it lies in, its centre and radius in Å."""

    site: Ints
    shift: Ints
    centre: Floats
    radius: Floats

    def __len__(self) -> int:
        return len(self.site)


@lru_cache(maxsize=4096)
def species_radius(species: Species) -> float:
    """Drawn radius in Å: a base and a fraction of the occupancy-weighted covalent radius."""
    weighted = sum(w * element(el).covalent_radius_angstrom for el, w in species.items())
    return BASE_RADIUS_ANGSTROM + RADIUS_FRACTION * weighted / species.total


def site_radii(crystal: Crystal) -> Floats:
    return np.array([species_radius(site.species) for site in crystal.sites])


def main_elements(crystal: Crystal) -> tuple[str, ...]:
    """The most abundant element of each site; bonds are drawn for these."""
    return tuple(_main_element(site.species) for site in crystal.sites)


@lru_cache(maxsize=4096)
def _main_element(species: Species) -> str:
    return max(species, key=lambda symbol: species[symbol])


def drawn_atoms(crystal: Crystal) -> Atoms:
    """Every site once, and again on the opposite side where it lies on a face, edge or corner."""
    frac = crystal.frac_coords
    lengths = np.linalg.norm(crystal.lattice, axis=1)
    at_zero = frac * lengths < FACE_TOLERANCE_ANGSTROM
    at_one = (1.0 - frac) * lengths < FACE_TOLERANCE_ANGSTROM
    step = at_zero.astype(np.int64) - at_one.astype(np.int64)
    sites, shifts = [], []
    for corner in product((0, 1), repeat=3):
        wanted = np.array(corner)
        here = np.flatnonzero(((step != 0) | (wanted == 0)).all(axis=1))
        sites.append(here)
        shifts.append(step[here] * wanted)
    site, shift = np.concatenate(sites), np.concatenate(shifts)
    centre = (frac[site] + shift) @ crystal.lattice
    return Atoms(site, shift, centre, site_radii(crystal)[site])


def cell_edges(lattice: Floats) -> tuple[Floats, Floats]:
    """Start and end points of the twelve edges, each of shape (12, 3)."""
    starts, ends = [], []
    for axis in range(3):
        for corner in product((0, 1), repeat=3):
            if corner[axis] == 0:
                start = np.array(corner, dtype=np.float64)
                starts.append(start)
                ends.append(start + np.eye(3)[axis])
    return np.array(starts) @ lattice, np.array(ends) @ lattice


def same_positions(old: Crystal | None, new: Crystal) -> bool:
    """Whether two crystals differ in what occupies their sites at most."""
    return old is not None and same_places(old, new)


def tooltip(
    crystal: Crystal, site: int, remarks: Sequence[str] = (), values: Sequence[float] | None = None
) -> str:
    """One line about a site: label, what is remarked of it such as its Wyckoff letter, occupancies,
    and its contribution to ln Tc where there are ``values``.
    """
    species = crystal.sites[site].species
    by_amount = sorted(species.items(), key=lambda item: -item[1])
    parts = [f"{symbol} {_number(w)}" for symbol, w in by_amount]
    if species.vacancy > 1e-3:
        parts.append(f"vacancy {_number(species.vacancy)}")
    remark = remarks[site] if site < len(remarks) else ""
    known = values is not None and site < len(values)
    share = f"{values[site]:.3g} of ln Tc" if values is not None and known else ""
    told = (crystal.sites[site].label, remark, ", ".join(parts), share)
    return " · ".join(filter(None, told))


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def present_elements(crystal: Crystal) -> tuple[str, ...]:
    """The elements on any site, by atomic number."""
    found = {symbol for site in crystal.sites for symbol in site.species}
    return tuple(sorted(found, key=lambda symbol: (element(symbol).number, symbol)))
