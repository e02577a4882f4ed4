"""Records that no other supports count for little, so that one slip does not bend the model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.training.fine_tune.posterior import solve

Array = NDArray[np.float64]

DOUBTED_BEYOND = 4.0
"""In standard deviations from what all the others say; there a record keeps a quarter of its
weight, and at twice that a twenty-fifth."""

_ROUNDS = 20


def trust_in(covariance: Array, noise: Array, residual: Array, scale: float) -> Array:
    """How far each record counts, (n,), in (0, 1].

    Each is compared with what model and all other records say of it, which a Gaussian process
    gives in closed form; ``scale`` is the standard deviation of the process in ln K.
    """
    trust = np.ones(len(residual))
    for _ in range(_ROUNDS):
        spent = noise / trust
        inverse = np.linalg.inv(covariance + np.diag(spent))
        variance = 1 / np.diag(inverse)
        away = (inverse @ residual) * variance
        expected = scale * np.sqrt(np.maximum(variance - spent, 0) + noise)
        trust = (1 + (away / (DOUBTED_BEYOND * expected)) ** 2) ** -2
    return trust


def fit(covariance: Array, noise: Array, residual: Array, scale: float) -> tuple[Array, Array]:
    """Weights of the records, (n,), and how far each counts, (n,)."""
    trust = trust_in(covariance, noise, residual, scale)
    return solve(covariance, noise / trust, residual), trust
