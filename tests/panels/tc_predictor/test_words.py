from __future__ import annotations

import pytest

from sc3d_desktop.crystal.edits import DopingLine
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.panels.tc_predictor import words


def prediction(tc: float, low: float = 1.0, high: float = 100.0) -> TcPrediction:
    return TcPrediction(tc, low, high, (), "model 1")


@pytest.mark.parametrize(
    ("value", "text"),
    [(134.4, "134"), (99.97, "100"), (38.24, "38.2"), (4.268, "4.27"), (0.35, "0.35")],
)
def test_temperatures_have_three_significant_digits_at_most(value: float, text: str) -> None:
    assert words.kelvin(value) == text


def test_an_interval_is_rounded_and_has_its_unit() -> None:
    assert words.interval(prediction(38.2, 20.7, 69.4)) == "21–69 K"
    assert words.interval(prediction(2.0, 0.83, 4.9)) == "0.83–4.9 K"


def test_the_change_names_sign_size_and_what_it_is_measured_from() -> None:
    assert words.change(prediction(30.0), prediction(40.0)) == (
        "−10.0 K (−25 %) from the crystal as opened, 40.0 K"
    )


def test_a_change_below_what_is_shown_is_called_none() -> None:
    assert words.change(prediction(40.01), prediction(40.0)).startswith("unchanged")


def test_a_hydride_is_half_hydrogen_and_a_hydrate_is_not() -> None:
    assert words.is_hydride({"La": 1, "H": 10})
    assert words.is_hydride({"Pd": 1, "D": 1})
    assert not words.is_hydride({"Na": 0.3, "Co": 1, "O": 3.3, "H": 2.6})


def test_the_axis_names_dopant_and_site() -> None:
    assert words.axis_label(DopingLine((0,), "Mg", "Al", 1.0), "Mg1") == "x, Al for Mg on Mg1"
    assert words.axis_label(DopingLine((0,), "Mg", "", 1.0), "Mg1") == "x, vacancies for Mg on Mg1"
