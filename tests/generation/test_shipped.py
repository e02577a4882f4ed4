"""The weights that ship: they load, say what they are, and make crystals of what is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from sc3d_desktop.errors import ModelError
from sc3d_desktop.generation.judge.validity import validity
from sc3d_desktop.generation.request import Request
from sc3d_desktop.generation.sampling import CandidateSampler, load_sampler


@pytest.fixture(scope="module")
def sampler() -> CandidateSampler:
    return load_sampler()


def test_the_card_says_what_was_learned_from(sampler: CandidateSampler) -> None:
    headings = [heading for heading, _ in sampler.card_lines]
    assert headings == ["Learned from", "For", "Limits"]
    assert sampler.card["steps"] > 20_000
    assert sampler.card["structures"] > 100_000
    assert sampler.name.startswith("DiffCSP-SC ")


def test_most_of_what_it_makes_has_no_faults(sampler: CandidateSampler) -> None:
    request = Request(count=16, tc_kelvin=40.0, excluded=("H",), most_atoms=10, steps=60)
    made = []
    for batch in sampler.plan(request):
        *_, last = sampler.frames(request, batch)
        made += [crystal for crystal in last.crystals() if crystal is not None]
    assert len(made) == 16
    assert not any("H" in crystal.composition for crystal in made)
    assert sum(not validity(crystal).faults for crystal in made) >= 10


def test_the_shipped_guide_is_there(sampler: CandidateSampler) -> None:
    request = Request(count=1, most_atoms=4, steps=4, energy=1.0)
    (batch,) = sampler.plan(request)
    *_, last = sampler.frames(request, batch)
    assert last.crystals()[0] is not None


def test_weights_of_nothing_are_refused(tmp_path: Path) -> None:
    (tmp_path / "generator.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="cannot be read"):
        load_sampler(folder=tmp_path)
