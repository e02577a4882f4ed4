"""Sets of elements as bits, so that a filter over a periodic table is arithmetic on integers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.elements import atomic_number

_LOW = 62
_FRACTION_DIGITS = 4

Bits = tuple[int, int]
"""Bit Z - 1 of the first for Z up to 62, bit Z - 63 of the second for the others: both fit into the
signed 64-bit integers of SQLite and numpy."""


def bits_of(elements: Iterable[str]) -> Bits:
    """Isotopes count as their element."""
    low = high = 0
    for z in {atomic_number(element) for element in elements}:
        if z <= _LOW:
            low |= 1 << (z - 1)
        else:
            high |= 1 << (z - _LOW - 1)
    return low, high


def holds_elements(
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    must: Iterable[str],
    may: Iterable[str],
    must_not: Iterable[str],
) -> NDArray[np.bool_]:
    """Which of the sets (shape (n,) each half of the bits) hold all of ``must``, none of
    ``must_not``, and where ``may`` is not empty, nothing outside ``must`` and ``may``.
    """
    must, may = frozenset(must), frozenset(may)
    allowed: Any = bits_of(must | may) if may else (-1, -1)
    fits = np.ones(len(low), dtype=bool)
    for have, needed, barred, most in zip(
        (low, high), bits_of(must), bits_of(must_not), allowed, strict=True
    ):
        fits &= ((have & needed) == needed) & ((have & barred) == 0) & ((have | most) == most)
    return fits


def composition_hash(composition: Mapping[str, float]) -> int:
    """Equal for equal atomic fractions, to four digits, whatever the size of the formula unit.

    A signed 64-bit number.
    """
    amounts: dict[int, float] = {}
    for element, amount in composition.items():
        z = atomic_number(element)
        amounts[z] = amounts.get(z, 0.0) + amount
    total = sum(amounts.values())
    parts = (f"{z}:{amounts[z] / total:.{_FRACTION_DIGITS}f}" for z in sorted(amounts))
    digest = hashlib.blake2b(" ".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
