from __future__ import annotations

import pytest

from sc3d_desktop.crystal.edits import DopingLine
from sc3d_desktop.models.interface import NearestKnown, TcPrediction
from sc3d_desktop.panels.tc_predictor import words


def prediction(tc: float, low: float = 1.0, high: float = 100.0) -> TcPrediction:
    return TcPrediction(tc, low, high, (), "model 1")


def test_an_interval_is_rounded_and_has_its_unit() -> None:
    assert words.interval(prediction(38.2, 20.7, 69.4)) == "21–69 K"
    assert words.interval(prediction(2.0, 0.83, 4.9)) == "0.83–4.9 K"


def test_the_change_names_sign_size_and_what_it_is_measured_from() -> None:
    assert words.change(prediction(30.0), prediction(40.0)) == (
        "−10.0 K (−25 %) from the crystal as opened, 40.0 K"
    )


def test_a_change_below_what_is_shown_is_called_none() -> None:
    assert words.change(prediction(40.01), prediction(40.0)).startswith("unchanged")


@pytest.mark.parametrize(
    ("probability", "text", "level"),
    [
        (0.999, "Superconductor: very likely (>99 %)", "good"),
        (0.9, "Superconductor: very likely (90 %)", "good"),
        (0.83, "Superconductor: likely (83 %)", "good"),
        (0.696, "Superconductor: likely (70 %)", "good"),
        (0.694, "Superconductor: uncertain (69 %)", "fair"),
        (0.296, "Superconductor: uncertain (30 %)", "fair"),
        (0.294, "Probably not a superconductor (29 %)", "poor"),
        (0.12, "Probably not a superconductor (12 %)", "poor"),
        (0.0, "Probably not a superconductor (<1 %)", "poor"),
    ],
)
def test_the_words_for_a_probability_agree_with_its_number(
    probability: float, text: str, level: str
) -> None:
    assert words.verdict(probability) == words.Statement(words.Level(level), text)


def test_each_domain_has_a_level_and_a_sentence_of_its_own() -> None:
    said = [words.domain(state) for state in ("inside", "edge", "outside")]
    assert [s.level for s in said] == ["good", "fair", "poor"]
    assert [s.text.split(":")[0] for s in said] == [
        "Inside the training data",
        "At the edge of the training data",
        "Outside the training data",
    ]


def test_the_novelty_is_given_as_a_number_where_it_is_stated() -> None:
    assert words.novelty(0.04213) == "Distance to the training compositions: 0.0421"
    assert words.novelty(None) == ""


def test_the_note_on_a_known_compound_gives_tc_pressure_reference_and_what_a_click_does() -> None:
    known = NearestKnown("H3S", 203.0, 0.4, "Drozdov 2015", 155.0, "H3S")
    assert words.known_tip(known).splitlines() == [
        "H3S, Tc 203 K at 155 GPa",
        "Drozdov 2015",
        "Double-click or press Enter to open its crystal.",
    ]
    bare = words.known_tip(NearestKnown("Nb", 9.25, 0.4, ""))
    assert bare == "Nb, Tc 9.25 K\nNo structure of Nb comes with the program."


def test_the_axis_names_dopant_and_site() -> None:
    assert words.axis_label(DopingLine((0,), "Mg", "Al", 1.0), "Mg1") == "x, Al for Mg on Mg1"
    assert words.axis_label(DopingLine((0,), "Mg", "", 1.0), "Mg1") == "x, vacancies for Mg on Mg1"
