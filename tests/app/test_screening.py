"""A screening in the window: begun, stopped, gone on with, and its best candidate opened."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from screening_cases import SumModel
from screening_window import N, add, click, hold, idle, lines, run_all

from sc3d_desktop.jobs import LoadModel
from sc3d_desktop.screening.store import RunStore
from sc3d_desktop.state.screening import Phase
from sc3d_desktop.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


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
    idle(window, qtbot)
    assert 0 < sum(state.counts.values()) < N
    part = len(state.ids)
    assert part == state.counts["predicted"]
    assert run.header.pause.text() == "Go on"
    click(run.header.pause)
    idle(window, qtbot)
    assert state.phase is Phase.FINISHED
    assert sum(state.counts.values()) == N
    qtbot.waitUntil(lambda: len(state.ids) == state.counts["predicted"] > part)
    best = lines(window)[0]
    run.table.setFocus()
    QTest.keyClick(run.table, Qt.Key.Key_Home)
    QTest.keyClick(run.table, Qt.Key.Key_Return)
    idle(window, qtbot)
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
    idle(screening, qtbot)
    screening.show_screening()
    runs = screening.screening.begin.runs
    qtbot.waitUntil(lambda: runs.lines.topLevelItemCount() == 1)
    idle(screening, qtbot)
    assert len(screening.session.plan.sources) == 1, "what was planned meanwhile stays"
    assert runs.lines.topLevelItem(0).text(1) == f"finished, {N}"
    runs.lines.setFocus()
    QTest.keyClick(runs.lines, Qt.Key.Key_Return)
    idle(screening, qtbot)
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
    idle(again, qtbot)
    begin = again.screening.begin
    assert begin.go_on.isVisible()
    assert "is not finished" in begin.left.text()
    click(begin.go_on)
    idle(again, qtbot)
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
    idle(screening, qtbot)
    model.name = "small model 2 (89ab)"
    screening.session.engine.submit(LoadModel())
    idle(screening, qtbot)
    click(header.pause)
    assert header.problem.isVisible()
    assert "was begun with small model 1" in header.problem.text()
    click(header.anew)
    idle(screening, qtbot)
    begin = screening.screening.begin
    assert screening.screening.currentWidget() is begin
    assert begin.sources.topLevelItem(0).text(0) == folder.name
    assert begin.runs.lines.topLevelItem(0).text(1).endswith("another model")
    click(begin.start)
    idle(screening, qtbot)
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
    idle(screening, qtbot)
    assert state.path is not None
    before = dict(state.counts)
    with RunStore.resume(state.path):
        click(header.pause)
        idle(screening, qtbot)
        assert "Another program is writing" in header.problem.text()
        assert state.phase is Phase.STOPPED
        assert dict(state.counts) == before
    click(header.pause)
    idle(screening, qtbot)
    assert not header.problem.isVisible()
    assert state.phase is Phase.FINISHED
