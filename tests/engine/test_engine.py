from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sc3d_desktop.engine import Engine
from sc3d_desktop.errors import ModelError
from sc3d_desktop.jobs import (
    Cancelled,
    Failed,
    Finished,
    Partial,
    Priority,
    Progress,
    Queued,
    Started,
)

PATIENCE = 10.0


class Gate:
    """Holds a job between two of its steps: ``reached`` when it is there, ``go`` to let it on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.go = threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.go.wait(PATIENCE)

    def wait(self) -> None:
        assert self.reached.wait(PATIENCE)


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.go.set()


def counting(steps: int, log: list[Any] | None = None, name: Any = None) -> Callable[[], Any]:
    def body() -> Generator[Progress, None, int]:
        for i in range(steps):
            if log is not None:
                log.append((name, i))
            yield Progress(i, steps)
        return steps

    return body


def held(gate: Gate, log: list[int], steps: int = 5) -> Callable[[], Any]:
    """Stops inside its first step until the gate opens."""

    def body() -> Generator[Progress, None, None]:
        for i in range(steps):
            log.append(i)
            if i == 0:
                gate()
            yield Progress(i, steps)

    return body


def wait_for(condition: Callable[[], object]) -> None:
    """Wait for another thread, without hearing any event."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


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
    engine.event.connect(panel.on_event)
    record.end(engine.submit(script(counting(3))))
    assert len(seen) == 6
    assert all(seen)


