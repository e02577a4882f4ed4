"""Jobs that read what a user named or dropped, structure by structure."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import DisorderClass, classify
from sc3d_desktop.crystal.files import Outcome, Read, Source, is_archive, read_all
from sc3d_desktop.crystal.findings import Finding, Kind
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.errors import CifError
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Priority, Services

MOST_KEPT_SITES = 50_000
"""Crystals of so many sites in all are kept, some 50 MB; the others are read again when wanted."""

MOST_LISTED = 100_000
"""A line takes some 2 kB; who has more structures is better off without a window."""


@dataclass(frozen=True)
class Found:
    """What one structure turned out to be, or why it was refused.

    ``index`` counts the structures of ``source.path`` from 0. ``crystal`` is None for a refused
    one, and for one that ``ReadAgain`` brings back.
    """

    source: Source
    index: int
    formula: str = ""
    n_sites: int = 0
    disorder: DisorderClass | None = None
    findings: tuple[Finding, ...] = ()
    error: CifError | None = None
    crystal: Crystal | None = None

    @property
    def doubtful(self) -> bool:
        return any(finding.kind is Kind.DOUBTFUL for finding in self.findings)


def found_in(paths: tuple[Path, ...]) -> Iterator[Progress | Partial]:
    """A ``Partial`` with a ``Found`` for every structure, and how far it is; ``total`` is 0 where
    folders and archives hide how much there is. Raises ``CifError`` beyond ``MOST_LISTED``.
    """
    plain = not any(path.is_dir() or is_archive(path.name) for path in paths)
    count, room = 0, MOST_KEPT_SITES
    for done, path in enumerate(paths):
        yield Progress(done, len(paths)) if plain else Progress(0, 0, f"{count:,} so far")
        for found in _found_at(path):
            count, room = count + 1, room - found.n_sites
            if count > MOST_LISTED:
                raise CifError(
                    f"There are more than {MOST_LISTED:,} structures; the first ones are listed.",
                    "Use “sc3d predict” for all of them.",
                )
            yield Partial(found if room >= 0 else replace(found, crystal=None))
            if not plain:
                yield Progress(0, 0, f"{count:,} so far")


@dataclass(frozen=True)
class ReadFiles(Job[None]):
    """Files, folders and archives, in their order; each ``Partial`` is a ``Found``. What is read
    in a moment may go before bulk jobs.
    """

    paths: tuple[Path, ...]
    priority: Priority = Priority.BULK

    @property
    def title(self) -> str:
        return (
            f"Read {self.paths[0].name if len(self.paths) == 1 else f'{len(self.paths):,} files'}"
        )

    def run(self, services: Services) -> Generator[Progress | Partial, None, None]:
        yield from found_in(self.paths)


@dataclass(frozen=True)
class ReadAgain(Job[Crystal]):
    """One structure by its place in its file. ``CifError`` says when it is there no longer."""

    path: Path
    index: int
    priority = Priority.INTERACTIVE

    @property
    def title(self) -> str:
        return f"Read {self.path.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Crystal]:
        yield Progress(0, self.index + 1)
        for before, outcome in enumerate(read_all([self.path])):
            if before == self.index and isinstance(outcome, Read):
                return outcome.crystal
            if before >= self.index:
                break
            yield Progress(before + 1, self.index + 1)
        raise CifError(
            f"{self.path.name} has changed since it was read.", "Drop it on the window again."
        )


def _found_at(path: Path) -> Iterator[Found]:
    """Numbered anew for each file of a folder."""
    file: Path | None = None
    index = 0
    for outcome in read_all([path]):
        index = index + 1 if outcome.source.path == file else 0
        file = outcome.source.path
        yield _found(outcome, index)
    if file is None:
        error = CifError(f"{path.name} holds no structure files.", "Choose another archive.")
        yield Found(Source(path), 0, error=error)


def _found(outcome: Outcome, index: int) -> Found:
    if not isinstance(outcome, Read):
        # A new error: the one that was raised holds on to the text of the file by its traceback.
        error = CifError(outcome.error.message, outcome.error.hint)
        return Found(outcome.source, index, error=error)
    crystal = outcome.crystal
    return Found(
        outcome.source,
        index,
        formula(crystal.composition),
        len(crystal),
        classify(crystal),
        crystal.findings,
        crystal=crystal,
    )
