"""Reading a source on a thread of its own, so that a slow disk or network holds up nothing."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
_LOOK_SECONDS = 0.1


class ReadAhead(Generic[T]):
    """At most ``most`` items wait. What the source raises is kept in ``error`` until all that came
    before is taken.
    """

    def __init__(self, source: Iterator[T], most: int) -> None:
        self.error: BaseException | None = None
        self._source = source
        self._items: queue.Queue[T] = queue.Queue(most)
        self._stopped = threading.Event()
        self._read = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reading a source", daemon=True)
        self._thread.start()

    def take(self) -> T | None:
        """An item that is there, or None."""
        try:
            return self._items.get_nowait()
        except queue.Empty:
            return None

    @property
    def ended(self) -> bool:
        """Whether everything was read and taken."""
        return self._read.is_set() and self._items.empty()

    def close(self) -> None:
        """Read no further. A source that is just waiting for its network ends when that answers."""
        self._stopped.set()
        self._thread.join(_LOOK_SECONDS * 5)

    def _run(self) -> None:
        try:
            for item in self._source:
                if not self._put(item):
                    break
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is awaited
            self.error = error
        finally:
            self._read.set()

    def _put(self, item: T) -> bool:
        while not self._stopped.is_set():
            try:
                self._items.put(item, timeout=_LOOK_SECONDS)
            except queue.Full:
                continue
            return True
        return False
