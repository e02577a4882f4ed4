"""The job that finds what the catalogue knows beside candidates of a screening."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sc3d_desktop.data import Catalogue, Columns
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Services
from sc3d_desktop.screening.again import read_again
from sc3d_desktop.screening.relatives import Kin, kin_of, matched
from sc3d_desktop.screening.store import Line, RunSpec, RunStore
from sc3d_desktop.steps import retell

R = TypeVar("R")
_AT_ONCE = 4


@dataclass(frozen=True)
class FoundKin:
    """What is known of lines so far; ``final`` where their structures were looked at as well."""

    kin: Mapping[int, Kin]
    final: bool


@dataclass(frozen=True)
class FindKin(Job[None]):
    """Known superconductors beside some lines of a run: first all by composition, then one by one
    by structure, in small steps. Each ``Partial`` is a ``FoundKin``.

    A structure that cannot be read any more is judged by its composition alone.
    """

    run_path: Path
    line_ids: tuple[int, ...]
    catalogue_path: Path
    columns: Columns
    in_bar = False

    @property
    def title(self) -> str:
        return f"Look for relatives of {len(self.line_ids)} candidates"

    def run(self, services: Services) -> Generator[Progress | Partial, None, None]:
        yield Progress(0, len(self.line_ids))
        with RunStore.read(self.run_path) as store:
            spec, lines = store.spec, store.lines(self.line_ids)
        with Catalogue.open(self.catalogue_path) as catalogue:
            found: dict[int, Kin] = {}
            for start in range(0, len(lines), _AT_ONCE):
                some = kin_of(lines[start : start + _AT_ONCE], catalogue, self.columns)
                yield Partial(FoundKin(some, False))
                found |= some
            for done, (line_id, line) in enumerate(lines, start=1):
                kin = found[line_id]
                if kin.known or kin.parent_of or kin.relatives or kin.possible:
                    kin = yield from _by_structure(kin, line, spec, catalogue)
                yield Partial(FoundKin({line_id: kin}, True))
                yield Progress(done, len(lines))


def _by_structure(
    kin: Kin, line: Line, spec: RunSpec, catalogue: Catalogue
) -> Generator[Progress | Partial, None, Kin]:
    try:
        crystal = yield from _said(read_again(line, spec))
    except Sc3dError:
        return kin
    return (yield from _said(matched(kin, crystal, catalogue)))


def _said(steps: Generator[None, None, R]) -> Generator[Progress, None, R]:
    """Each step as progress, so that others get their turn."""
    return retell(steps, lambda _: Progress(0, 0))
