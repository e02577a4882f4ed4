"""Screenings in the whole window, as a user works them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from sc3d_desktop.screening.store import Line
from sc3d_desktop.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
N = 100
"""Inputs of the folder that is screened."""


def idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.engine.jobs(), timeout=30_000)


def click(button: QPushButton) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def add(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    window.screening.begin.sources.dropped.emit([folder])
    idle(window, qtbot)


def run_all(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    add(window, qtbot, folder)
    click(window.screening.begin.start)
    idle(window, qtbot)
    qtbot.waitUntil(lambda: len(window.session.screening.ids) > 0)


def lines(window: MainWindow) -> list[Line]:
    """The candidates in the table, in order."""
    state = window.session.screening
    rows = (state.row(place) for place in range(len(state.ids)))
    return [row.line for row in rows if row is not None]


def hold(model: Any, after: int) -> threading.Event:
    """Let the model answer so often, and then wait for the event that is returned."""
    gate, answered, predict = threading.Event(), [0], model.predict

    def held(crystals: Any) -> Any:
        answered[0] += len(crystals)
        if answered[0] > after:
            gate.wait(20)
        return predict(crystals)

    model.predict = held
    return gate


def click_row(window: MainWindow, row: int) -> None:
    table = window.screening.run.table
    at = QPoint(30, table.rowViewportPosition(row) + 5)
    QTest.mouseClick(table.viewport(), LEFT, pos=at)
    QTest.mouseDClick(table.viewport(), LEFT, pos=at)
