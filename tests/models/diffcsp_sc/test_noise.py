"""Noise has the distribution that is said, and its score is the slope of that."""

from __future__ import annotations

import math

import pytest
import torch
from diffusion_cases import SMALL, random_state

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files import Read, read_all
from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.diffcsp_sc.noise import NoiseProcess, score_size, wrapped_score
from sc3d_desktop.models.diffcsp_sc.state import CrystalState, crystals_of, one_hot, state_of
from sc3d_desktop.paths import examples

NOISE = NoiseProcess(SMALL)


@pytest.mark.parametrize("sigma", [0.005, 0.05, 0.2, 0.5])
def test_the_score_is_the_slope_of_the_wrapped_normal(sigma: float) -> None:
    x = torch.linspace(-0.49, 0.49, 41, dtype=torch.float64) * min(1.0, 8 * sigma)
    x.requires_grad_(True)
    images = torch.arange(-20, 21, dtype=torch.float64)
    log_density = torch.logsumexp(-((x[:, None] + images) ** 2) / (2 * sigma**2), -1).sum()
    (slope,) = torch.autograd.grad(log_density, x)
    score = wrapped_score(x.detach(), torch.tensor(sigma, dtype=torch.float64))
    torch.testing.assert_close(score, slope, atol=1e-6, rtol=1e-6)
    shifted = wrapped_score(x.detach() + 3, torch.tensor(sigma, dtype=torch.float64))
    torch.testing.assert_close(shifted, score, atol=1e-6, rtol=1e-6)


def test_the_size_of_the_score_is_that_of_a_sample() -> None:
    sigma = torch.tensor([0.01, 0.1, 0.3, 0.5])
    drawn = torch.randn(200_000, 4, generator=torch.Generator().manual_seed(0)) * sigma
    sampled = (wrapped_score(drawn.double(), sigma.double()) ** 2).mean(0).sqrt()
    torch.testing.assert_close(score_size(sigma).double(), sampled, rtol=0.02, atol=0)


def test_schedules_run_from_no_noise_to_nothing_but_noise() -> None:
    assert NOISE.alpha_bar[0] == 1
    assert NOISE.alpha_bar[-1] < 1e-4
    assert (NOISE.alpha_bar.diff() < 0).all()
    assert NOISE.sigma[[0, 1, -1]].tolist() == pytest.approx([0, 0.005, 0.5])
    ratios = NOISE.sigma[2:] / NOISE.sigma[1:-1]
    assert (ratios - ratios[0]).abs().max() < 1e-5


@pytest.mark.parametrize("time", [1, 300, 1000])
def test_noisy_states_have_the_spread_of_their_time(time: int) -> None:
    n = 4000
    clean = CrystalState(
        torch.ones(n, 3, 3), torch.full((n, 1, 3), 0.25), one_hot(torch.full((n, 1), 29))
    )
    state, targets = NOISE.noisy(clean, torch.full((n,), time))
    bar, sigma = float(NOISE.alpha_bar[time]), float(NOISE.sigma[time])
    assert float(state.lattice.mean()) == pytest.approx(math.sqrt(bar), abs=0.03)
    assert float(state.lattice.std()) == pytest.approx(math.sqrt(1 - bar), rel=0.05)
    away = state.frac - 0.25
    away = away - away.round()
    if sigma < 0.1:
        assert float(away.std()) == pytest.approx(sigma, rel=0.05)
    assert (state.frac >= 0).all()
    assert (state.frac < 1).all()
    assert float((targets.frac**2).mean()) == pytest.approx(1.0, rel=0.05)
    assert (targets.types == 28).all()


def test_the_noise_that_was_put_on_is_told() -> None:
    clean = random_state(5, 3)
    clean = CrystalState(*(x.float() for x in (clean.lattice, clean.frac, clean.types)))
    times = torch.tensor([1, 10, 100, 500, 999])
    state, targets = NOISE.noisy(clean, times)
    signal, size = NOISE.vp_scales(times)
    torch.testing.assert_close(signal * clean.lattice + size * targets.lattice, state.lattice)


ORDERED = [
    o.crystal for o in read_all([examples()]) if isinstance(o, Read) and o.crystal.is_ordered
]


@pytest.mark.parametrize("crystal", ORDERED, ids=[c.name for c in ORDERED])
def test_a_crystal_survives_being_a_state(crystal: Crystal) -> None:
    (again,) = crystals_of(state_of([crystal]))
    assert again is not None
    assert again.cell_parameters == pytest.approx(crystal.cell_parameters, rel=1e-5)
    assert again.frac_coords == pytest.approx(crystal.frac_coords, abs=1e-5)
    assert [dict(s.species) for s in again.sites] == [dict(s.species) for s in crystal.sites]


def test_states_that_are_no_crystals_are_none() -> None:
    state = state_of([ORDERED[0]] * 3)
    state.lattice[0] = math.nan
    state.lattice[1, 2] = state.lattice[1, 1]
    assert [crystal is None for crystal in crystals_of(state)] == [True, True, False]


def test_crystals_of_different_sizes_make_no_state() -> None:
    sizes = {len(c): c for c in ORDERED}
    with pytest.raises(ModelError, match="one size"):
        state_of(list(sizes.values())[:2])
