"""A name for a structure that does not depend on the cell, origin or order it was written in."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.symmetry import primitive

_COORDINATE_STEPS = 200
_ANGSTROM_STEPS = 20
_MOST_ORIGINS = 24


def standard_key(crystal: Crystal) -> bytes:
    """Equal for the same structure in another cell, setting or order of sites; 16 bytes.

    The cell is spglib's standard primitive one; of the origins on atoms of the rarest kind the one
    whose list of sites comes first is taken. Lengths are told apart by 0.05 Å, fractional
    coordinates by 0.005. A structure that lies on a limit of rounding may have another key when
    written a little differently, and is then predicted twice.
    """
    standard = primitive(crystal)
    kinds = [repr([(el, round(w, 3)) for el, w in site.species.items()]) for site in standard.sites]
    cell = np.round(np.array(standard.cell_parameters) * _ANGSTROM_STEPS).astype(int).tolist()
    digest = hashlib.blake2b(repr(cell).encode(), digest_size=16)
    digest.update(min(_listings(kinds, standard.frac_coords)).encode())
    return digest.digest()


def _listings(kinds: list[str], coordinates: NDArray[np.float64]) -> list[str]:
    counts = Counter(kinds)
    rarest = min(counts, key=lambda kind: (counts[kind], kind))
    origins = [i for i, kind in enumerate(kinds) if kind == rarest][:_MOST_ORIGINS]
    return [_listing(kinds, coordinates - coordinates[i]) for i in origins]


def _listing(kinds: list[str], coordinates: NDArray[np.float64]) -> str:
    steps = np.round(coordinates * _COORDINATE_STEPS).astype(int) % _COORDINATE_STEPS
    return repr(sorted(zip(kinds, map(tuple, steps.tolist()), strict=True)))
