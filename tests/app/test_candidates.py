"""What is done with the candidates of a screening: opened, kept, handed on, written about."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from browser_cases import fill
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from screening_window import click, click_row, idle, lines, run_all

from sc3d_desktop.panels.icsd_screening.run_header import REPORTS
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject

LEFT = Qt.MouseButton.LeftButton


def test_a_candidate_whose_file_has_gone_is_told_in_the_banner(
    screening: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    run_all(screening, qtbot, folder)
    line = lines(screening)[0]
    Path(line.path).unlink()
    click_row(screening, 0)
    idle(screening, qtbot)
    banner = screening.banners[Subject.PROBLEM]
    assert banner.isVisible()
    assert "is not there any more" in banner.message.text()
    assert screening.session.document.crystal is None


def test_a_candidate_is_dragged_into_the_middle(
    screening: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    run_all(screening, qtbot, folder)
    table = screening.screening.run.table
    table.selectRow(1)
    data = table.drag_data()
    assert data is not None
    centre = screening.centralWidget().geometry().center()
    action, keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(centre, action, data, LEFT, keys)
    QApplication.sendEvent(screening, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(screening, QDropEvent(QPointF(centre), action, data, LEFT, keys))
    idle(screening, qtbot)
    crystal = screening.session.document.crystal
    assert crystal is not None
    assert crystal.block == lines(screening)[1].block


def test_candidates_are_kept_in_a_collection_of_their_own(
    screening: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    run_all(screening, qtbot, folder)
    table = screening.screening.run.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Home)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert len(screening.session.screening.selection) == 2
    QTest.keyClick(table, Qt.Key.Key_Insert)
    idle(screening, qtbot)
    kept = [(c.name, n) for c, n in screening.session.browser.collections() if n]
    assert kept == [("My candidates", 2)]
    assert "2 entries came in" in screening.banners[Subject.DONE].message.text()


def test_candidates_are_handed_off_ordered_or_not(
    screening: MainWindow, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    run_all(screening, qtbot, folder)
    screening.session.settings.hand_off_folder = str(tmp_path)
    kinds = [line.disorder for line in lines(screening)]
    disordered = next(i for i, kind in enumerate(kinds) if kind != "O")
    ordered = kinds.index("O")
    screening.screening.run.table.selectRow(disordered)
    click(screening.screening.run.details.vasp)
    idle(screening, qtbot)
    dialog = screening.files.hand_off.dialog
    assert dialog is not None
    assert dialog.cells is not None
    assert dialog.cells.cells.rowCount() > 0
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    screening.screening.run.table.selectRow(ordered)
    click(screening.screening.run.details.vasp)
    idle(screening, qtbot)
    dialog = screening.files.hand_off.dialog
    assert dialog is not None
    assert dialog.cells is None
    click(dialog.export)
    idle(screening, qtbot)
    assert list(tmp_path.glob("*-vasp/**/POSCAR"))


def test_several_candidates_are_handed_off_as_one_archive_without_those_that_have_gone(
    screening: MainWindow, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    run_all(screening, qtbot, folder)
    screening.session.settings.hand_off_folder = str(tmp_path)
    page = screening.screening.run
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Home)
    for _ in range(2):
        QTest.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    Path(lines(screening)[1].path).unlink()
    menu = page.menu()
    next(a for a in menu.actions() if "VASP" in a.text()).trigger()
    idle(screening, qtbot)
    dialog = screening.files.hand_off.dialog
    assert dialog is not None
    assert len(dialog.crystals) == 2
    assert "1 could not be read again" in dialog.left_out.text()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    idle(screening, qtbot)
    assert (tmp_path / "2-crystals-vasp.zip").is_file()
    menu.deleteLater()


def test_known_superconductors_of_the_catalogue_can_be_hidden(
    screening: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    fill(screening.session.browser.path)
    run_all(screening, qtbot, folder)
    screening.catalogue.reload()
    idle(screening, qtbot)
    state = screening.session.screening
    known = [line for line in lines(screening) if state.is_known(line)]
    assert 0 < len(known) < len(state.ids), "FeSe is in both"
    total = len(state.ids)
    run = screening.screening.run
    QTest.mouseClick(run.filters.more, LEFT)
    assert run.filters.popup is not None
    QTest.mouseClick(run.filters.popup.known, LEFT, pos=QPoint(8, 8))
    assert len(state.ids) == total - len(known)
    run.filters.popup.hide()


def test_the_ledger_names_reasons_and_goes_into_a_file(
    screening: MainWindow, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    run_all(screening, qtbot, folder)
    state, tab = screening.session.screening, screening.screening.run.ledger
    screening.screening.run.tabs.setCurrentWidget(tab)
    refused = state.counts["refused"]
    assert tab.table.lines.rowCount() == refused > 0
    QTest.keyClicks(tab.search, "cell_length_b")
    qtbot.waitUntil(lambda: 0 < tab.table.lines.rowCount() < refused)
    click(tab.copy)
    copied = QApplication.clipboard().text().splitlines()
    assert len(copied) == tab.table.lines.rowCount()
    assert all("cell_length_b" in line for line in copied)
    out = tmp_path / "ledger.csv"
    screening.files.ask.file_to_save = lambda *_: out  # type: ignore[method-assign]
    click(tab.csv)
    idle(screening, qtbot)
    rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 1 + refused
    tab.which.setFocus()
    QTest.keyClick(tab.which, Qt.Key.Key_Down)
    tab.which.activated.emit(1)
    tab.search.clear()
    qtbot.waitUntil(lambda: tab.table.lines.rowCount() == state.counts["skipped"] > 0)


def test_rows_in_sight_get_badges_of_what_the_catalogue_has_beside_them(
    screening: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    fill(screening.session.browser.path)
    screening.catalogue.reload()
    idle(screening, qtbot)
    run_all(screening, qtbot, folder)
    state, table = screening.session.screening, screening.screening.run.table
    qtbot.waitUntil(lambda: set(table.ids_in_sight().tolist()) <= state.judged, timeout=20_000)
    texts = [table.entries.text(row, 4) for row in range(3)]
    assert any(texts), "FeSe is in the catalogue"
    place = next(row for row, text in enumerate(texts) if text)
    table.selectRow(place)
    assert "FeSe" in screening.screening.run.details.text.toPlainText()
    assert not [job for job in screening.job_bar.shown_jobs() if not job.in_bar]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".html"])
def test_a_report_is_written_of_what_is_wanted(
    screening: MainWindow, folder: Path, tmp_path: Path, qtbot: QtBot, ending: str
) -> None:
    run_all(screening, qtbot, folder)
    out = tmp_path / f"r{ending}"
    screening.files.ask.file_to_save = lambda *_: out  # type: ignore[method-assign]
    menu = screening.screening.run.header.report.menu()
    action = menu.actions()[list(REPORTS).index(ending)]
    action.trigger()
    idle(screening, qtbot)
    assert screening.banners[Subject.PROBLEM].message.text() == ""
    assert screening.banners[Subject.DONE].message.text() == f"It is in {out}."
    assert out.stat().st_size > 1000
    if ending == ".csv":
        best = lines(screening)[0]
        rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
        assert len(rows) == len(screening.session.screening.ids)
        assert best.formula in rows[0].values()
