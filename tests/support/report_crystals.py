"""Ordered crystals and judged candidates for the tests of the generator's report."""

from __future__ import annotations

import numpy as np

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.generation.candidate import Candidate, Judgement

ELEMENTS = (
    "Li",
    "Na",
    "K",
    "Mg",
    "Ca",
    "Sr",
    "V",
    "Nb",
    "Ta",
    "Fe",
    "Cu",
    "O",
    "S",
    "Se",
    "B",
    "C",
)


def ordered_crystal(rng: np.random.Generator, atoms: int = 4, kinds: int = 2) -> Crystal:
    symbols = rng.choice(ELEMENTS, kinds, replace=False)
    named = [str(symbols[i % kinds]) for i in range(atoms)]
    return crystal_of(
        named, rng.random((atoms, 3)), 2.5 * atoms ** (1 / 3) * (1 + 0.1 * rng.random())
    )


def crystal_of(symbols: list[str], frac: np.ndarray, edge: float) -> Crystal:
    sites = tuple(
        Site(f"{el}{i}", Species({el: 1.0}), tuple(at))
        for i, (el, at) in enumerate(zip(symbols, frac.tolist(), strict=True))
    )
    return Crystal(edge * np.diag([1.0, 1.1, 1.2]), sites)


def candidate(index: int, crystal: Crystal, judgement: Judgement | None = None) -> Candidate:
    return Candidate(index, crystal, formula(crystal.composition), judgement or Judgement())
