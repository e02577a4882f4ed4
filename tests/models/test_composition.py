"""The composition branch: a function of atomic fractions alone, without a step anywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from sodnet_cases import network, random_crystal

from sc3d_desktop.crystal import Crystal, Site
from sc3d_desktop.crystal.edits import doping_line
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.models.sodnet import CompositionBranch, SodnetEnsemble
from sc3d_desktop.models.sodnet.batch import graph_batch, join
from sc3d_desktop.models.sodnet.composition import fractions_of
from sc3d_desktop.training.composition import fractions

CPU = torch.device("cpu")


def batch_of(crystal: Crystal):
    return graph_batch(crystal, periodic_graph(crystal)).to(CPU, torch.float64)


@pytest.fixture
def ensemble() -> SodnetEnsemble:
    torch.manual_seed(1)
    branch = CompositionBranch(16).double()
    return SodnetEnsemble([network(0), network(1)], branch).eval()


def values(ensemble: SodnetEnsemble, crystals) -> np.ndarray:
    with torch.no_grad():
        return ensemble(join([batch_of(c) for c in crystals]))[1].numpy()


def test_fractions_of_a_batch_are_those_of_its_crystals():
    crystals = [random_crystal(seed, 3) for seed in range(4)]
    batch = join([batch_of(c) for c in crystals])
    expected = np.stack([fractions(c) for c in crystals])
    np.testing.assert_allclose(fractions_of(batch).numpy(), expected, atol=1e-12)
    np.testing.assert_allclose(expected.sum(axis=1), 1)


def test_site_contributions_average_to_ln_tc(ensemble, example):
    batch = batch_of(example)
    with torch.no_grad():
        site, crystal = ensemble(batch)
    weights = [s.species.total for s in example.sites]
    assert np.average(site.numpy(), weights=weights) == pytest.approx(float(crystal), abs=1e-9)


def test_a_supercell_has_the_same_value(ensemble, example):
    sites = [
        Site(s.label, s.species, ((s.frac[0] + shift) / 2, s.frac[1], s.frac[2]))
        for shift in range(2)
        for s in example.sites
    ]
    doubled = Crystal(np.diag([2, 1, 1]) @ example.lattice, tuple(sites))
    one, two = values(ensemble, [example, doubled])
    assert two == pytest.approx(one, abs=1e-7)


def test_a_dopant_that_vanishes_leaves_the_parent(ensemble, example):
    line = doping_line(example, (0,), "U")
    at = values(ensemble, line.crystals(example, (0.0, 1e-6, 1e-4)))
    assert abs(at[1] - at[0]) < 1e-4
    assert abs(at[1] - at[0]) < abs(at[2] - at[0]) / 20 + 1e-7
    assert abs(at[2] - at[0]) < 1e-3


def test_occupancies_have_finite_gradients(ensemble, example):
    batch = batch_of(doping_line(example, (0,), "Al").at(example, 0.2))
    occupancy = batch.species_occupancy.clone().requires_grad_()
    value = ensemble(replace(batch, species_occupancy=occupancy))[1].sum()
    (gradient,) = torch.autograd.grad(value, occupancy)
    assert torch.isfinite(gradient).all()
    assert gradient.abs().max() > 0
