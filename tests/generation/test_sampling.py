"""Requests become crystals: what was asked is there, and the same seed makes the same."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch
from diffusion_cases import SMALL, denoiser

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.errors import ModelError
from sc3d_desktop.generation.request import Request, Seed
from sc3d_desktop.generation.sampling import Batch, CandidateSampler, load_sampler
from sc3d_desktop.models.diffcsp_sc.guidance import TcGuide
from sc3d_desktop.models.diffcsp_sc.weights import save_generator, save_guide

QUICK = Request(count=9, most_atoms=6, steps=8)


def sampler() -> CandidateSampler:
    torch.manual_seed(1)
    card = {"sizes": {"2": 10, "4": 50, "5": 20}, "lines": [["What", "a test"]]}
    return CandidateSampler(denoiser().float(), TcGuide(SMALL), card, "test")


def made(request: Request, by: CandidateSampler | None = None) -> dict[int, Crystal | None]:
    by = by or sampler()
    found: dict[int, Crystal | None] = {}
    for batch in by.plan(request):
        *_, last = by.frames(request, batch)
        assert last.step == last.steps
        found |= dict(zip(batch.indices, last.crystals(), strict=True))
    return found


def elements(crystal: Crystal | None) -> Counter[str]:
    assert crystal is not None
    return Counter(next(iter(site.species)) for site in crystal.sites)


def rock_salt() -> Crystal:
    half = ((0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5))
    sites = [Site(f"Na{i}", Species({"Na": 1.0}), f) for i, f in enumerate(half)]
    moved = [tuple((np.array(f) + 0.5) % 1) for f in half]
    sites += [Site(f"Cl{i}", Species({"Cl": 1.0}), f) for i, f in enumerate(moved)]
    return Crystal(5.64 * np.eye(3), tuple(sites))


def test_a_plan_has_every_index_once_in_few_together() -> None:
    request = dataclasses.replace(QUICK, count=200)
    plan = sampler().plan(request)
    indices = [i for batch in plan for i in batch.indices]
    assert sorted(indices) == list(range(1, 201))
    assert max(len(batch.indices) for batch in plan) <= 8
    sizes = Counter(batch.n_atoms for batch in plan for _ in batch.indices)
    assert set(sizes) <= set(range(2, 7))
    assert sizes[4] > sizes[5] > sizes[6]


def test_the_same_seed_makes_the_same_and_another_makes_others() -> None:
    one, same = made(QUICK), made(QUICK)
    assert one == same
    other = made(dataclasses.replace(QUICK, seed=1))
    assert all(one[i] != other[i] for i in one)


def test_what_is_made_for_an_index_does_not_depend_on_those_beside_it() -> None:
    by = sampler()
    *_, alone = by.frames(QUICK, Batch((5,), 4))
    *_, beside = by.frames(QUICK, Batch((2, 5, 7), 4))
    torch.testing.assert_close(alone.state.lattice[0], beside.state.lattice[1], atol=1e-3, rtol=0)
    away = alone.state.frac[0] - beside.state.frac[1]
    assert (away - away.round()).abs().max() < 1e-3


def test_a_formula_is_made_in_whole_units() -> None:
    request = Request(count=6, formula="MgB2", most_atoms=9, steps=6)
    for crystal in made(request).values():
        found = elements(crystal)
        assert found["B"] == 2 * found["Mg"]
        assert set(found) == {"Mg", "B"}


def test_elements_are_required_allowed_and_excluded() -> None:
    request = dataclasses.replace(
        QUICK, fewest_atoms=3, required=("La",), allowed=("H", "Y"), excluded=("Y",)
    )
    for crystal in made(request).values():
        assert "La" in elements(crystal)
        assert set(elements(crystal)) <= {"La", "H"}


def test_a_small_change_of_a_seed_stays_near_it_and_keeps_its_space_group() -> None:
    start = Seed(rock_salt(), change=0.1, keep_symmetry=True, keep_elements=True)
    for crystal in made(Request(count=3, start=start, steps=40)).values():
        assert elements(crystal) == Counter(Na=4, Cl=4)
        assert crystal is not None
        assert find_symmetry(crystal).number == find_symmetry(rock_salt()).number


def test_energy_guidance_changes_what_is_made_and_needs_its_model() -> None:
    request = dataclasses.replace(QUICK, count=2, energy=3.0)
    assert made(request) != made(dataclasses.replace(request, energy=0.0))
    without = CandidateSampler(denoiser().float(), None, {}, "test")
    with pytest.raises(ModelError, match="no model for guidance by energy"):
        made(request, without)


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried")]
)
def test_a_batch_that_the_memory_does_not_hold_is_halved(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    by = sampler()
    whole = by._frames

    def small_memory(request: Request, batch: Batch) -> Any:
        if len(batch.indices) > 1:
            raise error
        return whole(request, batch)

    expected = made(QUICK, by)
    monkeypatch.setattr(by, "_frames", small_memory)
    halved = made(QUICK, by)
    for index, crystal in expected.items():
        assert elements(crystal) == elements(halved[index])


def test_a_cell_that_the_memory_does_not_hold_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    by = sampler()

    def no_memory(request: Request, batch: Batch) -> Any:
        raise MemoryError

    monkeypatch.setattr(by, "_frames", no_memory)
    with pytest.raises(ModelError, match="memory does not hold a cell of 4 atoms"):
        next(by.frames(QUICK, Batch((1, 2), 4)))


def test_the_estimate_of_time_follows_what_was_measured() -> None:
    by = sampler()
    assert (
        by.seconds_estimate(dataclasses.replace(QUICK, count=90)) > by.seconds_estimate(QUICK) > 0
    )
    before = by.seconds_estimate(QUICK)
    made(QUICK, by)
    assert by.seconds_estimate(QUICK) != before


def test_weights_are_loaded_and_named_by_their_hash(tmp_path: Any) -> None:
    with pytest.raises(ModelError, match="There is no"):
        load_sampler(folder=tmp_path)
    save_generator(tmp_path / "generator.safetensors", denoiser(), {"sizes": {"3": 1}})
    first = load_sampler(folder=tmp_path)
    save_guide(tmp_path / "guide.safetensors", TcGuide(SMALL), {})
    save_generator(tmp_path / "generator.safetensors", denoiser(seed=5), {"sizes": {"3": 1}})
    second = load_sampler(folder=tmp_path)
    assert first.name != second.name
    assert made(dataclasses.replace(QUICK, count=1, energy=1.0), second)
