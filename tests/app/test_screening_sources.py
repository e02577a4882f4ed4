"""What is screened is chosen in the window: files, the catalogue, databases of the web."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from browser_cases import fill
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from screening_window import N, add, click, click_row, idle, lines

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.jobs import Progress
from sc3d_desktop.jobs.databases import ListDatabases
from sc3d_desktop.screening.sources import Optimade
from sc3d_desktop.screening.sources.optimade import Database
from sc3d_desktop.state.screening import Phase
from sc3d_desktop.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def test_files_dropped_on_the_list_are_screened_and_not_opened(
    screening: MainWindow, user: Any, folder: Path, qtbot: QtBot
) -> None:
    sources = screening.screening.begin.sources
    user.drop(folder, on=sources.viewport())
    idle(screening, qtbot)
    assert [source.count for source in screening.session.plan.sources] == [N]
    assert screening.session.document.crystal is None
    assert "100 inputs" in screening.screening.begin.estimate.text()


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
    idle(screening, qtbot)
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
    idle(screening, qtbot)
    assert "There is no answer." in dialog.problem.text()
    click(dialog.fetch)
    idle(screening, qtbot)
    assert asked == [None, None, listed]
    assert dialog.address.text() == "https://cod.example"
    dialog.reject()


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
    idle(screening, qtbot)
    assert "There is no" in screening.screening.run.header.problem.text()
    moved.rename(folder)
    QTest.mouseClick(screening.screening.run.header.back, LEFT)
    assert [source.title for source in plan.sources] == [folder.name]
    click(begin.start)
    idle(screening, qtbot)
    assert screening.session.screening.phase is Phase.FINISHED
    assert plan.sources == ()


def test_a_collection_of_the_catalogue_is_screened(
    screening: MainWindow, model: Any, qtbot: QtBot
) -> None:
    fill(screening.session.browser.path)
    page = screening.screening.begin
    page.menu.aboutToShow.emit()
    collections = next(a for a in page.menu.actions() if a.menu() is not None).menu()
    texts = {action.text(): action for action in collections.actions()}
    texts["made"].trigger()
    idle(screening, qtbot)
    assert [(s.title, s.count) for s in screening.session.plan.sources] == [("made (catalogue)", 4)]
    click(page.start)
    idle(screening, qtbot)
    state = screening.session.screening
    assert (state.phase, state.counts["predicted"]) == (Phase.FINISHED, 4)
    click_row(screening, 0)
    idle(screening, qtbot)
    crystal = screening.session.document.crystal
    assert crystal is not None
    assert "-".join(sorted(crystal.composition)) == lines(screening)[0].chemical_system