def test_jobs_of_one_priority_run_in_the_order_they_came(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    log: list[Any] = []
    engine.submit(script(held(gate, [])))
    jobs = [engine.submit(script(counting(2, log, name))) for name in range(4)]
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
        record.end(engine.submit(script(counting(1))))
    engine.close()
    assert len(made) == 1
    assert made[0] != threading.get_ident()


# Priorities


def test_an_interactive_job_runs_to_its_end_between_two_steps_of_a_bulk_one(
    engine: Engine, record: Any, script: Any, gate: Gate
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
    quick = engine.submit(script(counting(2, log, "quick"), Priority.INTERACTIVE))
    gate.go.set()
    assert record.end(slow) == Finished(None)
    assert log == [("bulk", 0), ("bulk", 1), ("quick", 0), ("quick", 1), ("bulk", 2)]
    assert record.ends(quick) == [Finished(2)]
    names = [job for job, event in record.heard if isinstance(event, Finished)]
    assert names == [quick, slow]


def test_an_interactive_job_goes_before_bulk_ones_that_wait(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    log: list[Any] = []
    engine.submit(script(held(gate, [], steps=1), Priority.INTERACTIVE))
    bulk = engine.submit(script(counting(1, log, "bulk")))
    engine.submit(script(counting(1, log, "quick"), Priority.INTERACTIVE))
    gate.go.set()
    record.end(bulk)
    assert log == [("quick", 0), ("bulk", 0)]


def test_an_interactive_job_is_not_interrupted(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    log: list[Any] = []

    def first() -> Generator[Any, None, None]:
        log.append("first begins")
        gate()
        yield Progress(0, 1)
        log.append("first ends")

    engine.submit(script(first, Priority.INTERACTIVE))
    gate.wait()
    second = engine.submit(script(counting(1, log, "second"), Priority.INTERACTIVE))
    gate.go.set()
    record.end(second)
    assert log == ["first begins", "first ends", ("second", 0)]


def test_an_interactive_job_that_fails_between_two_steps_leaves_the_bulk_one_alone(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    def fails() -> Generator[Any, None, None]:
        yield Progress(0, 1)
        raise SystemExit(3)

    log: list[int] = []
    slow = engine.submit(script(held(gate, log)))
    gate.wait()
    quick = engine.submit(script(fails, Priority.INTERACTIVE))
    gate.go.set()
    assert record.end(slow) == Finished(None)
    assert log == [0, 1, 2, 3, 4]
    assert isinstance(record.end(quick), Failed)


# Cancelling and replacing


def test_a_running_job_is_cancelled_within_one_step(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    log: list[int] = []
    job = engine.submit(script(held(gate, log)))
    gate.wait()
    engine.cancel(job)
    gate.go.set()
    assert record.end(job) == Cancelled()
    assert record.of(job) == [Queued(), Started(), Cancelled()]
    assert log == [0]


def test_a_job_cancelled_while_it_makes_way_for_another_does_no_further_step(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    log: list[Any] = []
    slow = engine.submit(script(counting(10_000_000, log, "slow")))
    wait_for(lambda: log)
    quick = engine.submit(script(held(gate, []), Priority.INTERACTIVE))
    gate.wait()
    steps = len(log)
    engine.cancel(slow)
    gate.go.set()
    assert record.end(quick) == Finished(None)
    assert record.end(slow) == Cancelled()
    assert len(log) == steps


def test_a_waiting_job_is_cancelled_at_once_and_never_starts(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    engine.submit(script(held(gate, [])))
    log: list[Any] = []
    job = engine.submit(script(counting(1, log)))
    engine.cancel(job)
    assert record.of(job) == [Queued(), Cancelled()]
    after = engine.submit(script(counting(1)))
    gate.go.set()
    record.end(after)
    assert log == []
    assert record.of(job) == [Queued(), Cancelled()]


def test_cancelling_twice_or_after_the_end_or_nothing_at_all_does_nothing(
    engine: Engine, record: Any, script: Any
) -> None:
    job = engine.submit(script(counting(1)))
    record.end(job)
    engine.cancel(job)
    engine.cancel(0)
    engine.cancel(12345)
    assert record.ends(job) == [Finished(1)]


def test_the_cleanup_of_a_cancelled_job_runs_on_the_engine_thread(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    cleaned: list[int] = []

    def body() -> Generator[Any, None, None]:
        try:
            gate()
            yield Progress(0, 1)
        finally:
            cleaned.append(threading.get_ident())

    job = engine.submit(script(body))
    gate.wait()
    engine.cancel(job)
    gate.go.set()
    record.end(job)
    assert len(cleaned) == 1
    assert cleaned[0] != threading.get_ident()


def test_cancel_all_ends_running_and_waiting_jobs(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    jobs = [engine.submit(script(held(gate, [])))]
    jobs += [engine.submit(script(counting(1))) for _ in range(5)]
    gate.wait()
    engine.cancel_all()
    gate.go.set()
    assert [record.end(job) for job in jobs] == [Cancelled()] * 6
    assert record.end(engine.submit(script(counting(1)))) == Finished(1)


def test_a_job_replaces_the_waiting_one_of_its_key_at_once(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    engine.submit(script(held(gate, [])))
    gate.wait()
    log: list[Any] = []
    jobs = [
        engine.submit(script(counting(1, log, i), Priority.INTERACTIVE), replace="tc")
        for i in range(20)
    ]
    other = engine.submit(script(counting(1, log, "other")), replace="curve")
    free = engine.submit(script(counting(1, log, "free")))
    assert [record.of(job) for job in jobs[:-1]] == [[Queued(), Cancelled()]] * 19
    gate.go.set()
    assert [record.end(job) for job in (jobs[-1], other, free)] == [Finished(1)] * 3
    assert log == [(19, 0), ("other", 0), ("free", 0)]


def test_a_job_cancels_the_running_one_of_its_key_within_one_step(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    log: list[int] = []
    old = engine.submit(script(held(gate, log)), replace="tc")
    gate.wait()
    new = engine.submit(script(counting(1)), replace="tc")
    assert record.ends(old) == []
    gate.go.set()
    assert record.end(new) == Finished(1)
    assert record.ends(old) == [Cancelled()]
    assert log == [0]


def test_a_job_submitted_while_another_of_its_key_is_announced_is_the_one_that_counts(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    engine.submit(script(held(gate, [])))
    gate.wait()
    inner: list[int] = []

    def answer(_job: int, event: object) -> None:
        if isinstance(event, Queued) and not inner:
            inner.append(0)
            inner[0] = engine.submit(script(counting(1)), replace="tc")

    engine.event.connect(answer)
    outer = engine.submit(script(counting(1)), replace="tc")
    gate.go.set()
    assert record.end(inner[0]) == Finished(1)
    assert record.end(outer) == Cancelled()


# Failures


class Unprintable(Exception):
    def __str__(self) -> str:
        raise ValueError("not even this")


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("CUDA out of memory"),
        SystemExit(1),
        KeyboardInterrupt(),
        GeneratorExit(),
        MemoryError(),
        StopIteration(3),
        Unprintable(),
        ExceptionGroup("several", [ValueError("one"), KeyError("two")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_job_raises_is_reported_and_the_engine_goes_on(
    engine: Engine, record: Any, script: Any, error: BaseException
) -> None:
    def body() -> Generator[Any, None, None]:
        yield Progress(0, 1)
        raise error

    def at_once() -> Any:
        raise error

    for broken in (body, at_once):
        end = record.end(engine.submit(script(broken)))
        assert isinstance(end, Failed)
        assert end.error
        assert end.hint
        assert "Traceback" in end.traceback
        assert broken.__name__ in end.traceback
    assert record.end(engine.submit(script(counting(2)))) == Finished(2)


def test_a_runtime_error_is_named_with_its_words(engine: Engine, record: Any, script: Any) -> None:
    def body() -> Generator[Any, None, None]:
        yield Progress(0, 1)
        raise RuntimeError("shapes (3, 2) and (4,) do not fit")

    end = record.end(engine.submit(script(body)))
    assert end.error == "RuntimeError: shapes (3, 2) and (4,) do not fit"


def test_an_error_for_the_user_keeps_its_message_and_hint(
    engine: Engine, record: Any, script: Any
) -> None:
    def body() -> Generator[Any, None, None]:
        yield Progress(0, 1)
        raise ModelError("The weights are missing.", "Install again.")

    end = record.end(engine.submit(script(body)))
    assert (end.error, end.hint) == ("The weights are missing.", "Install again.")


@pytest.mark.parametrize("body", [lambda: None, lambda: [Progress(0, 1)], lambda: iter([])])
def test_a_job_that_is_no_generator_fails(
    engine: Engine, record: Any, script: Any, body: Any
) -> None:
    end = record.end(engine.submit(script(body)))
    assert isinstance(end, Failed)
    assert "not a generator" in end.error


@pytest.mark.parametrize("strange", [Finished(1), Cancelled(), Started(), None, 3])
def test_a_job_that_yields_what_is_no_step_fails_and_is_cleaned_up(
    engine: Engine, record: Any, script: Any, strange: Any
) -> None:
    cleaned: list[bool] = []

    def body() -> Generator[Any, None, None]:
        try:
            yield strange
        finally:
            cleaned.append(True)

    job = engine.submit(script(body))
    end = record.end(job)
    assert isinstance(end, Failed)
    assert record.of(job) == [Queued(), Started(), end]
    assert cleaned == [True]


def test_services_that_cannot_be_made_fail_the_job_and_are_tried_for_the_next(
    qtbot: QtBot, record_of: Any, script: Any
) -> None:
    tries: list[int] = []

    def factory() -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no such device")
        return object()

    engine = Engine(factory)
    record = record_of(engine)
    first = record.end(engine.submit(script(counting(1))))
    second = record.end(engine.submit(script(counting(1))))
    engine.close()
    assert isinstance(first, Failed)
    assert second == Finished(1)


@pytest.mark.parametrize("refusals", [1, 3])
def test_a_job_that_goes_on_after_it_was_told_to_end_is_told_again(
    engine: Engine,
    record: Any,
    script: Any,
    gate: Gate,
    refusals: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ended: list[int] = []

    def body() -> Generator[Any, None, None]:
        refused = 0
        gate()
        while refused <= refusals:
            try:
                yield Progress(0, 0)
            except GeneratorExit:
                refused += 1
        ended.append(refused)

    job = engine.submit(script(body))
    gate.wait()
    engine.cancel(job)
    gate.go.set()
    assert record.end(job) == Cancelled()
    assert ended == [refusals + 1]
    assert "Script did not end cleanly" in caplog.text
    assert record.end(engine.submit(script(counting(1)))) == Finished(1)


def test_a_job_that_never_agrees_to_end_is_given_up_and_the_engine_goes_on(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    relents = threading.Event()

    def body() -> Generator[Any, None, None]:
        gate()
        while not relents.is_set():
            try:
                yield Progress(0, 0)
            except GeneratorExit:
                continue

    job = engine.submit(script(body))
    gate.wait()
    engine.cancel(job)
    gate.go.set()
    assert record.end(job) == Cancelled()
    assert record.end(engine.submit(script(counting(1)))) == Finished(1)
    relents.set()  # Python asks it once more when it is collected


@pytest.mark.parametrize("error", [OSError("disk full"), SystemExit(1)], ids=["OSError", "exit"])
def test_a_cleanup_that_fails_is_logged_and_the_engine_goes_on(
    engine: Engine,
    record: Any,
    script: Any,
    gate: Gate,
    error: BaseException,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def body() -> Generator[Any, None, None]:
        try:
            gate()
            yield Progress(0, 0)
        finally:
            raise error

    job = engine.submit(script(body))
    gate.wait()
    engine.cancel(job)
    gate.go.set()
    assert record.end(job) == Cancelled()
    assert type(error).__name__ in caplog.text
    assert record.end(engine.submit(script(counting(1)))) == Finished(1)


# Memory


def test_a_job_is_known_until_its_last_event(engine: Engine, script: Any, gate: Gate) -> None:
    running, waiting = script(held(gate, [])), script(counting(1))
    first, second = engine.submit(running), engine.submit(waiting)
    assert engine.jobs() == {first: running, second: waiting}
    assert (engine.job(first), engine.job(99)) == (running, None)
    engine.cancel(second)
    assert engine.jobs() == {first: running}
    gate.go.set()


def test_ended_and_replaced_jobs_are_let_go(
    engine: Engine, record: Any, script: Any, gate: Gate
) -> None:
    engine.submit(script(held(gate, [])))
    gate.wait()
    left = []
    for _ in range(300):
        job = script(counting(1))
        left.append(weakref.ref(job))
        last = engine.submit(job, replace="tc")
    del job
    assert sum(ref() is not None for ref in left) == 1
    gate.go.set()
    record.end(last)
    wait_for(lambda: gc.collect() >= 0 and all(ref() is None for ref in left))
    assert engine.jobs() == {}


# Closing


def engine_threads() -> list[QThread]:
    threads = [t for t in gc.get_objects() if isinstance(t, QThread)]
    return [t for t in threads if t.objectName() == "engine" and t.isRunning()]


def test_closing_ends_every_job_and_the_thread_before_it_returns(
    qtbot: QtBot, record_of: Any, script: Any, gate: Gate
) -> None:
    engine = Engine(object)
    record = record_of(engine)
    log: list[int] = []
    jobs = [engine.submit(script(held(gate, log)))]
    gate.wait()
    jobs += [engine.submit(script(counting(1))) for _ in range(3)]
    jobs.append(engine.submit(script(counting(1), Priority.INTERACTIVE)))
    assert len(engine_threads()) == 1
    threading.Timer(0.05, gate.go.set).start()
    engine.close()
    assert engine_threads() == []
    assert log == [0]
    assert [record.ends(job) for job in jobs] == [[Cancelled()]] * 5
    assert engine.jobs() == {}


def test_closing_while_an_interactive_job_has_interrupted_a_bulk_one_ends_both(
    qtbot: QtBot, record_of: Any, script: Any, gate: Gate
) -> None:
    engine = Engine(object)
    record = record_of(engine)
    log: list[Any] = []
    slow = engine.submit(script(counting(10_000_000, log)))
    wait_for(lambda: log)
    quick = engine.submit(script(held(gate, []), Priority.INTERACTIVE))
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

    job = engine.submit(script(counting(2)))
    engine.submit(script(marker))
    assert done.wait(PATIENCE)  # the first job has ended; this thread has heard nothing of it yet
    assert record.ends(job) == []
    engine.close()
    assert record.of(job)[-1] == Finished(2)


def test_nothing_is_told_after_the_close(
    qtbot: QtBot, record_of: Any, script: Any, qapp: QApplication
) -> None:
    engine = Engine(object)
    record = record_of(engine)
    for _ in range(20):
        engine.submit(script(counting(50)))
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
        engine.submit(script(counting(1)))


def test_an_engine_may_be_closed_from_within_an_event(
    qtbot: QtBot, record_of: Any, script: Any
) -> None:
    engine = Engine(object)
    record = record_of(engine)
    engine.event.connect(lambda _job, event: isinstance(event, Started) and engine.close())
    jobs = [engine.submit(script(counting(10_000_000))) for _ in range(3)]
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
