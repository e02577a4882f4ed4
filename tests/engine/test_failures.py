from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from sc3d_desktop.engine import Engine
from sc3d_desktop.errors import ModelError
from sc3d_desktop.jobs import Cancelled, Failed, Finished, Progress, Queued, Started


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
    assert record.end(engine.submit(script(script.counting(2)))) == Finished(2)


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
    first = record.end(engine.submit(script(script.counting(1))))
    second = record.end(engine.submit(script(script.counting(1))))
    engine.close()
    assert isinstance(first, Failed)
    assert second == Finished(1)


@pytest.mark.parametrize("refusals", [1, 3])
def test_a_job_that_goes_on_after_it_was_told_to_end_is_told_again(
    engine: Engine,
    record: Any,
    script: Any,
    gate: Any,
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
    assert record.end(engine.submit(script(script.counting(1)))) == Finished(1)


def test_a_job_that_never_agrees_to_end_is_given_up_and_the_engine_goes_on(
    engine: Engine, record: Any, script: Any, gate: Any
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
    assert record.end(engine.submit(script(script.counting(1)))) == Finished(1)
    relents.set()  # Python asks it once more when it is collected


@pytest.mark.parametrize("error", [OSError("disk full"), SystemExit(1)], ids=["OSError", "exit"])
def test_a_cleanup_that_fails_is_logged_and_the_engine_goes_on(
    engine: Engine,
    record: Any,
    script: Any,
    gate: Any,
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
    assert record.end(engine.submit(script(script.counting(1)))) == Finished(1)
