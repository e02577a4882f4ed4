"""A template holds noise and estimates to its space group, and leaves free what is free."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from diffusion_cases import SMALL, denoiser

from sc3d_desktop.crystal import Crystal, Site, Species, lattice_from_parameters
from sc3d_desktop.crystal.symmetry import find_symmetry, operations
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions
from sc3d_desktop.models.diffcsp_sc.guidance import Estimate, Guided
from sc3d_desktop.models.diffcsp_sc.noise import Draws, NoiseProcess
from sc3d_desktop.models.diffcsp_sc.sampler import Sampler, few_times
from sc3d_desktop.models.diffcsp_sc.state import CrystalState, crystals_of, state_of
from sc3d_desktop.models.diffcsp_sc.template import Template

NOISE = NoiseProcess(SMALL)


def crystal(parameters: tuple[float, ...], atoms: list[tuple[str, float, float, float]]) -> Crystal:
    sites = [
        Site(f"{el}{i}", Species({el: 1.0}), (x, y, z)) for i, (el, x, y, z) in enumerate(atoms)
    ]
    return Crystal(lattice_from_parameters(*parameters), tuple(sites))


RUTILE = crystal(
    (4.59, 4.59, 2.96, 90, 90, 90),
    [("Ti", 0, 0, 0), ("Ti", 0.5, 0.5, 0.5), ("O", 0.305, 0.305, 0), ("O", 0.695, 0.695, 0),
     ("O", 0.195, 0.805, 0.5), ("O", 0.805, 0.195, 0.5)],
)  # fmt: skip
MGB2 = crystal(
    (3.08, 3.08, 3.52, 90, 90, 120),
    [("Mg", 0, 0, 0), ("B", 1 / 3, 2 / 3, 0.5), ("B", 2 / 3, 1 / 3, 0.5)],
)
WURTZITE = crystal(
    (3.81, 3.81, 6.26, 90, 90, 120),
    [("Zn", 1 / 3, 2 / 3, 0), ("Zn", 2 / 3, 1 / 3, 0.5), ("S", 1 / 3, 2 / 3, 0.375),
     ("S", 2 / 3, 1 / 3, 0.875)],
)  # fmt: skip
TRICLINIC = crystal((4, 5, 6, 80, 95, 103), [("Na", 0.1, 0.2, 0.3), ("Cl", 0.6, 0.4, 0.9)])
CASES = pytest.mark.parametrize(
    "parent", [RUTILE, MGB2, WURTZITE, TRICLINIC], ids=["rutile", "MgB2", "wurtzite", "P1"]
)


def noisy(parent: Crystal, time: int, n: int = 6) -> CrystalState:
    clean = state_of([parent] * n)
    return NOISE.noisy(clean, torch.full((n,), time), Draws(range(n)))[0]


@CASES
def test_operations_map_every_site_onto_one_of_its_kind(parent: Crystal) -> None:
    found = operations(parent)
    kinds = np.array([next(iter(site.species)) for site in parent.sites])
    for images in found.images:
        assert sorted(images) == list(range(len(parent)))
        assert (kinds[images] == kinds).all()


@CASES
def test_noise_keeps_the_space_group(parent: Crystal) -> None:
    held = Template.of(parent).state(noisy(parent, 80))
    clean = state_of([parent] * len(held)).types
    for made in crystals_of(CrystalState(held.lattice, held.frac, clean)):
        assert made is not None
        assert find_symmetry(made).number == find_symmetry(parent).number


@CASES
def test_a_projected_state_is_left_as_it_is(parent: Crystal) -> None:
    template = Template.of(parent)
    once = template.state(noisy(parent, 300))
    twice = template.state(once)
    torch.testing.assert_close(once.lattice, twice.lattice, atol=1e-5, rtol=0)
    away = once.frac - twice.frac
    assert (away - away.round()).abs().max() < 1e-5


def test_what_symmetry_leaves_free_is_noised_as_ever() -> None:
    """Rutile has a, c and one coordinate; P1 has everything."""
    template, state = Template.of(RUTILE), noisy(RUTILE, 200, 400)
    held = template.state(state)
    moved = held.frac[:, 2] - torch.tensor(RUTILE.frac_coords[2], dtype=torch.float32)
    assert torch.allclose(moved[:, 0], moved[:, 1], atol=1e-6)
    assert moved[:, 2].abs().max() < 1e-6
    along = (moved[:, 0] * 2**0.5).std()
    assert along == pytest.approx(float(NOISE.sigma[200]), rel=0.15)
    free = noisy(TRICLINIC, 200)
    held = Template.of(TRICLINIC).state(free)
    torch.testing.assert_close(held.lattice, free.lattice, atol=1e-5, rtol=0)
    torch.testing.assert_close(held.frac, free.frac, atol=1e-5, rtol=0)


def test_atoms_of_an_orbit_get_one_type_and_matching_scores() -> None:
    template = Template.of(RUTILE)
    torch.manual_seed(0)
    told = template.estimate(
        Estimate(torch.randn(2, 3, 3), torch.randn(2, 6, 3), torch.rand(2, 6, 103).softmax(-1))
    )
    for orbit in ([0, 1], [2, 3, 4, 5]):
        for atom in orbit:
            torch.testing.assert_close(told.type_shares[:, atom], told.type_shares[:, orbit[0]])
    torch.testing.assert_close(told.frac_score[:, 2], -told.frac_score[:, 3], atol=1e-5, rtol=0)


@CASES
def test_what_is_sampled_within_a_template_has_its_space_group(parent: Crystal) -> None:
    draws, time = Draws(range(3)), 150
    clean = state_of([parent] * 3)
    state, _ = NOISE.noisy(clean, torch.full((3,), time), draws)
    numbers = clean.types.argmax(-1) + 1
    estimate = Guided(denoiser().float(), NOISE, Conditions.none(3))
    sampler = Sampler(NOISE, estimate, draws, numbers, Template.of(parent))
    times = [time, *(t for t in few_times(NOISE, 60) if t < time)]
    *_, last = sampler.run(state, times, True)
    for made in crystals_of(last):
        assert made is not None
        assert find_symmetry(made).number == find_symmetry(parent).number
