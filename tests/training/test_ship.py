"""What is shipped: it loads, states all it should, holds no training row, and its card is true."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from data_cases import write_data
from sodnet_cases import SMALL

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.elements import symbols
from sc3d_desktop.models.known import known_structure
from sc3d_desktop.models.sodnet import SodnetConfig, load_model, load_weights
from sc3d_desktop.paths import examples, weights
from sc3d_desktop.training.checks import RECENT, check_recent, check_trends
from sc3d_desktop.training.entries import Entries
from sc3d_desktop.training.experiment import Experiment, run_experiment
from sc3d_desktop.training.labels import chemical_systems, formula_fractions, same_compositions
from sc3d_desktop.training.report import ReportSettings, write_report
from sc3d_desktop.training.results import load_probabilities
from sc3d_desktop.training.ship import Shipment, folds_measured, ship
from sc3d_desktop.training.sodnet import TrainSettings

EVEN = 0.5
"""Above this a compound is rather a superconductor than none."""


@pytest.fixture(scope="module")
def shipment(tmp_path_factory: pytest.TempPathFactory) -> Shipment:
    folder = tmp_path_factory.mktemp("ship")
    settings = TrainSettings(epochs=1, batch_size=32, warmup_epochs=1)
    made = Shipment(
        Experiment(
            write_data(folder / "data"),
            folder / "runs",
            splits=("fold_random",),
            folds=(0, 1),
            config=SodnetConfig(**SMALL),
            settings=settings,
        ),
        folder / "sodnet.safetensors",
    )
    run_experiment(made.experiment)
    ship(made)
    return made


def test_it_predicts_with_all_it_should_state(shipment):
    prediction = load_model(shipment.out, "cpu").predict(read_cif(examples() / "MgB2.cif"))[0]
    assert prediction.tc_low_kelvin < prediction.tc_kelvin < prediction.tc_high_kelvin
    assert 0 < prediction.p_superconductor < 1
    assert prediction.domain in ("inside", "edge", "outside")
    assert prediction.in_training is False
    assert len(prediction.nearest) == 5


def test_what_was_trained_on_is_known_again(shipment):
    entries = Entries(shipment.experiment.data)
    crystals = [e.crystal for e in entries.read.entries[:10]]
    predicted = load_model(shipment.out, "cpu").predict(crystals)
    assert all(p.in_training for p in predicted)


def test_the_weights_hold_no_composition_trained_on(shipment):
    entries = Entries(shipment.experiment.data)
    anchors = load_weights(shipment.out).network.composition.kernel.anchors.double().numpy()
    np.testing.assert_allclose(anchors.sum(axis=1), 1, atol=2e-3)
    anchors /= anchors.sum(axis=1, keepdims=True)
    assert not same_compositions(anchors, entries.fractions, 1e-6).any()


def test_a_chemical_system_can_be_left_out(shipment, tmp_path):
    entries = Entries(shipment.experiment.data)
    left_out = chemical_systems(entries.fractions)[0]
    made = Shipment(shipment.experiment, tmp_path / "w.safetensors", frozenset({left_out}))
    ship(made)
    own = [i for i, s in enumerate(chemical_systems(entries.fractions)) if s == left_out]
    model = load_model(made.out, "cpu")
    assert not any(
        p.in_training for p in model.predict([entries.read.entries[i].crystal for i in own])
    )


def test_the_card_tells_what_the_folds_measured(shipment):
    card = load_weights(shipment.out).card
    measured = folds_measured(shipment.experiment.runs)
    assert measured["random folds"]["n_folds"] == 2
    assert card.metrics["folds"]["random folds"]["coverage"] == measured["random folds"]["coverage"]
    assert card.metrics["auc_system_out"] == load_probabilities(shipment.experiment.runs)[0].auc
    lines = dict(load_model(shipment.out, "cpu").card_lines)
    assert "2 folds" in lines["Measured: random folds"]
    assert "CC BY" in lines["Licence of the data"]


def test_checks_are_kept_and_stand_in_the_report(shipment, tmp_path):
    runs = shipment.experiment.runs
    model = load_model(shipment.out, "cpu")
    trends = check_trends(model, runs, "on all data")
    rows = check_recent(model, runs)
    assert [r["formula"] for r in rows] == [r.formula for r in RECENT]
    write_report(ReportSettings(runs, tmp_path))
    page = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert f"{trends.right_flanks:.0%} of {trends.n_flanks}" in page
    assert "Cs(V0.93Nb0.07)3Sb5" in page


def test_every_recent_superconductor_has_a_structure():
    for recent in RECENT:
        assert len(known_structure(recent.structure)) > 0


class TestTheShippedWeights:
    """Of the file in resources."""

    def test_no_anchor_is_a_composition_trained_on(self, data_folder: Path):
        entries = Entries(data_folder)
        extra = entries.labels.without_formulas(entries.fractions)
        anchors = load_weights(weights() / "sodnet.safetensors").network.composition.kernel.anchors
        fractions = anchors.double().numpy()
        fractions = fractions / fractions.sum(axis=1, keepdims=True)
        assert not same_compositions(fractions, extra.fractions, 1e-6).any()
        assert not same_compositions(fractions, entries.fractions, 1e-6).any()

    @pytest.mark.parametrize(
        "formula", ["Cu", "Ag", "Au", "Na", "NaCl", "Si", "C", "SrTi2", "BaSr", "CuCrO2", "CuFeO2"]
    )
    def test_what_does_not_superconduct_is_no_confident_superconductor(self, formula: str):
        fractions = formula_fractions(formula)
        parts = [(symbols()[z], x) for z, x in enumerate(fractions) if x > 0]
        site = Site("X1", Species(dict(parts)), (0.0, 0.0, 0.0))
        crystal = Crystal(2.8 * np.eye(3), (site,))
        assert load_model(device="cpu").predict([crystal])[0].p_superconductor < EVEN

    @pytest.mark.parametrize("name", ["MgB2", "Nb3Sn", "YBa2Cu3O7"])
    def test_what_superconducts_is_a_likely_superconductor_inside_the_domain(self, name: str):
        prediction = load_model(device="cpu").predict(read_cif(examples() / f"{name}.cif"))[0]
        assert prediction.p_superconductor > 0.8
        assert prediction.domain == "inside"
        assert prediction.in_training
