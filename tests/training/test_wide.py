"""SODNet with features of degree 2: the same symmetries, and more than distances."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation
from sodnet_cases import SMALL, random_crystal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.edits import doping_line
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.models.sodnet import SodnetConfig
from sc3d_desktop.models.sodnet.batch import GraphBatch, graph_batch, join
from sc3d_desktop.training.sodnet import TrainSettings, train, training_graph
from sc3d_desktop.training.wide import WideSodnet

CONFIG = SodnetConfig(**SMALL)


@pytest.fixture(scope="module")
def net() -> WideSodnet:
    torch.manual_seed(2)
    made = WideSodnet(CONFIG)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return made.double().eval()


def batch_of(crystal: Crystal) -> GraphBatch:
    return graph_batch(crystal, periodic_graph(crystal)).to(torch.device("cpu"), torch.float64)


def values(net: WideSodnet, *crystals: Crystal) -> np.ndarray:
    with torch.no_grad():
        return net(join([batch_of(c) for c in crystals]))[1].numpy()


def test_rotation_reflection_and_order_change_nothing(net):
    crystal = random_crystal(3)
    turn = -Rotation.random(random_state=3).as_matrix()
    order = np.random.default_rng(1).permutation(len(crystal))
    found = values(
        net,
        crystal,
        replace(crystal, lattice=crystal.lattice @ turn.T),
        replace(crystal, sites=tuple(crystal.sites[i] for i in order)),
    )
    np.testing.assert_allclose(found, found[0], atol=1e-9)


def test_features_of_degree_2_are_in_play(net):
    """With their weights at zero the answer is another."""
    crystal, without = random_crystal(3), copy.deepcopy(net)
    with torch.no_grad():
        for norm in (m for m in without.modules() if hasattr(m, "weights")):
            if isinstance(norm.weights, torch.nn.ParameterList):
                norm.weights[1].zero_()
    assert abs(values(net, crystal)[0] - values(without, crystal)[0]) > 1e-5


def test_it_is_continuous_as_a_dopant_vanishes(net):
    crystal = random_crystal(3)
    line = doping_line(crystal, (0,), "Cs")
    parent, *traced = values(net, crystal, *line.crystals(crystal, (1e-1, 1e-3, 1e-5)))
    changes = np.abs(np.array(traced) - parent)
    assert changes[2] < 1e-4
    assert changes[2] < changes[1] / 20


def test_it_is_trained_as_the_other_is(tmp_path):
    crystals = [random_crystal(seed, n_sites=3) for seed in range(12)]
    graphs = [training_graph(c, CONFIG) for c in crystals]
    settings = TrainSettings(epochs=2, batch_size=6, warmup_epochs=1)
    target = np.linspace(0, 3, 12)
    made = train(graphs, target, CONFIG, settings, tmp_path / "c.safetensors", make=WideSodnet)
    assert isinstance(made, WideSodnet)
    assert np.isfinite(made(join(graphs))[1].detach().numpy()).all()
