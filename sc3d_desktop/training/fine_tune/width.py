"""The width of the intervals, calibrated anew with the errors on further records."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sc3d_desktop.training.calibration import LeftOut

Array = NDArray[np.float64]

PRIOR_COMPOUNDS = 100.0
"""The shipped width counts as if it were known from so many compounds."""

_TO_90_PERCENT = math.log(10.0)
"""The 90 % quantile of a Laplace distribution's absolute value, in units of its scale."""


def refit_width(width: Tensor, known: Tensor, errors: LeftOut, counts: Array) -> Tensor:
    """Coefficients (8,) near ``width`` (8,) that explain the errors of records that were left out,
    each of which ``counts`` (n,) so far.

    Errors are Laplace distributed with the scale that the width states; the most probable
    coefficients, where those before are the mean of a normal distribution with the information of
    ``PRIOR_COMPOUNDS`` compounds like ``known`` (k, 8). So the width changes where the records
    are, in proportion to their number, and hardly elsewhere.
    """
    before, features = width.double(), errors.features()
    size = torch.from_numpy(np.abs(errors.predicted - errors.true)) * _TO_90_PERCENT
    weight = torch.from_numpy(counts)
    precision = PRIOR_COMPOUNDS * known.double().T @ known.double() / len(known)
    precision.diagonal().add_(1e-3)
    change = torch.zeros_like(before, requires_grad=True)
    optimizer = torch.optim.LBFGS([change], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        logarithm = features @ (before + change)
        value = ((logarithm + size * torch.exp(-logarithm)) * weight).sum()
        value = value + 0.5 * change @ precision @ change
        value.backward()
        return value

    optimizer.step(loss)
    return (before + change.detach()).float()
