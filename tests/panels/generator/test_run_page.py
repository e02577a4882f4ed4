"""A run: its head, its candidates as table and pictures, and what is known of each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from generated_cases import Stored, random_candidate
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.candidate import Candidate, Judgement
from sc3d_desktop.generation.request import Request
from sc3d_desktop.panels.generator import Generator, texts
from sc3d_desktop.panels.generator.details_text import details_html
from sc3d_desktop.state.generation import Generation

LEFT = Qt.MouseButton.LeftButton


def click_row(panel: Generator, row: int) -> None:
    table = panel.run.table
    at = QPoint(20, table.rowViewportPosition(row) + 8)
    QTest.mouseClick(table.viewport(), LEFT, pos=at)


def test_a_run_that_goes_on_says_how_far_it_is_and_can_be_stopped(
    panel: Generator, generation: Generation, tmp_path: Path, qtbot: QtBot
) -> None:
    generation.await_run(tmp_path / "x", Request(count=9))
    generation.set_running(tmp_path / "x", started=True)
    generation.tell_progress(2, 9, "12 s left")
    header = panel.run.header
    assert panel.currentWidget() is panel.run
    assert header.progress.text() == "Running · 2 of 9 · 12 s left"
    assert header.animate.isVisible()
    with qtbot.waitSignal(header.stop_wanted):
        QTest.mouseClick(header.stop, LEFT)
    generation.set_running(None)
    assert header.stop.text() == "Go on"
    assert not header.animate.isVisible()
    with qtbot.waitSignal(header.resume_wanted):
        QTest.mouseClick(header.stop, LEFT)


def test_candidates_come_one_row_each_and_the_counts_follow(
    panel: Generator, generation: Generation, tmp_path: Path
) -> None:
    generation.await_run(tmp_path / "x", Request(count=40))
    generation.set_running(tmp_path / "x", started=True)
    assert panel.run.message.isVisible()
    told = [random_candidate(i, seed=3) for i in range(1, 21)]
    for candidate in told:
        generation.add(candidate)
    valid = [c for c in told if c.judgement.valid]
    assert panel.run.table.entries.rowCount() == len(valid)
    assert panel.run.gallery.tiles.rowCount() == len(valid)
    assert panel.run.header.counts.text() == f"20 made, {len(valid)} valid"
    assert panel.run.filters.count.text() == f"{len(valid)} of 20"


def test_each_row_shows_a_picture_of_its_crystal(panel: Generator, run: Stored) -> None:
    table = panel.run.table
    place = next(i for i, c in enumerate(run.candidates) if len(c.crystal) > 2)
    table.scrollTo(table.entries.index(place, 0))
    image = table.viewport().grab().toImage()
    left, top = table.columnViewportPosition(1), table.rowViewportPosition(place)
    inks = {QColor(image.pixel(left + dx, top + dy)).name() for dx in range(38) for dy in range(38)}
    assert len(inks) > 20, "a crystal has more colours than a blank cell"


def test_a_click_on_a_row_tells_all_that_is_known_of_it(panel: Generator, run: Stored) -> None:
    click_row(panel, 2)
    shown = panel.run.details.candidate
    assert shown is run.candidates[2]
    text = panel.run.details.text.toPlainText()
    assert f"No. {shown.index}" in text
    assert ("not known" in text) == ("not known" in details_html(shown))


def test_more_candidates_leave_the_details_at_the_one_that_was_clicked(
    panel: Generator, generation: Generation, run: Stored
) -> None:
    generation.set_running(run.folder, started=True)
    click_row(panel, 2)
    generation.add(random_candidate(31))
    assert panel.run.details.candidate is run.candidates[2]
    assert panel.run.table.current_id() == run.candidates[2].index


def test_enter_opens_insert_keeps_d_dopes(panel: Generator, run: Stored, qtbot: QtBot) -> None:
    page, table = panel.run, panel.run.table
    click_row(panel, 1)
    index = run.candidates[1].index
    with qtbot.waitSignal(page.open_wanted) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [index]
    with qtbot.waitSignal(page.keep_wanted) as kept:
        QTest.keyClick(table, Qt.Key.Key_Insert)
    assert kept.args[0].tolist() == [index]
    with qtbot.waitSignal(page.dope_wanted) as doped:
        QTest.keyClick(table, Qt.Key.Key_D)
    assert doped.args == [index]


def test_a_double_click_opens_a_row_and_a_picture(
    panel: Generator, run: Stored, qtbot: QtBot
) -> None:
    page = panel.run
    at = QPoint(20, page.table.rowViewportPosition(3) + 8)
    with qtbot.waitSignal(page.open_wanted) as opened:
        QTest.mouseClick(page.table.viewport(), LEFT, pos=at)
        QTest.mouseDClick(page.table.viewport(), LEFT, pos=at)
    assert opened.args == [run.candidates[3].index]
    page.tabs.setCurrentIndex(1)
    place = page.gallery.visualRect(page.gallery.tiles.index(2, 0)).center()
    with qtbot.waitSignal(page.open_wanted) as opened:
        QTest.mouseClick(page.gallery.viewport(), LEFT, pos=place)
        QTest.mouseDClick(page.gallery.viewport(), LEFT, pos=place)
    assert opened.args == [run.candidates[2].index]
    assert page.details.candidate is run.candidates[2]


def test_what_is_chosen_among_the_pictures_is_chosen_in_the_table(
    panel: Generator, generation: Generation, run: Stored
) -> None:
    page = panel.run
    page.tabs.setCurrentIndex(1)
    for place, modifier in (
        (0, Qt.KeyboardModifier.NoModifier),
        (2, Qt.KeyboardModifier.ControlModifier),
    ):
        at = page.gallery.visualRect(page.gallery.tiles.index(place, 0)).center()
        QTest.mouseClick(page.gallery.viewport(), LEFT, modifier, at)
    wanted = [run.candidates[0].index, run.candidates[2].index]
    assert generation.found.selection.tolist() == wanted
    assert sorted({i.row() for i in page.table.selectionModel().selectedRows()}) == [0, 2]
    assert page.chosen.tolist() == wanted
    generation.found.select(np.array([run.candidates[1].index]))
    assert [i.row() for i in page.gallery.selectionModel().selectedIndexes()] == [1]


def test_a_heading_sorts_and_a_filter_narrows(panel: Generator, run: Stored) -> None:
    page = panel.run
    header = page.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(2) + 10, 8)
    QTest.mouseClick(header.viewport(), LEFT, pos=at)
    shown = [run.candidates[i - 1].judgement.tc_kelvin for i in page.table._answer.ids.tolist()]
    known = [tc for tc in shown if tc is not None]
    assert known == sorted(known, reverse=True)
    assert all(tc is None for tc in shown[len(known) :])
    QTest.mouseClick(page.filters.novel, LEFT, pos=QPoint(8, page.filters.novel.height() // 2))
    new = sum(c.judgement.novel is True for c in run.candidates)
    assert page.table.entries.rowCount() == new < len(run.candidates)


def test_the_menu_offers_what_can_be_done_and_relaxing_only_where_it_can(
    panel: Generator, generation: Generation, run: Stored
) -> None:
    click_row(panel, 0)
    by_text = {a.text().split("\t")[0]: a for a in panel.run.menu().actions()}
    assert by_text["Relax"].isEnabled()
    generation.relax_problem = "chgnet is not installed."
    generation.run_changed.emit()
    by_text = {a.text().split("\t")[0]: a for a in panel.run.menu().actions()}
    assert not by_text["Relax"].isEnabled()
    assert not panel.run.details.relax.isEnabled()
    assert panel.run.details.relax.toolTip() == "chgnet is not installed."
    higher = run.candidates[0].judgement.symmetrised is not None
    assert by_text["Open symmetrised"].isEnabled() == higher


def test_why_a_run_does_not_go_on_is_said_in_its_head(
    panel: Generator, generation: Generation, run: Stored
) -> None:
    generation.refuse(GenerationError("The disk is full.", "Free some space."))
    assert panel.run.header.problem.text() == "The disk is full. Free some space."


def test_nothing_that_is_unknown_is_passed_over_in_silence() -> None:
    bare = replace(random_candidate(1), judgement=Judgement())
    html = details_html(bare)
    for words in ("T<sub>c</sub> not known", "Space group not known", "new is not known",
                  "Stability not known", "oxidation states: not known"):  # fmt: skip
        assert words in html


@pytest.mark.parametrize("index", range(1, 25))
def test_every_judgement_can_be_put_into_words(index: int) -> None:
    candidate: Candidate = random_candidate(index, seed=8)
    said = candidate.judgement
    html = details_html(candidate)
    assert all(fault in html for fault in said.faults)
    assert all(match.name in html for match in said.matches)
    assert (texts.novelty(said) == "new") == (said.novel is True)
    assert (texts.validity(said) == "valid") == said.valid
