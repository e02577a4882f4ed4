"""Fit what ``Trust`` holds, on answers for compounds that were left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sc3d_desktop.models.sodnet.trust import width_features
from sc3d_desktop.training.metrics import conformal_quantile

Array = NDArray[np.float64]

COVERAGE = 0.9
_INSIDE, _EDGE = 0.7, 0.97
_RIDGE = 1e-3


@dataclass(frozen=True)
class LeftOut:
    """Answers for compounds that were left out: ``fractions`` (n, 104); true and predicted ln(Tc /
    K) and the novelty, each (n,).
    """

    fractions: Array
    true: Array
    predicted: Array
    novelty: Array

    def join(self, other: LeftOut) -> LeftOut:
        return LeftOut(
            np.concatenate([self.fractions, other.fractions]),
            np.concatenate([self.true, other.true]),
            np.concatenate([self.predicted, other.predicted]),
            np.concatenate([self.novelty, other.novelty]),
        )

    def features(self) -> Tensor:
        """``width_features`` of every compound."""
        columns = (self.fractions, self.predicted, self.novelty)
        return width_features(*(torch.from_numpy(c) for c in columns))


def fit_width(left_out: LeftOut, coverage: float = COVERAGE) -> Tensor:
    """Coefficients (8,) of the logarithm of the half-width.

    The scale of the errors is fitted as that of a Laplace distribution, by maximum likelihood; then
    it is widened to cover the share ``coverage`` (conformal, errors in units of their scale).
    """
    features = left_out.features()
    errors = torch.from_numpy(np.abs(left_out.predicted - left_out.true))
    coefficients = torch.zeros(features.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([coefficients], max_iter=500, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        logarithm = features @ coefficients
        value = (logarithm + errors * torch.exp(-logarithm)).mean()
        value = value + _RIDGE * coefficients[1:].square().sum()
        value.backward()
        return value

    optimizer.step(loss)
    fitted = coefficients.detach()
    scaled = (errors * torch.exp(-(features @ fitted))).numpy()
    fitted[0] += float(np.log(conformal_quantile(scaled, coverage)))
    return fitted.float()


def fit_probability(score: Array, label: Array) -> Tensor:
    """Slope and offset of the logit of a probability over ``score`` (n,) with labels 0 and 1 (n,),
    by maximum likelihood (J. Platt, 1999).
    """
    x, y = torch.from_numpy(score), torch.from_numpy(label)
    line = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([line], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(line[0] * x + line[1], y)
        value.backward()
        return value

    optimizer.step(loss)
    return line.detach().float()


def domain_limits(novelty: Array) -> Tensor:
    """Where the edge and the outside begin, (2,): 7 of 10 compounds of new chemical systems are
    inside, and 3 of 100 outside.
    """
    return torch.from_numpy(np.quantile(novelty, [_INSIDE, _EDGE])).float()
