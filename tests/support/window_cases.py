"""What tests of the dataset browser in its window do again and again."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.window import MainWindow


def settle(window: MainWindow, qtbot: QtBot, timeout: int = 60_000) -> None:
    """Until all jobs are done and the table shows what there is."""
    engine, browser = window.session.engine, window.session.browser
    qtbot.waitUntil(
        lambda: not engine.jobs() and browser.columns is not None and not browser.out_of_date,
        timeout=timeout,
    )


def formulas(window: MainWindow) -> list[str]:
    browser = window.session.browser
    rows = [browser.row(i) for i in range(len(browser.ids))]
    return [row.formula for row in rows if row is not None]


def select(window: MainWindow, formula: str) -> None:
    place = formulas(window).index(formula)
    table = window.browser.table
    table.scrollTo(table.entries.index(place, 0))
    at = QPoint(40, table.rowViewportPosition(place) + 5)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
