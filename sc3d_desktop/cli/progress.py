"""Doing a job on the command line, with a bar on a terminal and nothing on a pipe."""

from __future__ import annotations

import sys
import time
from typing import TypeVar

from sc3d_desktop.engine.services import LocalServices
from sc3d_desktop.jobs import Job, Progress

R = TypeVar("R")
_CELLS = 30
_REDRAWN_SECONDS = 0.1


def do(job: Job[R]) -> R:
    """Run a job to its end and return its result; its errors rise."""
    bar = _Bar(job.title)
    steps = job.run(LocalServices())
    try:
        while True:
            event = next(steps)
            if isinstance(event, Progress):
                bar.draw(event)
    except StopIteration as stop:
        result: R = stop.value
        return result
    finally:
        bar.clear()


class _Bar:
    def __init__(self, title: str) -> None:
        self._title = title
        self._drawn = 0.0
        self._shown = sys.stderr.isatty()

    def draw(self, progress: Progress) -> None:
        now = time.monotonic()
        if not self._shown or now - self._drawn < _REDRAWN_SECONDS:
            return
        self._drawn = now
        print(f"\r{self._title}  {_bar(progress)}\x1b[K", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _bar(progress: Progress) -> str:
    if not progress.total:
        return progress.text or f"{progress.done:,}"
    filled = round(_CELLS * min(1.0, progress.done / progress.total))
    count = progress.text or f"{progress.done:,} of {progress.total:,}"
    return f"[{'#' * filled}{'.' * (_CELLS - filled)}] {count}"
