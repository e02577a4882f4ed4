"""Runs jobs one step at a time and says what happens. No Qt, so it is tested without a thread."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator
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


class JobRunner:
    """Takes tasks from the queue until it is closed; exactly one terminal event a task."""

    def __init__(
        self, queue: JobQueue, services_factory: Callable[[], Services], say: Say
    ) -> None:
        self._queue = queue
        self._factory = services_factory
        self._services: Services | None = None
        self._say = say

    def run(self) -> None:
        while (task := self._queue.next()) is not None:
            self.do(task)

    def do(self, task: Task) -> None:
        """Run one task to its terminal event; whatever it raises, this returns."""
        if task.cancelled.is_set():
            self._say(task, Cancelled())
            return
        self._say(task, Started())
        try:
            outcome = self._steps(task)
        except BaseException as error:  # noqa: BLE001 - a job must not take the thread with it
            outcome = _failure(error)
        self._say(task, outcome)

    def _steps(self, task: Task) -> Event:
        if self._services is None:
            self._services = self._factory()
        steps = task.job.run(self._services)
        while True:
            try:
                event = next(steps)
            except StopIteration as stop:
                return Cancelled() if task.cancelled.is_set() else Finished(stop.value)
            if task.cancelled.is_set():
                _close(steps)
                return Cancelled()
            self._say(task, event)
            if task.job.priority is Priority.BULK:
                self._let_interactive_through()
            if task.cancelled.is_set():
                _close(steps)
                return Cancelled()

    def _let_interactive_through(self) -> None:
        while (waiting := self._queue.next_interactive()) is not None:
            self.do(waiting)


def _close(steps: Generator[Progress | Partial, None, Any]) -> None:
    """End a cancelled job; one that refuses to end, or fails to, is left to the collector."""
    try:
        steps.close()
    except BaseException:  # noqa: BLE001 - it was cancelled: what it raises now is of no use
        return


def _failure(error: BaseException) -> Failed:
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, Sc3dError):
        return Failed(error.message, error.hint, trace)
    text = str(error).strip() or type(error).__name__
    return Failed(f"{type(error).__name__}: {text}", "Copy the details into a report.", trace)
