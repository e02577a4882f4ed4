"""Which job runs next: a thread-safe queue with priorities, replacement and cancel. No Qt."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from sc3d_desktop.jobs import Job, Priority


@dataclass(eq=False)
class Task:
    """A job that was handed in. ``cancelled`` is looked at by the thread that runs it."""

    id: int
    job: Job[Any]
    key: str | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)


class JobQueue:
    """More urgent tasks come first; among equals the first handed in does."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Task] = []
        self._closed = False

    def put(self, task: Task) -> list[Task]:
        """Add a task; waiting tasks of the same key give way and are returned."""
        with self._changed:
            replaced = [t for t in self._waiting if task.key is not None and t.key == task.key]
            self._waiting = [t for t in self._waiting if t not in replaced]
            self._waiting.append(task)
            self._waiting.sort(key=lambda t: (t.job.priority, t.id))
            self._changed.notify()
        return replaced

    def remove(self, task: Task) -> bool:
        """Take a waiting task out; False when it is no longer waiting."""
        with self._changed:
            if task not in self._waiting:
                return False
            self._waiting.remove(task)
            return True

    def next(self) -> Task | None:
        """Wait for a task; None once the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            return self._waiting.pop(0) if self._waiting and not self._closed else None

    def next_before(self, priority: Priority) -> Task | None:
        """A task that waits now and is more urgent than that, or None."""
        with self._changed:
            if self._closed or not self._waiting:
                return None
            return self._waiting.pop(0) if self._waiting[0].job.priority < priority else None

    def close(self) -> list[Task]:
        """Wake the waiting thread for good; returns what was still waiting."""
        with self._changed:
            self._closed = True
            left, self._waiting = self._waiting, []
            self._changed.notify_all()
        return left
