"""What is being made, over the open crystal: shown while it is wanted, and never in the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from generated_cases import ordered, random_run
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QStackedWidget
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.generation.request import Request
from sc3d_desktop.panels.generator import Generator
from sc3d_desktop.state.document import Document
from sc3d_desktop.state.found_candidates import Wanted
from sc3d_desktop.state.generation import Generation
from sc3d_desktop.state.request_plan import RequestPlan
from sc3d_desktop.state.settings import Settings
from sc3d_desktop.window.denoising import DenoisingStage

LEFT = Qt.MouseButton.LeftButton


@dataclass(frozen=True)
class State:
    index: int
    step: int
    steps: int
    crystal: Crystal | None


@dataclass
class Middle:
    """The middle of a window, with the panel beside it."""

    stack: QStackedWidget
    open_crystal: QLabel
    panel: Generator
    stage: DenoisingStage
    generation: Generation
    document: Document
    settings: Settings

    def make(self, step: int = 1) -> None:
        self.generation.show_denoising(State(2, step, 9, ordered(1)))


@pytest.fixture
def middle(tmp_path: Path, qtbot: QtBot) -> Middle:
    session = SimpleNamespace(
        document=Document(), generation=Generation(), settings=Settings(tmp_path / "s.json")
    )
    stack, label = QStackedWidget(), QLabel("the open crystal")
    stack.addWidget(label)
    panel = Generator(RequestPlan(tmp_path), session.generation)
    for widget in (stack, panel):
        qtbot.addWidget(widget)
    stage = DenoisingStage(session, panel, stack)  # type: ignore[arg-type]
    session.document.open(ordered(5))
    session.generation.found.want(Wanted(valid=False))
    session.generation.show_run(random_run(tmp_path / "run", 9, finished=False))
    session.generation.set_running(tmp_path / "run", Request(count=14), started=True)
    panel.resize(420, 700)
    panel.show()
    kept = session.generation, session.document, session.settings
    return Middle(stack, label, panel, stage, *kept)


def test_it_is_shown_with_its_place_in_the_run_and_the_end_takes_it_away(middle: Middle) -> None:
    middle.make()
    assert middle.stage.shown
    assert middle.stage.view.label.text() == "Denoising 2 of 14, step 1 of 9"
    middle.generation.set_running(None)
    assert middle.stack.currentWidget() is middle.open_crystal


def test_the_button_brings_the_open_crystal_back_until_the_box_is_ticked_again(
    middle: Middle,
) -> None:
    middle.make()
    QTest.mouseClick(middle.stage.view.back, LEFT)
    assert middle.stack.currentWidget() is middle.open_crystal
    box = middle.panel.run.header.animate
    assert not box.isChecked()
    middle.make(2)
    assert not middle.stage.shown
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert middle.stage.shown
    assert middle.settings.generator_animate == "on"


def test_what_the_user_ticks_is_remembered_and_what_only_this_run_lacks_is_not(
    middle: Middle,
) -> None:
    box = middle.panel.run.header.animate
    middle.make()
    middle.stage.dismiss()
    middle.generation.set_running(None)
    assert box.isChecked(), "the next run is shown again"
    assert middle.settings.generator_animate == "on"
    middle.generation.set_running(middle.generation.folder, Request(count=14), started=True)
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    middle.make()
    assert not middle.stage.shown
    assert middle.settings.generator_animate == "off"


def test_a_click_on_a_candidate_and_an_edit_bring_the_open_crystal_back(middle: Middle) -> None:
    table = middle.panel.run.table
    middle.make()
    QTest.mouseClick(table.viewport(), LEFT, pos=QPoint(20, table.rowViewportPosition(1) + 8))
    assert middle.stack.currentWidget() is middle.open_crystal
    middle.panel.run.header.animate.click()
    middle.make(2)
    assert middle.stage.shown
    middle.document.open(ordered(6))
    middle.make(3)
    assert middle.generation.denoising is not None
    assert not middle.panel.run.header.animate.isChecked()


def test_a_state_that_is_no_crystal_leaves_the_last_one(middle: Middle) -> None:
    middle.make(3)
    middle.generation.show_denoising(State(2, 4, 9, None))
    assert middle.stage.view.label.text().endswith("step 3 of 9")
