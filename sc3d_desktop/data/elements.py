"""Sets of elements as bits, so that a filter over a periodic table is arithmetic on integers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

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
