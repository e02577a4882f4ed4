"""The composition branch: a smooth function of atomic fractions, shared out over the sites."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from composition_cases import fractions_of, kernel_branch, random_fractions
from sodnet_cases import network, random_crystal

from sc3d_desktop.crystal import Crystal, Site
from sc3d_desktop.crystal.edits import doping_line
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.models.sodnet import CompositionKernel, SodnetEnsemble, Trust
from sc3d_desktop.models.sodnet.batch import GraphBatch, graph_batch, join
from sc3d_desktop.models.sodnet.composition import (
    FRACTION_LENGTH,
    KERNEL_SOFTENING,
    PROPERTY_LENGTH,
    SOFTENING,
    distances,
    kernel,
    scaled_features,
)
from sc3d_desktop.models.sodnet.ensemble import EnsembleAnswer
from sc3d_desktop.models.sodnet.features import property_table
from sc3d_desktop.training.labels import crystal_fractions

CPU = torch.device("cpu")
URANIUM = 92


def batch_of(crystal: Crystal) -> GraphBatch:
    return graph_batch(crystal, periodic_graph(crystal)).to(CPU, torch.float64)


@pytest.fixture
def branch() -> CompositionKernel:
    return kernel_branch().double()


@pytest.fixture
def ensemble(branch: CompositionKernel) -> SodnetEnsemble:
    trust = Trust()
    trust.width.copy_(torch.tensor([0.1, 0.2, -0.05, 0.3, 0.4, -0.2, 0.1, -0.03]))
    return SodnetEnsemble([network(0), network(1)], branch, trust, share=0.5).double().eval()


def answer(ensemble: SodnetEnsemble, crystals) -> EnsembleAnswer:
    with torch.no_grad():
        return ensemble(join([batch_of(c) for c in crystals]))


def doubled(crystal: Crystal) -> Crystal:
    sites = [
        Site(s.label, s.species, ((s.frac[0] + shift) / 2, s.frac[1], s.frac[2]))
        for shift in range(2)
        for s in crystal.sites
    ]
    return Crystal(np.diag([2, 1, 1]) @ crystal.lattice, tuple(sites))


# --- features and kernel ------------------------------------------------------------------------


def soft_root(x: np.ndarray) -> np.ndarray:
    return np.sqrt(x + SOFTENING) - np.sqrt(SOFTENING)


def reference_features(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    table = property_table().astype(np.float64)
    mean = x @ table
    variance = np.maximum(x @ table**2 - mean**2, 0)
    properties = np.concatenate([mean, soft_root(variance)], axis=1)
    n = properties.shape[1]
    return soft_root(x) / FRACTION_LENGTH, properties / (PROPERTY_LENGTH * np.sqrt(n))


def reference_distances(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, ...]:
    pairs = zip(reference_features(a), reference_features(b), strict=True)
    squared = [((one[:, None] - other) ** 2).sum(axis=2) for one, other in pairs]
    return tuple(np.sqrt(s + KERNEL_SOFTENING**2) - KERNEL_SOFTENING for s in squared)


def reference_kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    f, p = (np.exp(-d) for d in reference_distances(a, b))
    return (f + p + f * p) / 3


def test_distances_and_kernel_are_those_of_their_definition():
    a, b = random_fractions(23, seed=1), random_fractions(31, seed=2)
    near = distances(*(scaled_features(torch.from_numpy(x)) for x in (a, b)))
    for found, expected in zip(near, reference_distances(a, b), strict=True):
        np.testing.assert_allclose(found.numpy(), expected, atol=1e-6)
    np.testing.assert_allclose(kernel(*near).numpy(), reference_kernel(a, b), atol=1e-6)


def test_a_composition_is_like_itself_and_less_like_any_other():
    x = scaled_features(torch.from_numpy(random_fractions(20)))
    likeness = kernel(*distances(x, x))
    np.testing.assert_allclose(likeness.diagonal().numpy(), 1, atol=1e-9)
    assert ((likeness > 0) & (likeness <= 1 + 1e-9)).all()
    assert (likeness.sum(dim=1) < 20).all()
    np.testing.assert_allclose(likeness.numpy(), likeness.T.numpy(), atol=1e-12)


def test_the_branch_is_a_weighted_sum_over_its_anchors(branch):
    x = random_fractions(17, seed=3)
    said = branch(torch.from_numpy(x))
    anchors = branch.anchors.numpy()
    sums = reference_kernel(x, anchors) @ branch.weights.numpy() + branch.means.numpy()
    np.testing.assert_allclose(said.ln_tc.numpy(), sums[:, 0], atol=1e-5)
    np.testing.assert_allclose(said.score.numpy(), sums[:, 1], atol=1e-5)
    known = sum(reference_distances(x, anchors[branch.superconducting.numpy()]))
    np.testing.assert_allclose(said.novelty.numpy(), known.min(axis=1), atol=1e-6)


def test_single_precision_gives_what_double_precision_gives(branch):
    x = torch.from_numpy(random_fractions(17, seed=3))
    single, double = kernel_branch()(x.float()), branch(x)
    for name in ("ln_tc", "score", "novelty"):
        one, other = getattr(single, name).double(), getattr(double, name)
        np.testing.assert_allclose(one.numpy(), other.numpy(), atol=2e-5)


def test_novelty_is_nothing_at_a_superconductor_and_more_at_another_anchor(branch):
    rows = branch.superconducting.nonzero()[:, 0]
    novelty = branch(branch.anchors / branch.anchors.sum(dim=1, keepdim=True)).novelty
    assert novelty[rows].max() < 0.01
    others = (~branch.superconducting).nonzero()[:, 0]
    assert novelty[others].min() > 0.05


# --- no step ------------------------------------------------------------------------------------


def traces(dopant: int, amounts: tuple[float, ...]) -> torch.Tensor:
    parent = torch.from_numpy(random_fractions(1, seed=5))
    trace = torch.zeros_like(parent)
    trace[0, dopant] = 1.0
    return torch.cat([(1 - x) * parent + x * trace for x in amounts])


@pytest.mark.parametrize("dopant", [1, 9, 29, URANIUM])
@pytest.mark.parametrize("name", ["ln_tc", "score", "novelty"])
def test_an_answer_moves_no_faster_than_a_trace_arrives(branch, dopant, name):
    """A feature that counts elements would jump; one like the root of x would move without end."""
    amounts = (0.0, 1e-7, 1e-5, 1e-3)
    x = traces(dopant, amounts).requires_grad_()
    values = getattr(branch(x), name)
    moved = (values - values[0]).detach().abs().numpy()
    assert 0 < moved[3] < 0.01
    assert (moved <= 5 * np.array(amounts) + 1e-12).all()
    (slope,) = torch.autograd.grad(values[0], x)
    assert torch.isfinite(slope).all()
    assert slope[0].abs().max() < 20


@pytest.mark.parametrize("name", ["ln_tc", "score", "novelty"])
def test_the_gradient_is_what_finite_differences_give(branch, name):
    mixed = random_fractions(9, seed=6)
    x = torch.from_numpy((mixed[:8] + mixed[1:]) / 2).requires_grad_()
    values = getattr(branch(x), name)
    (slope,) = torch.autograd.grad(values.sum(), x)
    towards = torch.from_numpy(mixed[1:] - mixed[:8])
    with torch.no_grad():
        ahead, behind = (getattr(branch(x + h * towards), name) for h in (1e-6, -1e-6))
    expected = ((ahead - behind) / 2e-6).numpy()
    np.testing.assert_allclose((slope * towards).sum(dim=1).numpy(), expected, atol=1e-4)


def test_gradients_are_finite_on_an_anchor_and_for_a_pure_element(branch):
    pure = torch.zeros(1, 104, dtype=torch.float64)
    pure[0, 41] = 1.0
    x = torch.cat([branch.anchors, pure]).requires_grad_()
    said = branch(x)
    (slope,) = torch.autograd.grad(said.ln_tc.sum() + said.score.sum() + said.novelty.sum(), x)
    assert torch.isfinite(slope).all()
    assert (slope.abs().amax(dim=1) > 0).all()


# --- in the ensemble ----------------------------------------------------------------------------


def test_fractions_of_a_batch_are_those_of_its_crystals():
    crystals = [random_crystal(seed, 3) for seed in range(4)]
    batch = join([batch_of(c) for c in crystals])
    expected = crystal_fractions(crystals)
    np.testing.assert_allclose(fractions_of(batch).numpy(), expected, atol=1e-12)
    np.testing.assert_allclose(expected.sum(axis=1), 1)


def test_the_ensemble_is_the_branch_and_its_share_of_the_networks(ensemble, branch, example):
    said = branch(torch.from_numpy(crystal_fractions([example]))).ln_tc
    networks = answer(SodnetEnsemble([network(0), network(1)], None).double(), [example]).ln_tc
    found = answer(ensemble, [example]).ln_tc
    assert float(found) == pytest.approx(float(said) + 0.5 * float(networks), abs=1e-9)


def test_site_contributions_average_to_ln_tc(ensemble, example):
    crystals = [example, *(random_crystal(seed) for seed in range(5))]
    found = answer(ensemble, crystals)
    parts = found.site.split([len(c) for c in crystals])
    for crystal, site, ln_tc in zip(crystals, parts, found.ln_tc, strict=True):
        weights = [s.species.total for s in crystal.sites]
        assert np.average(site.numpy(), weights=weights) == pytest.approx(float(ln_tc), abs=1e-9)


def test_the_branch_tells_the_sites_apart_by_their_elements(branch, example):
    """With no share of the networks the same species give the same, and others something else."""
    only_branch = SodnetEnsemble([network(0)], branch, share=0.0).double().eval()
    site = answer(only_branch, [example]).site.tolist()
    by_species: dict[tuple, set[float]] = {}
    for s, value in zip(example.sites, site, strict=True):
        by_species.setdefault(tuple(s.species.items()), set()).add(round(value, 9))
    assert all(len(values) == 1 for values in by_species.values())
    assert len(set.union(*by_species.values())) == len(by_species) > 1


def test_a_contribution_is_the_answer_to_more_of_the_element(branch):
    """Site contribution minus ln Tc = N times the slope of ln Tc along the site's amount."""
    crystal = random_crystal(2, 3)
    batch = batch_of(crystal)
    only_branch = SodnetEnsemble([network(0)], branch, share=0.0).double().eval()
    total = float(batch.species_occupancy.sum())
    with torch.no_grad():
        found = only_branch(batch)
        for i in range(3):
            step = 1e-5 * (batch.species_site == i) * batch.species_occupancy
            added = float(step.sum())
            up, down = (
                only_branch(replace(batch, species_occupancy=batch.species_occupancy + s)).ln_tc
                for s in (step, -step)
            )
            slope = float(up - down) / (2 * added)
            expected = float(found.ln_tc) + total * slope
            assert float(found.site[i]) == pytest.approx(expected, abs=1e-6)


