from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.edits import DopingLine, doping_line
from sc3d_desktop.engine import Engine, TcLink
from sc3d_desktop.engine.link import CURVE_POINTS, REST_MS, curve_points
from sc3d_desktop.errors import ModelError
from sc3d_desktop.jobs import Job, PredictTc, Priority, Progress, Queued, ScanTc
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.state.answer import AnswerStatus, TcAnswer
from sc3d_desktop.state.document import Document


class Bench:
    """Document, answer and link on a real engine whose model can be held back."""

    def __init__(self, engine: Engine, model: Any, qtbot: QtBot) -> None:
        self.engine, self.model, self._qtbot = engine, model, qtbot
        self.document, self.answer = Document(), TcAnswer()
        self.jobs: list[Job[Any]] = []
        self.shown: list[TcPrediction | None] = []
        engine.event.connect(self._on_event)
        self.link = TcLink(self.document, self.answer, engine)
        self.answer.changed.connect(self._on_changed)

    def _on_event(self, job_id: int, event: object) -> None:
        job = self.engine.job(job_id)
        if isinstance(event, Queued) and isinstance(job, PredictTc | ScanTc):
            self.jobs.append(job)

    def _on_changed(self) -> None:
        if self.answer.status is AnswerStatus.CURRENT:
            self.shown.append(self.answer.prediction)

    def scans(self) -> list[ScanTc]:
        return [job for job in self.jobs if isinstance(job, ScanTc)]

    def dope(self, x: float, gesture: object | None = None) -> None:
        self.document.substitute((0,), "Mg", "Al", x, gesture)

    def stretch(self, c: float) -> None:
        self.document.set_cell(3.086, 3.086, c, 90, 90, 120)

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=10_000)

    def rest(self, ms: int) -> QTimer:
        """Let the crystal have rested only after ``ms``."""
        (timer,) = self.link.findChildren(QTimer)
        timer.setInterval(ms)
        return timer

    def settle(self) -> None:
        """Wait for the value, the curve if there is one, and everything that was asked for."""
        self.wait(lambda: self.answer.status in ("current", "failed"))
        if self.document.doping is not None:
            self.wait(lambda: self.answer.curve_status in ("current", "failed"))
        self.wait(lambda: not self.engine.jobs())


@pytest.fixture
def bench(engine: Engine, model: Any, qtbot: QtBot) -> Bench:
    return Bench(engine, model, qtbot)


@pytest.fixture
def opened(bench: Bench, mgb2: Crystal) -> Bench:
    """The crystal is open and its value there."""
    bench.document.open(mgb2)
    bench.settle()
    return bench


@pytest.fixture
def doped(opened: Bench, mgb2: Crystal) -> Bench:
    """The curve of aluminium on magnesium is there as well."""
    opened.document.set_doping(doping_line(mgb2, (0,), "Al"))
    opened.settle()
    return opened


def aluminium(prediction: TcPrediction | None) -> float:
    assert prediction is not None
    return round((40.0 - prediction.tc_kelvin) / 30.0, 6)


# The value


def test_an_opened_crystal_gets_its_tc_which_is_the_parent_too(
    bench: Bench, mgb2: Crystal, predicted: Any
) -> None:
    bench.document.open(mgb2)
    assert bench.answer.status is AnswerStatus.STALE
    bench.settle()
    assert bench.answer.status is AnswerStatus.CURRENT
    assert bench.answer.prediction == bench.answer.parent == predicted(mgb2)
    assert len(bench.jobs) == 1


def test_an_edit_makes_the_old_number_stale_until_the_new_one_is_there(opened: Bench) -> None:
    old = opened.answer.prediction
    opened.dope(0.5)
    assert (opened.answer.status, opened.answer.prediction) == (AnswerStatus.STALE, old)
    opened.settle()
    assert opened.answer.status is AnswerStatus.CURRENT
    assert aluminium(opened.answer.prediction) == 0.5
    assert opened.answer.parent == old


