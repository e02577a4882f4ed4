"""From the catalogue to the crystal: a newcomer's first search, and what follows from it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from window_cases import formulas, select, settle

from sc3d_desktop.data.importers import StarterSet
from sc3d_desktop.errors import CatalogueError
from sc3d_desktop.jobs import LoadModel
from sc3d_desktop.panels.dataset_browser.compare import CompareDialog
from sc3d_desktop.viz.element_filter import Wish
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject

LEFT = Qt.MouseButton.LeftButton
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "supercon3d"


def type_into(widget: QWidget, text: str) -> None:
    widget.setFocus()
    QTest.keyClicks(widget, text)


def test_a_newcomer_finds_a_disordered_iron_superconductor_and_edits_it(
    user: Any, window: MainWindow, qtbot: QtBot
) -> None:
    QTest.mouseClick(window.start_page.browse, LEFT)
    assert window.docks["dataset_browser"].isVisible()
    window.catalogue.start()
    settle(window, qtbot)
    browser, panel = window.session.browser, window.browser
    assert len(browser.ids) == StarterSet().count()

    QTest.mouseClick(panel.filters.filters, LEFT)
    form = panel.filters.filter_form
    assert form is not None
    assert form.isVisible()
    QTest.mouseClick(form.families.boxes["iron_based"], LEFT, pos=QPoint(8, 8))
    for kind in ("SD", "PD", "SPD"):
        QTest.mouseClick(form.disorders.boxes[kind], LEFT, pos=QPoint(8, 8))
    type_into(form.tc.low, "20")
    QTest.keyClick(form, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: browser.query.tc_kelvin == (20.0, None))
    assert not form.isVisible()
    found = browser.row(0)
    assert len(browser.ids) > 1
    assert found is not None
    for place in range(len(browser.ids)):
        row = browser.row(place)
        assert row is not None
        assert row.family == "iron_based"
        assert row.disorder in ("SD", "PD", "SPD")
        assert row.tc_high_kelvin is not None
        assert row.tc_high_kelvin >= 20

    QTest.keyClick(panel.filters.text, Qt.Key.Key_Down)
    assert panel.table.hasFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    opened = window.session.document.crystal
    assert opened == browser.crystal(found.id)
    user.answer()
    user.add_dopant("H")
    user.enter(user.row("H").box, "0.1")
    assert window.session.document.modified
    assert "H" in window.session.document.crystal.composition
    assert user.answer() > 0


def test_the_second_start_does_not_bring_the_starter_set_in_again(
    open_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    first = open_window()
    first.catalogue.start()
    settle(first, qtbot)
    first.close()
    second = open_window()
    second.catalogue.start()
    assert [job.title for job in second.session.engine.jobs().values()] == ["Read the catalogue"]
    settle(second, qtbot)
    assert len(second.session.browser.ids) == StarterSet().count()


def test_the_window_can_be_closed_while_the_starter_set_comes_in_and_the_rest_comes_next_time(
    open_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    first = open_window()
    first.catalogue.start()
    qtbot.waitUntil(lambda: len(first.session.browser.ids) > 0, timeout=20_000)
    there = len(first.session.browser.ids)
    first.close()
    second = open_window()
    second.catalogue.start()
    settle(second, qtbot)
    assert 0 < there < len(second.session.browser.ids) == StarterSet().count()


def test_a_search_is_asked_a_moment_after_the_last_letter(
    user: Any, filled: MainWindow, qtbot: QtBot
) -> None:
    asked: list[str] = []
    browser = filled.session.browser
    browser.found_changed.connect(lambda: asked.append(browser.query.text))
    User = type(user)
    User(filled, qtbot).press("Ctrl+F")
    assert filled.browser.filters.text.hasFocus()
    QTest.keyClicks(filled.browser.filters.text, "lsco")
    assert asked == []
    qtbot.waitUntil(lambda: asked == ["lsco"], timeout=2000)
    assert formulas(filled) == ["La1.85Sr0.15CuO4"]
    assert filled.browser.filters.count.text() == "1 of 12"


def test_letters_typed_over_the_table_go_to_the_search(filled: MainWindow, qtbot: QtBot) -> None:
    select(filled, "Nb")
    QTest.keyClicks(filled.browser.table, "m")
    assert filled.browser.filters.text.hasFocus()
    QTest.keyClicks(filled.browser.filters.text, "gb")
    qtbot.waitUntil(lambda: formulas(filled) == ["MgB2"], timeout=2000)


def over(window: MainWindow, at: QPoint, data: Any) -> tuple[QDragEnterEvent, QDropEvent]:
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    return (
        QDragEnterEvent(at, action, data, LEFT, none),
        QDropEvent(QPointF(at), action, data, LEFT, none),
    )


def test_a_row_dropped_on_the_structure_view_opens_and_elsewhere_does_not(
    filled: MainWindow,
) -> None:
    select(filled, "FeSe0.5Te0.5")
    data = filled.browser.table.drag_data()
    middle = filled.centralWidget().geometry().center()
    aside = filled.docks["dataset_browser"].geometry().center()
    for event in over(filled, aside, data):
        QApplication.sendEvent(filled, event)
        assert not filled.drop.overlay.isVisible()
    assert filled.session.document.crystal is None
    enter, drop = over(filled, middle, data)
    QApplication.sendEvent(filled, enter)
    assert enter.isAccepted()
    assert filled.drop.overlay.geometry() == filled.centralWidget().geometry()
    QApplication.sendEvent(filled, drop)
    assert not filled.drop.overlay.isVisible()
    crystal = filled.session.document.crystal
    assert crystal is not None
    assert set(crystal.composition) == {"Fe", "Se", "Te"}


def test_an_entry_without_a_structure_says_so_and_the_crystal_stays(
    filled: MainWindow, qtbot: QtBot
) -> None:
    select(filled, "FeSe")
    QTest.keyClick(filled.browser.table, Qt.Key.Key_Return)
    before = filled.session.document.crystal
    select(filled, "MgB2")
    QTest.keyClick(filled.browser.table, Qt.Key.Key_Return)
    assert filled.session.document.crystal is before
    assert "no structure of MgB2" in filled.banners[Subject.PROBLEM].message.text()


def test_predictions_are_kept_and_shown_beside_what_was_measured(
    filled: MainWindow, qtbot: QtBot, model: Any
) -> None:
    filled.session.engine.submit(LoadModel())
    settle(filled, qtbot)
    assert filled.session.browser.model == model.name
    filled.session.browser.select(filled.session.browser.ids)
    filled.commands["data.predict"].trigger()
    settle(filled, qtbot)
    banner = filled.banners[Subject.DONE]
    assert banner.isVisible()
    assert banner.message.text() == "4 entries were predicted."  # the others have no structure
    row = filled.session.browser.row(formulas(filled).index("Nb"))
    assert row is not None
    assert row.predicted_kelvin == pytest.approx(model.predict([model.asked[-1]])[0].tc_kelvin)
    filled.browser.charts.setCurrentIndex(4)
    assert filled.browser.charts.parity._summary().endswith("\n3 entries")  # FeTe has no Tc


def test_a_tag_is_given_filtered_by_and_taken_away(
    filled: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filled.files.ask, "text", lambda *_: "to make")
    select(filled, "FeSe")
    filled.commands["data.tag"].trigger()
    settle(filled, qtbot)
    filled.browser.filters.open_filters()
    form = filled.browser.filters.filter_form
    assert form is not None
    QTest.mouseClick(form.tags.boxes["to make"], LEFT, pos=QPoint(8, 8))
    form.hide()
    assert formulas(filled) == ["FeSe"]
    qtbot.waitUntil(lambda: filled.browser.card.entry is not None)
    (chip,) = filled.browser.card.tags
    assert chip.text == "to make"
    chip.setFocus()
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    settle(filled, qtbot)
    assert formulas(filled) == []


def test_what_was_found_is_exported_as_a_table(
    filled: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "iron.csv"
    monkeypatch.setattr(filled.files.ask, "file_to_save", lambda *_: out)
    filled.browser.filters.formula.setText("Fe-Se")
    qtbot.waitUntil(lambda: formulas(filled) == ["FeSe"], timeout=2000)
    filled.commands["data.export"].trigger()
    settle(filled, qtbot)
    assert str(out) in filled.banners[Subject.DONE].message.text()
    with out.open(newline="", encoding="utf-8") as stream:
        assert {row["formula"] for row in csv.DictReader(stream)} == {"FeSe"}


def test_duplicates_are_found_in_the_background(filled: MainWindow, qtbot: QtBot) -> None:
    filled.commands["data.duplicates"].trigger()
    settle(filled, qtbot)
    assert filled.banners[Subject.DONE].message.text() == "There are no duplicates."


def test_entries_are_compared_fact_by_fact(filled: MainWindow) -> None:
    filled.session.browser.select(filled.session.browser.ids[:3])
    filled.commands["data.compare"].trigger()
    dialog = filled.findChild(CompareDialog)
    assert isinstance(dialog, CompareDialog)
    table = dialog.table
    facts = [table.verticalHeaderItem(i).text() for i in range(table.rowCount())]
    disorder = [table.item(facts.index("Disorder"), j) for j in range(3)]
    assert [cell.text() for cell in disorder] == ["SD substitutional", "O ordered", "O ordered"]
    assert disorder[0].font().bold()
    assert not table.item(facts.index("Sites"), 0).font().bold()
    assert "Trained on" not in facts
    dialog.close()


def test_a_catalogue_that_cannot_be_read_is_said_and_the_window_works(
    window: MainWindow, user: Any, mgb2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise CatalogueError("catalogue.sqlite cannot be used.", "Move it aside.")

    monkeypatch.setattr(window.session.browser, "open", broken)
    window.catalogue.start()
    assert "cannot be used" in window.banners[Subject.PROBLEM].message.text()
    user.drop(mgb2)
    assert user.answer() > 0


def test_f6_goes_round_the_panels_in_sight(user: Any, filled: MainWindow, qtbot: QtBot) -> None:
    select(filled, "FeSe")
    QTest.keyClick(filled.browser.table, Qt.Key.Key_Return)
    filled.browser.table.setFocus()
    visited = []
    person = type(user)(filled, qtbot)
    for _ in range(4):
        person.press("F6")
        visited.append(QApplication.focusWidget())
    assert visited[0] is filled.canvas
    assert visited[1] is filled.editor.orbits
    assert visited[3] is filled.browser.table


def test_elements_are_asked_for_on_the_periodic_table(filled: MainWindow, qtbot: QtBot) -> None:
    QTest.mouseClick(filled.browser.filters.elements, LEFT)
    popup = filled.browser.filters.element_popup
    assert popup is not None
    assert popup.isVisible()

    def click(element: str, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        at = popup.table.cell(element).center().toPoint()
        QTest.mouseClick(popup.table, LEFT, keys, at)

    click("Fe")
    assert formulas(filled) == ["FeSe0.5Te0.5", "FeSe", "FeTe", "Ba0.6K0.4Fe2As2"]
    click("Se", Qt.KeyboardModifier.ShiftModifier)
    click("Te", Qt.KeyboardModifier.ShiftModifier)
    assert formulas(filled) == ["FeSe0.5Te0.5", "FeSe", "FeTe"]
    click("Te", Qt.KeyboardModifier.ControlModifier)
    assert formulas(filled) == ["FeSe"]
    assert popup.table.wish("Te") is Wish.MUST_NOT
    QTest.mouseClick(popup.clear, LEFT)
    assert len(formulas(filled)) == 12
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_selected_entries_go_among_what_is_to_be_screened(filled: MainWindow, qtbot: QtBot) -> None:
    select(filled, "FeSe")
    chosen = filled.browser.chosen.tolist()
    filled.commands["data.screen_chosen"].trigger()
    settle(filled, qtbot)
    (source,) = filled.session.plan.sources
    assert source.described["query"] == {"ids": chosen}
    assert (source.title, source.count) == ("1 of the catalogue", 1)
    assert filled.docks["icsd_screening"].isVisible()
    assert filled.session.plan.ready
