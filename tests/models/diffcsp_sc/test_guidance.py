"""Guidance moves estimates the way it says, and no other way."""

from __future__ import annotations

import math

import torch
from diffusion_cases import SMALL, denoiser, random_state

from sc3d_desktop.models.diffcsp_sc.config import N_TYPES
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions
from sc3d_desktop.models.diffcsp_sc.guidance import (
    EnergyGuided,
    Estimate,
    Guided,
    TcGuide,
    WithElements,
)
from sc3d_desktop.models.diffcsp_sc.noise import Draws, NoiseProcess
from sc3d_desktop.models.diffcsp_sc.sampler import Sampler, few_times
from sc3d_desktop.models.diffcsp_sc.state import CrystalState

NOISE = NoiseProcess(SMALL)
BATCH, ATOMS = 3, 4


def guide() -> TcGuide:
    torch.manual_seed(3)
    return TcGuide(SMALL).eval()


def state() -> CrystalState:
    drawn = random_state(BATCH, ATOMS)
    return CrystalState(drawn.lattice.float(), drawn.frac.float(), drawn.types.float())


def plain(batch: int = BATCH) -> Guided:
    return Guided(denoiser().float(), NOISE, Conditions.none(batch))


def test_the_gradient_is_that_of_the_energy() -> None:
    """Beside differences, one coordinate at a time, in double precision."""
    model, at = guide().double(), random_state(BATCH, ATOMS)
    times = torch.full((BATCH,), 300)
    aim = 2.0
    guided = EnergyGuided(plain(), model, NOISE, aim, 1.0)

    def energy(frac: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return -((model(CrystalState(at.lattice, frac, at.types), times) - aim) ** 2) / 2

    found = guided.gradient(at, times).frac
    step = torch.zeros_like(at.frac)
    step[:, 1, 2] = 1e-5
    expected = (energy(at.frac + step) - energy(at.frac - step)) / 2e-5
    torch.testing.assert_close(found[:, 1, 2], expected, rtol=1e-4, atol=1e-7)


def test_an_energy_of_no_strength_changes_nothing() -> None:
    times = torch.full((BATCH,), 400)
    told = plain()(state(), times)
    same = EnergyGuided(plain(), guide(), NOISE, 3.0, 0.0)(state(), times)
    for name in ("lattice_noise", "frac_score", "type_shares"):
        torch.testing.assert_close(getattr(told, name), getattr(same, name))


def test_climbing_the_energy_raises_what_the_guide_says() -> None:
    model, times = guide(), torch.full((BATCH,), 300)
    up = EnergyGuided(plain(), model, NOISE, None, 1.0).gradient(state(), times)
    at, rate = state(), 1e-2
    moved = CrystalState(
        at.lattice + rate * up.lattice, at.frac + rate * up.frac, at.types + rate * up.types
    )
    with torch.no_grad():
        assert (model(moved, times) > model(at, times)).all()


def test_estimates_under_energy_stay_shares_and_bar_what_is_barred() -> None:
    allowed = torch.zeros(BATCH, N_TYPES)
    allowed[:, [5, 40]] = 1
    base = Guided(denoiser().float(), NOISE, Conditions.none(BATCH), allowed=allowed)
    told = EnergyGuided(base, guide(), NOISE, math.log(300), 15.0)(state(), torch.full((3,), 900))
    torch.testing.assert_close(told.type_shares.sum(-1), torch.ones(BATCH, ATOMS))
    assert (told.type_shares >= 0).all()
    assert told.type_shares[..., allowed[0] == 0].abs().max() == 0


def test_required_elements_occur_in_every_cell() -> None:
    required = (28, 55, 7)
    draws = Draws(range(8))
    estimate = WithElements(plain(8), required)
    *_, last = Sampler(NOISE, estimate, draws).run(
        NOISE.pure(ATOMS, draws), few_times(NOISE, 30), True
    )
    for kinds in last.types.argmax(-1).tolist():
        assert set(required) <= set(kinds)


def test_required_elements_that_are_there_already_are_left_alone() -> None:
    shares = torch.full((BATCH, 2, N_TYPES), 1e-6)
    shares[:, 0, 3] = shares[:, 1, 9] = 1.0
    told = Estimate(torch.zeros(BATCH, 3, 3), torch.zeros(BATCH, 2, 3), shares)
    raised = WithElements(lambda *_: told, (3, 9))(state(), torch.ones(BATCH)).type_shares
    assert torch.equal(raised, shares)
