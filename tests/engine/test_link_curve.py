from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.edits import DopingLine, doping_line
from sc3d_desktop.engine.link import CURVE_POINTS, REST_MS, curve_points
from sc3d_desktop.state.answer import AnswerStatus


def test_a_line_gets_its_curve_from_zero_to_its_end(doped: Any, predicted: Any) -> None:
    curve = doped.answer.curve
    assert curve is not None
    assert len(curve.x) == CURVE_POINTS == 41
    assert (curve.x[0], curve.x[-1]) == (0.0, pytest.approx(1.0))
    tc = [p.tc_kelvin for p in curve.predictions]
    assert tc == pytest.approx([40.0 - 30.0 * x for x in curve.x])
    assert doped.answer.doping == doped.document.doping


def test_moving_along_the_line_keeps_its_curve(doped: Any) -> None:
    curve = doped.answer.curve
    told: list[AnswerStatus] = []
    doped.answer.curve_changed.connect(lambda: told.append(doped.answer.curve_status))
    for x in (0.1, 0.33, 0.7, 1.0, 0.0):
        doped.dope(x)
        assert (doped.answer.curve, doped.answer.curve_status) == (curve, AnswerStatus.CURRENT)
        doped.settle()
    assert told == []
    assert len(doped.scans()) == 1


def test_an_edit_off_the_line_makes_the_curve_stale_and_a_new_one_follows(doped: Any) -> None:
    old = doped.answer.curve
    doped.stretch(3.6)
    assert (doped.answer.curve, doped.answer.curve_status) == (old, AnswerStatus.STALE)
    doped.settle()
    assert doped.answer.curve_status is AnswerStatus.CURRENT
    assert doped.answer.curve != old
    assert len(doped.scans()) == 2


def test_back_on_a_known_line_the_curve_is_there_at_once(doped: Any) -> None:
    first = doped.answer.curve
    doped.stretch(3.6)
    doped.settle()
    scans = len(doped.scans())
    doped.document.undo()
    assert (doped.answer.curve, doped.answer.curve_status) == (first, AnswerStatus.CURRENT)
    doped.settle()
    assert len(doped.scans()) == scans


def test_the_value_is_asked_before_the_curve(opened: Any, mgb2: Crystal) -> None:
    opened.document.set_doping(doping_line(mgb2, (0,), "Al"))
    opened.stretch(3.6)
    opened.settle()
    asked = [len(crystals) for crystals in opened.model.asked]
    assert asked[:2] == [1, 1]
    assert sum(asked[2:]) == CURVE_POINTS


def test_while_the_cell_is_dragged_no_curve_takes_the_engine_from_the_value(doped: Any) -> None:
    before, rest = len(doped.scans()), doped.rest(60_000)
    for i in range(12):
        doped.stretch(3.6 + i / 100)
        doped.wait(lambda: doped.answer.status is AnswerStatus.CURRENT)
    assert len(doped.scans()) == before
    assert doped.answer.curve_status is AnswerStatus.STALE
    rest.start(0)
    doped.settle()
    (scan,) = doped.scans()[before:]
    assert scan.crystals[0].cell_parameters[2] == pytest.approx(3.71)


def test_moving_along_a_line_whose_curve_is_due_begins_the_rest_anew(
    opened: Any, mgb2: Crystal, qtbot: QtBot
) -> None:
    rest = opened.rest(60_000)
    opened.document.set_doping(doping_line(mgb2, (0,), "Al"))
    qtbot.wait(30)
    left = rest.remainingTime()
    opened.dope(0.1)
    assert rest.remainingTime() > left
    assert opened.scans() == []
    rest.start(0)
    opened.settle()
    assert opened.answer.curve_status is AnswerStatus.CURRENT


def test_a_curve_waits_for_a_value_that_takes_longer_than_the_rest(
    doped: Any, qtbot: QtBot
) -> None:
    before = len(doped.scans())
    doped.model.gate.clear()
    doped.stretch(3.6)
    qtbot.wait(2 * REST_MS)
    assert len(doped.scans()) == before
    doped.model.gate.set()
    doped.settle()
    assert len(doped.scans()) == before + 1


