"""What a user does in the table of what was read: open, filter, sort, copy, save."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from opened_cases import BAD, DOUBTFUL, TWO_SITES, click, column, shown, table, write
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject
from sc3d_desktop.window.opened_model import FILE, NOTICED, SITES, State
from sc3d_desktop.window.opened_table import OpenedTable


@pytest.fixture
def three(user: Any, window: MainWindow, tmp_path: Path) -> OpenedTable:
    """A doubtful one, one with two sites, and a refused one."""
    user.drop(*write(tmp_path / "three", [DOUBTFUL, TWO_SITES, BAD]))
    return table(window)


def test_a_double_click_or_enter_opens_a_line_and_the_table_stays(
    window: MainWindow, three: OpenedTable
) -> None:
    click(three, 1, n=2)
    assert shown(window) == "MgB0.5"
    assert not window.banners[Subject.DOUBT].isVisible()
    QTest.keyClick(three.view, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(three.view, Qt.Key.Key_Return)
    assert shown(window) == "Mg"
    assert window.banners[Subject.DOUBT].isVisible()
    assert three.isVisible()


def test_a_refused_line_opens_nothing_and_tells_its_reason(
    window: MainWindow, three: OpenedTable
) -> None:
    click(three, 2, n=2)
    assert shown(window) == ""
    assert three.isVisible()
    assert three.detail.toPlainText().startswith("0002.cif")
    assert len(three.detail.toPlainText().splitlines()) == 2


def test_the_selected_line_tells_all_that_was_noticed(three: OpenedTable) -> None:
    assert three.detail.toPlainText().startswith("Doubtful: The occupancy of Mg1 is unknown")
    click(three, 1)
    assert "Mg1" not in three.detail.toPlainText()


@pytest.mark.parametrize("reading", [False, True])
def test_the_table_fits_into_a_narrow_window(
    window: MainWindow, three: OpenedTable, reading: bool
) -> None:
    if reading:
        three.begin(100_000)
        three.flush()
    window.resize(1280, 800)
    QApplication.processEvents()
    assert window.width() == 1280
    assert three.view.horizontalScrollBar().maximum() == 0
    assert three.view.columnWidth(NOTICED) > 100
    assert three.stop.isVisible() == reading


def test_the_button_closes_the_table(three: OpenedTable) -> None:
    QTest.mouseClick(three.close_button, Qt.MouseButton.LeftButton)
    assert not three.isVisible()


def test_lines_are_filtered_by_their_state(three: OpenedTable) -> None:
    shown = {}
    for state in (State.DOUBTFUL, State.REFUSED, None):
        QTest.mouseClick(three.filters[state], Qt.MouseButton.LeftButton)
        shown[state] = column(three, FILE)
    assert shown[State.DOUBTFUL] == ["0000.cif"]
    assert shown[State.REFUSED] == ["0002.cif"]
    assert shown[None] == ["0000.cif", "0001.cif", "0002.cif"]
    assert [b.text() for b in three.filters.values()] == ["All 3", "Doubtful 1", "Refused 1"]


def click_heading(opened: OpenedTable, n: int) -> None:
    header = opened.view.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(n) + 10, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_click_on_a_heading_sorts_and_what_is_selected_stays_selected(
    three: OpenedTable,
) -> None:
    click(three, 1)
    sites = []
    for _ in range(3):  # the third click gives back the order of the files
        click_heading(three, SITES)
        sites.append(column(three, SITES))
        (index,) = three.view.selectionModel().selectedRows()
        assert three.model.found(index.row()).source.path.name == "0001.cif"
    assert sites[:2] == [["", "1", "2"], ["2", "1", ""]]
    assert sites[2] == ["1", "2", ""]
    click_heading(three, NOTICED)
    assert column(three, FILE)[:2] == ["0002.cif", "0000.cif"]


def test_lines_that_come_later_take_their_place_in_the_order_and_the_filter(
    three: OpenedTable, window: MainWindow
) -> None:
    lines = three.model.shown()
    click_heading(three, SITES)
    three.add(lines)
    three.flush()
    assert column(three, SITES) == ["", "", "1", "1", "2", "2"]
    QTest.mouseClick(three.filters[State.REFUSED], Qt.MouseButton.LeftButton)
    three.add(lines)
    three.flush()
    assert column(three, FILE) == ["0002.cif"] * 3


def test_selected_lines_and_the_whole_table_can_be_copied(three: OpenedTable) -> None:
    click(three, 1)
    QTest.keyClick(three.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    heading, line = QGuiApplication.clipboard().text().splitlines()
    assert heading.startswith("File\tBlock\tFormula\tSites")
    assert line.split("\t")[1:4] == ["test", "MgB0.5", "2"]
    QTest.mouseClick(three.copy, Qt.MouseButton.LeftButton)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 4


def test_the_table_is_saved_as_csv_as_it_is_shown(
    three: OpenedTable, window: MainWindow, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    window.files.ask.file_to_save = lambda *_: out
    QTest.mouseClick(three.filters[State.DOUBTFUL], Qt.MouseButton.LeftButton)
    QTest.mouseClick(three.save, Qt.MouseButton.LeftButton)
    text = out.read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["File"] == str(tmp_path / "three" / "0000.cif")
    assert (row["Formula"], row["Sites"], row["Disorder"]) == ("Mg", "1", "O")
    assert "unknown" in row["What was noticed"]
    window.files.ask.file_to_save = lambda *_: tmp_path / "none" / "out.csv"
    QTest.mouseClick(three.save, Qt.MouseButton.LeftButton)
    assert "out.csv could not be written" in window.banners[Subject.PROBLEM].message.text()


def test_files_can_be_dropped_on_the_table_too(
    user: Any, window: MainWindow, three: OpenedTable, mgb2: Path
) -> None:
    user.drop(mgb2, on=three.view)
    assert shown(window) == "MgB2"
