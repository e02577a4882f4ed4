"""Composition features as common in the field: fractions, and statistics of element properties.

Minimum, maximum and range jump when a trace of an element arrives. That is why these features serve
the references only, and no model that answers a slider.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.models.sodnet.features import element_properties

Array = NDArray[np.float64]


def composition_features(fractions: Array) -> Array:
    """Features of atomic fractions (n, 104), shape (n, n_features)."""
    table = element_properties()
    mean = fractions @ table
    spread = np.stack([_spread(x, table) for x in fractions])
    present = fractions > 0
    low = np.stack([table[p].min(axis=0) for p in present])
    high = np.stack([table[p].max(axis=0) for p in present])
    most = table[fractions.argmax(axis=1)]
    parts = [fractions[:, 1:], mean, spread, low, high, high - low, most, _stoichiometry(fractions)]
    return np.concatenate(parts, axis=1)


def _spread(x: Array, table: Array) -> Array:
    """Fraction-weighted standard deviation of each property."""
    mean = x @ table
    return np.asarray(np.sqrt(np.maximum(x @ table**2 - mean**2, 0)))


def _stoichiometry(x: Array) -> Array:
    """Number of elements, norms and entropy of the fractions, and the largest of them."""
    norms = [(x**p).sum(axis=1) ** (1 / p) for p in (2, 3, 5)]
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(x > 0, x * np.log(x), 0.0).sum(axis=1)
    return np.stack([(x > 0).sum(axis=1).astype(float), *norms, entropy, x.max(axis=1)], axis=1)
