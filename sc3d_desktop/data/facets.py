"""Counts over a set of rows, for charts; and the rows a mark in a chart stands for.

``rows`` are positions in the columns, shape (m,), as ``Columns.rows_of`` gives them. The Tc of an
entry is the highest one reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.elements import symbols
from sc3d_desktop.data.columns import Coded, Columns, Floats, Ints, Mask
from sc3d_desktop.data.elements import bits_of
from sc3d_desktop.data.entry import DISORDER, FAMILIES

_PIECE = 1 << 16
"""Rows whose bits are spelt out at once: 8 MB."""


@dataclass(frozen=True)
class Pairs:
    """Measured and predicted Tc of the entries that have both, in K, and whether the model was
    trained on them; all of shape (k,).
    """

    ids: Ints
    measured_kelvin: Floats
    predicted_kelvin: Floats
    trained_on: Mask


def tc_histogram(columns: Columns, rows: Ints, edges: Floats) -> Ints:
    """Entries by family and Tc, shape (families, bins): those of ``FAMILIES``, then of no family.

    ``edges`` rise; a bin holds its lower edge, the last one its upper edge as well.
    """
    tc = columns.tc_high_kelvin[rows]
    family = _family_codes(columns)[rows]
    counts = [np.histogram(tc[family == k], edges)[0] for k in range(len(FAMILIES) + 1)]
    return np.array(counts, dtype=np.int64)


def element_counts(columns: Columns, rows: Ints) -> Ints:
    """How many entries hold each element, by atomic number; shape (104,), the first is 0."""
    counts = np.zeros(128, dtype=np.int64)
    for start in range(0, len(rows), _PIECE):
        piece = rows[start : start + _PIECE]
        counts[:64] += _bit_counts(columns.elements_low[piece])
        counts[64:] += _bit_counts(columns.elements_high[piece])
    return np.concatenate([[0], counts[_bit_of_each_element()]])


def family_counts(columns: Columns, rows: Ints) -> Ints:
    """Entries of each of ``FAMILIES``, and of none; shape (6,)."""
    return np.bincount(_family_codes(columns)[rows], minlength=len(FAMILIES) + 1)


def disorder_counts(columns: Columns, rows: Ints) -> Ints:
    """Entries of each class of ``DISORDER``, and without a structure; shape (5,)."""
    codes = _codes_in(columns.disorder, DISORDER)[rows]
    return np.bincount(codes, minlength=len(DISORDER) + 1)


def pairs(columns: Columns, rows: Ints) -> Pairs:
    """Measured beside predicted Tc, where there are both."""
    both = rows[~np.isnan(columns.tc_high_kelvin[rows]) & ~np.isnan(columns.predicted_kelvin[rows])]
    measured, predicted = columns.tc_high_kelvin[both], columns.predicted_kelvin[both]
    return Pairs(columns.ids[both], measured, predicted, columns.in_training[both] == 1)


def with_tc(
    columns: Columns, rows: Ints, low_kelvin: float, high_kelvin: float, family: str | None = None
) -> Ints:
    """Ids of the rows whose Tc is in [low, high); of one family only, if it is given."""
    tc = columns.tc_high_kelvin[rows]
    fits = (tc >= low_kelvin) & (tc < high_kelvin)
    if family is not None:
        fits &= columns.family.one_of(frozenset({family}))[rows]
    return columns.ids[rows[fits]]


def with_element(columns: Columns, rows: Ints, element: str) -> Ints:
    """Ids of the rows that hold an element."""
    low, high = bits_of({element})
    held = (columns.elements_low[rows] & low) | (columns.elements_high[rows] & high)
    return np.asarray(columns.ids[rows[held != 0]])


def with_word(columns: Columns, rows: Ints, column: str, word: str) -> Ints:
    """Ids of the rows of a family or a class of disorder; an empty word for those of none."""
    words: Coded = getattr(columns, column)
    return columns.ids[rows[words.one_of(frozenset({word}))[rows]]]


def _family_codes(columns: Columns) -> Ints:
    return _codes_in(columns.family, FAMILIES)


def _codes_in(column: Coded, names: tuple[str, ...]) -> Ints:
    """The place of each row's word in ``names``; one past the end where it is none of them."""
    place = {name: i for i, name in enumerate(names)}
    by_code = np.array([place.get(word, len(names)) for word in column.words], dtype=np.int64)
    return by_code[column.codes] if len(by_code) else np.zeros(len(column.codes), dtype=np.int64)


@cache
def _bit_of_each_element() -> Ints:
    """Where an element stands among the bits of both columns, by atomic number from 1."""
    both = [bits_of({symbol}) for symbol in symbols()[1:]]
    return np.array([(low | high << 64).bit_length() - 1 for low, high in both], dtype=np.int64)


def _bit_counts(bits: Ints) -> Ints:
    """How often each of the 64 bits is set."""
    octets: NDArray[np.uint8] = bits.astype("<i8").view(np.uint8).reshape(-1, 8)
    spelt = np.unpackbits(octets, axis=1, bitorder="little")
    return np.asarray(spelt.sum(axis=0, dtype=np.int64))
