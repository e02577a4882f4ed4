"""Composition features as common in the field: fractions, and statistics of element properties.

Minimum, maximum and range jump when a trace of an element arrives. That is why these features serve
the references only, and no model that answers a slider.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.elements import Element, element, symbols

Array = NDArray[np.float64]
_BLOCKS = "spdf"


@cache
def element_properties() -> Array:
    """Properties of every element, shape (104, 16), row = atomic number; unknown is the mean."""
    rows = [_properties(element(symbol)) for symbol in symbols()[1:]]
    values = np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=float)
    known = np.where(np.isnan(values), np.nanmean(values, axis=0), values)
    return np.concatenate([np.zeros((1, known.shape[1])), known])


def _properties(e: Element) -> tuple[float | None, ...]:
    return (
        e.number,
        e.mass,
        e.group,
        e.period,
        e.electronegativity,
        e.covalent_radius_angstrom,
        e.valence_electrons,
        e.ionisation_energy_ev,
        e.electron_affinity_ev,
        e.atomic_volume_angstrom3,
        10.0 * e.group + e.period,  # the table read down its columns, much as Pettifor's scale
        *(float(e.block == block) for block in _BLOCKS),
        1.0 / np.sqrt(e.mass),
    )


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
