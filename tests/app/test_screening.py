"""A screening in the window, from the folder to the candidate that is opened."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from browser_cases import fill
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from screening_cases import SumModel, some_pieces

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.jobs import LoadModel, Progress
from sc3d_desktop.jobs.databases import ListDatabases
from sc3d_desktop.panels.icsd_screening.run_header import REPORTS
from sc3d_desktop.screening.sources import Optimade
from sc3d_desktop.screening.sources.optimade import Database
from sc3d_desktop.screening.store import Line, RunStore
from sc3d_desktop.state.screening import Phase
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject

LEFT = Qt.MouseButton.LeftButton
N = 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cifs"
    made.mkdir()
    for i, piece in enumerate(some_pieces(N, 8)):
        content = piece.content if isinstance(piece.content, bytes) else b"nothing"
        (made / f"{i:03d}.cif").write_bytes(content)
    return made


@pytest.fixture
def screening(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window that shows the panel, reading in its own process."""
    window.screenings.workers = 0
    window.session.browser.open()
    window.screenings.start()
    window.show_screening()
    settle(window, qtbot)
    return window


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.engine.jobs(), timeout=30_000)


def click(button: QPushButton) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def add(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    window.screening.begin.sources.dropped.emit([folder])
    settle(window, qtbot)


def run_all(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    add(window, qtbot, folder)
    click(window.screening.begin.start)
    settle(window, qtbot)
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


def test_a_folder_is_screened_stopped_gone_on_with_and_its_best_candidate_opened(
    screening: MainWindow, model: Any, folder: Path, qtbot: QtBot
) -> None:
    window, state = screening, screening.session.screening
    begin, run = window.screening.begin, window.screening.run
    add(window, qtbot, folder)
    assert begin.sources.topLevelItem(0).text(1) == str(N)
    gate = hold(model, 40)
    click(begin.start)
    qtbot.waitUntil(lambda: state.progress[0] >= 32, timeout=20_000)
    assert (state.phase, window.screening.currentWidget()) == (Phase.RUNNING, run)
    click(run.header.stop)
    gate.set()
    qtbot.waitUntil(lambda: state.phase is Phase.STOPPED)
    settle(window, qtbot)
    assert 0 < sum(state.counts.values()) < N
    part = len(state.ids)
    assert part == state.counts["predicted"]
    assert run.header.pause.text() == "Go on"
    click(run.header.pause)
    settle(window, qtbot)
    assert state.phase is Phase.FINISHED
    assert sum(state.counts.values()) == N
    qtbot.waitUntil(lambda: len(state.ids) == state.counts["predicted"] > part)
    best = lines(window)[0]
    run.table.setFocus()
    QTest.keyClick(run.table, Qt.Key.Key_Home)
    QTest.keyClick(run.table, Qt.Key.Key_Return)
    settle(window, qtbot)
    crystal = window.session.document.crystal
    assert crystal is not None
    assert "-".join(sorted(crystal.composition)) == best.chemical_system
    assert crystal.block == best.block


def test_the_best_by_the_lower_bound_stands_first_and_filters_narrow_the_list(
    screening: MainWindow, model: Any, folder: Path, qtbot: QtBot
) -> None:
    model.predict = SumModel().predict
    run_all(screening, qtbot, folder)
    state, run = screening.session.screening, screening.screening.run
    lows = [line.tc_low for line in lines(screening)]
    assert lows == sorted(lows, reverse=True)
    assert len(set(lows)) > 2
    middle = sorted(set(lows))[len(set(lows)) // 2]
    box = run.filters.lowest
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(box, f"{middle - 0.05:.1f}")
    QTest.keyClick(box, Qt.Key.Key_Return)
    fitting = [low for low in lows if low >= state.wanted.tc_low]
    assert 0 < len(fitting) == len(state.ids) < len(lows)
    assert run.filters.count.text() == f"{len(fitting)} of {len(lows)}"


def test_files_dropped_on_the_list_are_screened_and_not_opened(
    screening: MainWindow, user: Any, folder: Path, qtbot: QtBot
) -> None:
    sources = screening.screening.begin.sources
    user.drop(folder, on=sources.viewport())
    settle(screening, qtbot)
    assert [source.count for source in screening.session.plan.sources] == [N]
    assert screening.session.document.crystal is None
    assert "100 inputs" in screening.screening.begin.estimate.text()


def test_a_screening_goes_on_while_other_panels_are_looked_at(
    screening: MainWindow, model: Any, folder: Path, qtbot: QtBot
) -> None:
    add(screening, qtbot, folder)
    gate = hold(model, 40)
    click(screening.screening.begin.start)
    state = screening.session.screening
    qtbot.waitUntil(lambda: state.progress[0] >= 32, timeout=20_000)
    click_back = screening.screening.run.header.back
    QTest.mouseClick(click_back, LEFT)
    assert screening.screening.currentWidget() is screening.screening.begin
    screening.screenings.sources.add_files([folder])
    assert not screening.screening.begin.start.isEnabled()
    screening.show_browser()
    gate.set()
    settle(screening, qtbot)
    screening.show_screening()
    runs = screening.screening.begin.runs
    qtbot.waitUntil(lambda: runs.lines.topLevelItemCount() == 1)
    settle(screening, qtbot)
    assert len(screening.session.plan.sources) == 1, "what was planned meanwhile stays"
    assert runs.lines.topLevelItem(0).text(1) == f"finished, {N}"
    runs.lines.setFocus()
    QTest.keyClick(runs.lines, Qt.Key.Key_Return)
    settle(screening, qtbot)
    assert len(state.ids) == state.counts["predicted"]


def test_closing_the_window_keeps_the_run_and_the_next_start_offers_to_go_on(
    screening: MainWindow,
    open_window: Callable[[], MainWindow],
    model: Any,
    folder: Path,
    qtbot: QtBot,
) -> None:
    add(screening, qtbot, folder)
    gate = hold(model, 40)
    click(screening.screening.begin.start)
    state = screening.session.screening
    qtbot.waitUntil(lambda: state.progress[0] >= 32, timeout=20_000)
    path = state.path
    threading.Timer(0.2, gate.set).start()
    screening.close()
    assert path is not None
    with RunStore.resume(path) as store:
        assert 0 < store.next_piece < N
    again = open_window()
    again.screenings.workers = 0
    again.screenings.start()
    again.show_screening()
    settle(again, qtbot)
    begin = again.screening.begin
    assert begin.go_on.isVisible()
    assert "is not finished" in begin.left.text()
    click(begin.go_on)
    settle(again, qtbot)
    assert again.session.screening.phase is Phase.FINISHED
    assert again.session.settings.screening_running == ""
    assert sum(again.session.screening.counts.values()) == N


def test_a_run_of_another_model_is_refused_with_a_new_run_as_the_way_out(
    screening: MainWindow, model: Any, folder: Path, qtbot: QtBot
) -> None:
    add(screening, qtbot, folder)
    gate = hold(model, 40)
    click(screening.screening.begin.start)
    state, header = screening.session.screening, screening.screening.run.header
    qtbot.waitUntil(lambda: state.progress[0] >= 32, timeout=20_000)
    click(header.stop)
    gate.set()
    settle(screening, qtbot)
    model.name = "small model 2 (89ab)"
    screening.session.engine.submit(LoadModel())
    settle(screening, qtbot)
    click(header.pause)
    assert header.problem.isVisible()
    assert "was begun with small model 1" in header.problem.text()
    click(header.anew)
    settle(screening, qtbot)
    begin = screening.screening.begin
    assert screening.screening.currentWidget() is begin
    assert begin.sources.topLevelItem(0).text(0) == folder.name
    assert begin.runs.lines.topLevelItem(0).text(1).endswith("another model")
    click(begin.start)
    settle(screening, qtbot)
    assert state.phase is Phase.FINISHED
    assert state.path is not None
    assert state.path.stem == "cifs-2"


def test_another_program_writing_is_told_and_nothing_is_lost(
    screening: MainWindow, model: Any, folder: Path, qtbot: QtBot
) -> None:
    add(screening, qtbot, folder)
    gate = hold(model, 40)
    click(screening.screening.begin.start)
    state, header = screening.session.screening, screening.screening.run.header
    qtbot.waitUntil(lambda: state.progress[0] >= 32, timeout=20_000)
    click(header.stop)
    gate.set()
    settle(screening, qtbot)
    assert state.path is not None
    before = dict(state.counts)
    with RunStore.resume(state.path):
        click(header.pause)
        settle(screening, qtbot)
        assert "Another program is writing" in header.problem.text()
        assert state.phase is Phase.STOPPED
        assert dict(state.counts) == before
    click(header.pause)
    settle(screening, qtbot)
    assert not header.problem.isVisible()
    assert state.phase is Phase.FINISHED


def test_a_candidate_whose_file_has_gone_is_told_in_the_banner(
    screening: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    run_all(screening, qtbot, folder)
    line = lines(screening)[0]
    Path(line.path).unlink()
    click_row(screening, 0)
    settle(screening, qtbot)
    banner = screening.banners[Subject.PROBLEM]
    assert banner.isVisible()
    assert "is not there any more" in banner.message.text()
    assert screening.session.document.crystal is None


def click_row(window: MainWindow, row: int) -> None:
    table = window.screening.run.table
    at = QPoint(30, table.rowViewportPosition(row) + 5)
    QTest.mouseClick(table.viewport(), LEFT, pos=at)
    QTest.mouseDClick(table.viewport(), LEFT, pos=at)


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
    settle(screening, qtbot)
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
    settle(screening, qtbot)
    kept = [(c.name, n) for c, n in screening.session.browser.collections() if n]
    assert kept == [("My candidates", 2)]
    assert "2 entries came in" in screening.banners[Subject.DONE].message.text()


def test_a_disordered_candidate_is_refused_by_the_hand_off_with_its_reason(
    screening: MainWindow, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    run_all(screening, qtbot, folder)
    screening.files.ask.folder = lambda _title: tmp_path  # type: ignore[method-assign]
    kinds = [line.disorder for line in lines(screening)]
    disordered = next(i for i, kind in enumerate(kinds) if kind != "O")
    ordered = kinds.index("O")
    screening.screening.run.table.selectRow(disordered)
    click(screening.screening.run.details.vasp)
    settle(screening, qtbot)
    assert "occup" in screening.banners[Subject.PROBLEM].message.text()
    screening.screening.run.table.selectRow(ordered)
    click(screening.screening.run.details.vasp)
    settle(screening, qtbot)
    assert list(tmp_path.glob("*-vasp/**/POSCAR"))


def test_known_superconductors_of_the_catalogue_can_be_hidden(
    screening: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    fill(screening.session.browser.path)
    run_all(screening, qtbot, folder)
    screening.catalogue.reload()
    settle(screening, qtbot)
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
    settle(screening, qtbot)
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
    settle(screening, qtbot)
    run_all(screening, qtbot, folder)
    state, table = screening.session.screening, screening.screening.run.table
    qtbot.waitUntil(lambda: set(table.ids_in_sight().tolist()) <= state.judged, timeout=20_000)
    texts = [table.entries.text(row, 4) for row in range(3)]
    assert any(texts), "FeSe is in the catalogue"
    place = next(row for row, text in enumerate(texts) if text)
    table.selectRow(place)
    assert "FeSe" in screening.screening.run.details.text.toPlainText()
    assert not [job for job in screening.job_bar.shown_jobs() if not job.in_bar]


def test_an_optimade_database_is_chosen_with_its_conditions(
    screening: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Optimade, "count", lambda self: 42)
    dialog = screening.screenings.sources.ask_for_database()
    QTest.keyClicks(dialog.address, "https://example.org/optimade")
    QTest.keyClicks(dialog.all_of, "La, Xx")
    click(dialog.add)
    assert "“Xx” is no element" in dialog.problem.text()
    dialog.all_of.clear()
    QTest.keyClicks(dialog.all_of, "La Cu")
    QTest.keyClicks(dialog.sites.high, "40")
    click(dialog.add)
    settle(screening, qtbot)
    (source,) = screening.session.plan.sources
    assert (source.title, source.count) == ("example.org (OPTIMADE)", 42)
    assert source.described["asked"]["all_of"] == ["La", "Cu"]
    assert source.described["asked"]["n_sites"] == [None, 40]


def test_a_database_comes_from_the_list_of_providers_when_that_is_wanted(
    screening: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Database | None] = []
    listed = Database("cod", "Crystallography Open Database", "Open", "https://cod.example")

    def run(job: ListDatabases, _services: object) -> Generator[Progress, None, object]:
        asked.append(job.provider)
        yield Progress(0, 0)
        if len(asked) == 1:
            raise ScreeningError("There is no answer.", "Give the address.")
        return (listed,)

    monkeypatch.setattr(ListDatabases, "run", run)
    dialog = screening.screenings.sources.ask_for_database()
    assert asked == []
    click(dialog.fetch)
    settle(screening, qtbot)
    assert "There is no answer." in dialog.problem.text()
    click(dialog.fetch)
    settle(screening, qtbot)
    assert asked == [None, None, listed]
    assert dialog.address.text() == "https://cod.example"
    dialog.reject()


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
    settle(screening, qtbot)
    assert screening.banners[Subject.PROBLEM].message.text() == ""
    assert screening.banners[Subject.DONE].message.text() == f"It is in {out}."
    assert out.stat().st_size > 1000
    if ending == ".csv":
        best = lines(screening)[0]
        rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
        assert len(rows) == len(screening.session.screening.ids)
        assert best.formula in rows[0].values()


def test_a_screening_that_cannot_begin_keeps_what_was_chosen(
    screening: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    plan, begin = screening.session.plan, screening.screening.begin
    add(screening, qtbot, folder)
    plan.folder.mkdir(parents=True)
    (plan.folder / "mine.sqlite").touch()
    begin.name.setFocus()
    QTest.keyClicks(begin.name, "mine")
    QTest.keyClick(begin.name, Qt.Key.Key_Return)
    assert "There is a run mine already." in begin.problem.text()
    begin.name.clear()
    QTest.keyClicks(begin.name, "other")
    moved = folder.rename(folder.with_name("elsewhere"))
    click(begin.start)
    settle(screening, qtbot)
    assert "There is no" in screening.screening.run.header.problem.text()
    moved.rename(folder)
    QTest.mouseClick(screening.screening.run.header.back, LEFT)
    assert [source.title for source in plan.sources] == [folder.name]
    click(begin.start)
    settle(screening, qtbot)
    assert screening.session.screening.phase is Phase.FINISHED
    assert plan.sources == ()
