"""Another version of the model: what the one before said is neither shown nor remembered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sc3d_desktop.crystal.edits import doping_line
from sc3d_desktop.jobs import LoadModel, PredictTc
from sc3d_desktop.state.answer import AnswerStatus


@pytest.fixture
def versions(bench: Any, mgb2: Any) -> Any:
    """A bench whose model can become another, which answers twice the Tc; a crystal is open."""
    model, plain = bench.model, bench.model.predict
    model.name, model.card_lines = "version 1", ()

    def predict(crystals: Any) -> list[Any]:
        factor = 2.0 if model.name == "version 2" else 1.0
        found = plain(crystals)
        return [replace(p, model=model.name, tc_kelvin=factor * p.tc_kelvin) for p in found]

    model.predict = predict
    switch_to(bench, "version 1")
    bench.document.open(mgb2)
    bench.settle()
    return bench


def switch_to(bench: Any, name: str) -> None:
    bench.model.name = name
    bench.engine.submit(LoadModel())
    bench.wait(lambda: not bench.engine.jobs())


def test_the_open_crystal_and_its_parent_are_predicted_anew(versions: Any) -> None:
    before = versions.answer.prediction
    versions.dope(0.5)
    versions.settle()
    switch_to(versions, "version 2")
    versions.settle()
    assert versions.answer.prediction.model == versions.answer.parent.model == "version 2"
    assert versions.answer.parent.tc_kelvin == 2 * before.tc_kelvin
    assert versions.answer.status is AnswerStatus.CURRENT


def test_undo_does_not_bring_back_what_another_version_said(versions: Any) -> None:
    before = versions.answer.prediction
    versions.dope(0.5)
    versions.settle()
    switch_to(versions, "version 2")
    versions.settle()
    versions.document.undo()
    versions.settle()
    assert versions.answer.prediction.tc_kelvin == 2 * before.tc_kelvin
    switch_to(versions, "version 1")
    versions.settle()
    assert versions.answer.prediction == before


def test_the_curve_is_asked_for_anew(versions: Any) -> None:
    line = doping_line(versions.document.crystal, (0,), "Al")
    versions.document.set_doping(line)
    versions.settle()
    before = versions.answer.curve.predictions[0]
    switch_to(versions, "version 2")
    versions.settle()
    assert versions.answer.curve_status is AnswerStatus.CURRENT
    assert versions.answer.curve.predictions[0].tc_kelvin == 2 * before.tc_kelvin


def test_the_same_version_loaded_again_asks_for_nothing(versions: Any) -> None:
    asked = len(versions.jobs)
    switch_to(versions, "version 1")
    assert len([j for j in versions.jobs if isinstance(j, PredictTc)]) <= asked
    assert len(versions.jobs) == asked