def test_the_job_carries_crystal_and_revision_of_the_document(opened: Bench) -> None:
    opened.dope(0.5)
    job = opened.jobs[-1]
    assert job == PredictTc(opened.document.crystal, opened.document.revision)
    opened.settle()


def test_of_a_drag_only_the_step_under_way_and_the_last_are_predicted(opened: Bench) -> None:
    opened.model.gate.clear()
    drag = object()
    opened.dope(0.01, drag)
    opened.wait(lambda: len(opened.model.asked) == 2)
    for i in range(2, 60):
        opened.dope(i / 100, drag)
    opened.model.gate.set()
    opened.settle()
    assert [crystals[0].composition.get("Al", 0.0) for crystals in opened.model.asked] == [
        0.0,
        0.01,
        0.59,
    ]
    assert [aluminium(p) for p in opened.shown] == [0.0, 0.59]


def test_a_late_answer_is_dropped(opened: Bench) -> None:
    opened.model.gate.clear()
    opened.dope(0.3)
    opened.wait(lambda: len(opened.model.asked) == 2)
    opened.dope(0.6)
    opened.model.gate.set()
    opened.settle()
    assert 0.3 not in [aluminium(p) for p in opened.shown]
    assert aluminium(opened.answer.prediction) == 0.6


def test_an_answer_that_was_sent_before_the_edit_but_not_yet_heard_is_dropped(
    opened: Bench, script: Any
) -> None:
    sent = threading.Event()

    def marker() -> Generator[Progress, None, None]:
        sent.set()
        yield Progress(0, 1)

    opened.dope(0.3)
    opened.engine.submit(script(marker, Priority.INTERACTIVE))
    assert sent.wait(10)  # the engine is done with the prediction; its answer waits to be heard
    opened.dope(0.6)
    assert opened.answer.status is AnswerStatus.STALE
    opened.settle()
    assert 0.3 not in [aluminium(p) for p in opened.shown]
    assert aluminium(opened.answer.prediction) == 0.6


def test_undo_and_redo_are_answered_at_once_without_a_job(opened: Bench) -> None:
    for x in (0.2, 0.4):
        opened.dope(x)
        opened.settle()
    jobs = len(opened.jobs)
    for step, expected in (
        (opened.document.undo, 0.2),
        (opened.document.undo, 0.0),
        (opened.document.redo, 0.2),
        (opened.document.redo, 0.4),
    ):
        step()
        assert opened.answer.status is AnswerStatus.CURRENT
        assert aluminium(opened.answer.prediction) == expected
    assert len(opened.jobs) == jobs


def test_undo_while_a_prediction_is_under_way_is_not_overwritten_by_it(opened: Bench) -> None:
    opened.model.gate.clear()
    opened.dope(0.7)
    opened.wait(lambda: len(opened.model.asked) == 2)
    opened.document.undo()
    assert aluminium(opened.answer.prediction) == 0.0
    opened.model.gate.set()
    opened.settle()
    assert 0.7 not in [aluminium(p) for p in opened.shown]
    assert opened.answer.status is AnswerStatus.CURRENT


def test_a_model_that_fails_is_told_and_asked_again_after_the_next_edit(opened: Bench) -> None:
    opened.model.problem = ModelError("The weights are missing.", "Install again.")
    opened.dope(0.2)
    opened.settle()
    assert opened.answer.status is AnswerStatus.FAILED
    assert (opened.answer.error, opened.answer.hint) == (
        "The weights are missing.",
        "Install again.",
    )
    opened.model.problem = None
    opened.dope(0.3)
    opened.settle()
    assert (opened.answer.status, opened.answer.error) == (AnswerStatus.CURRENT, "")


def test_a_prediction_the_user_cancels_is_not_awaited_for_ever(opened: Bench) -> None:
    opened.model.gate.clear()
    opened.dope(0.2)
    opened.engine.cancel_all()
    opened.model.gate.set()
    opened.settle()
    assert opened.answer.status is AnswerStatus.FAILED
    assert opened.answer.error == "Cancelled."
    assert opened.answer.hint
    opened.dope(0.3)
    opened.settle()
    assert aluminium(opened.answer.prediction) == 0.3


