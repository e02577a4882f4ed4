from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal.elements import symbols
from sc3d_desktop.viz.periodic_table import PeriodicTable


@pytest.fixture
def table(qtbot: QtBot) -> PeriodicTable:
    widget = PeriodicTable()
    qtbot.addWidget(widget)
    widget.resize(widget.sizeHint())
    widget.show()
    return widget


def _click(qtbot: QtBot, table: PeriodicTable, symbol: str) -> None:
    where = table.cell(symbol).center().toPoint()
    qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=where)


def test_every_element_has_its_own_place_inside_the_widget(table: PeriodicTable) -> None:
    assert table.width() <= 480
    cells = [table.cell(symbol) for symbol in symbols() if symbol]
    assert len({(round(c.x(), 3), round(c.y(), 3)) for c in cells}) == len(cells) == 103
    assert all(table.rect().toRectF().contains(cell) for cell in cells)


@pytest.mark.parametrize("symbol", ["H", "La", "Lr", "O", "Sr", "Ne"])
def test_a_click_picks_the_element_under_the_mouse(
    qtbot: QtBot, table: PeriodicTable, symbol: str
) -> None:
    with qtbot.waitSignal(table.element_picked) as picked:
        _click(qtbot, table, symbol)
    assert picked.args == [symbol]


def test_a_disabled_element_cannot_be_picked(qtbot: QtBot, table: PeriodicTable) -> None:
    table.set_enabled_elements({"Al", "Sc"})
    with qtbot.assertNotEmitted(table.element_picked):
        _click(qtbot, table, "Mg")
    with qtbot.waitSignal(table.element_picked):
        _click(qtbot, table, "Al")
    table.set_enabled_elements(None)
    with qtbot.waitSignal(table.element_picked):
        _click(qtbot, table, "Mg")


def test_arrows_walk_over_the_gaps(qtbot: QtBot, table: PeriodicTable) -> None:
    table.set_current("H")
    walk = [
        (Qt.Key.Key_Right, "He"),
        (Qt.Key.Key_Down, "Ne"),
        (Qt.Key.Key_Left, "F"),
        (Qt.Key.Key_Down, "Cl"),
        (Qt.Key.Key_Up, "F"),
    ]
    for key, expected in walk:
        qtbot.keyClick(table, key)
        assert table.current == expected
    table.set_current("Ra")
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert table.current == "Ra"  # the last of its row
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.current == "La"


def test_typing_a_symbol_and_enter_picks_it(qtbot: QtBot, table: PeriodicTable) -> None:
    qtbot.keyClicks(table, "sr")
    assert table.current == "Sr"
    with qtbot.waitSignal(table.element_picked) as picked:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert picked.args == ["Sr"]


def test_a_single_letter_element_needs_no_second_letter(qtbot: QtBot, table: PeriodicTable) -> None:
    qtbot.keyClicks(table, "y")
    assert table.current == "Y"
    qtbot.keyClicks(table, "b")
    assert table.current == "Yb"


def test_the_tooltip_says_name_and_number(qtbot: QtBot, table: PeriodicTable) -> None:
    def points_at_copper() -> bool:
        # A pointer that is there already does not move: come from a neighbour.
        for symbol in ("Zn", "Cu"):
            qtbot.mouseMove(table, table.cell(symbol).center().toPoint())
        return table.toolTip() == "Copper (Cu), Z = 29"

    qtbot.waitUntil(points_at_copper)


def test_marked_elements_are_drawn_differently(table: PeriodicTable) -> None:
    plain = table.grab().toImage()
    table.set_marked({"Mg"})
    assert table.grab().toImage() != plain