def test_without_a_line_there_is_no_curve(doped: Any) -> None:
    doped.document.set_doping(None)
    assert (doped.answer.curve, doped.answer.curve_status) == (None, AnswerStatus.EMPTY)
    doped.stretch(3.6)
    doped.settle()
    assert len(doped.scans()) == 1


def test_a_line_left_before_its_curve_is_there_is_not_scanned(opened: Any, mgb2: Crystal) -> None:
    opened.document.set_doping(doping_line(mgb2, (0,), "Al"))
    opened.document.set_doping(doping_line(mgb2, (1, 2), "C"))
    opened.settle()
    (scan,) = opened.scans()
    assert "C" in scan.crystals[-1].composition
    assert opened.answer.doping == opened.document.doping


def test_a_late_curve_is_dropped(opened: Any, mgb2: Crystal) -> None:
    curves: list[Any] = []
    opened.answer.curve_changed.connect(lambda: curves.append(opened.answer.curve))
    opened.model.gate.clear()
    opened.document.set_doping(doping_line(mgb2, (0,), "Al"))
    opened.wait(lambda: len(opened.model.asked) == 2)
    opened.document.set_doping(doping_line(mgb2, (1, 2), "C"))
    opened.model.gate.set()
    opened.settle()
    shown = [curve for curve in curves if curve is not None]
    assert len(shown) == 1
    assert {p.tc_kelvin for p in shown[0].predictions} == {40.0}  # carbon does not matter here


def test_a_curve_that_fails_is_told_and_tried_again_after_the_next_edit(doped: Any) -> None:
    doped.model.problem = RuntimeError("out of memory")
    doped.stretch(3.6)
    doped.settle()
    assert doped.answer.curve_status is AnswerStatus.FAILED
    assert "out of memory" in doped.answer.curve_error
    doped.model.problem = None
    doped.dope(0.1)
    doped.settle()
    assert doped.answer.curve_status is AnswerStatus.CURRENT


def test_a_curve_the_user_cancels_is_not_awaited_for_ever(doped: Any) -> None:
    doped.stretch(3.6)
    doped.settle()
    doped.model.gate.clear()
    doped.document.set_doping(doping_line(doped.document.crystal, (1, 2), "C"))
    doped.wait(lambda: len(doped.scans()) == 3)
    doped.engine.cancel_all()
    doped.model.gate.set()
    doped.settle()
    assert (doped.answer.curve_status, doped.answer.curve_error) == ("failed", "Cancelled.")


def test_a_vacancy_line_stops_short_of_the_empty_site(opened: Any, mgb2: Crystal) -> None:
    opened.document.set_doping(doping_line(mgb2, (1, 2), ""))
    opened.settle()
    assert opened.answer.curve_status is AnswerStatus.CURRENT
    assert opened.scans()[0].x[-1] < 1.0


@pytest.mark.parametrize("budget", [1.0, 0.3, 0.1 + 0.2, 1 / 3])
def test_the_points_are_even_and_end_at_the_end(budget: float) -> None:
    x = curve_points(DopingLine((0,), "La", "Sr", budget))
    assert (x[0], x[-1]) == (0.0, pytest.approx(budget))
    steps = {round(b - a, 12) for a, b in pairwise(x)}
    assert len(steps) == 1


# The end


def test_after_the_engine_has_closed_edits_are_still_possible(
    doped: Any, qapp: QApplication, qtbot: QtBot
) -> None:
    doped.stretch(3.6)  # a value is under way and a curve is due
    doped.engine.close()
    status = doped.answer.status
    doped.dope(0.2)
    doped.document.set_doping(None)
    doped.document.undo()
    qtbot.wait(2 * REST_MS)
    assert doped.answer.status is status
    assert doped.engine.jobs() == {}
    assert not any(timer.isActive() for timer in doped.link.findChildren(QTimer))


def test_the_answer_stays_as_it_was_when_the_engine_closes(doped: Any) -> None:
    prediction, curve = doped.answer.prediction, doped.answer.curve
    doped.engine.close()
    assert (doped.answer.status, doped.answer.prediction) == (AnswerStatus.CURRENT, prediction)
    assert (doped.answer.curve_status, doped.answer.curve) == (AnswerStatus.CURRENT, curve)
