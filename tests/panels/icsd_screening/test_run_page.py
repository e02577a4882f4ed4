"""Candidates, filters, plot and ledger of a run, with real clicks and keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from line_cases import line_of, random_lines, run_of
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from screening_cases import now_in

from sc3d_desktop.data.query import Sort
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.panels.icsd_screening import IcsdScreening, texts
from sc3d_desktop.panels.icsd_screening.details import details_html
from sc3d_desktop.panels.icsd_screening.run_header import said_of_counts
from sc3d_desktop.screening.ranking import Wanted
from sc3d_desktop.screening.relatives import Kin, Relative
from sc3d_desktop.screening.store import RunStore
from sc3d_desktop.state.screening import Screening

LEFT = Qt.MouseButton.LeftButton


def rows(panel: IcsdScreening) -> list[list[str]]:
    entries = panel.run.table.entries
    return [
        [entries.text(place, column) for column in range(len(entries.columns))]
        for place in range(entries.rowCount())
    ]


def test_a_run_that_is_opened_takes_the_place_of_the_start_page(
    screening: Screening, panel: IcsdScreening, run: Path
) -> None:
    assert panel.currentWidget() is panel.run
    assert panel.run.table.entries.rowCount() == len(screening.ids)
    assert panel.run.header.title.text() == "shown"
    assert not panel.run.header.pause.isVisible()
    screening.close()
    screening.run_changed.emit()
    assert panel.currentWidget() is panel.begin


def test_counts_add_up(screening: Screening, panel: IcsdScreening, run: Path) -> None:
    said = panel.run.header.counts.text()
    parts, total = said.split(" = ")
    numbers = [int(part.split()[0].replace(",", "")) for part in parts.split(" + ")]
    assert sum(numbers) == int(total.split()[0].replace(",", "")) == 400
    assert said_of_counts({"predicted": 3}) == "3 predicted"
    assert said_of_counts({}) == ""


def test_keys_select_open_and_keep(screening: Screening, panel: IcsdScreening, run: Path) -> None:
    table, opened, kept = panel.run.table, [], []
    panel.run.open_wanted.connect(opened.append)
    panel.run.keep_wanted.connect(lambda ids: kept.append(ids.tolist()))
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Home)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(table, Qt.Key.Key_Return)
    QTest.keyClick(table, Qt.Key.Key_Insert)
    assert opened == [screening.ids[1]]
    assert kept == [screening.ids[:2].tolist()]
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert not panel.run.details.isVisible()


def test_a_live_table_keeps_selection_current_row_and_place(
    screening: Screening, panel: IcsdScreening, tmp_path: Path
) -> None:
    lines = random_lines(600, 9)
    path = run_of(tmp_path / "live.sqlite", lines[:400], finished=False)
    screening.open(path)
    with RunStore.resume(path) as store:
        screening.show_now(now_in(store))
        table = panel.run.table
        table.selectRow(40)
        QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        chosen, current = screening.selection.copy(), table.current_id()
        table.verticalScrollBar().setValue(100)
        before = len(screening.ids)
        best = replace(line_of("LaH10", 600), tc=300.0, tc_low=250.0, tc_high=320.0)
        store.write([*lines[400:], best], 601)
        screening.show_now(now_in(store, screening.ranking))
    assert len(screening.ids) > before
    assert rows(panel)[0][0] == "LaH10"
    assert np.array_equal(screening.selection, chosen)
    assert table.current_id() == current
    assert table.verticalScrollBar().value() == 100
    selected = {index.row() for index in table.selectionModel().selectedRows()}
    assert selected == set(screening.places(chosen).tolist())


def test_painting_reads_only_the_lines_in_sight(
    screening: Screening, panel: IcsdScreening, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    read = RunStore.lines

    def counted(store: RunStore, ids: list[int]) -> object:
        asked.append(len(ids))
        return read(store, ids)

    monkeypatch.setattr(RunStore, "lines", counted)
    screening.sort_by(Sort("tc", descending=True))
    panel.run.table.grab()
    assert sum(asked) <= 102, "a page, and the line of the card"


def test_headings_sort_and_the_third_click_goes_back(
    screening: Screening, panel: IcsdScreening, run: Path
) -> None:
    usual, header = screening.ids.copy(), panel.run.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(3) + 10, header.height() // 2)
    orders = []
    for _ in range(3):
        QTest.mouseClick(header.viewport(), LEFT, pos=at)
        orders.append(screening.sort)
    assert orders[0] == Sort("p_superconductor", descending=True)
    assert orders[1] == Sort("p_superconductor", descending=False)
    assert np.array_equal(screening.ids, usual)


def test_numbers_that_are_entered_filter_and_the_page_shows_filters_set_elsewhere(
    screening: Screening, panel: IcsdScreening, run: Path
) -> None:
    box = panel.run.filters.probability
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(box, "70")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert screening.wanted == Wanted(p_superconductor=0.7)
    assert panel.run.filters.count.text().startswith(f"{len(screening.ids):,} of ")
    screening.want(Wanted(tc_low=10**6))
    assert box.value() == 0
    assert panel.run.message.isVisible()
    assert "No candidate fits" in panel.run.message.text()
    screening.want(Wanted(no_flags=frozenset({"toxic"})))
    assert "●" in panel.run.filters.more.text()
    assert not any("☠" in row[5] for row in rows(panel))


def test_marks_and_badges_are_shown_with_their_reasons(
    screening: Screening, panel: IcsdScreening, tmp_path: Path, qtbot: QtBot
) -> None:
    lines = [
        line_of("Hg2U", 0, tc_low=30.0, in_training=True),
        line_of("Nb3Sn", 1, tc_low=20.0),
        line_of("MgB2", 2, tc_low=10.0, doubts='["Two atoms are close."]'),
    ]
    screening.open(run_of(tmp_path / "few.sqlite", lines))
    with RunStore.read(tmp_path / "few.sqlite") as store:
        screening.show_now(now_in(store))
    screening.learn_known(np.array([lines[2].composition]))
    table = panel.run.table
    assert [row[4] for row in rows(panel)] == ["trained", "", "known"]
    assert rows(panel)[0][5] == "☠ ☢"
    tip = table.entries.index(0, 5).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Holds toxic elements, radioactive elements"
    near = Relative(7, "Nb3Sn0.9", 17.0, 18.0, None, False, 0.02, True)
    screening.add_kin({2: Kin(parent_of=(near,))}, final=True)
    assert rows(panel)[1][4] == "parent"
    table.selectRow(1)
    said = panel.run.details.text.toPlainText()
    assert "Parent of: Nb3Sn0.9 (18.0 K, same structure type)." in said
    table.selectRow(2)
    assert "Two atoms are close." in panel.run.details.text.toPlainText()


def test_the_card_keeps_its_place_while_the_run_goes_on(
    screening: Screening, panel: IcsdScreening, run: Path
) -> None:
    panel.run.table.selectRow(3)
    card = panel.run.details.text
    card.setFixedHeight(40)
    QTest.qWait(20)
    bar = card.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    with RunStore.read(run) as store:
        screening.show_now(now_in(store))
    assert bar.value() == bar.maximum()
    panel.run.table.selectRow(4)
    assert bar.value() == 0


def test_rows_that_come_to_rest_in_sight_are_asked_about(
    screening: Screening, panel: IcsdScreening, run: Path, qtbot: QtBot
) -> None:
    table = panel.run.table
    with qtbot.waitSignal(table.sight_changed) as seen:
        table.verticalScrollBar().setValue(150)
    (ids,) = seen.args
    assert ids[0] == screening.ids[150]
    assert 5 < len(ids) < 60


def test_the_plot_selects_rows_and_shows_those_selected(
    screening: Screening, panel: IcsdScreening, run: Path
) -> None:
    panel.run.tabs.setCurrentWidget(panel.run.plot)
    plot = panel.run.plot.plot
    QTest.qWait(30)
    view, scene = plot.plot.viewport(), plot.plot.plotItem.vb
    corners = [
        plot.plot.mapFromScene(scene.mapViewToScene(QPointF(x, y)))
        for x, y in ((0.6, np.log10(70)), (0.9, np.log10(20)))
    ]
    QTest.mousePress(view, LEFT, pos=corners[0])
    QTest.mouseMove(view, corners[1])
    QTest.mouseRelease(view, LEFT, pos=corners[1])
    assert screening.ranking is not None
    at = screening.ranking.positions(screening.selection)
    chosen = screening.ranking.p_superconductor[at]
    assert len(chosen) > 3
    assert chosen.min() > 0.59
    assert chosen.max() < 0.91
    panel.run.tabs.setCurrentIndex(0)
    places = {index.row() for index in panel.run.table.selectionModel().selectedRows()}
    assert places == set(screening.places(screening.selection).tolist())
    panel.run.plot.along.setCurrentIndex(1)
    panel.run.plot.along.activated.emit(1)
    panel.run.tabs.setCurrentWidget(panel.run.plot)
    assert "trained on" in plot.labels["bottom"]


def test_a_problem_stands_beside_the_run_with_the_way_out(
    screening: Screening, panel: IcsdScreening, run: Path, qtbot: QtBot
) -> None:
    header = panel.run.header
    screening.refuse(ScreeningError("The run was begun with another model.", "Start a new run."))
    assert header.problem.isVisible()
    with qtbot.waitSignal(header.anew_wanted):
        QTest.mouseClick(header.anew, LEFT)
    screening.refuse(None)
    assert not header.problem.isVisible()
    assert not header.anew.isVisible()


def test_the_ledger_grows_under_its_selection(
    screening: Screening, panel: IcsdScreening, tmp_path: Path
) -> None:
    lines = random_lines(300, 2)
    path = run_of(tmp_path / "live.sqlite", lines[:200], finished=False)
    screening.open(path)
    tab = panel.run.ledger
    panel.run.tabs.setCurrentWidget(tab)
    before = tab.table.lines.rowCount()
    tab.table.selectRow(2)
    with RunStore.resume(path) as store:
        store.write(lines[200:], 300)
        screening.show_now(now_in(store))
    assert tab.table.lines.rowCount() == screening.counts["refused"] > before
    assert [index.row() for index in tab.table.selectionModel().selectedRows()] == [2]


def test_texts_of_a_candidate_are_escaped_and_complete() -> None:
    line = line_of("MgB2", 3, identifier="<b>x</b>", path="/a/<i>.cif", member="m.cif")
    html = details_html(line, "Known: A & B.")
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "/a/&lt;i&gt;.cif › m.cif" in html
    assert "A &amp; B" in html
    assert "Nearest known: MgB<sub>2</sub> (39.0 K)" in html
    assert texts.interval(line) == "20.0 (10.0–40.0)"
    assert texts.percent(None) == ""
    assert texts.domain(replace(line, novelty=None)) == "Like what was trained on"
