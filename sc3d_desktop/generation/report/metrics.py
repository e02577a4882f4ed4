"""Success rates of the paper (Eq. 18 and 25) and shares, each with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TOPS = (10, 30, 50)
"""The α of the paper: per cent of the training set that lie above the threshold."""

_INTERVAL = (5, 95)
_DRAWS = 4000


@dataclass(frozen=True)
class Rate:
    """A share of ``of`` samples, with a bootstrap interval of 90 %."""

    value: float
    low: float
    high: float
    of: int

    def apart_from(self, other: Rate) -> bool:
        """Whether the intervals do not meet."""
        return self.low > other.high or other.low > self.high


def thresholds(tc_kelvin: Floats) -> dict[int, float]:
    """α → the Tc in K that α % of the training set exceed, P(100 - α) of Eq. 18."""
    return {top: float(np.percentile(tc_kelvin, 100 - top)) for top in TOPS}


def rate(hits: Bools | Iterable[bool], of: int, seed: int = 0) -> Rate:
    """The share of ``of`` samples that are ``hits``; those not among the flags are none.

    Drawing ``of`` flags anew with replacement gives a binomial number of hits: this is the
    bootstrap itself and no approximation to it. Without samples, all is 0.
    """
    n_hits = int(np.sum(np.fromiter(hits, dtype=bool)))
    if not of:
        return Rate(0.0, 0.0, 0.0, 0)
    drawn = np.random.default_rng(seed).binomial(of, n_hits / of, _DRAWS) / of
    low, high = np.percentile(drawn, _INTERVAL)
    return Rate(n_hits / of, float(low), float(high), of)


def median_with_interval(values: Floats, seed: int = 0) -> tuple[float, float, float]:
    """The median and its bootstrap interval of 90 %; NaN where there is nothing."""
    if not len(values):
        return float("nan"), float("nan"), float("nan")
    rows = np.random.default_rng(seed).integers(len(values), size=(500, len(values)))
    low, high = np.percentile(np.median(values[rows], axis=1), _INTERVAL)
    return float(np.median(values)), float(low), float(high)
