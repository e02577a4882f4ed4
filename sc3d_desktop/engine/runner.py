"""Runs jobs one step at a time and says what happens. No Qt, so it is tested without a thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from traceback import TracebackException
from typing import Any

from sc3d_desktop.engine.queue import JobQueue, Task
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.jobs import (
    Cancelled,
    Event,
    Failed,
    Finished,
    Partial,
    Priority,
    Progress,
    Services,
    Started,
)

Say = Callable[[Task, Event], None]
Steps = Generator[Progress | Partial, None, Any]

_log = logging.getLogger(__name__)
_CLOSE_TRIES = 10


class JobRunner:
    """Takes tasks from the queue until it is closed; exactly one terminal event a task."""

    def __init__(self, queue: JobQueue, services_factory: Callable[[], Services], say: Say) -> None:
        self._queue = queue
        self._factory = services_factory
        self._services: Services | None = None
        self._say = say

    def run(self) -> None:
        while (task := self._queue.next()) is not None:
            self.do(task)
            del task  # while the queue is empty, nothing keeps the last job alive

    def do(self, task: Task) -> None:
        """Run one task to its terminal event; whatever it raises, this returns."""
        if task.cancelled.is_set():
            self._say(task, Cancelled())
            return
        self._say(task, Started())
        try:
            outcome = self._outcome(task)
        except BaseException as error:  # noqa: BLE001 - a job must not take the thread with it
            outcome = _failure(error)
        self._say(task, outcome)

    def _outcome(self, task: Task) -> Event:
        if self._services is None:
            self._services = self._factory()
        steps = task.job.run(self._services)
        if not isinstance(steps, Generator):
            raise TypeError(f"{type(task.job).__name__}.run is not a generator")
        try:
            return self._follow(task, steps)
        finally:
            _close(steps, task)

    def _follow(self, task: Task, steps: Steps) -> Event:
        while True:
            try:
                event = next(steps)
            except StopIteration as stop:
                return Cancelled() if task.cancelled.is_set() else Finished(stop.value)
            if task.cancelled.is_set():
                return Cancelled()
            if not isinstance(event, Progress | Partial):
                raise TypeError(f"a job may yield Progress and Partial, not {event!r}")
            self._say(task, event)
            self._let_through_before(task.job.priority)
            if task.cancelled.is_set():
                return Cancelled()

    def _let_through_before(self, priority: Priority) -> None:
        while (waiting := self._queue.next_before(priority)) is not None:
            self.do(waiting)


def _close(steps: Steps, task: Task) -> None:
    """End a generator. One that goes on after it was told to end is told again, a few times; what
    its cleanup raises goes to the log, because the job's own end is already known.
    """
    for _ in range(_CLOSE_TRIES):
        try:
            steps.close()
            return
        except BaseException:  # noqa: BLE001 - a job must not take the thread with it
            _log.warning("%s did not end cleanly", type(task.job).__name__, exc_info=True)


def _failure(error: BaseException) -> Failed:
    told = TracebackException.from_exception(error)  # copes with errors that cannot be printed
    trace = "".join(told.format())
    if isinstance(error, Sc3dError):
        return Failed(error.message, error.hint, trace)
    name, text = type(error).__name__, str(told).strip()
    return Failed(f"{name}: {text}" if text else name, "Copy the details into a report.", trace)
