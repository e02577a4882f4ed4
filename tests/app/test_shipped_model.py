"""The main job once more, on the weights that ship."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from sc3d_desktop.app.compose import build_window
from sc3d_desktop.paths import examples
from sc3d_desktop.state.answer import AnswerStatus
from sc3d_desktop.window import MainWindow


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = build_window()
    made.resize(QSize(1280, 800))
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.add_plots()
    yield made
    made.close()
    made.deleteLater()


def test_aluminium_lowers_the_tc_of_mgb2_and_undo_brings_it_back(
    user: Any, window: MainWindow, qtbot: QtBot
) -> None:
    answer = window.session.answer
    user.drop(examples() / "MgB2.cif")
    qtbot.waitUntil(lambda: answer.status is AnswerStatus.CURRENT, timeout=120_000)
    parent = answer.prediction
    assert 33 < parent.tc_kelvin < 45
    assert parent.tc_low_kelvin < parent.tc_kelvin < parent.tc_high_kelvin
    user.add_dopant("Al")
    user.drag_slider("Al", to=0.1)
    assert answer.status is AnswerStatus.STALE
    qtbot.waitUntil(lambda: answer.status is AnswerStatus.CURRENT, timeout=30_000)
    assert answer.prediction.tc_kelvin < parent.tc_kelvin
    qtbot.waitUntil(lambda: answer.curve_status is AnswerStatus.CURRENT, timeout=30_000)
    curve = [p.tc_kelvin for p in answer.curve.predictions]
    assert curve[0] == pytest.approx(parent.tc_kelvin, rel=1e-3)
    assert curve[16] < curve[12] < curve[8] < curve[4] < curve[0]
    user.press("Ctrl+Z")
    assert answer.status is AnswerStatus.CURRENT
    assert answer.prediction == parent