# The parent


def test_an_edit_before_the_first_answer_still_gets_the_parent(
    bench: Bench, mgb2: Crystal, predicted: Any
) -> None:
    bench.model.gate.clear()
    bench.document.open(mgb2)
    for x in (0.1, 0.2, 0.3):
        bench.dope(x)
    bench.model.gate.set()
    bench.settle()
    assert aluminium(bench.answer.prediction) == 0.3
    assert bench.answer.parent == predicted(mgb2)
    asked_for_parent = [job for job in bench.jobs if job.crystal == mgb2]
    assert len(asked_for_parent) == 2


def test_restored_edits_are_compared_with_the_crystal_as_opened(
    bench: Bench, mgb2: Crystal, predicted: Any
) -> None:
    edited = doping_line(mgb2, (0,), "Al").at(mgb2, 0.4)
    bench.document.restore(mgb2, edited, None)
    bench.settle()
    assert bench.answer.prediction == predicted(edited)
    assert bench.answer.parent == predicted(mgb2)


def test_another_crystal_has_nothing_of_the_last_one(
    doped: Bench, mgb2: Crystal, predicted: Any
) -> None:
    doped.dope(0.4)
    doped.settle()
    doped.model.gate.clear()
    other = Crystal(mgb2.lattice * 1.1, mgb2.sites, "larger")
    doped.document.open(other)
    assert (doped.answer.status, doped.answer.prediction) == (AnswerStatus.STALE, None)
    assert (doped.answer.parent, doped.answer.curve) == (None, None)
    doped.model.gate.set()
    doped.settle()
    assert doped.answer.prediction == doped.answer.parent == predicted(other)


def test_a_parent_that_arrives_after_another_crystal_was_opened_is_dropped(
    bench: Bench, mgb2: Crystal, predicted: Any
) -> None:
    bench.model.gate.clear()
    bench.document.open(mgb2)
    bench.dope(0.1)
    bench.wait(lambda: len(bench.model.asked) == 1)
    parents: list[TcPrediction | None] = []
    bench.answer.changed.connect(lambda: parents.append(bench.answer.parent))
    other = Crystal(mgb2.lattice * 1.1, mgb2.sites, "larger")
    bench.document.open(other)
    bench.model.gate.set()
    bench.settle()
    assert {parent for parent in parents if parent is not None} == {predicted(other)}
    assert bench.model.asked == [(mgb2,), (other,)]


def test_a_crystal_that_is_already_open_is_answered(
    engine: Engine, qtbot: QtBot, mgb2: Crystal, predicted: Any
) -> None:
    document, answer = Document(), TcAnswer()
    document.open(mgb2)
    link = TcLink(document, answer, engine)
    qtbot.waitUntil(lambda: answer.prediction == predicted(mgb2), timeout=10_000)
    assert link.parent() is None


# The curve


def test_a_line_gets_its_curve_from_zero_to_its_end(doped: Bench, predicted: Any) -> None:
    curve = doped.answer.curve
    assert curve is not None
    assert len(curve.x) == CURVE_POINTS == 41
    assert (curve.x[0], curve.x[-1]) == (0.0, pytest.approx(1.0))
    tc = [p.tc_kelvin for p in curve.predictions]
    assert tc == pytest.approx([40.0 - 30.0 * x for x in curve.x])
    assert doped.answer.doping == doped.document.doping


def test_moving_along_the_line_keeps_its_curve(doped: Bench) -> None:
    curve = doped.answer.curve
    told: list[AnswerStatus] = []
    doped.answer.curve_changed.connect(lambda: told.append(doped.answer.curve_status))
    for x in (0.1, 0.33, 0.7, 1.0, 0.0):
        doped.dope(x)
        assert (doped.answer.curve, doped.answer.curve_status) == (curve, AnswerStatus.CURRENT)
        doped.settle()
    assert told == []
    assert len(doped.scans()) == 1


