"""Special positions written in few digits: 0.333 that means 1/3."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LARGEST_SHIFT_ANGSTROM = 0.1
_TRUNCATED_DIGITS = 4
"""From this many digits on, a position may be cut off (0.6666) as well as rounded (0.6667)."""

_AT_ONCE = 100_000
"""Positions times operations looked at together: some 10 MB."""


def special_positions(
    frac: Array, digits: NDArray[np.int64], rotations: Array, translations: Array, lattice: Array
) -> Array:
    """For each position the point nearby that symmetry holds fixed, of which it is a rounding;
    else the position itself.

    ``frac`` (n, 3) is written with ``digits`` (n, 3) decimals; ``rotations`` (m, 3, 3) and
    ``translations`` (m, 3) act on fractional coordinates. Averaging the copies of a point that its
    site symmetry makes projects it onto what that symmetry holds fixed.
    """
    if len(rotations) == 1:
        return frac
    step = max(1, _AT_ONCE // len(rotations))
    parts = [
        _projected(frac[i : i + step], digits[i : i + step], rotations, translations, lattice)
        for i in range(0, len(frac), step)
    ]
    return np.concatenate(parts)


def _projected(
    frac: Array, digits: NDArray[np.int64], rotations: Array, translations: Array, lattice: Array
) -> Array:
    rounding = np.where(digits >= _TRUNCATED_DIGITS, 1.01, 0.51) * 10.0**-digits
    away = _copies(frac, rotations, translations) - frac[:, None]
    away -= np.round(away)
    # A rotation has at most two entries of ±1 in a row, so it moves a rounding by three at most.
    most = 3 * rounding.max(axis=1) + 1e-9
    keeping = (np.abs(away) <= most[:, None, None]).all(axis=2)
    n_keeping = np.maximum(keeping.sum(axis=1), 1)
    shift = (away * keeping[:, :, None]).sum(axis=1) / n_keeping[:, None]
    moved: Array = frac + shift
    meant = shift.any(axis=1) & (np.abs(shift) <= rounding).all(axis=1)
    meant &= np.linalg.norm(shift @ lattice, axis=1) <= _LARGEST_SHIFT_ANGSTROM
    left = _copies(moved, rotations, translations) - moved[:, None]
    off = np.abs(left - np.round(left)).max(axis=2)
    meant &= np.where(keeping, off, 0.0).max(axis=1) < 1e-9
    return np.where(meant[:, None], moved, frac)


def _copies(frac: Array, rotations: Array, translations: Array) -> Array:
    """Every position under every operation, (n, m, 3)."""
    copies: Array = np.einsum("mab,nb->nma", rotations, frac) + translations
    return copies
