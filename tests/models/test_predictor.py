"""The predictor: an ensemble mean with its interval, the same in batches and over reused graphs."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from sodnet_cases import network, random_crystal

from sc3d_desktop.crystal.edits import doping_line
from sc3d_desktop.models.sodnet import (
    CompositionBranch,
    ModelCard,
    SodnetEnsemble,
    SodnetPredictor,
    load_model,
    predictor,
    save_weights,
)

HALF_WIDTH = 1.1


@pytest.fixture
def model(tmp_path: Path) -> SodnetPredictor:
    members = [network(seed).float() for seed in (1, 2)]
    torch.manual_seed(0)
    path = tmp_path / "w.safetensors"
    card = ModelCard("t", members[0].config.as_json(), HALF_WIDTH, members=2, composition_width=8)
    save_weights(path, SodnetEnsemble(members, CompositionBranch(8)), card)
    return load_model(path, "cpu")


def test_the_interval_has_the_card_s_half_width_in_ln_tc(model, example):
    p = model.predict([example])[0]
    assert math.log(p.tc_high_kelvin / p.tc_kelvin) == pytest.approx(HALF_WIDTH)
    assert math.log(p.tc_kelvin / p.tc_low_kelvin) == pytest.approx(HALF_WIDTH)


def test_contributions_average_to_ln_tc(model, example):
    p = model.predict([example])[0]
    weights = [site.species.total for site in example.sites]
    mean = np.average(p.site_contributions, weights=weights)
    assert mean == pytest.approx(math.log(p.tc_kelvin), abs=1e-5)
    assert len(p.site_contributions) == len(example)


def test_a_batch_gives_what_single_crystals_give_in_order(model, monkeypatch):
    crystals = [random_crystal(seed, n_sites=2 + seed % 5) for seed in range(12)]
    single = [model.predict([c])[0].tc_kelvin for c in crystals]
    monkeypatch.setattr(predictor, "MAX_EDGES", 150)
    assert [p.tc_kelvin for p in model.predict(crystals)] == pytest.approx(single, rel=1e-4)


def test_no_crystals_give_no_predictions(model):
    assert model.predict([]) == []


def test_an_occupancy_edit_builds_no_new_graph(model, example, monkeypatch):
    built: Counter[int] = Counter()
    real = predictor.periodic_graph

    def counted(*args):
        built["graphs"] += 1
        return real(*args)

    monkeypatch.setattr(predictor, "periodic_graph", counted)
    line = doping_line(example, (0,), "Al")
    values = [
        model.predict([c])[0].tc_kelvin for c in line.crystals(example, np.linspace(0, 0.8, 9))
    ]
    assert built["graphs"] == 1
    assert len(set(values)) > 5


def test_a_reused_graph_gives_what_a_new_model_gives(model, example, tmp_path):
    edited = doping_line(example, (0,), "Al").at(example, 0.37)
    model.predict([example])
    reused = model.predict([edited])[0].tc_kelvin
    fresh = load_model(tmp_path / "w.safetensors", "cpu").predict([edited])[0].tc_kelvin
    assert reused == pytest.approx(fresh, rel=1e-6)


def test_only_so_many_graphs_are_kept(model):
    for seed in range(predictor._KEPT_GRAPHS + 5):
        model.predict([random_crystal(seed, n_sites=1)])
    assert len(model._graphs) == predictor._KEPT_GRAPHS
