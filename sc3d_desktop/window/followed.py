"""Jobs whose end somebody waits for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.jobs import Cancelled, Event, Failed, Finished, Job

Then = Callable[[Any], object]
Otherwise = Callable[[Sc3dError], object]


class Followed(QObject):
    """Hands in jobs, and calls back with the result of each or with why there is none. Once the
    window is being closed nothing more is handed in.
    """

    def __init__(self, engine: Engine, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._then: dict[int, tuple[Then, Otherwise]] = {}
        self._closing = False
        engine.told.connect(self._on_event)
        engine.closing.connect(self._close)

    def submit(
        self, job: Job[Any], then: Then, otherwise: Otherwise, replace: str | None = None
    ) -> int | None:
        """The number of the job; None where the window is being closed."""
        if self._closing:
            return None
        job_id = self._engine.submit(job, replace=replace)
        self._then[job_id] = (then, otherwise)
        return job_id

    def _close(self) -> None:
        self._closing = True

    def _on_event(self, job_id: int, event: Event) -> None:
        if job_id in self._then and isinstance(event, Finished | Failed | Cancelled):
            then, otherwise = self._then.pop(job_id)
            if isinstance(event, Finished):
                then(event.result)
            elif isinstance(event, Failed):
                otherwise(Sc3dError(event.error, event.hint))
