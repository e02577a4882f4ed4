"""Numbers and cells as text, looked at before anything is computed with them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.crystal import Crystal, Site, Species
from sc3d_desktop.errors import CifError

MAX_SITES = 20_000
_LARGEST = 1e6


def numbers(words: Sequence[str]) -> list[float] | None:
    """The words as numbers; None where one is none, or is larger than any in a crystal."""
    try:
        values = [float(word) for word in words if "_" not in word]
    except ValueError:
        return None
    whole = len(values) == len(words) and all(abs(value) <= _LARGEST for value in values)
    return values if whole else None


def vector(line: str, place: str) -> list[float]:
    """The three numbers a line begins with. Raises ``CifError`` naming ``place``."""
    values = numbers(line.split()[:3])
    if values is None or len(values) != 3:
        raise CifError(f"{place}: “{line.strip()[:40]}” is not three numbers.", "Correct the line.")
    return values


def count_of(word: str) -> int | None:
    """A whole number from 1 to ``MAX_SITES``, else None."""
    short = word.isascii() and word.isdecimal() and len(word) <= 6
    return int(word) if short and 0 < int(word) <= MAX_SITES else None


def checked_cell(rows: Sequence[Sequence[float]] | NDArray[np.float64]) -> NDArray[np.float64]:
    """A cell that can be inverted. Raises ``CrystalError`` for one that no crystal has."""
    return Crystal(np.array(rows), (Site("H", Species({"H": 1.0}), (0.0, 0.0, 0.0)),)).lattice
