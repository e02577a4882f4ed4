"""Panels on small plans and on runs made by script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from line_cases import random_lines, run_of
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from screening_cases import now_in

from sc3d_desktop.panels.icsd_screening import IcsdScreening
from sc3d_desktop.screening.store import RunStore
from sc3d_desktop.state.plan import Plan
from sc3d_desktop.state.screening import Screening

N = 400


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(tmp_path / "runs")


@pytest.fixture
def screening(qapp: QApplication) -> Screening:
    return Screening()


@pytest.fixture
def panel(plan: Plan, screening: Screening, qtbot: QtBot) -> Iterator[IcsdScreening]:
    made = IcsdScreening(plan, screening)
    qtbot.addWidget(made)
    made.resize(560, 900)
    made.show()
    made.add_plots(False)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    screening.close()
    QTest.qWait(250)  # the table may still be waiting for its rows to come to rest


def load(screening: Screening) -> None:
    assert screening.path is not None
    with RunStore.read(screening.path) as store:
        screening.show_now(now_in(store, screening.ranking))


@pytest.fixture
def run(screening: Screening, panel: IcsdScreening, tmp_path: Path) -> Path:
    """A finished run of 400 inputs, in sight."""
    path = run_of(tmp_path / "shown.sqlite", random_lines(N, 3))
    screening.open(path)
    load(screening)
    return path
