"""Errors in ln K, conformal intervals, and the references every model is set beside."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def mean_absolute_error(predicted: Array, true: Array) -> float:
    return float(np.abs(predicted - true).mean())


def r_squared(predicted: Array, true: Array) -> float:
    """1 - SS_res / SS_tot; nan where the truth does not vary."""
    total = float(((true - true.mean()) ** 2).sum())
    return 1 - float(((predicted - true) ** 2).sum()) / total if total > 0 else math.nan


def summary(predicted: Array, true: Array) -> dict[str, float]:
    """MAE and R² in ln K, and the number of entries."""
    result = {"n": len(true), "mae_ln_kelvin": mean_absolute_error(predicted, true)}
    return result | {"r2": r_squared(predicted, true)} if len(true) > 1 else result


def summary_by(groups: Sequence[str], predicted: Array, true: Array) -> dict[str, dict[str, float]]:
    """``summary`` for each group, in alphabetical order."""
    labels = np.array(groups)
    return {str(g): summary(predicted[labels == g], true[labels == g]) for g in np.unique(labels)}


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


def nearest_composition(
    queries: Sequence[Mapping[str, float]],
    known: Sequence[Mapping[str, float]],
    ln_tc: Array,
) -> Array:
    """Ln Tc of the known composition nearest in half the L1 distance of atomic fractions."""
    elements = sorted({el for c in (*queries, *known) for el in c})
    q, k = _fractions(queries, elements), _fractions(known, elements)
    return np.array([ln_tc[np.abs(k - row).sum(axis=1).argmin()] for row in q])


def _fractions(compositions: Sequence[Mapping[str, float]], elements: list[str]) -> Array:
    amounts = np.array([[c.get(el, 0.0) for el in elements] for c in compositions])
    return np.asarray(amounts / amounts.sum(axis=1, keepdims=True))
