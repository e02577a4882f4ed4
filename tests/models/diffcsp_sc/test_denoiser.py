"""The denoiser is what the paper's equations say, whatever is worked out where."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from diffusion_cases import (
    SMALL,
    denoiser,
    plain_layer,
    plain_waves,
    random_conditions,
    random_state,
)
from unsplit_denoiser import unsplit

from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.diffcsp_sc.config import PAPER, DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.denoiser import Denoised, pair_waves
from sc3d_desktop.models.diffcsp_sc.state import CrystalState

CONFIGS = [SMALL, replace(SMALL, attention=False)]
IDS = ["attention", "messages"]
TIMES = torch.tensor([3, 500, 1000])


def said(config: DiffCspConfig, state: CrystalState) -> Denoised:
    return denoiser(config)(state, TIMES[: len(state)], random_conditions(len(state)))


def assert_same(one: Denoised, other: Denoised) -> None:
    for name in ("lattice", "frac", "types"):
        torch.testing.assert_close(getattr(one, name), getattr(other, name), atol=1e-9, rtol=1e-9)


def test_waves_of_pairs_are_those_of_their_differences() -> None:
    frac = random_state(3, 5).frac
    torch.testing.assert_close(pair_waves(frac, 6), plain_waves(frac, 6), atol=1e-12, rtol=0)


@pytest.mark.parametrize("config", CONFIGS, ids=IDS)
def test_split_layers_are_the_whole_pair_networks(config: DiffCspConfig) -> None:
    model = denoiser(config)
    state = random_state(2, 4)
    nodes = torch.randn(2, 4, config.hidden, dtype=torch.float64)
    gram = (state.lattice @ state.lattice.transpose(1, 2)).flatten(1)
    waves = plain_waves(state.frac, config.frequencies)
    for layer in model.layers:
        expected = plain_layer(layer, nodes, gram, waves)
        torch.testing.assert_close(layer(nodes, gram, waves), expected, atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("config", CONFIGS, ids=IDS)
def test_shifting_all_atoms_through_the_cell_changes_nothing(config: DiffCspConfig) -> None:
    state = random_state(3, 5)
    shifted = replace(state, frac=(state.frac + torch.tensor([0.7, -1.2, 5.1])) % 1)
    assert_same(said(config, state), said(config, shifted))


@pytest.mark.parametrize("config", CONFIGS, ids=IDS)
def test_turning_the_cell_turns_the_noise_on_the_lattice_only(config: DiffCspConfig) -> None:
    state = random_state(3, 5)
    turn, _ = torch.linalg.qr(torch.randn(3, 3, 3, dtype=torch.float64))
    turned = replace(state, lattice=state.lattice @ turn)
    one, other = said(config, state), said(config, turned)
    assert_same(replace(one, lattice=one.lattice @ turn), other)
    assert one.lattice.abs().max() > 1e-3


@pytest.mark.parametrize("config", CONFIGS, ids=IDS)
def test_the_order_of_the_atoms_does_not_matter(config: DiffCspConfig) -> None:
    state = random_state(3, 6)
    order = torch.randperm(6)
    permuted = CrystalState(state.lattice, state.frac[:, order], state.types[:, order])
    one, other = said(config, state), said(config, permuted)
    assert_same(Denoised(one.lattice, one.frac[:, order], one.types[:, order]), other)


@pytest.mark.parametrize("config", CONFIGS, ids=IDS)
def test_crystals_of_a_batch_do_not_see_each_other(config: DiffCspConfig) -> None:
    state, wanted, model = random_state(3, 4), random_conditions(3), denoiser(config)
    together = model(state, TIMES, wanted)
    for i in range(3):
        rows = slice(i, i + 1)
        alone = model(state[rows], TIMES[rows], wanted[rows])
        assert_same(
            Denoised(together.lattice[rows], together.frac[rows], together.types[rows]), alone
        )


def test_neighbours_time_and_conditions_count() -> None:
    state, model = random_state(1, 3), denoiser()
    wanted = random_conditions(2)[slice(1, 2)]
    base = model(state, TIMES[:1], wanted).frac[0, 0]
    other_types = state.types.clone()
    other_types[0, 2] += 1.0
    for changed in (
        model(replace(state, types=other_types), TIMES[:1], wanted),
        model(state, TIMES[1:2], wanted),
        model(state, TIMES[:1], random_conditions(1)),
    ):
        assert (changed.frac[0, 0] - base).abs().max() > 1e-6


def test_the_papers_sizes_are_there_and_impossible_ones_are_refused() -> None:
    assert (PAPER.layers, PAPER.hidden, PAPER.heads, PAPER.steps) == (6, 512, 8, 1000)
    with pytest.raises(ModelError, match="heads"):
        DiffCspConfig(hidden=10, heads=4)
    with pytest.raises(ModelError, match="Unknown settings"):
        DiffCspConfig.from_json({"colour": 1})
    assert DiffCspConfig.from_json(PAPER.as_json()) == PAPER


@pytest.mark.parametrize("attention", [True, False])
def test_the_unsplit_denoiser_of_the_benchmark_says_the_same(attention: bool) -> None:
    model = denoiser(replace(SMALL, attention=attention))
    state, times = random_state(3, 5), torch.tensor([1, 400, 1000])
    ours = model(state, times, random_conditions(3))
    theirs = unsplit(deepcopy(model))(state, times, random_conditions(3))
    for name in ("lattice", "frac", "types"):
        torch.testing.assert_close(getattr(ours, name), getattr(theirs, name))
