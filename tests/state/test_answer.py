from __future__ import annotations

import pytest

from sc3d_desktop.crystal.edits import DopingLine
from sc3d_desktop.jobs.tc import TcCurve
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.state.answer import AnswerStatus, TcAnswer

COLD = TcPrediction(4.0, 2.0, 8.0, (1.4,), "a model")
WARM = TcPrediction(39.0, 20.0, 78.0, (3.7,), "a model")
LINE = DopingLine((0,), "Mg", "Al", 1.0)
OTHER = DopingLine((1,), "B", "C", 1.0)
CURVE = TcCurve((0.0, 1.0), (WARM, COLD))


@pytest.fixture
def answer() -> TcAnswer:
    return TcAnswer()


def test_it_is_empty_at_first(answer: TcAnswer) -> None:
    assert (answer.status, answer.curve_status) == (AnswerStatus.EMPTY, AnswerStatus.EMPTY)
    assert (answer.prediction, answer.parent, answer.curve) == (None, None, None)


def test_a_stale_answer_keeps_its_number_but_is_not_current(answer: TcAnswer) -> None:
    answer.show(COLD)
    answer.mark_stale()
    assert (answer.status, answer.prediction) == (AnswerStatus.STALE, COLD)


def test_a_failure_is_told_and_gone_with_the_next_answer(answer: TcAnswer) -> None:
    answer.fail("no weights", "install again")
    assert (answer.status, answer.error, answer.hint) == (
        AnswerStatus.FAILED,
        "no weights",
        "install again",
    )
    answer.show(COLD)
    assert (answer.status, answer.error, answer.hint) == (AnswerStatus.CURRENT, "", "")


def test_another_crystal_leaves_nothing_of_the_last(answer: TcAnswer) -> None:
    answer.show_parent(WARM)
    answer.show(COLD)
    answer.mark_curve_stale(LINE)
    answer.show_curve(CURVE)
    answer.clear()
    assert (answer.status, answer.prediction, answer.parent) == (AnswerStatus.EMPTY, None, None)
    assert (answer.curve_status, answer.curve, answer.doping) == (AnswerStatus.EMPTY, None, None)


def test_the_curve_of_the_same_line_is_kept_while_stale_and_that_of_another_is_not(
    answer: TcAnswer,
) -> None:
    answer.mark_curve_stale(LINE)
    answer.show_curve(CURVE)
    answer.mark_curve_stale(LINE)
    assert (answer.curve_status, answer.curve) == (AnswerStatus.STALE, CURVE)
    answer.mark_curve_stale(OTHER)
    assert (answer.curve_status, answer.curve, answer.doping) == (AnswerStatus.STALE, None, OTHER)


def test_each_change_is_told_after_it_was_made(answer: TcAnswer) -> None:
    seen: list[AnswerStatus] = []
    curves: list[AnswerStatus] = []
    answer.changed.connect(lambda: seen.append(answer.status))
    answer.curve_changed.connect(lambda: curves.append(answer.curve_status))
    answer.mark_stale()
    answer.show(COLD)
    answer.fail("no", "")
    answer.mark_curve_stale(LINE)
    answer.show_curve(CURVE)
    answer.fail_curve("no")
    assert seen == ["stale", "current", "failed"]
    assert curves == ["stale", "current", "failed"]
