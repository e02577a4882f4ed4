"""The bar follows a real engine; the jobs here do nothing but wait for the test."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.errors import HandOffError
from sc3d_desktop.jobs import Job, Priority, Progress, Services
from sc3d_desktop.panels.jobs import JobBar
from sc3d_desktop.panels.jobs.job_row import JobRow, time_left


@dataclass(frozen=True)
class Wait(Job[int]):
    """Half done, until ``go`` is set."""

    go: threading.Event = field(default_factory=threading.Event)
    fails: bool = False

    @property
    def title(self) -> str:
        return "Wait for the test"

    def run(self, services: Services) -> Generator[Progress, None, int]:
        while not self.go.wait(0.01):
            yield Progress(5, 10, "5 of 10")
        if self.fails:
            raise HandOffError("The folder is full.", "Choose another one.")
        return 1


@dataclass(frozen=True)
class QuickWait(Wait):
    priority = Priority.INTERACTIVE


@dataclass(frozen=True)
class SilentWait(Wait):
    in_bar = False


@pytest.fixture
def engine(qapp: object) -> Iterator[Engine]:
    made = Engine(lambda: object())  # type: ignore[arg-type, return-value]
    yield made
    made.close()


@pytest.fixture
def bar(engine: Engine, qtbot: QtBot) -> JobBar:
    made = JobBar(engine)
    qtbot.addWidget(made)
    made.resize(900, 40)
    made.show()
    return made


def titles(bar: JobBar) -> list[str]:
    return [job.title for job in bar.shown_jobs()]


def test_a_job_has_a_row_with_progress_until_it_is_done(
    bar: JobBar, engine: Engine, qtbot: QtBot
) -> None:
    job = Wait()
    job_id = engine.submit(job)
    qtbot.waitUntil(lambda: bar.rows[job_id].bar.maximum() == 10)
    row = bar.rows[job_id]
    assert row.isVisible()
    assert (row.bar.value(), row.left.text()) == (5, "5 of 10")
    assert not bar.idle.isVisible()
    job.go.set()
    qtbot.waitUntil(lambda: not bar.rows)
    assert bar.idle.isVisible()


def test_the_button_of_a_row_stops_the_job(bar: JobBar, engine: Engine, qtbot: QtBot) -> None:
    job_id = engine.submit(Wait())
    qtbot.waitUntil(lambda: job_id in bar.rows and bar.rows[job_id].isVisible())
    QTest.mouseClick(bar.rows[job_id].button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not bar.rows)
    assert engine.jobs() == {}


def test_a_failed_job_leaves_its_reason_until_it_is_closed(
    bar: JobBar, engine: Engine, qtbot: QtBot
) -> None:
    job = Wait(fails=True)
    job.go.set()
    job_id = engine.submit(job)
    qtbot.waitUntil(lambda: "The folder is full." in bar.rows[job_id].title.text())
    assert bar.rows[job_id].left.text() == "Choose another one."
    assert not bar.busy
    QTest.mouseClick(bar.rows[job_id].button, Qt.MouseButton.LeftButton)
    assert not bar.rows


def test_a_quick_answer_makes_no_row_and_a_slow_one_does(
    bar: JobBar, engine: Engine, qtbot: QtBot
) -> None:
    job = QuickWait()
    engine.submit(job)
    qtbot.wait(100)
    assert titles(bar) == []
    qtbot.waitUntil(lambda: titles(bar) == ["Wait for the test"], timeout=2000)
    job.go.set()
    qtbot.waitUntil(lambda: not bar.rows)


def test_what_goes_on_by_itself_makes_no_row(bar: JobBar, engine: Engine, qtbot: QtBot) -> None:
    job = SilentWait()
    engine.submit(job)
    qtbot.wait(600)
    assert not bar.rows
    assert bar.idle.isVisible()
    job.go.set()
    qtbot.waitUntil(lambda: not engine.jobs())


def test_a_job_that_says_how_long_it_takes_is_believed(bar: JobBar) -> None:
    row = JobRow(Wait())
    row.show_started()
    QTest.qWait(1100)
    row.show_progress(Progress(5, 10, "95 a second, 12 min left"))
    assert row.left.text() == "95 a second, 12 min left"
    row.show_progress(Progress(5, 10, "5 of 10"))
    assert row.left.text().startswith("5 of 10 · about")


@pytest.mark.parametrize(
    ("elapsed_ms", "done", "total", "said"),
    [
        (500, 1, 10, ""),
        (10_000, 0, 10, ""),
        (10_000, 5, 0, ""),
        (10_000, 5, 10, "about 10 s left"),
        (60_000, 1, 4, "about 3 min left"),
        (3_600_000, 1, 3, "about 2.0 h left"),
    ],
)
def test_the_time_left_is_said_once_it_can_be_known(
    elapsed_ms: float, done: int, total: int, said: str
) -> None:
    assert time_left(elapsed_ms, done, total) == said
