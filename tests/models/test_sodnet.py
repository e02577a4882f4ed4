"""SODNet: equal to a plain e3nn reference, invariant, and continuous in the occupancies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from reference_sodnet import ReferenceSodnet
from scipy.spatial.transform import Rotation
from sodnet_cases import network, random_crystal
from torch_geometric.data import Batch, Data

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.edits import doping_line, set_species
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.crystal.symmetry import primitive
from sc3d_desktop.models.sodnet.batch import graph_batch, join, with_occupancies
from sc3d_desktop.models.sodnet.equivariant import DepthwiseProduct, unit_harmonics

ROUNDING = 1e-9
REMOVAL = pytest.mark.parametrize("removal", ["off", "hard", "soft"])
DOUBLE = torch.float64
CPU = torch.device("cpu")


def batch_of(crystal: Crystal):
    return graph_batch(crystal, periodic_graph(crystal)).to(CPU, DOUBLE)


def ln_tc(net, crystal: Crystal) -> float:
    with torch.no_grad():
        return float(net.predict(batch_of(crystal))[1])


def ln_tcs(net, crystals) -> np.ndarray:
    with torch.no_grad():
        return net.predict(join([batch_of(c) for c in crystals]))[1].numpy()


def contributions(net, crystal: Crystal) -> np.ndarray:
    with torch.no_grad():
        return net.predict(batch_of(crystal))[0].numpy()


@REMOVAL
@pytest.mark.parametrize("seed", range(3))
def test_equals_the_plain_e3nn_reference(removal, seed):
    net = network(seed, edge_removal=removal)
    crystal = random_crystal(seed, n_sites=3)
    graph = periodic_graph(crystal)
    reference = ReferenceSodnet(net)
    expected = reference.site_contributions(crystal, graph).numpy()
    np.testing.assert_allclose(contributions(net, crystal), expected, atol=1e-6)
    assert ln_tc(net, crystal) == pytest.approx(reference.ln_tc(crystal, graph), abs=1e-6)


def test_site_contributions_average_to_ln_tc(example):
    net = network()
    occupancy = np.array([s.species.total for s in example.sites])
    mean = (contributions(net, example) * occupancy).sum() / occupancy.sum()
    assert ln_tc(net, example) == pytest.approx(mean, abs=ROUNDING)


@REMOVAL
def test_rotation_and_reflection_change_nothing(removal, example):
    net = network(edge_removal=removal)
    rotation = Rotation.random(random_state=3).as_matrix()
    for turn in (rotation, -rotation, rotation @ np.diag([1, 1, -1])):
        turned = replace(example, lattice=example.lattice @ turn.T)
        assert ln_tc(net, turned) == pytest.approx(ln_tc(net, example), abs=ROUNDING)


def test_translation_changes_nothing(example):
    net = network()
    moved = tuple(
        replace(s, frac=tuple(np.add(s.frac, [0.31, 0.77, 0.123]))) for s in example.sites
    )
    assert ln_tc(net, replace(example, sites=moved)) == pytest.approx(
        ln_tc(net, example), abs=ROUNDING
    )


def test_the_order_of_sites_changes_nothing(example):
    net = network()
    order = np.random.default_rng(1).permutation(len(example))
    shuffled = replace(example, sites=tuple(example.sites[i] for i in order))
    np.testing.assert_allclose(
        contributions(net, shuffled), contributions(net, example)[order], atol=ROUNDING
    )


@REMOVAL
def test_a_supercell_gives_the_same_tc(removal, example):
    net = network(edge_removal=removal)
    sites = []
    for shift in np.ndindex(2, 1, 3):
        for s in example.sites:
            frac = (np.array(s.frac) + shift) / [2, 1, 3]
            sites.append(Site(s.label, s.species, tuple(frac)))
    supercell = Crystal(np.diag([2, 1, 3]) @ example.lattice, tuple(sites))
    assert ln_tc(net, supercell) == pytest.approx(ln_tc(net, example), abs=1e-7)


def test_the_primitive_cell_gives_the_same_tc(example):
    net = network()
    assert ln_tc(net, primitive(example)) == pytest.approx(ln_tc(net, example), abs=1e-6)


def test_a_trace_does_not_take_over_a_site_whose_edges_are_all_removed():
    """CsI in the rock-salt cell of LiF: every edge is shorter than the sum of the radii."""
    sites = [
        Site("Cs1", Species({"Cs": 1.0}), (0, 0, 0)),
        Site("I1", Species({"I": 1.0}), (0.5,) * 3),
    ]
    tight = Crystal(np.eye(3) * 2.2, tuple(sites))
    net = network(edge_removal="hard", neighbours=6)
    graph = periodic_graph(tight, neighbours=6)
    assert graph.distances.max() < 2.4

    def value(crystal: Crystal) -> float:
        with torch.no_grad():
            return float(net.predict(graph_batch(crystal, graph).to(CPU, DOUBLE))[1])

    traced = value(doping_line(tight, (1,), "H").at(tight, 1e-5))
    assert traced == pytest.approx(value(tight), abs=1e-2)


@REMOVAL
@pytest.mark.parametrize("dopant", ["Cs", "H", "U"])
def test_tc_goes_to_the_parent_as_a_dopant_vanishes(removal, dopant, example):
    """Also where the removal of short edges would drop every edge of the large dopant."""
    net = network(edge_removal=removal)
    parent = ln_tc(net, example)
    line = doping_line(example, (0,), dopant)
    changes = np.abs(ln_tcs(net, line.crystals(example, (1e-1, 1e-3, 1e-5))) - parent)
    assert changes[2] < 1e-4
    assert changes[2] < changes[1] / 20
    assert changes[0] > 1e-6


@REMOVAL
def test_tc_goes_to_that_without_a_site_as_the_site_empties(removal):
    """A trace on a split position behaves as none, when it takes no neighbour's place."""
    net = network(edge_removal=removal, neighbours=500, cutoff_angstrom=4.0)
    crystal = random_crystal(4)
    empty = replace(crystal, sites=crystal.sites[:-1])
    last = len(crystal) - 1

    def at(occupancy: float) -> float:
        traced = set_species(crystal, (last,), {"O": occupancy})
        graph = periodic_graph(traced, 4.0, 500)
        with torch.no_grad():
            return float(net.predict(graph_batch(traced, graph).to(CPU, DOUBLE))[1])

    graph = periodic_graph(empty, 4.0, 500)
    with torch.no_grad():
        without = float(net.predict(graph_batch(empty, graph).to(CPU, DOUBLE))[1])
    assert abs(at(1e-6) - without) < 1e-3
    assert abs(at(1e-6) - without) < abs(at(1e-2) - without) / 100


