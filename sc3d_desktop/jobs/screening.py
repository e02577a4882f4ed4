"""The job of a screening: one run, from its sources to the last structure or on from there."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sc3d_desktop import __version__
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Priority, Services
from sc3d_desktop.models.interface import TcModel
from sc3d_desktop.screening.executors import Executor, InProcess, Processes, result_of, threads_left
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.run import screen
from sc3d_desktop.screening.sources import Sources, sources_from_json
from sc3d_desktop.screening.store import RunSpec, RunStore

_RATE_SECONDS = 20.0
"""The rate shown is that of the last so many seconds."""


def usual_workers() -> int:
    """One core is left to the model, and to the window."""
    return max(1, (os.cpu_count() or 2) - 1)


@dataclass(frozen=True)
class Screened:
    """Where the run is, and how many lines of each status it has."""

    path: Path
    counts: dict[str, int]


@dataclass(frozen=True)
class Screen(Job[Screened]):
    """Screen sources into the run at ``path``; with ``resume``, go on with what is there.

    ``sources`` are as ``Sources.as_json`` describes them. ``workers`` read beside this process, 0
    for none; ``dask`` is the address of a scheduler to use instead. Yields a ``Partial`` with the
    path whenever a chunk is in the store.
    """

    path: Path
    sources: tuple[dict[str, object], ...]
    filters: Filters = field(default_factory=Filters)
    resume: bool = False
    workers: int = 1
    dask: str = ""
    priority = Priority.BACKGROUND

    @property
    def title(self) -> str:
        return f"Screening into {self.path.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Screened]:
        yield Progress(0, 0, "loading the model")
        model = services.tc_model()
        sources = sources_from_json(self.sources)
        spec = RunSpec(sources.as_json(), self.filters.as_json(), model.name, __version__)
        store = (
            RunStore.resume(self.path, spec) if self.resume else RunStore.create(self.path, spec)
        )
        with closing(store), threads_left(self.workers), closing(self._executor(model)) as executor:
            yield from _follow(store, sources, self.filters, executor)
            return Screened(self.path, store.counts())

    def _executor(self, model: TcModel) -> Executor:
        if self.dask:
            from sc3d_desktop.screening.cluster import Cluster

            return Cluster(self.dask, model.name)
        return Processes(model, self.workers) if self.workers else InProcess(model)


def _follow(
    store: RunStore, sources: Sources, filters: Filters, executor: Executor
) -> Generator[Progress | Partial, None, None]:
    total = yield from _counted(sources)
    done = store.next_piece
    seen = [(time.monotonic(), done)]
    shown = Progress(done, total)
    yield shown
    with closing(screen(store, sources, filters, executor)) as steps:
        for written in steps:
            if written is not None:
                now = time.monotonic()
                seen = [*(at for at in seen[:-1] if now - at[0] < _RATE_SECONDS), seen[-1]]
                seen.append((now, written.pieces))
                shown = Progress(written.pieces, max(total, written.pieces), _words(seen, total))
                yield Partial(store.path)
            yield shown


def _counted(sources: Sources) -> Generator[Progress, None, int]:
    """On a thread of its own: a database far away may take its time."""
    pool = ThreadPoolExecutor(1)
    try:
        future = pool.submit(sources.count)
        for _ in result_of(future):
            yield Progress(0, 0, "counting")
        return future.result()
    finally:
        pool.shutdown(wait=False)


def _words(seen: list[tuple[float, int]], total: int) -> str:
    """``95 a second, 12 min left``."""
    (began, first), (now, done) = seen[0], seen[-1]
    rate = (done - first) / max(now - began, 1e-9)
    left = (total - done) / rate if rate > 0 and total > done else 0.0
    return f"{rate:.3g} a second" + (f", {_duration(left)} left" if left else "")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
