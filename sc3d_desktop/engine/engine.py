"""The engine: one thread that owns the models and runs all jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QThread, Signal

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
    """Hand in jobs, follow their events. All methods are for the thread that made the engine.

    ``told`` carries (job id, event), always on that thread, in order: ``Queued``, ``Started``,
    any number of ``Progress`` and ``Partial``, then exactly one of ``Finished``, ``Cancelled`` and
    ``Failed``. ``Queued`` and the ``Cancelled`` of a job that never started come within the call
    that causes them. A job is forgotten before its last event is told.

    ``closing`` comes once, before the jobs that are left are cancelled: time to submit no more.
    """

    told = Signal(int, object)
    closing = Signal()

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
        app = QCoreApplication.instance()
        if app is not None:  # a thread that still runs when Qt goes would abort the process
            app.aboutToQuit.connect(self.close)
        self._thread.start()

    def submit(self, job: Job[Any], *, replace: str | None = None) -> int:
        """Queue a job. Earlier jobs handed in with the same ``replace`` key are cancelled."""
        if self._closed:
            raise RuntimeError("the engine is closed")
        task = Task(next(self._ids), job, replace)
        older = [t for t in self._tasks.values() if replace is not None and t.key == replace]
        for other in older:
            other.cancelled.set()
        self._tasks[task.id] = task
        replaced = self._queue.put(task)
        self.told.emit(task.id, Queued())
        self._say_cancelled(replaced)
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
        """All jobs that have not ended, by id, in the order they were handed in."""
        return {job_id: task.job for job_id, task in self._tasks.items()}

    def close(self) -> None:
        """Cancel everything and wait for the step in progress.

        Every job gets its last event before this returns: what the thread still said is told
        first, and what never started was cancelled.
        """
        if self._closed:
            return
        self._closed = True
        self.closing.emit()
        for task in self._tasks.values():
            task.cancelled.set()
        self._queue.close()
        self._thread.wait()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)
        self._say_cancelled(list(self._tasks.values()))

    def _say_cancelled(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            self._on_said(task, Cancelled())

    def _on_said(self, task: Task, event: Event) -> None:
        if task.id not in self._tasks:
            return
        if isinstance(event, Terminal):
            del self._tasks[task.id]
        self.told.emit(task.id, event)
