"""The gap, from the energies of the bands alone."""

from __future__ import annotations

import numpy as np

from sc3d_desktop.dft.results.types import Floats

_TOUCHES_EV = 0.005


def gap_of(energies: Floats) -> float:
    """The gap in eV of bands (spins, bands, k) relative to the Fermi level; 0 for a metal.

    A band that passes the Fermi level by less than 5 meV does not make a metal: codes put the level
    of an insulator at the edge of a band.
    """
    bands = energies.reshape(-1, energies.shape[-1])
    low, high = bands.min(axis=1), bands.max(axis=1)
    if np.any((low < -_TOUCHES_EV) & (high > _TOUCHES_EV)):
        return 0.0
    below, above = high[high <= _TOUCHES_EV], low[high > _TOUCHES_EV]
    if not len(below) or not len(above):
        return 0.0
    return max(0.0, float(above.min() - below.max()))
