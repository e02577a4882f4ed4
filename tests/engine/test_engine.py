from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Generator
from typing import Any

from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from sc3d_desktop.engine import Engine
from sc3d_desktop.jobs import (
    Failed,
    Finished,
    Partial,
    Priority,
    Progress,
    Queued,
    Started,
)

# Events


def test_the_events_of_a_job_come_in_order(engine: Engine, record: Any, script: Any) -> None:
    def body() -> Generator[Any, None, str]:
        yield Progress(0, 2)
        yield Partial("half")
        yield Progress(1, 2, "nearly")
        return "all"

    job = engine.submit(script(body))
    assert record.end(job) == Finished("all")
    assert record.of(job) == [
        Queued(),
        Started(),
        Progress(0, 2),
        Partial("half"),
        Progress(1, 2, "nearly"),
        Finished("all"),
    ]


def test_jobs_run_on_the_engine_thread_and_events_are_heard_on_this_one(
    engine: Engine, record: Any, script: Any
) -> None:
    here = threading.get_ident()

    def body() -> Generator[Any, None, tuple[int, str]]:
        yield Progress(0, 1)
        return threading.get_ident(), QThread.currentThread().objectName()

    end = record.end(engine.submit(script(body)))
    assert end.result[0] != here
    assert end.result[1] == "engine"
    assert record.threads == {here}


def test_events_reach_qt_objects_on_their_own_thread(
    engine: Engine, record: Any, script: Any
) -> None:
    seen: list[bool] = []

    class Panel(QObject):
        def on_event(self, _id: int, _event: object) -> None:
            seen.append(QThread.currentThread() == self.thread())

    panel = Panel()
    engine.told.connect(panel.on_event)
    record.end(engine.submit(script(script.counting(3))))
    assert len(seen) == 6
    assert all(seen)


def test_jobs_of_one_priority_run_in_the_order_they_came(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    log: list[Any] = []
    engine.submit(script(script.held(gate, [])))
    jobs = [engine.submit(script(script.counting(2, log, name))) for name in range(4)]
    gate.go.set()
    record.end(jobs[-1])
    assert log == [(name, i) for name in range(4) for i in range(2)]


def test_the_services_are_made_once_on_the_engine_thread(
    qtbot: QtBot, record_of: Any, script: Any
) -> None:
    made: list[int] = []

    def factory() -> Any:
        made.append(threading.get_ident())
        return object()

    engine = Engine(factory)
    record = record_of(engine)
    assert made == []
    for _ in range(3):
        record.end(engine.submit(script(script.counting(1))))
    engine.close()
    assert len(made) == 1
    assert made[0] != threading.get_ident()


# Priorities


def test_an_interactive_job_runs_to_its_end_between_two_steps_of_a_bulk_one(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    log: list[Any] = []

    def bulk() -> Generator[Any, None, None]:
        for i in range(3):
            log.append(("bulk", i))
            if i == 1:
                gate()
            yield Progress(i, 3)

    slow = engine.submit(script(bulk))
    gate.wait()
    quick = engine.submit(script(script.counting(2, log, "quick"), Priority.INTERACTIVE))
    gate.go.set()
    assert record.end(slow) == Finished(None)
    assert log == [("bulk", 0), ("bulk", 1), ("quick", 0), ("quick", 1), ("bulk", 2)]
    assert record.ends(quick) == [Finished(2)]
    names = [job for job, event in record.heard if isinstance(event, Finished)]
    assert names == [quick, slow]


def test_work_of_minutes_and_answers_run_between_two_steps_of_work_of_hours(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    log: list[Any] = []

    def hours() -> Generator[Any, None, None]:
        for i in range(3):
            log.append(("hours", i))
            if i == 0:
                gate()
            yield Progress(i, 3)

    slow = engine.submit(script(hours, Priority.BACKGROUND))
    gate.wait()
    engine.submit(script(script.counting(2, log, "minutes")))
    engine.submit(script(script.counting(1, log, "quick"), Priority.INTERACTIVE))
    gate.go.set()
    assert record.end(slow) == Finished(None)
    assert log == [
        ("hours", 0), ("quick", 0), ("minutes", 0), ("minutes", 1), ("hours", 1), ("hours", 2),
    ]  # fmt: skip


def test_an_interactive_job_goes_before_bulk_ones_that_wait(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    log: list[Any] = []
    engine.submit(script(script.held(gate, [], steps=1), Priority.INTERACTIVE))
    bulk = engine.submit(script(script.counting(1, log, "bulk")))
    engine.submit(script(script.counting(1, log, "quick"), Priority.INTERACTIVE))
    gate.go.set()
    record.end(bulk)
    assert log == [("quick", 0), ("bulk", 0)]


def test_an_interactive_job_is_not_interrupted(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    log: list[Any] = []

    def first() -> Generator[Any, None, None]:
        log.append("first begins")
        gate()
        yield Progress(0, 1)
        log.append("first ends")

    engine.submit(script(first, Priority.INTERACTIVE))
    gate.wait()
    second = engine.submit(script(script.counting(1, log, "second"), Priority.INTERACTIVE))
    gate.go.set()
    record.end(second)
    assert log == ["first begins", "first ends", ("second", 0)]


def test_an_interactive_job_that_fails_between_two_steps_leaves_the_bulk_one_alone(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    def fails() -> Generator[Any, None, None]:
        yield Progress(0, 1)
        raise SystemExit(3)

    log: list[int] = []
    slow = engine.submit(script(script.held(gate, log)))
    gate.wait()
    quick = engine.submit(script(fails, Priority.INTERACTIVE))
    gate.go.set()
    assert record.end(slow) == Finished(None)
    assert log == [0, 1, 2, 3, 4]
    assert isinstance(record.end(quick), Failed)


# Memory


def test_a_job_is_known_until_its_last_event(engine: Engine, script: Any, gate: Any) -> None:
    running, waiting = script(script.held(gate, [])), script(script.counting(1))
    first, second = engine.submit(running), engine.submit(waiting)
    assert engine.jobs() == {first: running, second: waiting}
    assert (engine.job(first), engine.job(99)) == (running, None)
    engine.cancel(second)
    assert engine.jobs() == {first: running}
    gate.go.set()


def test_ended_and_replaced_jobs_are_let_go(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    engine.submit(script(script.held(gate, [])))
    gate.wait()
    left = []
    for _ in range(300):
        job = script(script.counting(1))
        left.append(weakref.ref(job))
        last = engine.submit(job, replace="tc")
    del job
    assert sum(ref() is not None for ref in left) == 1
    gate.go.set()
    record.end(last)
    script.wait_for(lambda: gc.collect() >= 0 and all(ref() is None for ref in left))
    assert engine.jobs() == {}
