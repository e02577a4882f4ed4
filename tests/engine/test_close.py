from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Generator
from typing import Any

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sc3d_desktop.engine import Engine
from sc3d_desktop.jobs import Cancelled, Finished, Priority, Progress, Started


def engine_threads() -> list[QThread]:
    threads = [t for t in gc.get_objects() if isinstance(t, QThread)]
    return [t for t in threads if t.objectName() == "engine" and t.isRunning()]


def test_closing_ends_every_job_and_the_thread_before_it_returns(
    qtbot: QtBot, record_of: Any, script: Any, gate: Any
) -> None:
    engine = Engine(object)
    record = record_of(engine)
    log: list[int] = []
    jobs = [engine.submit(script(script.held(gate, log)))]
    gate.wait()
    jobs += [engine.submit(script(script.counting(1))) for _ in range(3)]
    jobs.append(engine.submit(script(script.counting(1), Priority.INTERACTIVE)))
    assert len(engine_threads()) == 1
    threading.Timer(0.05, gate.go.set).start()
    engine.close()
    assert engine_threads() == []
    assert log == [0]
    assert [record.ends(job) for job in jobs] == [[Cancelled()]] * 5
    assert engine.jobs() == {}


def test_closing_while_an_interactive_job_has_interrupted_a_bulk_one_ends_both(
    qtbot: QtBot, record_of: Any, script: Any, gate: Any
) -> None:
    engine = Engine(object)
    record = record_of(engine)
    log: list[Any] = []
    slow = engine.submit(script(script.counting(10_000_000, log)))
    script.wait_for(lambda: log)
    quick = engine.submit(script(script.held(gate, []), Priority.INTERACTIVE))
    gate.wait()
    steps = len(log)
    threading.Timer(0.05, gate.go.set).start()
    engine.close()
    assert (record.ends(slow), record.ends(quick)) == ([Cancelled()], [Cancelled()])
    assert len(log) == steps


def test_what_finished_before_the_close_is_told_as_finished(
    qtbot: QtBot, record_of: Any, script: Any
) -> None:
    engine = Engine(object)
    record = record_of(engine)
    done = threading.Event()

    def marker() -> Generator[Any, None, None]:
        done.set()
        yield Progress(0, 1)

    job = engine.submit(script(script.counting(2)))
    engine.submit(script(marker))
    assert done.wait(10)  # the first job has ended; this thread has heard nothing of it yet
    assert record.ends(job) == []
    engine.close()
    assert record.of(job)[-1] == Finished(2)


def test_nothing_is_told_after_the_close(
    qtbot: QtBot, record_of: Any, script: Any, qapp: QApplication
) -> None:
    engine = Engine(object)
    record = record_of(engine)
    for _ in range(20):
        engine.submit(script(script.counting(50)))
    engine.close()
    before = len(record.heard)
    qapp.processEvents()
    engine.cancel(1)
    engine.cancel_all()
    assert len(record.heard) == before


def test_closing_twice_is_closing_once_and_a_closed_engine_takes_no_jobs(
    qtbot: QtBot, record_of: Any, script: Any
) -> None:
    engine = Engine(object)
    said: list[bool] = []
    engine.closing.connect(lambda: said.append(True))
    engine.close()
    engine.close()
    assert said == [True]
    with pytest.raises(RuntimeError, match="closed"):
        engine.submit(script(script.counting(1)))


def test_an_engine_may_be_closed_from_within_an_event(
    qtbot: QtBot, record_of: Any, script: Any
) -> None:
    engine = Engine(object)
    record = record_of(engine)
    engine.told.connect(lambda _job, event: isinstance(event, Started) and engine.close())
    jobs = [engine.submit(script(script.counting(10_000_000))) for _ in range(3)]
    assert [record.end(job) for job in jobs] == [Cancelled()] * 3


def test_an_engine_nobody_used_closes_cleanly(qtbot: QtBot) -> None:
    Engine(object).close()
    assert engine_threads() == []


PROGRAM = """
import sys, threading
from dataclasses import dataclass
from PySide6.QtCore import QCoreApplication, QTimer
from sc3d_desktop.engine import Engine
from sc3d_desktop.jobs import Job, Progress

class Endless(Job):
    def run(self, services):
        while True:
            yield Progress(0, 0)

app = QCoreApplication(sys.argv)
engine = Engine(object)
engine.submit(Endless())
QTimer.singleShot(50, app.quit)
sys.exit(app.exec())
"""


def test_a_program_that_quits_with_a_job_running_ends_without_a_crash() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
