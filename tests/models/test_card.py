"""The model card as people read it."""

from __future__ import annotations

from sodnet_cases import SMALL

from sc3d_desktop.models.sodnet import ModelCard, SodnetConfig
from sc3d_desktop.models.sodnet.card import card_lines

CONFIG = SodnetConfig(**SMALL).as_json()
TRAINING = {
    "data": "SuperCon3D and the SuperCon tables",
    "n_entries": 1578,
    "n_rows": 11757,
    "licence": "CC BY 4.0",
    "split": "ten folds",
    "interval": "conformal",
    "probability": "noisy negatives",
    "domain": "distance in composition",
    "limits": "no pressure",
}
FOLDS = {
    "random folds": {
        "mae_ln_kelvin": [0.4567, 0.0234],
        "r2": [0.7891, 0.0312],
        "n_folds": 10,
        "coverage": 0.9012,
        "mean_width": 2.347,
    }
}


def lines(**options) -> dict[str, str]:
    return dict(card_lines(ModelCard("2.0", CONFIG, **options)))


def test_an_empty_card_says_what_the_model_is_and_nothing_else():
    assert list(lines()) == ["Model"]
    assert lines()["Model"].startswith("SODNet 2.0: ")


def test_networks_are_counted_in_words_for_one():
    assert "one network on" in lines()["Model"]
    assert "3 networks on" in lines(members=3)["Model"]


def test_the_parts_on_the_composition_are_named():
    assert lines()["Model"] == "SODNet 2.0: one network on the crystal graph"
    sizes = {"anchors": 9, "forest_trees": 5, "training_keys": 3}
    assert lines(sizes=sizes)["Model"].startswith(
        "SODNet 2.0: a kernel machine and a forest of ramps on the composition, one network"
    )
    assert "a small network on the composition" in lines(sizes={"composition_network": 8})["Model"]


def test_what_the_card_holds_stands_in_reading_order():
    pairs = card_lines(ModelCard("2.0", CONFIG, training=TRAINING, metrics={"folds": FOLDS}))
    assert [heading for heading, _ in pairs] == [
        "Model",
        "Trained on",
        "Rows",
        "Licence of the data",
        "Measured: random folds",
        "Split",
        "Interval",
        "Superconductor or not",
        "Like the training data?",
        "Limits",
    ]
    said = dict(pairs)
    for heading, name in (("Trained on", "data"), ("Split", "split"), ("Limits", "limits")):
        assert said[heading] == TRAINING[name]


def test_rows_are_counted_with_thousands_apart():
    assert lines(training=TRAINING)["Rows"] == "1,578 crystals, 11,757 compositions in all"


def test_measurements_are_given_with_spread_units_and_number_of_folds():
    assert lines(metrics={"folds": FOLDS})["Measured: random folds"] == (
        "MAE 0.457 ± 0.023 ln K, R² 0.789 ± 0.031 over 10 folds; 90.1 % within the 90 % interval, "
        "which is 2.35 ln K wide on average"
    )


def test_metrics_of_another_form_are_left_out():
    assert list(lines(metrics={"test": {"mae_ln_kelvin": 0.5}})) == ["Model"]
    assert list(lines(metrics={"folds": [1, 2]})) == ["Model"]


def test_no_line_is_empty():
    assert all(text for _, text in card_lines(ModelCard("2.0", CONFIG, training={"data": ""})))
