"""The benchmark measures what it says; how fast a machine is, is not tested."""

from __future__ import annotations

import os
import sys

import pytest
import torch
from e3nn_sodnet import E3nnSodnet
from sodnet_cases import network, random_crystal

from sc3d_desktop.cli.bench import CRYSTALS, measure
from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.models.sodnet.batch import GraphBatch, graph_batch, join


def batch_of(crystal: Crystal) -> GraphBatch:
    return graph_batch(crystal, periodic_graph(crystal)).to(torch.device("cpu"), torch.float32)


@pytest.mark.skipif(
    not os.environ.get("DISPLAY") and sys.platform == "linux",
    reason="the window is measured on a display; start the tests with packaging/test",
)
@pytest.mark.gl
def test_every_path_a_user_waits_for_is_measured(qapp):
    measured = {m.what: m for m in measure(steps=4, repeats=2, starts=1)}
    for name in CRYSTALS:
        assert measured[f"edit to Tc on the screen, {name}"].n == 4
        assert measured[f"edit to Tc, model alone, {name}"].n == 4
        assert measured[f"curve of 41 points, {name}"].n == 2
        assert measured[f"CIF to graph, {name}"].n == 2
    assert measured["edit to Tc, model alone, Nb5Re24"].n == 4
    assert measured["window shown after start"].n == 1
    assert all(0 < m.p50_ms <= m.p95_ms for m in measured.values())


def test_without_the_window_the_model_is_measured_all_the_same():
    whats = [m.what for m in measure(steps=2, repeats=1, window=False)]
    assert not [w for w in whats if "window" in w or "screen" in w]
    assert len([w for w in whats if w.startswith("bulk")]) == 2


def test_the_network_written_with_e3nn_is_the_same_network():
    net = network(3).float()
    batch = join([batch_of(random_crystal(seed, n_sites=3 + seed)) for seed in range(4)])
    with torch.no_grad():
        torch.testing.assert_close(E3nnSodnet(net).eval()(batch), net(batch)[1])