def test_a_supercell_has_the_same_answer(ensemble, example):
    found = answer(ensemble, [example, doubled(example)])
    for name in ("ln_tc", "half_width", "p_superconductor", "novelty"):
        one, two = getattr(found, name).tolist()
        assert two == pytest.approx(one, abs=1e-7), name
    one, two = found.site.split([len(example), 2 * len(example)])
    np.testing.assert_allclose(two.numpy(), np.tile(one.numpy(), 2), atol=1e-6)


def test_a_dopant_that_vanishes_leaves_the_parent(ensemble, example):
    line = doping_line(example, (0,), "U")
    found = answer(ensemble, line.crystals(example, (0.0, 1e-6, 1e-4)))
    for name in ("ln_tc", "half_width", "p_superconductor", "novelty"):
        at = getattr(found, name).tolist()
        assert abs(at[1] - at[0]) < 1e-4, name
        assert abs(at[1] - at[0]) < abs(at[2] - at[0]) / 20 + 1e-7, name
        assert abs(at[2] - at[0]) < 1e-3, name


def test_occupancies_have_finite_gradients_of_the_branch(branch, example):
    batch = batch_of(doping_line(example, (0,), "Al").at(example, 0.2))
    occupancy = batch.species_occupancy.clone().requires_grad_()
    said = branch(fractions_of(replace(batch, species_occupancy=occupancy)))
    for value in (said.ln_tc, said.score, said.novelty):
        (gradient,) = torch.autograd.grad(value.sum(), occupancy, retain_graph=True)
        assert torch.isfinite(gradient).all()
        assert gradient.abs().max() > 0


def test_without_a_branch_neither_probability_nor_novelty_is_stated(example):
    found = answer(SodnetEnsemble([network(0)], None).double(), [example])
    assert found.p_superconductor is None
    assert found.novelty is None


def test_the_answer_of_a_batch_is_that_of_each_crystal(ensemble):
    crystals = [random_crystal(seed, 1 + seed) for seed in range(4)]
    together = answer(ensemble, crystals)
    for i, crystal in enumerate(crystals):
        alone = answer(ensemble, [crystal])
        for name in ("ln_tc", "half_width", "p_superconductor", "novelty"):
            assert float(getattr(together, name)[i]) == pytest.approx(float(getattr(alone, name)))
