"""The main job end to end: open a crystal, change an occupancy, watch Tc change, take it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsView
from pytestqt.qtbot import QtBot

from sc3d_desktop.state.answer import AnswerStatus
from sc3d_desktop.window import MainWindow


def test_drop_drag_see_tc_change_and_undo(
    user: Any, window: MainWindow, mgb2: Path, qtbot: QtBot
) -> None:
    user.drop(mgb2, on=window.editor.cell.boxes[0])
    before = user.answer()
    user.add_dopant("Al")
    user.drag_slider("Al", to=0.1)
    assert window.session.answer.status is AnswerStatus.STALE
    after = user.answer()
    assert after < before
    assert dict(window.session.document.crystal.sites[0].species) == pytest.approx(
        {"Mg": 0.9, "Al": 0.1}
    )
    user.press("Ctrl+Z")
    assert window.session.answer.status is AnswerStatus.CURRENT
    assert window.session.answer.prediction.tc_kelvin == before
    assert dict(window.session.document.crystal.sites[0].species) == {"Mg": 1.0}
    assert not window.session.document.can_undo


def test_the_number_on_screen_is_grey_until_the_answer_for_this_crystal_is_there(
    user: Any, window: MainWindow, mgb2: Path, model: Any, qtbot: QtBot
) -> None:
    user.drop(mgb2)
    user.answer()
    shown = window.predictor.value
    current = shown.value.foregroundRole()
    user.add_dopant("Al")
    qtbot.waitUntil(lambda: window.session.answer.curve_status is AnswerStatus.CURRENT)
    model.gate.clear()
    user.drag_slider("Al", to=0.2)
    assert "39.0 K" in shown.value.text()
    assert shown.value.foregroundRole() != current
    assert shown.activity.busy
    model.gate.set()
    user.answer()
    assert "31.9 K" in shown.value.text()
    assert shown.value.foregroundRole() == current
    assert not shown.activity.busy
    assert "−7.07 K (−18 %)" in shown.change.text()


def test_an_answer_that_comes_too_late_is_never_shown(
    user: Any, window: MainWindow, mgb2: Path, model: Any, qtbot: QtBot
) -> None:
    user.drop(mgb2)
    user.answer()
    user.add_dopant("Al")
    qtbot.waitUntil(lambda: window.session.answer.curve_status is AnswerStatus.CURRENT)
    seen: list[float] = []
    answer = window.session.answer
    answer.changed.connect(lambda: seen.append(answer.prediction.tc_kelvin))
    model.gate.clear()
    asked = len(model.asked)
    user.drag_slider("Al", to=0.3)
    qtbot.waitUntil(lambda: len(model.asked) > asked)
    user.press("Ctrl+Z")
    seen.clear()
    model.gate.set()
    qtbot.wait(150)
    assert set(seen) <= {39.0}
    assert window.session.answer.prediction.tc_kelvin == 39.0
    assert window.session.answer.status is AnswerStatus.CURRENT


def test_an_exact_occupancy_is_taken_to_four_decimals(
    user: Any, window: MainWindow, mgb2: Path
) -> None:
    user.drop(mgb2)
    user.add_dopant("Al")
    user.enter(user.row("Al").box, "0.0725")
    species = window.session.document.crystal.sites[0].species
    assert dict(species) == pytest.approx({"Mg": 0.9275, "Al": 0.0725})
    assert user.row("Mg").box.value() == 0.9275


@pytest.mark.parametrize("typed", ["1.2", "-0.1"])
def test_an_impossible_occupancy_is_explained_beside_it_and_changes_nothing(
    user: Any, window: MainWindow, mgb2: Path, typed: str
) -> None:
    user.drop(mgb2)
    user.add_dopant("Al")
    before = window.session.document.crystal
    box = user.row("Al").box
    user.enter(box, typed)
    assert window.session.document.crystal is before
    assert window.editor.site.problem.isVisible()
    assert f"{float(typed):g}" in window.editor.site.problem.text()
    assert box.has_problem
    user.enter(box, "0.1")
    assert not window.editor.site.problem.isVisible()
    assert not box.has_problem


def test_dragging_on_the_curve_edits_the_crystal_as_one_step(
    user: Any, window: MainWindow, mgb2: Path, qtbot: QtBot
) -> None:
    user.drop(mgb2)
    user.add_dopant("Al")
    plot = window.predictor.plot
    qtbot.waitUntil(lambda: window.session.answer.curve_status is AnswerStatus.CURRENT)
    assert plot is not None
    qtbot.wait(50)
    chart = plot.findChild(QGraphicsView).viewport()
    middle, left = chart.height() // 2, Qt.MouseButton.LeftButton
    seen = []
    window.session.document.crystal_changed.connect(
        lambda crystal: seen.append(crystal.sites[0].species.get("Al", 0.0))
    )
    QTest.mousePress(chart, left, pos=QPoint(chart.width() // 3, middle))
    for share in (0.40, 0.45, 0.50):
        QTest.mouseMove(chart, QPoint(int(chart.width() * share), middle))
    QTest.mouseRelease(chart, left, pos=QPoint(chart.width() // 2, middle))
    assert len(seen) >= 3
    assert seen == sorted(seen)
    assert user.row("Al").box.value() == pytest.approx(seen[-1])
    window.session.document.undo()
    assert not window.session.document.can_undo


def test_without_a_dopant_the_answer_says_how_to_get_a_curve(
    user: Any, window: MainWindow, mgb2: Path
) -> None:
    user.drop(mgb2)
    assert window.predictor.hint.isVisible()
    user.add_dopant("Al")
    assert not window.predictor.hint.isVisible()
