"""Special positions written in few digits: 0.333 that means 1/3."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LARGEST_SHIFT_ANGSTROM = 0.1
_TRUNCATED_DIGITS = 4
"""From this many digits on, a position may be cut off (0.6666) as well as rounded (0.6667)."""


def special_position(
    frac: Array, digits: NDArray[np.int64], rotations: Array, translations: Array, lattice: Array
) -> Array:
    """The point nearby that symmetry holds fixed, of which ``frac`` is a rounding; else ``frac``.

    ``frac`` (3,) is written with ``digits`` (3,) decimals; ``rotations`` (n, 3, 3) and
    ``translations`` (n, 3) act on fractional coordinates. Averaging the copies of a point that its
    site symmetry makes projects it onto what that symmetry holds fixed.
    """
    units = np.where(digits >= _TRUNCATED_DIGITS, 1.01, 0.51)
    rounding = units * 10.0**-digits
    away = rotations @ frac + translations - frac
    away -= np.round(away)
    # A rotation has at most two entries of ±1 in a row, so it moves a rounding by three at most.
    keeping = (np.abs(away) <= 3 * rounding.max() + 1e-9).all(axis=1)
    shift = away[keeping].mean(axis=0)
    moved: Array = frac + shift
    if not shift.any() or (np.abs(shift) > rounding).any():
        return frac
    if np.linalg.norm(shift @ lattice) > _LARGEST_SHIFT_ANGSTROM:
        return frac
    left = rotations[keeping] @ moved + translations[keeping] - moved
    return moved if np.abs(left - np.round(left)).max() < 1e-9 else frac
