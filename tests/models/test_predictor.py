"""The predictor: an answer with its trust, the same in batches and over reused graphs."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from composition_cases import FOREST_SIZES, whole_branch
from sodnet_cases import network, random_crystal

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.edits import doping_line
from sc3d_desktop.models.sodnet import (
    ModelCard,
    SodnetEnsemble,
    SodnetPredictor,
    Trust,
    load_model,
    predictor,
    save_weights,
)
from sc3d_desktop.models.sodnet.trust import composition_keys, width_features
from sc3d_desktop.paths import examples
from sc3d_desktop.training.labels import crystal_fractions

WIDTH = (0.1, 0.3, -0.05, 0.5, 0.4, -0.2, 0.1, 0.05)
TRAINED = ("MgB2", "Nb3Sn")


def shipped(name: str) -> Crystal:
    return read_cif(examples() / f"{name}.cif")[0]


@pytest.fixture
def model(tmp_path: Path) -> SodnetPredictor:
    members = [network(seed).float() for seed in (1, 2)]
    keys = composition_keys(crystal_fractions([shipped(name) for name in TRAINED]))
    trust = Trust(len(keys))
    trust.training_keys.copy_(torch.from_numpy(np.sort(keys)))
    trust.width.copy_(torch.tensor(WIDTH))
    trust.probability.copy_(torch.tensor([3.0, -2.0]))
    trust.domain.copy_(torch.tensor([0.3, 0.9]))
    path = tmp_path / "w.safetensors"
    sizes = {"anchors": 30, "training_keys": len(keys), **FOREST_SIZES}
    card = ModelCard("t", members[0].config.as_json(), members=2, sizes=sizes)
    save_weights(path, SodnetEnsemble(members, whole_branch(), trust, share=0.5), card)
    return load_model(path, "cpu")


def test_the_interval_is_as_wide_as_the_trust_says_for_this_compound(model, example):
    p = model.predict([example])[0]
    x = torch.from_numpy(crystal_fractions([example]))
    numbers = (torch.tensor([value]).double() for value in (math.log(p.tc_kelvin), p.novelty))
    expected = math.exp(float(width_features(x, *numbers) @ torch.tensor(WIDTH).double()))
    assert math.log(p.tc_high_kelvin / p.tc_kelvin) == pytest.approx(expected, rel=1e-4)
    assert math.log(p.tc_kelvin / p.tc_low_kelvin) == pytest.approx(expected, rel=1e-4)


def test_two_compounds_have_intervals_of_different_widths(model):
    one, other = model.predict([shipped("MgB2"), shipped("YBa2Cu3O7")])
    widths = [p.tc_high_kelvin / p.tc_low_kelvin for p in (one, other)]
    assert abs(math.log(widths[0] / widths[1])) > 0.02


def test_probability_and_novelty_are_those_of_the_branch(model, example):
    p = model.predict([example])[0]
    said = whole_branch()(torch.from_numpy(crystal_fractions([example])).float())
    assert p.novelty == pytest.approx(float(said.novelty), abs=1e-5)
    logit = 3.0 * float(said.score) - 2.0
    assert p.p_superconductor == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-5)


@pytest.mark.parametrize(
    ("limits", "domain"),
    [((1.0, 1.0), "inside"), ((-0.1, 0.1), "edge"), ((-0.2, -0.1), "outside")],
)
def test_the_domain_is_where_the_novelty_lies_between_its_limits(model, example, limits, domain):
    novelty = model.predict([example])[0].novelty
    model._network.trust.domain.copy_(torch.tensor(limits) + novelty)
    assert model.predict([example])[0].domain == domain


def test_what_was_trained_on_is_said_so_and_a_doped_version_is_not(model):
    crystals = [shipped("MgB2"), shipped("Nb3Sn"), shipped("YBa2Cu3O7")]
    crystals.append(doping_line(crystals[0], (0,), "Al").at(crystals[0], 0.1))
    found = [p.in_training for p in model.predict(crystals)]
    assert found == [True, True, False, False]


def test_without_a_table_of_what_was_trained_on_nothing_is_said_about_it(model):
    model._network.trust.training_keys = torch.zeros(0, dtype=torch.int64)
    assert model.predict([shipped("MgB2")])[0].in_training is None


def test_the_nearest_known_are_given_with_each_crystal(model):
    one, other = model.predict([shipped("MgB2"), shipped("YBa2Cu3O7")])
    assert one.nearest[0].formula == "MgB2"
    assert other.nearest[0].formula == "YBa2Cu3O7"
    assert len(one.nearest) == 5


def of(**amounts: float) -> Crystal:
    """A cell with one site for each element, occupied by its amount."""
    sites = [
        Site(el, Species({el: w}), (i / len(amounts), 0.0, 0.0))
        for i, (el, w) in enumerate(amounts.items())
    ]
    return Crystal(np.diag([3.0 * len(amounts), 4.0, 4.0]), tuple(sites))


def test_of_a_hydride_the_reader_is_told_that_its_tc_is_one_under_pressure(model):
    hydride, border, hydroxide, none = model.predict(
        [of(Ca=0.2, H=0.9), of(Pd=0.5, H=0.5), of(Li=1.0, O=1.0, H=1.0), of(Mg=1.0)]
    )
    assert hydride.notes == border.notes == (predictor.HYDRIDE,)
    assert hydroxide.notes == none.notes == ()


def test_the_card_is_shown_in_lines(model):
    assert model.card_lines[0][0] == "Model"
    assert "2 networks" in model.card_lines[0][1]


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
