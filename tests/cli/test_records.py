"""What the tables and the JSON say of a prediction, whatever the model states."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from crystal_cases import simple_crystal

from sc3d_desktop.cli import run
from sc3d_desktop.cli.records import answer_cells, json_line, prediction_record
from sc3d_desktop.models import sodnet
from sc3d_desktop.models.interface import NearestKnown, TcPrediction

PLAIN = TcPrediction(36.04, 15.2, 85.7, (3.6, 3.6), "model 1")
NOTE = "Read it as a Tc under pressure."
FULL = replace(
    PLAIN,
    p_superconductor=0.83123456,
    domain="inside",
    novelty=0.0412345678,
    in_training=True,
    nearest=(
        NearestKnown("H3S", 203.0, 0.123456789, "Drozdov 2015", 155.0, "H3S"),
        NearestKnown("Nb", 9.25, 0.5, "Finnemore 1966"),
    ),
    notes=(NOTE,),
)
CRYSTAL = simple_crystal({"Mg": 1.0}, {"B": 1.0})


def record(**changed):
    return json.loads(json_line(prediction_record("f.cif", CRYSTAL, replace(FULL, **changed))))


@pytest.fixture
def stand_in(monkeypatch):
    """A model that states everything, in place of the weights."""
    model = SimpleNamespace(name="model 1", predict=lambda crystals: [FULL for _ in crystals])
    monkeypatch.setattr(sodnet, "load_model", lambda *_weights, **_notes: model)


def test_json_carries_everything_the_model_states():
    found = record()
    assert found["p_superconductor"] == 0.831235
    assert (found["domain"], found["novelty"], found["in_training"]) == ("inside", 0.0412346, True)
    assert found["notes"] == [NOTE]
    assert found["nearest"][0] == {
        "formula": "H3S",
        "tc_kelvin": 203.0,
        "distance": 0.123457,
        "reference": "Drozdov 2015",
        "pressure_gpa": 155.0,
        "structure": "H3S",
    }
    assert found["nearest"][1]["pressure_gpa"] is None


def test_what_the_model_does_not_state_is_null_or_empty():
    found = json.loads(json_line(prediction_record("f.cif", CRYSTAL, PLAIN)))
    unstated = ("p_superconductor", "domain", "novelty", "in_training", "nearest", "notes")
    assert [found[key] for key in unstated] == [None, None, None, None, [], []]
    assert answer_cells(found) == ("36", "15.2 – 85.7", "–", "–")


def test_a_number_that_overflowed_is_null():
    found = record(tc_high_kelvin=math.inf, p_superconductor=math.nan)
    assert (found["tc_high_kelvin"], found["p_superconductor"]) == (None, None)


@pytest.mark.parametrize(
    ("probability", "shown"), [(0.831, "83 %"), (0.999, ">99 %"), (0.001, "<1 %"), (0.0, "<1 %")]
)
def test_the_table_gives_the_probability_in_whole_percent(probability, shown):
    assert answer_cells(record(p_superconductor=probability))[2] == shown


@pytest.mark.parametrize(("trained", "shown"), [(True, "edge, trained on"), (False, "edge")])
def test_the_table_marks_what_the_model_was_trained_on(trained, shown):
    assert answer_cells(record(domain="edge", in_training=trained))[3] == shown


def test_predict_prints_probability_and_domain_and_the_notes_below(sc3d, example, stand_in):
    header, row, note = sc3d("predict", example("MgB2")).out.splitlines()
    assert header.split("  ")[-2:] == ["P(SC)", "domain"]
    assert row.endswith("83 %   inside, trained on")
    assert note.strip() == NOTE


def test_scan_prints_probability_and_domain_and_each_note_once(example, stand_in, capsys):
    words = ["--site", "Mg1", "--dopant", "Al", "--points", "3"]
    assert run(["scan", str(example("MgB2")), *words]) == 0
    _, header, *rows, note = capsys.readouterr().out.splitlines()
    assert header.split("  ")[-2:] == ["P(SC)", "domain"]
    assert len(rows) == 3
    assert all(row.endswith("83 %   inside, trained on") for row in rows)
    assert note == NOTE
