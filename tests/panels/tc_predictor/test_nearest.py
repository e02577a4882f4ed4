"""The nearest known superconductors: what the table says, and opening one with mouse and keys."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from sc3d_desktop.models.interface import NearestKnown

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def table(shown: Any) -> Any:
    """The table on its tab, brought up with the mouse."""
    shown.show()
    tabs = shown.panel.below.tabs
    QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(1).center())
    table = shown.panel.below.known.table
    assert table.isVisible()
    return table


def double_click(table: Any, row: int) -> None:
    at = table.visualRect(table.known_model.index(row, 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=at)
    QTest.mouseDClick(table.viewport(), LEFT, pos=at)


def shown_columns(table: Any) -> list[str]:
    header = table.known_model.headerData
    across = Qt.Orientation.Horizontal
    columns = range(table.known_model.columnCount())
    return [header(c, across) for c in columns if not table.isColumnHidden(c)]


def test_a_row_gives_formula_tc_distance_and_reference(table: Any) -> None:
    model = table.known_model
    assert [model.item(1, c).text() for c in (0, 1, 3, 4)] == [
        *("Mg0.9Al0.1B2", "33.1", "0.12", "Slusky 2001"),
    ]
    assert shown_columns(table) == ["Nearest known", "Tc (K)", "Distance", "Reference"]
    assert "Slusky 2001" in model.item(1, 0).toolTip()


def test_pressure_has_a_column_only_where_one_is_known(
    table: Any, shown: Any, case: SimpleNamespace
) -> None:
    hydride = NearestKnown("LaH10", 250.0, 0.4, "Drozdov 2019", 170.0)
    shown.show(nearest=(hydride, *case.KNOWN[:4]))
    assert "P (GPa)" in shown_columns(table)
    assert [table.known_model.item(row, 2).text() for row in (0, 1)] == ["170", ""]
    shown.show(nearest=case.KNOWN)
    assert "P (GPa)" not in shown_columns(table)


@pytest.mark.parametrize("pressure", [None, 170.0])
@pytest.mark.parametrize("width", [320, 400, 700])
def test_the_columns_fill_the_table_and_none_is_cut_off(
    table: Any, shown: Any, case: SimpleNamespace, width: int, pressure: float | None
) -> None:
    first = replace(case.KNOWN[0], pressure_gpa=pressure)
    shown.show(nearest=(first, *case.KNOWN[1:]))
    shown.panel.resize(width, 320)
    shown.qtbot.wait(20)
    header = table.horizontalHeader()
    assert header.length() == table.viewport().width()


def test_a_double_click_opens_a_compound_that_has_a_structure(table: Any, shown: Any) -> None:
    with shown.qtbot.waitSignal(shown.panel.known_wanted) as wanted:
        double_click(table, 3)
    assert wanted.args == ["NbB2"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_opens_the_row_reached_with_the_arrow_keys(table: Any, shown: Any, key: Any) -> None:
    table.setFocus()
    table.selectRow(0)
    for _ in range(3):
        QTest.keyClick(table, Qt.Key.Key_Down)
    with shown.qtbot.waitSignal(shown.panel.known_wanted) as wanted:
        QTest.keyClick(table, key)
    assert wanted.args == ["NbB2"]


def test_one_without_a_structure_says_so_and_opens_nothing(table: Any, shown: Any) -> None:
    remark = shown.panel.below.known.remark
    with shown.qtbot.assertNotEmitted(shown.panel.known_wanted):
        double_click(table, 1)
    assert remark.isVisible()
    assert remark.text() == "No structure of Mg0.9Al0.1B2 comes with the program."
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert not remark.isVisible()
    with shown.qtbot.assertNotEmitted(shown.panel.known_wanted):
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert "Mg0.8Li0.2B2" in remark.text()
    assert remark.isVisible()


def test_other_compounds_leave_no_row_selected_and_no_remark(
    table: Any, shown: Any, case: SimpleNamespace
) -> None:
    double_click(table, 1)
    shown.show(nearest=tuple(reversed(case.KNOWN)))
    assert not table.selectionModel().hasSelection()
    assert not shown.panel.below.known.remark.isVisible()


def test_only_what_can_be_opened_is_underlined(table: Any) -> None:
    """Under MgB2, which has a structure, a line runs all along; under Mg0.9Al0.1B2 none does."""
    table.clearSelection()
    image = table.viewport().grab().toImage()

    def longest_line(row: int) -> int:
        cell: QRect = table.visualRect(table.known_model.index(row, 0))
        ground = image.pixel(cell.right() - 3, cell.center().y())
        longest = 0
        for y in range(cell.top() + 2, cell.bottom() - 1):
            run = 0
            for x in range(cell.left(), cell.right()):
                run = run + 1 if image.pixel(x, y) != ground else 0
                longest = max(longest, run)
        return longest

    assert longest_line(0) > 25
    assert longest_line(1) < 20


def test_both_are_shown_where_there_is_room_and_one_at_a_time_where_not(shown: Any) -> None:
    shown.show()
    below = shown.panel.below
    assert (below.curve.isVisible(), below.known.isVisible()) == (True, False)
    assert below.tabs.isVisible()
    shown.panel.resize(400, 640)
    shown.qtbot.waitUntil(lambda: below.known.isVisible())
    assert below.curve.isVisible()
    assert not below.tabs.isVisible()
    shown.panel.resize(400, 320)
    shown.qtbot.waitUntil(lambda: not below.known.isVisible())
    assert below.tabs.isVisible()


def test_tabs_go_by_keys_too(shown: Any) -> None:
    shown.show()
    below = shown.panel.below
    below.tabs.setFocus()
    QTest.keyClick(below.tabs, Qt.Key.Key_Right)
    assert below.known.isVisible()
    assert not below.curve.isVisible()


def test_the_model_card_is_a_click_away(shown: Any) -> None:
    shown.show()
    card = shown.panel.below.card
    with shown.qtbot.waitSignal(shown.panel.card_wanted):
        QTest.mouseClick(card, LEFT, pos=QPoint(card.width() // 2, card.height() // 2))


def test_the_model_card_is_reached_with_the_keyboard(shown: Any) -> None:
    shown.show()
    shown.panel.activateWindow()
    shown.panel.below.tabs.setFocus()
    for _ in range(6):
        if shown.panel.focusWidget() is shown.panel.below.card:
            break
        QTest.keyClick(shown.panel.focusWidget(), Qt.Key.Key_Tab)
    with shown.qtbot.waitSignal(shown.panel.card_wanted):
        QTest.keyClick(shown.panel.focusWidget(), Qt.Key.Key_Return)
