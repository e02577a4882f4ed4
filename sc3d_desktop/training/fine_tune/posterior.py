"""The Gaussian process of the composition branch, conditioned on further observations.

The branch carries the mean of a process that has seen its training rows. What that process is still
unsure of, its posterior covariance, says how far a new observation reaches: far where little was
known, hardly at all where much is; and nothing changes where no observation is near.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sc3d_desktop.models.sodnet.composition import Scaled, distances, kernel, scaled_features

Array = NDArray[np.float64]

NEAREST_ANCHORS, OTHER_ANCHORS = 1500, 1500
"""Of many anchors the nearest so many are kept in the covariance, which screen off those behind
them, and some of the others at random, which keep what is far away in its place.
"""


@dataclass(frozen=True)
class Reach:
    """What observations say elsewhere: weights of ``anchors`` (k,), by their numbers, and of the
    observations (n,) themselves, so that the change at x is the kernel between x and both, times
    the weights.
    """

    anchors: NDArray[np.int64]
    anchor_weights: Array
    weights: Array


class Posterior:
    """A process of variance 1 that has seen ``anchors`` (m, 104) with ``noise``, about
    ``observed`` (n, 104); all in units of the kernel's variance.
    """

    def __init__(self, anchors: Array, observed: Array, noise: float) -> None:
        near = _kept(anchors, observed)
        self._numbers, self._anchors = near, _features(anchors[near])
        self._observed = _features(observed)
        seen = _kernel(self._anchors, self._anchors)
        seen.diagonal().add_(noise)
        factor = torch.linalg.cholesky(seen)
        self._to_anchors = _kernel(self._anchors, self._observed)
        self._solved = torch.cholesky_solve(self._to_anchors, factor)

    def covariance(self) -> Array:
        """Of the observed compositions with one another, (n, n)."""
        own = _kernel(self._observed, self._observed)
        return _symmetric((own - self._to_anchors.T @ self._solved).numpy())

    def with_others(self, compositions: Array) -> Array:
        """Of compositions (q, 104) with the observed ones, (q, n)."""
        others = _features(compositions)
        known = _kernel(others, self._anchors) @ self._solved
        return (_kernel(others, self._observed) - known).numpy()

    def reach(self, weights: Array) -> Reach:
        """Of the solution ``weights`` (n,) of the observations' equations."""
        anchor_weights = -(self._solved @ torch.from_numpy(weights)).numpy()
        return Reach(self._numbers, anchor_weights, weights)


def solve(covariance: Array, noise: Array, residual: Array) -> Array:
    """The weights (n,) that explain ``residual`` (n,) with ``noise`` (n,) on each."""
    found = np.linalg.solve(covariance + np.diag(noise), residual)
    return np.asarray(found, dtype=np.float64)


def _kept(anchors: Array, observed: Array) -> NDArray[np.int64]:
    if len(anchors) <= NEAREST_ANCHORS + OTHER_ANCHORS:
        return np.arange(len(anchors))
    known, found = _features(anchors), torch.full((len(anchors),), torch.inf, dtype=torch.float64)
    for row in observed:
        near = distances(_features(row[None]), known)
        found = torch.minimum(found, (near[0] + near[1])[0])
    order = np.argsort(found.numpy(), kind="stable")
    nearest, further = order[:NEAREST_ANCHORS], order[NEAREST_ANCHORS:]
    others = np.random.default_rng(0).choice(further, OTHER_ANCHORS, replace=False)
    return np.sort(np.concatenate([nearest, others]))


def _features(fractions: Array) -> Scaled:
    return scaled_features(torch.from_numpy(fractions).double())


def _kernel(a: Scaled, b: Scaled) -> Tensor:
    return kernel(*distances(a, b))


def _symmetric(matrix: Array) -> Array:
    half: Array = (matrix + matrix.T) / 2
    return half
