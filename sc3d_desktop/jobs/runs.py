"""Jobs around screenings: what there is to screen, earlier runs, one structure of a run."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data.tables import ENCODING, harmless, whole
from sc3d_desktop.errors import Sc3dError, ScreeningError
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Priority, Services
from sc3d_desktop.screening.again import read_again
from sc3d_desktop.screening.lock import Lock
from sc3d_desktop.screening.ranking import Ranking, load_ranking
from sc3d_desktop.screening.sources import sources_from_json
from sc3d_desktop.screening.store import RunSpec, RunStore
from sc3d_desktop.steps import retell

_MOST_LISTED, _ROWS = 20, 5000
_COUNTED = ("files", "catalogue")
"""What is counted in a moment, and without asking anyone."""


@dataclass(frozen=True)
class CountSource(Job[int]):
    """How many inputs a source has; 0 where only reading it all would tell."""

    described: Mapping[str, Any]

    @property
    def title(self) -> str:
        return "Count what is to be screened"

    def run(self, services: Services) -> Generator[Progress | Partial, None, int]:
        yield Progress(0, 0)
        return sources_from_json([dict(self.described)]).count()


@dataclass(frozen=True)
class RunState:
    """A run as it lies there. ``total`` is 0 where the number of its inputs is not known;
    ``problem`` says why it cannot be used, and all else is empty then.
    """

    path: Path
    spec: RunSpec | None = None
    pieces: int = 0
    total: int = 0
    finished: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class ListRuns(Job[tuple[RunState, ...]]):
    """The runs of a folder and others besides, the latest first."""

    folder: Path
    others: tuple[Path, ...] = ()

    @property
    def title(self) -> str:
        return "Look for earlier runs"

    def run(self, services: Services) -> Generator[Progress | Partial, None, tuple[RunState, ...]]:
        found = {path.resolve() for path in (*self.folder.glob("*.sqlite"), *self.others)}
        there = sorted((p for p in found if p.is_file()), key=_age, reverse=True)[:_MOST_LISTED]
        states = []
        for done, path in enumerate(there):
            yield Progress(done, len(there))
            states.append(state_of_run(path))
        return tuple(states)


def state_of_run(path: Path) -> RunState:
    try:
        with RunStore.read(path) as store:
            spec, pieces, finished = store.spec, store.next_piece, store.finished
            total = pieces if finished else _total(spec)
            return RunState(path, spec, pieces, total, finished, store.counts())
    except ScreeningError as error:
        return RunState(path, problem=str(error))


def _total(spec: RunSpec) -> int:
    """0 also where a source has gone: that is said when the run is to go on."""
    if all(source["kind"] in _COUNTED for source in spec.sources):
        with suppress(ScreeningError):
            return sources_from_json(spec.sources).count()
    return 0


def _age(path: Path) -> float:
    return path.stat().st_mtime


@dataclass(frozen=True)
class DeleteRun(Job[Path]):
    """``ScreeningError`` says that a program is writing into it."""

    path: Path
    priority = Priority.INTERACTIVE

    @property
    def title(self) -> str:
        return f"Delete {self.path.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        yield Progress(0, 0)
        lock = Lock(self.path)
        try:
            for ending in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        except OSError as error:
            raise ScreeningError(
                f"{self.path.name} could not be deleted: {error.strerror}.", "Check its folder."
            ) from error
        finally:
            lock.release()
        self.path.with_name(self.path.name + ".lock").unlink(missing_ok=True)
        return self.path


@dataclass(frozen=True)
class Candidate:
    """A structure of a run with its crystal."""

    line_id: int
    identifier: str
    path: Path
    crystal: Crystal


@dataclass(frozen=True)
class ReadCandidate(Job[Candidate]):
    """A structure of a run from where it lies. ``ScreeningError`` says that it has gone."""

    run_path: Path
    line_id: int
    priority = Priority.INTERACTIVE

    @property
    def title(self) -> str:
        return f"Read candidate {self.line_id}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Candidate]:
        yield Progress(0, 0)
        with RunStore.read(self.run_path) as store:
            spec, found = store.spec, store.lines([self.line_id])
        if not found:
            raise ScreeningError(f"The run has no line {self.line_id}.", "Open the run again.")
        line = found[0][1]
        crystal = yield from retell(read_again(line, spec), lambda _: Progress(0, 0))
        return Candidate(self.line_id, line.identifier, Path(line.path), crystal)


@dataclass(frozen=True)
class ReadAll:
    """What of several candidates could be read again, and why the rest could not."""

    candidates: tuple[Candidate, ...]
    problems: tuple[Sc3dError, ...]


@dataclass(frozen=True)
class ReadCandidates(Job[ReadAll]):
    """Several structures of a run from where they lie."""

    run_path: Path
    line_ids: tuple[int, ...]

    @property
    def title(self) -> str:
        n = len(self.line_ids)
        return f"Read {n:,} candidate{'s' if n > 1 else ''}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, ReadAll]:
        found: list[Candidate] = []
        problems: list[Sc3dError] = []
        for done, line_id in enumerate(self.line_ids):
            yield Progress(done, len(self.line_ids))
            steps = ReadCandidate(self.run_path, line_id).run(services)
            try:
                found.append((yield from steps))
            except Sc3dError as error:
                problems.append(error)
        return ReadAll(tuple(found), tuple(problems))


@dataclass(frozen=True)
class RunNow:
    """What is in a run at one moment."""

    ranking: Ranking
    counts: Mapping[str, int]
    finished: bool


@dataclass(frozen=True)
class LoadRun(Job[RunNow]):
    """What is in a run now; ``before`` are the candidates that were loaded earlier."""

    path: Path
    before: Ranking | None = None
    priority = Priority.INTERACTIVE

    @property
    def title(self) -> str:
        return f"Read {self.path.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, RunNow]:
        yield Progress(0, 0)
        with RunStore.read(self.path) as store:
            finished, counts = store.finished, store.counts()
            steps = load_ranking(store, self.before)
            ranking = yield from retell(steps, lambda so_far: Progress(so_far, 0))
        return RunNow(ranking, counts, finished)


@dataclass(frozen=True)
class WriteLedger(Job[Path]):
    """What was refused or skipped, as a table with the reasons."""

    path: Path
    out: Path
    status: str = "refused"

    @property
    def title(self) -> str:
        return f"Write {self.out.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        yield Progress(0, 0)
        query = """SELECT id, identifier, reason, path, member FROM line
            WHERE status = ? AND id > ? ORDER BY id LIMIT ?"""
        with RunStore.read(self.path) as store, _writing(self.out) as stream:
            table = csv.writer(stream)
            table.writerow(("structure", "reason", "path", "member"))
            done, last = 0, -1
            while rows := store.all(query, (self.status, last, _ROWS)):
                table.writerows(map(harmless, row[1:]) for row in rows)
                done, last = done + len(rows), rows[-1][0]
                yield Progress(done, 0)
        return self.out


@contextmanager
def _writing(path: Path) -> Iterator[TextIO]:
    """A text that is there whole or not at all. Raises ``ScreeningError``."""
    try:
        with (
            whole(path) as unfinished,
            unfinished.open("w", encoding=ENCODING, newline="", errors="replace") as stream,
        ):
            yield stream
    except OSError as error:
        raise ScreeningError(
            f"{path.name} could not be written: {error.strerror or error}.",
            "Choose another folder, or free some space.",
        ) from error