def test_an_edit_off_the_line_makes_the_curve_stale_and_a_new_one_follows(doped: Bench) -> None:
    old = doped.answer.curve
    doped.stretch(3.6)
    assert (doped.answer.curve, doped.answer.curve_status) == (old, AnswerStatus.STALE)
    doped.settle()
    assert doped.answer.curve_status is AnswerStatus.CURRENT
    assert doped.answer.curve != old
    assert len(doped.scans()) == 2


def test_back_on_a_known_line_the_curve_is_there_at_once(doped: Bench) -> None:
    first = doped.answer.curve
    doped.stretch(3.6)
    doped.settle()
    scans = len(doped.scans())
    doped.document.undo()
    assert (doped.answer.curve, doped.answer.curve_status) == (first, AnswerStatus.CURRENT)
    doped.settle()
    assert len(doped.scans()) == scans


def test_the_value_is_asked_before_the_curve(opened: Bench, mgb2: Crystal) -> None:
    opened.document.set_doping(doping_line(mgb2, (0,), "Al"))
    opened.stretch(3.6)
    opened.settle()
    assert [len(crystals) for crystals in opened.model.asked] == [1, 1, CURVE_POINTS]


def test_while_the_cell_is_dragged_no_curve_takes_the_engine_from_the_value(doped: Bench) -> None:
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
    opened: Bench, mgb2: Crystal, qtbot: QtBot
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
    doped: Bench, qtbot: QtBot
) -> None:
    before = len(doped.scans())
    doped.model.gate.clear()
    doped.stretch(3.6)
    qtbot.wait(2 * REST_MS)
    assert len(doped.scans()) == before
    doped.model.gate.set()
    doped.settle()
    assert len(doped.scans()) == before + 1


def test_without_a_line_there_is_no_curve(doped: Bench) -> None:
    doped.document.set_doping(None)
    assert (doped.answer.curve, doped.answer.curve_status) == (None, AnswerStatus.EMPTY)
    doped.stretch(3.6)
    doped.settle()
    assert len(doped.scans()) == 1


def test_a_line_left_before_its_curve_is_there_is_not_scanned(
    opened: Bench, mgb2: Crystal
) -> None:
    opened.document.set_doping(doping_line(mgb2, (0,), "Al"))
    opened.document.set_doping(doping_line(mgb2, (1, 2), "C"))
    opened.settle()
    (scan,) = opened.scans()
    assert "C" in scan.crystals[-1].composition
    assert opened.answer.doping == opened.document.doping


def test_a_late_curve_is_dropped(opened: Bench, mgb2: Crystal) -> None:
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


def test_a_curve_that_fails_is_told_and_tried_again_after_the_next_edit(doped: Bench) -> None:
    doped.model.problem = RuntimeError("out of memory")
    doped.stretch(3.6)
    doped.settle()
    assert doped.answer.curve_status is AnswerStatus.FAILED
    assert "out of memory" in doped.answer.curve_error
    doped.model.problem = None
    doped.dope(0.1)
    doped.settle()
    assert doped.answer.curve_status is AnswerStatus.CURRENT


def test_a_curve_the_user_cancels_is_not_awaited_for_ever(doped: Bench) -> None:
    doped.stretch(3.6)
    doped.settle()
    doped.model.gate.clear()
    doped.document.set_doping(doping_line(doped.document.crystal, (1, 2), "C"))
    doped.wait(lambda: len(doped.scans()) == 3)
    doped.engine.cancel_all()
    doped.model.gate.set()
    doped.settle()
    assert (doped.answer.curve_status, doped.answer.curve_error) == ("failed", "Cancelled.")


def test_a_vacancy_line_stops_short_of_the_empty_site(opened: Bench, mgb2: Crystal) -> None:
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
    doped: Bench, qapp: QApplication, qtbot: QtBot
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


def test_the_answer_stays_as_it_was_when_the_engine_closes(doped: Bench) -> None:
    prediction, curve = doped.answer.prediction, doped.answer.curve
    doped.engine.close()
    assert (doped.answer.status, doped.answer.prediction) == (AnswerStatus.CURRENT, prediction)
    assert (doped.answer.curve_status, doped.answer.curve) == (AnswerStatus.CURRENT, curve)