@REMOVAL
def test_no_step_along_a_doping_line(removal, example):
    net = network(edge_removal=removal)
    line = doping_line(example, (0,), "Cs")
    xs = np.linspace(0, line.maximum, 101)
    values = ln_tcs(net, line.crystals(example, xs))
    steps = np.abs(np.diff(values))
    assert steps.max() > 0
    assert steps.max() < 12 * steps.mean()


@REMOVAL
def test_gradients_by_occupancy_equal_finite_differences(removal):
    net = network(edge_removal=removal)
    batch = batch_of(random_crystal(2))
    occupancy = batch.species_occupancy.clone().requires_grad_()
    value = net(replace(batch, species_occupancy=occupancy))[1].sum()
    (gradient,) = torch.autograd.grad(value, occupancy)
    assert gradient.abs().min() > 0
    step = 1e-6
    for k in range(len(occupancy)):
        shifted = []
        for sign in (1, -1):
            w = batch.species_occupancy.clone()
            w[k] += sign * step
            with torch.no_grad():
                shifted.append(float(net(replace(batch, species_occupancy=w))[1].sum()))
        numeric = (shifted[0] - shifted[1]) / (2 * step)
        assert float(gradient[k]) == pytest.approx(numeric, rel=1e-4, abs=1e-7)


