from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.panels.compare.rows import Line
from sc3d_desktop.panels.compare.table import DifferenceTable

LINES = [
    Line("Formula", "MgB2", "Mg0.9Al0.1B2"),
    Line("a (Å)", "3.0860", "3.1000", "+0.014", "+0.45 %"),
    Line("Positions", "", "", changed=False, said="They are not matched."),
]


def table(qtbot: QtBot) -> DifferenceTable:
    made = DifferenceTable()
    qtbot.addWidget(made)
    made.show_lines(LINES)
    made.resize(700, 200)
    made.show()
    return made


def cell(shown: DifferenceTable, row: int, column: int) -> str:
    item = shown.item(row, column)
    assert item is not None
    return item.text()


def test_selected_lines_are_copied_with_tabs(qtbot: QtBot) -> None:
    shown = table(qtbot)
    at = shown.visualItemRect(shown.item(1, 1)).center()
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.keyClick(shown, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().split("\n") == [
        "\tA\tB\tChange\tChange in %",
        "a (Å)\t3.0860\t3.1000\t+0.014\t+0.45 %",
    ]


def test_without_a_selection_all_is_copied(qtbot: QtBot) -> None:
    shown = table(qtbot)
    shown.copy()
    text = QGuiApplication.clipboard().text()
    assert text.count("\n") == 3
    assert text.endswith("Positions\tThey are not matched.\t\t\t")


def test_a_sentence_takes_the_whole_line(qtbot: QtBot) -> None:
    shown = table(qtbot)
    assert cell(shown, 2, 1) == "They are not matched."
    assert shown.columnSpan(2, 1) == 4
    shown.show_lines(LINES[:2])
    assert shown.rowCount() == 2


def test_what_has_not_changed_is_left_alone(qtbot: QtBot) -> None:
    shown = table(qtbot)
    before, told = shown.item(0, 1), []
    shown.itemChanged.connect(told.append)
    shown.show_lines([LINES[0], Line("a (Å)", "3.0860", "3.2000", "+0.114", "+3.69 %"), LINES[2]])
    assert shown.item(0, 1) is before
    assert {item.row() for item in told} == {1}
    assert cell(shown, 1, 2) == "3.2000"
