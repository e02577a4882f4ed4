"""Generated candidates with judgements of every kind, and runs of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sodnet_cases import random_crystal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.generation.candidate import Candidate, Judgement, Match, Stability
from sc3d_desktop.generation.request import Request
from sc3d_desktop.models.interface import NearestKnown

_DOMAINS = ("inside", "edge", "outside")
_MATCHES = {
    "structure": Match("structure", "MgB2", "the training set"),
    "composition": Match("composition", "MgB2", "the catalogue", 3),
    "ordered child": Match("ordered child", "Mg0.9Al0.1B2", "the training set"),
}


@dataclass(frozen=True)
class Stored:
    """A run as it is read from disk."""

    folder: Path
    request: Request
    candidates: tuple[Candidate, ...]
    finished: bool = True
    made: int = 0
    dropped: int = 0
    model: str = "DiffCSP-SC 0123abcd"


def ordered(seed: int, n: int = 4) -> Crystal:
    """A crystal as a generator makes them: no site is shared."""
    crystal = random_crystal(seed, n)
    sites = {
        i: replace(s, species={next(iter(s.species)): 1.0}) for i, s in enumerate(crystal.sites)
    }
    return crystal.with_sites(sites)


def random_candidate(index: int, seed: int = 0) -> Candidate:
    """Every part of its judgement may be missing."""
    rng = np.random.default_rng([seed, index])
    crystal = ordered(int(rng.integers(1 << 31)), int(rng.integers(1, 7)))
    judgement = _judgement(rng, index, crystal)
    return Candidate(index, crystal, formula(crystal.composition), judgement)


def _judgement(rng: np.random.Generator, index: int, crystal: Crystal) -> Judgement:
    faults = ("Two atoms are 0.4 Å apart.", "It holds no metal.")[
        : int(rng.choice([0, 0, 0, 1, 2]))
    ]
    novel = (True, True, False, None)[int(rng.integers(4))]
    kind = str(rng.choice(list(_MATCHES)))
    said = Judgement(
        faults=faults,
        balanced=(True, False, None)[int(rng.integers(3))],
        shortest_distance=float(rng.uniform(0.4, 3)),
        space_group="P1",
        space_group_number=1,
        novel=novel,
        matches=(_MATCHES[kind],) if novel is False else (),
        duplicate_of=int(rng.integers(1, index)) if index > 1 and rng.random() < 0.3 else None,
    )
    if rng.random() < 0.6:
        number = int(rng.integers(2, 231))
        said = replace(
            said, symmetrised=crystal, space_group_symmetrised=f"G{number}",
            space_group_number_symmetrised=number,
        )  # fmt: skip
    if rng.random() < 0.8:
        said = replace(said, **_tc(rng))
    if rng.random() < 0.3:
        above = float(rng.normal(0.1, 0.1)) if rng.random() < 0.6 else None
        stability = Stability(-4.2, above, 0.12, 0.03, True, crystal, "Against 12 known phases.")
        said = replace(said, stability=stability)
    return said


def _tc(rng: np.random.Generator) -> dict[str, object]:
    tc = float(rng.lognormal(2.5, 1))
    return {
        "tc_kelvin": tc,
        "tc_low_kelvin": tc / 1.7,
        "tc_high_kelvin": 1.7 * tc,
        "p_superconductor": float(rng.random()),
        "domain": str(rng.choice(_DOMAINS)),
        "in_training": bool(rng.random() < 0.2),
        "nearest": (NearestKnown("MgB2", 39.0, 0.4, "Nagamatsu 2001"),),
        "model": "small model",
    }


def random_run(folder: Path, n: int, seed: int = 0, finished: bool = True) -> Stored:
    candidates = tuple(random_candidate(i, seed) for i in range(1, n + 1))
    return Stored(folder, Request(count=n if finished else n + 5), candidates, finished, n)