@REMOVAL
def test_two_halves_of_a_species_are_the_species(removal):
    net = network(edge_removal=removal)
    batch = batch_of(random_crystal(5))
    halves = replace(
        batch,
        species_site=batch.species_site.repeat_interleave(2),
        species_number=batch.species_number.repeat_interleave(2),
        species_occupancy=batch.species_occupancy.repeat_interleave(2) / 2,
    )
    with torch.no_grad():
        assert float(net(halves)[1]) == pytest.approx(float(net(batch)[1]), abs=ROUNDING)


def test_a_species_given_as_two_halves_is_one(example):
    first = example.sites[0]
    (element, occupancy), *rest = first.species.items()
    halves = Species(((element, occupancy / 2), (element, occupancy / 2), *rest))
    net = network()
    same = set_species(example, (0,), halves)
    assert ln_tc(net, same) == pytest.approx(ln_tc(net, example), abs=ROUNDING)


def test_a_batch_gives_what_single_crystals_give():
    net = network()
    crystals = [random_crystal(s, n_sites=2 + s) for s in range(6)]
    with torch.no_grad():
        together = net.predict(join([batch_of(c) for c in crystals]))[1].numpy()
    np.testing.assert_allclose(together, [ln_tc(net, c) for c in crystals], atol=ROUNDING)


def test_batches_are_laid_out_as_torch_geometric_does():
    batches = [batch_of(random_crystal(s, n_sites=2 + s)) for s in range(4)]
    data = [
        Data(
            edge_index=torch.stack([b.source, b.target]),
            edge_attr=b.vectors,
            species_index=b.species_site,
            species_number=b.species_number,
            num_nodes=b.n_sites,
        )
        for b in batches
    ]
    theirs, ours = Batch.from_data_list(data), join(batches)
    assert torch.equal(theirs.edge_index, torch.stack([ours.source, ours.target]))
    assert torch.equal(theirs.species_index, ours.species_site)
    assert torch.equal(theirs.species_number, ours.species_number)
    assert torch.equal(theirs.edge_attr, ours.vectors)
    assert torch.equal(theirs.batch, ours.crystal_of_site)


def test_the_graph_is_kept_over_an_occupancy_edit(example):
    edited = doping_line(example, (0,), "Al").at(example, 0.3)
    reused = with_occupancies(batch_of(example), edited).to(CPU, DOUBLE)
    net = network()
    with torch.no_grad():
        assert float(net.predict(reused)[1]) == pytest.approx(ln_tc(net, edited), abs=ROUNDING)


def test_a_lone_atom_without_neighbours_has_a_tc():
    lone = Crystal(np.eye(3) * 20.0, (Site("H1", Species({"H": 1.0}), (0, 0, 0)),))
    assert np.isfinite(ln_tc(network(), lone))


def test_the_product_is_equivariant_under_rotation_and_reflection():
    torch.manual_seed(0)
    product = DepthwiseProduct(5, 4, 6, 3).double()
    s, v = torch.randn(7, 5, dtype=DOUBLE), torch.randn(7, 3, 4, dtype=DOUBLE)
    r, weights = torch.randn(7, 3, dtype=DOUBLE), torch.randn(7, product.n_weights, dtype=DOUBLE)
    for sign in (1, -1):
        turn = torch.tensor(sign * Rotation.random(random_state=1).as_matrix())
        s1, v1 = product((s, v), unit_harmonics(r), weights)
        turned = torch.einsum("ij,njc->nic", turn, v)
        s2, v2 = product((s, turned), unit_harmonics(r @ turn.T), weights)
        torch.testing.assert_close(s2, s1)
        torch.testing.assert_close(v2, torch.einsum("ij,njc->nic", turn, v1))
