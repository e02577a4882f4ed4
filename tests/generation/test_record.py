"""Candidates as lines of a run."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import numpy as np
import pytest
from crystal_cases import simple_crystal

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.findings import doubtful
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.candidate import Candidate, Judgement, Match, Stability
from sc3d_desktop.generation.record import candidate_as_json, candidate_from_json
from sc3d_desktop.models.interface import NearestKnown


def random_crystal(seed: int) -> Crystal:
    rng = np.random.default_rng(seed)
    lattice = np.eye(3) * 4 + rng.normal(0, 0.3, (3, 3))
    sites = [
        Site(f"{el}{i}", Species({el: 1.0}), tuple(rng.random(3).tolist()))
        for i, el in enumerate(rng.choice(["La", "H", "Cu", "O"], 6).tolist())
    ]
    return Crystal(lattice, tuple(sites), f"{seed}", (doubtful("x", "looked at", 3),), "block")


def full_judgement() -> Judgement:
    """With nothing left at its default."""
    stability = Stability(-4.123456789, 0.031, 0.2, -0.05, True, random_crystal(8), "against 5")
    known = NearestKnown("LaH10", 250.0, 0.1, "10.1/x", 170.0, "lah10")
    judgement = Judgement(
        faults=("Cu1 and O2 are 0.31 Å apart.",),
        shortest_distance=0.31,
        balanced=False,
        space_group="P1",
        space_group_number=1,
        space_group_symmetrised="Fm-3m",
        space_group_number_symmetrised=225,
        symmetrised=random_crystal(7),
        duplicate_of=3,
        matches=(Match("ordered child", "La2CuO4", "starter", 12), Match("structure", "x", "y")),
        novel=False,
        tc_kelvin=1 / 3,
        tc_low_kelvin=0.1,
        tc_high_kelvin=2 / 3,
        p_superconductor=0.9,
        domain="edge",
        in_training=True,
        nearest=(known, replace(known, pressure_gpa=None)),
        notes=("one", "two"),
        model="SODNet 1",
        stability=stability,
    )
    defaults = Judgement()
    assert all(getattr(judgement, f.name) != getattr(defaults, f.name) for f in fields(judgement))
    return judgement


def through_text(candidate: Candidate) -> Candidate:
    return candidate_from_json(json.loads(json.dumps(candidate_as_json(candidate))))


@pytest.mark.parametrize("judgement", [Judgement(), full_judgement()], ids=["empty", "full"])
def test_a_candidate_comes_back_equal_in_everything(judgement: Judgement) -> None:
    for seed in range(5):
        candidate = Candidate(seed, random_crystal(seed), "La2CuO4", judgement)
        back = through_text(candidate)
        assert back == candidate
        assert np.array_equal(back.crystal.lattice, candidate.crystal.lattice)
        for one, other in (
            (back.crystal, candidate.crystal),
            (back.judgement.symmetrised, judgement.symmetrised),
        ):
            assert (one is None) == (other is None)
            if one is not None and other is not None:  # equality of crystals disregards these
                assert (one.name, one.findings, one.block) == (
                    other.name,
                    other.findings,
                    other.block,
                )


@pytest.mark.parametrize("field", ["index", "crystal", "formula", "judgement"])
def test_a_line_without_one_of_its_parts_is_refused_in_words(field: str) -> None:
    data = candidate_as_json(Candidate(1, simple_crystal({"H": 1}), "H", full_judgement()))
    del data[field]
    with pytest.raises(GenerationError, match="damaged"):
        candidate_from_json(data)


def test_a_line_of_another_shape_is_refused_in_words() -> None:
    data = candidate_as_json(Candidate(1, simple_crystal({"H": 1}), "H", full_judgement()))
    flat = [[0.0] * 3] * 3
    for wrong in (
        data | {"crystal": None},
        data | {"crystal": data["crystal"] | {"lattice": flat}},
        data | {"judgement": data["judgement"] | {"unheard": 1}},
        data | {"judgement": data["judgement"] | {"matches": 3}},
    ):
        with pytest.raises(GenerationError, match="damaged"):
            candidate_from_json(wrong)
