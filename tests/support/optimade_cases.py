"""A database of 25 structures in pages of ten, and what comes of one that is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from crystal_cases import simple_crystal
from optimade_server import Answer, listing, structure

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.sources import Piece
from sc3d_desktop.screening.sources.optimade import Manners, Optimade

QUICK = Manners(between=0.0, waits=(0.02, 0.04), longest_wait=1.0)
N = 25
ENTRIES = [
    structure(simple_crystal({"La": 0.5 + i / 100}, {"O": 1.0}), f"e{i:02}") for i in range(N)
]
NAMES = [f"made e{i:02}" for i in range(N)]
Mood = Callable[[str, dict[str, str], int], Answer]
good = listing(ENTRIES, most=10)


def source(url: str, manners: Manners = QUICK) -> Optimade:
    return Optimade(url, provider="made", manners=manners)


def names(pieces: Iterator[Piece]) -> list[str]:
    return [piece.identifier for piece in pieces]


def come(pieces: Iterator[Piece]) -> tuple[list[str], ScreeningError]:
    """What comes before the error, and the error."""
    came: list[str] = []
    with pytest.raises(ScreeningError) as caught:
        came.extend(piece.identifier for piece in pieces)
    return came, caught.value


def at_offset(offset: int, there: Callable[[int], Answer]) -> Mood:
    """Good, but for the page that begins at the offset."""

    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        asked_for = int(parameters.get("page_offset", 0))
        return there(before) if asked_for == offset else good(path, parameters, before)

    return mood
