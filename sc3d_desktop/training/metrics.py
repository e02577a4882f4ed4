"""Errors in ln K, and conformal intervals."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def mean_absolute_error(predicted: Array, true: Array) -> float:
    return float(np.abs(predicted - true).mean())


def r_squared(predicted: Array, true: Array) -> float:
    """1 - SS_res / SS_tot; nan where the truth does not vary."""
    total = float(((true - true.mean()) ** 2).sum())
    return 1 - float(((predicted - true) ** 2).sum()) / total if total > 0 else math.nan


def conformal_quantile(errors: Array, coverage: float = 0.9) -> float:
    """What bounds the error of a new entry in the share ``coverage`` of cases.

    The ⌈(n + 1) coverage⌉-th smallest absolute error, which covers a new exchangeable entry with at
    least that probability (Lei et al., JASA 113, 1094 (2018)).
    """
    ordered = np.sort(np.abs(errors))
    rank = math.ceil((len(ordered) + 1) * coverage)
    if rank > len(ordered):
        raise ValueError(f"{len(ordered)} errors are too few for a coverage of {coverage:g}")
    return float(ordered[rank - 1])
