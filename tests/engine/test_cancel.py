from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

from sc3d_desktop.engine import Engine
from sc3d_desktop.jobs import Cancelled, Finished, Priority, Progress, Queued, Started


def test_a_running_job_is_cancelled_within_one_step(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    log: list[int] = []
    job = engine.submit(script(script.held(gate, log)))
    gate.wait()
    engine.cancel(job)
    gate.go.set()
    assert record.end(job) == Cancelled()
    assert record.of(job) == [Queued(), Started(), Cancelled()]
    assert log == [0]


def test_a_job_cancelled_while_it_makes_way_for_another_does_no_further_step(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    log: list[Any] = []
    slow = engine.submit(script(script.counting(10_000_000, log, "slow")))
    script.wait_for(lambda: log)
    quick = engine.submit(script(script.held(gate, []), Priority.INTERACTIVE))
    gate.wait()
    steps = len(log)
    engine.cancel(slow)
    gate.go.set()
    assert record.end(quick) == Finished(None)
    assert record.end(slow) == Cancelled()
    assert len(log) == steps


def test_a_waiting_job_is_cancelled_at_once_and_never_starts(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    engine.submit(script(script.held(gate, [])))
    log: list[Any] = []
    job = engine.submit(script(script.counting(1, log)))
    engine.cancel(job)
    assert record.of(job) == [Queued(), Cancelled()]
    after = engine.submit(script(script.counting(1)))
    gate.go.set()
    record.end(after)
    assert log == []
    assert record.of(job) == [Queued(), Cancelled()]


def test_cancelling_twice_or_after_the_end_or_nothing_at_all_does_nothing(
    engine: Engine, record: Any, script: Any
) -> None:
    job = engine.submit(script(script.counting(1)))
    record.end(job)
    engine.cancel(job)
    engine.cancel(0)
    engine.cancel(12345)
    assert record.ends(job) == [Finished(1)]


def test_the_cleanup_of_a_cancelled_job_runs_on_the_engine_thread(
    engine: Engine, record: Any, script: Any, gate: Any
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
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    jobs = [engine.submit(script(script.held(gate, [])))]
    jobs += [engine.submit(script(script.counting(1))) for _ in range(5)]
    gate.wait()
    engine.cancel_all()
    gate.go.set()
    assert [record.end(job) for job in jobs] == [Cancelled()] * 6
    assert record.end(engine.submit(script(script.counting(1)))) == Finished(1)


def test_a_job_replaces_the_waiting_one_of_its_key_at_once(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    engine.submit(script(script.held(gate, [])))
    gate.wait()
    log: list[Any] = []
    jobs = [
        engine.submit(script(script.counting(1, log, i), Priority.INTERACTIVE), replace="tc")
        for i in range(20)
    ]
    other = engine.submit(script(script.counting(1, log, "other")), replace="curve")
    free = engine.submit(script(script.counting(1, log, "free")))
    assert [record.of(job) for job in jobs[:-1]] == [[Queued(), Cancelled()]] * 19
    gate.go.set()
    assert [record.end(job) for job in (jobs[-1], other, free)] == [Finished(1)] * 3
    assert log == [(19, 0), ("other", 0), ("free", 0)]


def test_a_job_cancels_the_running_one_of_its_key_within_one_step(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    log: list[int] = []
    old = engine.submit(script(script.held(gate, log)), replace="tc")
    gate.wait()
    new = engine.submit(script(script.counting(1)), replace="tc")
    assert record.ends(old) == []
    gate.go.set()
    assert record.end(new) == Finished(1)
    assert record.ends(old) == [Cancelled()]
    assert log == [0]


def test_a_job_submitted_while_another_of_its_key_is_announced_is_the_one_that_counts(
    engine: Engine, record: Any, script: Any, gate: Any
) -> None:
    engine.submit(script(script.held(gate, [])))
    gate.wait()
    inner: list[int] = []

    def answer(_job: int, event: object) -> None:
        if isinstance(event, Queued) and not inner:
            inner.append(0)
            inner[0] = engine.submit(script(script.counting(1)), replace="tc")

    engine.told.connect(answer)
    outer = engine.submit(script(script.counting(1)), replace="tc")
    gate.go.set()
    assert record.end(inner[0]) == Finished(1)
    assert record.end(outer) == Cancelled()
