from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.edits import doping_line
from sc3d_desktop.engine import Engine, TcLink
from sc3d_desktop.errors import ModelError
from sc3d_desktop.jobs import PredictTc, Priority, Progress
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.state.answer import AnswerStatus, TcAnswer
from sc3d_desktop.state.document import Document


def aluminium(prediction: TcPrediction | None) -> float:
    assert prediction is not None
    return round((40.0 - prediction.tc_kelvin) / 30.0, 6)


# The value


def test_an_opened_crystal_gets_its_tc_which_is_the_parent_too(
    bench: Any, mgb2: Crystal, predicted: Any
) -> None:
    bench.document.open(mgb2)
    assert bench.answer.status is AnswerStatus.STALE
    bench.settle()
    assert bench.answer.status is AnswerStatus.CURRENT
    assert bench.answer.prediction == bench.answer.parent == predicted(mgb2)
    assert len(bench.jobs) == 1


def test_an_edit_makes_the_old_number_stale_until_the_new_one_is_there(opened: Any) -> None:
    old = opened.answer.prediction
    opened.dope(0.5)
    assert (opened.answer.status, opened.answer.prediction) == (AnswerStatus.STALE, old)
    opened.settle()
    assert opened.answer.status is AnswerStatus.CURRENT
    assert aluminium(opened.answer.prediction) == 0.5
    assert opened.answer.parent == old


def test_the_job_carries_crystal_and_revision_of_the_document(opened: Any) -> None:
    opened.dope(0.5)
    job = opened.jobs[-1]
    assert job == PredictTc(opened.document.crystal, opened.document.revision)
    opened.settle()


def test_of_a_drag_only_the_step_under_way_and_the_last_are_predicted(opened: Any) -> None:
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


def test_a_late_answer_is_dropped(opened: Any) -> None:
    opened.model.gate.clear()
    opened.dope(0.3)
    opened.wait(lambda: len(opened.model.asked) == 2)
    opened.dope(0.6)
    opened.model.gate.set()
    opened.settle()
    assert 0.3 not in [aluminium(p) for p in opened.shown]
    assert aluminium(opened.answer.prediction) == 0.6


def test_an_answer_that_was_sent_before_the_edit_but_not_yet_heard_is_dropped(
    opened: Any, script: Any
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


def test_undo_and_redo_are_answered_at_once_without_a_job(opened: Any) -> None:
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


def test_undo_while_a_prediction_is_under_way_is_not_overwritten_by_it(opened: Any) -> None:
    opened.model.gate.clear()
    opened.dope(0.7)
    opened.wait(lambda: len(opened.model.asked) == 2)
    opened.document.undo()
    assert aluminium(opened.answer.prediction) == 0.0
    opened.model.gate.set()
    opened.settle()
    assert 0.7 not in [aluminium(p) for p in opened.shown]
    assert opened.answer.status is AnswerStatus.CURRENT


def test_a_model_that_fails_is_told_and_asked_again_after_the_next_edit(opened: Any) -> None:
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


def test_a_prediction_the_user_cancels_is_not_awaited_for_ever(opened: Any) -> None:
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
    bench: Any, mgb2: Crystal, predicted: Any
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
    bench: Any, mgb2: Crystal, predicted: Any
) -> None:
    edited = doping_line(mgb2, (0,), "Al").at(mgb2, 0.4)
    bench.document.restore(mgb2, edited, None)
    bench.settle()
    assert bench.answer.prediction == predicted(edited)
    assert bench.answer.parent == predicted(mgb2)


def test_another_crystal_has_nothing_of_the_last_one(
    doped: Any, mgb2: Crystal, predicted: Any
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
    bench: Any, mgb2: Crystal, predicted: Any
) -> None:
    bench.model.gate.clear()
    bench.document.open(mgb2)
    bench.wait(lambda: len(bench.model.asked) == 1)
    bench.dope(0.1)
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
