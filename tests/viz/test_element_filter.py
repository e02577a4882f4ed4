"""Wishes for elements, with real clicks and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.viz.element_filter import WISH_COLOURS, ElementFilter, Wish

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def table(qtbot: QtBot) -> ElementFilter:
    widget = ElementFilter()
    qtbot.addWidget(widget)
    widget.resize(widget.sizeHint())
    widget.show()
    return widget


def click(table: ElementFilter, element: str, keys: Qt.KeyboardModifier = NONE) -> Wish:
    at = table.cell(element).center().toPoint()
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, keys, at)
    return table.wish(element)


def test_clicks_go_through_the_wishes_and_back(table: ElementFilter, qtbot: QtBot) -> None:
    told: list[Wish] = []
    table.wishes_changed.connect(lambda: told.append(table.wish("Fe")))
    for _ in range(4):
        click(table, "Fe")
    assert told == [Wish.MUST, Wish.MAY, Wish.MUST_NOT, Wish.NONE]


def test_shift_means_may_and_ctrl_must_not_whatever_there_was(table: ElementFilter) -> None:
    for before in Wish:
        for keys, wish in ((SHIFT, Wish.MAY), (CTRL, Wish.MUST_NOT)):
            table.set_wishes(*({"O"} if before is w else set() for w in list(Wish)[1:]))
            assert click(table, "O", keys) is (Wish.NONE if before is wish else wish)


def test_keys_do_what_clicks_do(table: ElementFilter) -> None:
    table.setFocus()
    QTest.keyClicks(table, "ba")
    assert table.current == "Ba"
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert table.asked(Wish.MUST) == {"Ba"}
    QTest.keyClick(table, Qt.Key.Key_Space, SHIFT)
    assert table.asked(Wish.MAY) == {"Ba"}
    QTest.keyClick(table, Qt.Key.Key_Minus)
    assert table.asked(Wish.MUST_NOT) == {"Ba"}
    QTest.keyClick(table, Qt.Key.Key_Plus)
    assert table.asked(Wish.MUST) == {"Ba"}
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert table.wish("Ba") is Wish.NONE


def test_a_wish_is_seen_and_said(table: ElementFilter) -> None:
    table.set_wishes({"Fe"}, {"Se"}, {"O"})
    picture = table.grab().toImage()
    ratio = picture.devicePixelRatio()
    for element, wish in (("Fe", Wish.MUST), ("Se", Wish.MAY), ("O", Wish.MUST_NOT)):
        at = table.cell(element).bottomLeft()
        colour = picture.pixelColor(round((at.x() + 5) * ratio), round((at.y() - 4) * ratio))
        assert colour.name().upper() == WISH_COLOURS[wish]
    table.set_current("O")
    assert table.accessibleDescription().endswith("must not have")
