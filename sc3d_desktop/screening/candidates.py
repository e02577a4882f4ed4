"""Structures of a run on their way into the user's own collection of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from sc3d_desktop.data.entry import Collection, Draft
from sc3d_desktop.data.importers.source import Item, fingerprint
from sc3d_desktop.screening.again import read_again
from sc3d_desktop.screening.store import Line, RunSpec, RunStore
from sc3d_desktop.steps import finish

_MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Candidates:
    """An ``EntrySource`` of some lines of a run. Here, and only here, coordinates are kept."""

    collection: ClassVar[Collection] = Collection(
        "My candidates", "Candidates of my screenings", "that of their sources", "kept by you"
    )
    run: Path
    ids: tuple[int, ...]

    def count(self) -> int:
        return len(self.ids)

    def items(self) -> Iterator[Item]:
        with RunStore.read(self.run) as store:
            spec = store.spec
            for start in range(0, len(self.ids), _MOST_AT_ONCE):
                for _, line in store.lines(self.ids[start : start + _MOST_AT_ONCE]):
                    key = f"{line.identifier} {line.key.hex()[:8]}"
                    yield Item(key, fingerprint(line.key), partial(_draft, line, spec, self.run))


def _draft(line: Line, spec: RunSpec, run: Path) -> Draft:
    crystal = finish(read_again(line, spec))
    place = f"{line.path}{f' › {line.member}' if line.member else ''}"
    note = f"From the screening {run.stem}: {place}"
    return Draft(line.formula, crystal, name=line.identifier, notes=(note,))
