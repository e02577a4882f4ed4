"""Where the DOS is sharp and bands are flat near the Fermi level: a hint, not evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sc3d_desktop.dft.results.types import Bands, Dos, Floats

WINDOW_EV = 0.5
FLAT_EV = 0.05
FLAT_LENGTH = 0.15
HINT = (
    "A hint, not evidence: a high DOS or a flat band at the Fermi level can help superconductivity,"
    " and as well magnetism or a change of structure."
)
_SMEARING_EV = 0.01
_PROMINENCE = 0.15


@dataclass(frozen=True)
class Singularity:
    """A peak of the DOS at ``energy_ev`` from the Fermi level, ``states`` per eV and cell high."""

    energy_ev: float
    states: float


@dataclass(frozen=True)
class FlatBand:
    """A stretch of a band between two distances along the path that stays within ``spread_ev``."""

    spin: int
    band: int
    start: float
    stop: float
    energy_ev: float
    spread_ev: float


def states_at_fermi(dos: Dos) -> float:
    """N(E_F) in states per eV and cell, both spins."""
    return float(np.interp(0.0, dos.energies, dos.sum))


def singularities(dos: Dos, window_ev: float = WINDOW_EV) -> tuple[Singularity, ...]:
    """Peaks and edges within the window, the highest first. In two dimensions the DOS diverges at a
    saddle point, in three it has a kink: both show as a peak that stands out from its surroundings
    by 15 % of the largest value in twice the window, after a smearing of 10 meV.
    """
    from scipy.signal import find_peaks

    near = np.abs(dos.energies) <= 2 * window_ev
    energies = dos.energies[near]
    if len(energies) < 5:
        return ()
    smooth = _smeared(energies, dos.sum[near])
    at, _ = find_peaks(smooth, prominence=_PROMINENCE * max(float(smooth.max()), 1e-12))
    found = [Singularity(float(energies[i]), float(dos.sum[near][i])) for i in at]
    inside = [peak for peak in found if abs(peak.energy_ev) <= window_ev]
    return tuple(sorted(inside, key=lambda peak: -peak.states))


def _smeared(energies: Floats, values: Floats) -> Floats:
    from scipy.ndimage import gaussian_filter1d

    step = float(np.median(np.diff(energies)))
    return np.asarray(gaussian_filter1d(values, max(_SMEARING_EV / step, 0.1), mode="nearest"))


def flat_bands(
    bands: Bands,
    window_ev: float = WINDOW_EV,
    flat_ev: float = FLAT_EV,
    length: float = FLAT_LENGTH,
) -> tuple[FlatBand, ...]:
    """Stretches of at least ``length`` of the path (in 1/Å) over which a band within the window
    changes by less than ``flat_ev``; the one nearest to the Fermi level comes first.
    """
    found = [
        flat
        for spin, of_spin in enumerate(bands.energies)
        for band, energies in enumerate(of_spin)
        for flat in _stretches(bands.distance, energies, (spin, band), flat_ev, length)
        if abs(flat.energy_ev) <= window_ev
    ]
    return tuple(sorted(found, key=lambda flat: abs(flat.energy_ev)))


def _stretches(
    distance: Floats, energies: Floats, which: tuple[int, int], flat_ev: float, length: float
) -> list[FlatBand]:
    """The longest ones, from left to right, that do not overlap."""
    found: list[FlatBand] = []
    start = 0
    while start < len(energies):
        stop = _reach(energies, start, flat_ev)
        if distance[stop] - distance[start] >= length:
            part = energies[start : stop + 1]
            low, high = float(part.min()), float(part.max())
            ends = float(distance[start]), float(distance[stop])
            found.append(FlatBand(*which, *ends, (low + high) / 2, high - low))
            start = stop
        start += 1
    return found


def _reach(energies: Floats, start: int, flat_ev: float) -> int:
    """The last index to which the band stays within ``flat_ev``."""
    onward = energies[start:]
    spread = np.maximum.accumulate(onward) - np.minimum.accumulate(onward)
    return start + int(np.searchsorted(spread, flat_ev, side="right")) - 1
