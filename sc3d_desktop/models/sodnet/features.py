"""k-hot features of the elements: one hot bin for each property (paper section 4.1.1, Eq. 3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.elements import Element, element, symbols

_BLOCKS = "spdf"
N_ELEMENTS = 104
"""Rows of the tables: atomic numbers up to 103, and an empty row 0."""

_BINS = 10


@cache
def khot_table() -> NDArray[np.float32]:
    """Features of every element, shape (104, n_features), row = atomic number, row 0 empty.

    Group, period, block and number of valence electrons are categories; electronegativity,
    covalent radius, ionisation energy, electron affinity and atomic volume fall into ten bins of
    equal width (the volume of its logarithm) between the smallest and the largest value of all
    elements. An unknown value sets no bin.
    """
    elements = [element(symbol) for symbol in symbols()[1:]]
    columns = [
        _categories([e.group - 1 for e in elements], 18),
        _categories([e.period - 1 for e in elements], 7),
        _categories([_BLOCKS.index(e.block) for e in elements], 4),
        _categories([e.valence_electrons - 1 for e in elements], 17),
        _binned(elements, lambda e: e.electronegativity),
        _binned(elements, lambda e: e.covalent_radius_angstrom),
        _binned(elements, lambda e: e.ionisation_energy_ev),
        _binned(elements, lambda e: e.electron_affinity_ev),
        _binned(elements, lambda e: _log(e.atomic_volume_angstrom3)),
    ]
    table = np.concatenate(columns, axis=1)
    return np.concatenate([np.zeros((1, table.shape[1]), np.float32), table])


@cache
def property_table() -> NDArray[np.float32]:
    """Nine properties of every element, standardised over the elements; shape (104, 9).

    Group, period, electronegativity, covalent radius, valence electrons, ionisation energy,
    electron affinity, logarithm of the atomic volume, and block as a number. Unknown values are
    the mean.
    """
    rows = [
        (
            e.group,
            e.period,
            e.electronegativity,
            e.covalent_radius_angstrom,
            e.valence_electrons,
            e.ionisation_energy_ev,
            e.electron_affinity_ev,
            _log(e.atomic_volume_angstrom3),
            _BLOCKS.index(e.block),
        )
        for e in map(element, symbols()[1:])
    ]
    values = np.array([[np.nan if v is None else v for v in row] for row in rows])
    scaled = (values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)
    table = np.concatenate([np.zeros((1, scaled.shape[1])), np.nan_to_num(scaled)])
    return table.astype(np.float32)


@cache
def wide_property_table() -> NDArray[np.float32]:
    """Sixteen properties of every element, standardised over the elements; shape (104, 16)."""
    known = element_properties()[1:]
    scaled = (known - known.mean(axis=0)) / known.std(axis=0)
    return np.concatenate([np.zeros((1, scaled.shape[1])), scaled]).astype(np.float32)


@cache
def element_properties() -> NDArray[np.float64]:
    """Sixteen properties of every element, shape (104, 16), row = atomic number, row 0 empty.

    Number, mass, group, period, electronegativity, covalent radius, valence electrons, ionisation
    energy, electron affinity, atomic volume, place in the table read down its columns (much as
    Pettifor's scale), block as four columns, and 1 / √mass. Unknown values are the mean.
    """
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
        10.0 * e.group + e.period,
        *(float(e.block == block) for block in _BLOCKS),
        1.0 / np.sqrt(e.mass),
    )


def _log(value: float | None) -> float | None:
    return None if value is None else float(np.log(value))


def _categories(indices: Sequence[int], size: int) -> NDArray[np.float32]:
    return np.eye(size, dtype=np.float32)[np.clip(indices, 0, size - 1)]


def _binned(
    elements: Sequence[Element], property_of: Callable[[Element], float | None]
) -> NDArray[np.float32]:
    values = np.array([np.nan if (v := property_of(e)) is None else v for e in elements])
    known = np.isfinite(values)
    low, high = values[known].min(), values[known].max()
    scaled = np.where(known, (values - low) / (high - low), 0.0)
    one_hot = _categories(np.minimum((scaled * _BINS).astype(int), _BINS - 1).tolist(), _BINS)
    return one_hot * known[:, None].astype(np.float32)
