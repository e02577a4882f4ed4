"""The table against the rows themselves, with real mouse and key events."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from browser_cases import reload
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.query import Query, Sort
from sc3d_desktop.panels.dataset_browser.columns import COLUMNS, FORMULA
from sc3d_desktop.panels.dataset_browser.table import ENTRY_MIME, EntryTable
from sc3d_desktop.panels.parts.row_model import RowModel
from sc3d_desktop.panels.parts.row_table import MOST_RANGES, as_ranges
from sc3d_desktop.state.browser import Browser

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def shown(browser: Browser, qtbot: QtBot) -> EntryTable:
    table = EntryTable(browser)
    qtbot.addWidget(table)
    table.resize(900, 500)
    table.show()
    table.setFocus()
    return table


@pytest.fixture
def table(browser: Browser, qtbot: QtBot) -> EntryTable:
    return shown(browser, qtbot)


@pytest.fixture
def long_table(large: Browser, qtbot: QtBot) -> Iterator[EntryTable]:
    return shown(large, qtbot)


def column(name: str) -> int:
    return next(i for i, c in enumerate(COLUMNS) if c.name == name)


def click(table: EntryTable, row: int, modifier: Qt.KeyboardModifier = NONE) -> None:
    at = QPoint(40, table.rowViewportPosition(row) + table.rowHeight(row) // 2)
    QTest.mouseClick(table.viewport(), LEFT, modifier, at)


def click_heading(table: EntryTable, name: str) -> None:
    header = table.horizontalHeader()
    at = header.sectionViewportPosition(column(name)) + 20
    QTest.mouseClick(header.viewport(), LEFT, NONE, QPoint(at, header.height() // 2))


def cells(table: EntryTable, place: int) -> list[str]:
    return [table.entries.index(place, i).data() for i in range(len(COLUMNS))]


def test_every_cell_is_that_of_its_row_in_whatever_order_they_are_read(
    large: Browser, long_table: EntryTable
) -> None:
    large.ask(Query(must=frozenset({"Fe"})))
    large.sort_by(Sort("predicted_kelvin", True))
    large.sort_by(Sort("n_sites", True))
    with Catalogue.open(large.path) as catalogue:
        rows = catalogue.rows(large.ids)
    assert long_table.entries.rowCount() == len(rows) > 300
    for place in np.random.default_rng(0).permutation(len(rows)).tolist():
        assert cells(long_table, place) == [c.text(rows[place]) for c in COLUMNS]


def test_a_click_selects_shift_and_ctrl_add_and_the_browser_knows(
    browser: Browser, table: EntryTable
) -> None:
    click(table, 2)
    assert browser.selection.tolist() == [browser.ids[2]]
    click(table, 5, SHIFT)
    assert browser.selection.tolist() == browser.ids[2:6].tolist()
    click(table, 3, CTRL)
    click(table, 9, CTRL)
    assert browser.selection.tolist() == browser.ids[[2, 4, 5, 9]].tolist()


def test_what_the_browser_selects_is_selected_in_the_table_and_in_sight(
    large: Browser, long_table: EntryTable
) -> None:
    large.sort_by(Sort("tc_high_kelvin"))
    some = large.ids[[3000, 3001, 3004]]
    large.select(some)
    rows = long_table.selectionModel().selectedRows()
    assert sorted(index.row() for index in rows) == [3000, 3001, 3004]
    assert 0 <= long_table.rowViewportPosition(3000) < long_table.viewport().height()


def test_selected_rows_are_painted_in_the_highlight(browser: Browser, table: EntryTable) -> None:
    browser.select(browser.ids[[4]])
    picture = table.viewport().grab().toImage()
    ratio = picture.devicePixelRatio()
    beyond = table.columnViewportPosition(column("n_sites")) + 2
    colours = [
        picture.pixelColor(
            round(beyond * ratio), round((table.rowViewportPosition(row) + 4) * ratio)
        )
        for row in range(6)
    ]
    highlight = table.palette().highlight().color()
    assert [colour == highlight for colour in colours] == [row == 4 for row in range(6)]


def test_all_rows_are_selected_as_one_range(large: Browser, long_table: EntryTable) -> None:
    QTest.keyClick(long_table, Qt.Key.Key_A, CTRL)
    assert len(large.selection) == len(large.ids)
    assert len(long_table.selectionModel().selection().toList()) == 1


def test_no_row_is_asked_for_itself_when_all_are_selected(
    large: Browser, long_table: EntryTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    flags = RowModel.flags
    monkeypatch.setattr(
        RowModel, "flags", lambda model, index: asked.append(index.row()) or flags(model, index)
    )
    long_table.grab()
    QTest.keyClick(long_table, Qt.Key.Key_A, CTRL)
    long_table.grab()
    QTest.keyClick(long_table, Qt.Key.Key_C, CTRL)
    assert len(asked) < 200


def test_the_selection_survives_another_order(large: Browser, long_table: EntryTable) -> None:
    some = np.sort(large.ids[[5, 17, 1200]])
    large.select(some)
    large.sort_by(Sort("tc_high_kelvin", True))
    assert large.selection.tolist() == some.tolist()
    rows = {index.row() for index in long_table.selectionModel().selectedRows()}
    assert rows == set(large.places(some).tolist())


def test_a_selection_in_too_many_pieces_is_handed_on(
    large: Browser, long_table: EntryTable, qtbot: QtBot
) -> None:
    scattered = large.ids[: 2 * MOST_RANGES + 10 : 2]
    with qtbot.waitSignal(long_table.too_scattered) as handed:
        large.select(scattered)
    assert handed.args[0].tolist() == scattered.tolist()


def test_clicks_on_a_heading_sort_up_and_down_and_then_not(
    browser: Browser, table: EntryTable
) -> None:
    usual = browser.ids.tolist()
    click_heading(table, "tc")
    highest = browser.row(0)
    assert highest is not None
    assert highest.formula == "LaH10"
    click_heading(table, "tc")
    lowest = browser.row(0)
    assert lowest is not None
    assert lowest.formula == "CeCoIn5"
    click_heading(table, "tc")
    assert browser.ids.tolist() == usual
    click_heading(table, "tags")
    assert browser.ids.tolist() == usual


def test_columns_are_chosen_and_remembered_with_order_width_and_sorting(
    browser: Browser, table: EntryTable, qtbot: QtBot
) -> None:
    menu = table.columns_menu()
    action = next(a for a in menu.actions() if a.text() == "Name")
    assert not action.isChecked()
    action.trigger()
    table.setColumnWidth(column("family"), 222)
    table.horizontalHeader().moveSection(3, 1)
    click_heading(table, "tc")
    order = browser.ids.tolist()
    state = table.header_state()
    table.use_usual_columns()
    browser.sort_by(Sort())

    other = shown(browser, qtbot)
    assert other.isColumnHidden(column("name"))
    other.restore_header(state)
    assert not other.isColumnHidden(column("name"))
    assert other.columnWidth(column("family")) == 222
    assert other.horizontalHeader().visualIndex(3) == 1
    assert browser.ids.tolist() == order


def test_the_formula_cannot_be_hidden_and_a_broken_state_changes_nothing(
    table: EntryTable,
) -> None:
    menu = table.columns_menu()
    assert not next(a for a in menu.actions() if a.text() == "Formula").isEnabled()
    before = table.header_state()
    table.restore_header("bm8gaGVhZGVy")
    assert table.header_state() == before
    assert not table.isColumnHidden(FORMULA)


def test_enter_and_a_double_click_open_a_row(
    browser: Browser, table: EntryTable, qtbot: QtBot
) -> None:
    opened: list[int] = []
    table.opened.connect(opened.append)
    click(table, 1)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    click(table, 4)
    at = QPoint(40, table.rowViewportPosition(4) + 5)
    QTest.mouseDClick(table.viewport(), LEFT, NONE, at)
    assert opened == browser.ids[[2, 4]].tolist()


def test_space_asks_for_the_card_and_letters_for_the_search(
    table: EntryTable, qtbot: QtBot
) -> None:
    click(table, 0)
    with qtbot.waitSignal(table.card_wanted):
        QTest.keyClick(table, Qt.Key.Key_Space)
    with qtbot.waitSignal(table.typed) as typed:
        QTest.keyClick(table, Qt.Key.Key_F)
    assert typed.args == ["f"]


def test_copy_puts_the_formulas_on_the_clipboard(browser: Browser, table: EntryTable) -> None:
    click(table, 3)
    click(table, 4, SHIFT)
    QTest.keyClick(table, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "Nb\nMgB2"


def test_a_drag_carries_the_entry(browser: Browser, table: EntryTable) -> None:
    click(table, 4)
    data = table.drag_data()
    assert data is not None
    assert int(data.data(ENTRY_MIME).data()) == browser.ids[4]
    assert data.text() == "MgB2"


def test_a_growing_catalogue_leaves_the_place_in_the_table(
    large: Browser, long_table: EntryTable
) -> None:
    long_table.verticalScrollBar().setValue(2000)
    with Catalogue.open(large.path) as catalogue, catalogue.transaction() as db:
        db.execute("DELETE FROM entry WHERE id = 4000")
    reload(large)
    assert long_table.entries.rowCount() == 4320
    assert long_table.verticalScrollBar().value() == 2000


def test_a_tag_is_shown_at_once_and_an_entry_that_has_gone_does_not_break_the_table(
    browser: Browser, table: EntryTable
) -> None:
    browser.set_tag([int(browser.ids[0])], "mine")
    table.entries.reread()
    assert cells(table, 0)[column("tags")] == "mine"
    with Catalogue.open(browser.path) as catalogue, catalogue.transaction() as db:
        db.execute("DELETE FROM entry WHERE id = ?", (int(browser.ids[1]),))
    browser.set_tag([int(browser.ids[0])], "mine", False)
    table.entries.reread()
    assert set(cells(table, 1)) == {"…"}


def test_ranges_are_the_unbroken_pieces() -> None:
    rng = np.random.default_rng(0)
    for size in (0, 1, 5, 60):
        places = np.sort(rng.choice(100, size, replace=False))
        ranges = as_ranges(places)
        inside = [i for top, bottom in ranges for i in range(top, bottom + 1)]
        assert inside == places.tolist()
        assert all(b[0] > a[1] + 1 for a, b in pairwise(ranges))
