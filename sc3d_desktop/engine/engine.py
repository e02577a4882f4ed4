"""The engine: one thread that owns the models and runs all jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal

from sc3d_desktop.engine.queue import JobQueue, Task
from sc3d_desktop.engine.runner import JobRunner
from sc3d_desktop.jobs import Cancelled, Event, Job, Queued, Services, Terminal


class _Thread(QThread):
    """Runs the runner; ``said`` crosses over to the GUI thread."""

    said = Signal(object, object)

    def __init__(self, queue: JobQueue, services_factory: Callable[[], Services]) -> None:
        super().__init__()
        self.setObjectName("engine")
        self._runner = JobRunner(queue, services_factory, self.said.emit)

    def run(self) -> None:
        self._runner.run()


class Engine(QObject):
    """Hand in jobs, follow their events.

    ``event`` carries (job id, event), always on the thread that made the engine, in order:
    ``Queued``, ``Started``, any number of ``Progress`` and ``Partial``, then exactly one of
    ``Finished``, ``Cancelled`` and ``Failed``. A job is forgotten after its last event.
    """

    event = Signal(int, object)

    def __init__(
        self, services_factory: Callable[[], Services], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._ids = count(1)
        self._tasks: dict[int, Task] = {}
        self._queue = JobQueue()
        self._closed = False
        self._thread = _Thread(self._queue, services_factory)
        self._thread.said.connect(self._on_said, Qt.ConnectionType.QueuedConnection)
        self._thread.start()

    def submit(self, job: Job[Any], *, replace: str | None = None) -> int:
        """Queue a job. Earlier jobs handed in with the same ``replace`` key are cancelled."""
        if self._closed:
            raise RuntimeError("the engine is closed")
        task = Task(next(self._ids), job, replace)
        older = [t for t in self._tasks.values() if replace is not None and t.key == replace]
        self._tasks[task.id] = task
        self.event.emit(task.id, Queued())
        for other in older:
            other.cancelled.set()
        self._say_cancelled(self._queue.put(task))
        return task.id

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop: at once when it waits, at its next step when it runs."""
        task = self._tasks.get(job_id)
        if task is None:
            return
        task.cancelled.set()
        if self._queue.remove(task):
            self._say_cancelled([task])

    def cancel_all(self) -> None:
        for job_id in list(self._tasks):
            self.cancel(job_id)

    def job(self, job_id: int) -> Job[Any] | None:
        """The job of an id, or None once it has ended."""
        task = self._tasks.get(job_id)
        return task.job if task else None

    def jobs(self) -> dict[int, Job[Any]]:
        """All jobs that have not ended, by id."""
        return {job_id: task.job for job_id, task in self._tasks.items()}

    def close(self) -> None:
        """Cancel everything and wait for the step in progress; every job gets its last event."""
        if self._closed:
            return
        self._closed = True
        for task in self._tasks.values():
            task.cancelled.set()
        self._say_cancelled(self._queue.close())
        self._thread.wait()
        self._thread.said.disconnect(self._on_said)
        self._say_cancelled(list(self._tasks.values()))

    def _say_cancelled(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            self._on_said(task, Cancelled())

    def _on_said(self, task: Task, event: Event) -> None:
        if task.id not in self._tasks:
            return
        if isinstance(event, Terminal):
            del self._tasks[task.id]
        self.event.emit(task.id, event)
