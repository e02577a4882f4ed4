"""With estimates that are right, both samplers find the crystal; with a trained model, those of its
training.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from diffusion_cases import SMALL, Oracle, denoiser

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.models.diffcsp_sc.config import N_TYPES, DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions, Denoiser
from sc3d_desktop.models.diffcsp_sc.guidance import Estimate, Guided
from sc3d_desktop.models.diffcsp_sc.noise import Draws, NoiseProcess
from sc3d_desktop.models.diffcsp_sc.sampler import Sampler, all_times, few_times
from sc3d_desktop.models.diffcsp_sc.state import CrystalState, crystals_of, one_hot, state_of
from sc3d_desktop.training.generator.denoiser import losses_of

NOISE = NoiseProcess(SMALL)
LATTICE = torch.tensor([[1.0, 0, 0], [0.1, 1.2, 0], [0, -0.2, 1.5]])
FRAC = torch.tensor([[0.0, 0, 0], [0.5, 0.5, 0.3], [0.9, 0.1, 0.7]])
NUMBERS = torch.tensor([12, 5, 8])


def run(
    estimate: object, times: list[int], churn: bool, seed: int = 0, batch: int = 4,
    types: torch.Tensor | None = None,
) -> CrystalState:  # fmt: skip
    draws = Draws(range(100 * seed, 100 * seed + batch))
    sampler = Sampler(NOISE, estimate, draws, types)  # type: ignore[arg-type]
    *_, last = sampler.run(NOISE.pure(3, draws), times, churn)
    return last


@pytest.mark.parametrize("churn", [True, False], ids=["with noise", "deterministic"])
@pytest.mark.parametrize("steps", [1000, 60])
def test_an_oracle_leads_to_its_crystal(steps: int, churn: bool) -> None:
    oracle = Oracle(NOISE, LATTICE, FRAC, NUMBERS)
    times = all_times(NOISE) if steps == 1000 else few_times(NOISE, steps)
    state = run(oracle, times, churn)
    assert oracle.calls <= 2 * steps
    torch.testing.assert_close(state.lattice, LATTICE.expand(4, 3, 3), atol=0.02, rtol=0)
    away = state.frac - FRAC
    assert (away - away.round()).abs().max() < 0.02
    assert (state.types.argmax(-1) + 1 == NUMBERS).all()


def test_few_times_fall_from_the_last_to_nothing() -> None:
    for steps in (1, 10, 50, 100):
        times = few_times(NOISE, steps)
        assert (times[0], times[-1]) == (NOISE.steps, 0)
        assert times == sorted(set(times), reverse=True)
        assert len(times) == steps + 1


def test_the_same_seed_gives_the_same_crystals() -> None:
    model = Guided(denoiser().float(), NOISE, Conditions.none(4))
    one, same, other = (run(model, few_times(NOISE, 8), True, seed) for seed in (1, 1, 2))
    assert torch.equal(one.frac, same.frac)
    assert torch.equal(one.lattice, same.lattice)
    assert not torch.equal(one.frac, other.frac)


def test_a_given_composition_is_kept() -> None:
    model = Guided(denoiser().float(), NOISE, Conditions.none(4))
    state = run(model, few_times(NOISE, 8), False, types=NUMBERS.expand(4, 3))
    assert (state.types.argmax(-1) + 1 == NUMBERS).all()


def test_only_allowed_types_occur() -> None:
    allowed = torch.zeros(4, N_TYPES)
    allowed[:, [28, 7]] = 1
    model = Guided(denoiser().float(), NOISE, Conditions.none(4), allowed=allowed)
    state = run(model, few_times(NOISE, 20), False)
    assert set((state.types.argmax(-1) + 1).flatten().tolist()) <= {29, 8}


def test_guidance_is_the_condition_at_one_none_at_zero_and_beyond_one_for_types_alone() -> None:
    model = denoiser().float()
    wanted = Conditions(torch.full((4,), 3.0), torch.zeros(4, N_TYPES))
    state, times = NOISE.pure(3, Draws(range(4))), torch.full((4,), 500)

    def said(strength: float, asked: Conditions) -> Estimate:
        return Guided(model, NOISE, asked, strength)(state, times)

    free, plain = said(1.0, Conditions.none(4)), said(1.0, wanted)
    none, beyond = said(0.0, wanted), said(3.0, wanted)
    torch.testing.assert_close(none.frac_score, free.frac_score)
    torch.testing.assert_close(none.type_shares, free.type_shares)
    torch.testing.assert_close(beyond.frac_score, plain.frac_score)
    torch.testing.assert_close(beyond.lattice_noise, plain.lattice_noise)
    logits = free.type_shares.log() + 3 * (plain.type_shares.log() - free.type_shares.log())
    torch.testing.assert_close(beyond.type_shares, logits.softmax(-1), rtol=1e-3, atol=1e-6)
    assert (plain.frac_score - free.frac_score).abs().max() > 1e-4
    assert (plain.type_shares - free.type_shares).abs().max() > 1e-6


def ten_crystals() -> list[Crystal]:
    """Perovskite-like cells of five atoms with other elements, edges and distortions."""
    rng = np.random.default_rng(0)
    places = np.array([[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]])
    found = []
    for a, b, x in zip(
        ("Ba", "Sr", "Ca", "La", "Pb", "K", "Na", "Y", "Nd", "Rb"),
        ("Ti", "Zr", "Mn", "Al", "Hf", "Nb", "Ta", "Fe", "Ga", "W"),
        ("O", "O", "O", "O", "O", "F", "F", "N", "O", "F"),
        strict=True,
    ):
        lattice = np.diag(rng.uniform(3.8, 5.2, 3))
        moved = places + rng.uniform(-0.08, 0.08, places.shape)
        sites = [
            Site(f"X{i}", Species({el: 1.0}), tuple(f))
            for i, (el, f) in enumerate(zip((a, b, x, x, x), moved.tolist(), strict=True))
        ]
        found.append(Crystal(lattice, tuple(sites)))
    return found


@pytest.fixture(scope="module")
def trained() -> tuple[Denoiser, list[Crystal]]:
    """A small denoiser that has seen ten crystals and nothing else."""
    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # for layers as small as these, more only wait for each other
    crystals = ten_crystals()
    clean = state_of(crystals * 4)
    model = Denoiser(DiffCspConfig(hidden=64, layers=3, heads=4, frequencies=8))
    optimizer = torch.optim.Adam(model.parameters(), 4e-3)
    steps = 2000
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    for _ in range(steps):
        times = torch.randint(1, NOISE.steps + 1, (len(clean),))
        state, targets = NOISE.noisy(clean, times)
        told = losses_of(model(state, times, Conditions.none(len(clean))), targets)
        loss = told["lattice"] + told["frac"] + 0.3 * told["types"]
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    torch.set_num_threads(threads)
    return model.eval(), crystals


def matches(crystals: list[Crystal | None], known: list[Crystal]) -> list[int | None]:
    """Which of the known crystals each is."""
    from sc3d_desktop.data.alike import same_structure

    return [
        next((i for i, k in enumerate(known) if c is not None and same_structure(c, k)), None)
        for c in crystals
    ]


def test_a_model_that_knows_ten_crystals_makes_them_again(
    trained: tuple[Denoiser, list[Crystal]],
) -> None:
    model, known = trained
    draws = Draws(range(40))
    estimate = Guided(model, NOISE, Conditions.none(40))
    sampler = Sampler(NOISE, estimate, draws)
    *_, last = sampler.run(NOISE.pure(5, draws), all_times(NOISE), True)
    found = [i for i in matches(crystals_of(last), known) if i is not None]
    assert len(found) >= 20, "half of what it makes is one of the ten"
    assert len(set(found)) >= 6


def test_a_little_noise_is_taken_away_again(trained: tuple[Denoiser, list[Crystal]]) -> None:
    model, known = trained
    clean = state_of(known)
    time = 120
    noisy, _ = NOISE.noisy(clean, torch.full((10,), time), Draws(range(10)))
    times = [t for t in few_times(NOISE, 400) if t < time]
    sampler = Sampler(NOISE, Guided(model, NOISE, Conditions.none(10)), Draws(range(10)))
    *_, last = sampler.run(noisy, [time, *times], False)
    assert matches(crystals_of(last), known).count(None) <= 2
    assert (last.types.argmax(-1) == clean.types.argmax(-1)).float().mean() > 0.95
    assert one_hot(torch.tensor([5])).shape == (1, N_TYPES)


def test_what_is_made_has_a_right_handed_cell_whatever_hand_the_state_has() -> None:
    types = one_hot(NUMBERS).expand(2, -1, -1)
    lattice = torch.stack([LATTICE, -LATTICE])
    right, left = crystals_of(CrystalState(lattice, FRAC.expand(2, 3, 3), types))
    assert right is not None
    assert left is not None
    assert np.linalg.det(right.lattice) > 0
    assert np.linalg.det(left.lattice) > 0
    away = left.frac_coords + right.frac_coords  # f in L lies where -f does in -L
    assert np.abs(away - np.round(away)).max() < 1e-9
