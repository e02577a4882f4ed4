"""How far the atoms of a crystal are apart, images in neighbouring cells counted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.symmetry import niggli_cell

_IMAGES = np.array(list(product((-1, 0, 1), repeat=3)))
"""Enough in a reduced cell, between positions at most half an edge apart."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two sites by index, the same twice for an atom and its own image; ``angstrom`` apart."""

    one: int
    other: int
    angstrom: float


def distances(crystal: Crystal) -> Array:
    """Å between each two sites, shape (n, n); on the diagonal to the nearest image of its own."""
    lattice = niggli_cell(crystal.lattice)
    frac = crystal.cart_coords @ np.linalg.inv(lattice)
    away = frac[:, None] - frac
    away -= np.round(away)
    lengths = np.linalg.norm((away[:, :, None] + _IMAGES) @ lattice, axis=-1)
    own = np.arange(len(crystal))
    lengths[own, own, len(_IMAGES) // 2] = np.inf
    nearest: Array = lengths.min(axis=-1)
    return nearest


def shortest(apart: Array, scale: Array | float = 1.0) -> Pair:
    """The pair with the least distance, measured in units of ``scale``."""
    one, other = np.unravel_index(np.argmin(apart / scale), apart.shape)
    return Pair(int(one), int(other), float(apart[one, other]))
