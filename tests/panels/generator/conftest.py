"""The panel on a plan and runs made by script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from generated_cases import Stored, random_run
from pytestqt.qtbot import QtBot

from sc3d_desktop.panels.generator import Generator
from sc3d_desktop.state.found_candidates import Wanted
from sc3d_desktop.state.generation import Generation
from sc3d_desktop.state.request_plan import RequestPlan


@pytest.fixture
def plan(tmp_path: Path) -> RequestPlan:
    return RequestPlan(tmp_path / "generated")


@pytest.fixture
def generation() -> Generation:
    return Generation()


@pytest.fixture
def panel(plan: RequestPlan, generation: Generation, qtbot: QtBot) -> Iterator[Generator]:
    made = Generator(plan, generation)
    qtbot.addWidget(made)
    made.resize(410, 760)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    if made.begin.form.elements.popup is not None:
        made.begin.form.elements.popup.hide()


@pytest.fixture
def run(panel: Generator, generation: Generation, tmp_path: Path) -> Stored:
    """Thirty candidates in sight, those with faults as well."""
    made = random_run(tmp_path / "generated" / "some", 30, seed=3)
    generation.found.want(Wanted(valid=False))
    generation.show_run(made)
    return made
