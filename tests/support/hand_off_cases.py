"""Disordered crystals for the hand-off, and running its steps to the end."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.paths import examples, resources

SHARED = Path(__file__).parents[3] / "shared" / "data"


def known(block: str) -> Crystal:
    """A crystal of the starter set."""
    return next(c for c in read_cif(resources() / "known" / "structures.cif") if c.block == block)


def example(name: str) -> Crystal:
    return read_cif(examples() / f"{name}.cif")[0]


def shared(path: str) -> Path:
    """A file of the data folder beside the checkout, which is not part of the program."""
    if not (SHARED / path).exists():
        pytest.skip(f"The data folder with {path} is not beside this checkout.")
    return SHARED / path


def cubic(
    *sites: tuple[dict[str, float], tuple[float, float, float]], edge: float = 4.0
) -> Crystal:
    """Sites in a cube."""
    made = (Site(f"{next(iter(s))}{i + 1}", Species(s), x) for i, (s, x) in enumerate(sites))
    return Crystal(np.eye(3) * edge, tuple(made), name="made")


def finished(steps: Generator[Any, None, Any]) -> Any:
    """What a generator of steps returns."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value
