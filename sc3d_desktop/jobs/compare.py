"""Jobs of the comparison of two crystals: read the other one, and match their sites."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files import Read, read_all
from sc3d_desktop.crystal.matching import Matching, match
from sc3d_desktop.crystal.symmetry import Symmetry, find_symmetry
from sc3d_desktop.errors import CifError
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Priority, Services


@dataclass(frozen=True, eq=False)
class Matched:
    """How the sites of ``b`` belong to those of ``a``, and the symmetry of ``a``."""

    a: Crystal
    b: Crystal
    symmetry: Symmetry
    matching: Matching


@dataclass(frozen=True)
class MatchSites(Job[Matched]):
    """Takes up to a second for cells of a thousand sites. Occupancies of B may change meanwhile."""

    a: Crystal
    b: Crystal
    priority = Priority.INTERACTIVE
    in_bar = False

    @property
    def title(self) -> str:
        return "Compare two crystals"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Matched]:
        yield Progress(0, 2)
        symmetry = find_symmetry(self.a)
        yield Progress(1, 2)
        return Matched(self.a, self.b, symmetry, match(self.a, self.b))


@dataclass(frozen=True)
class ReadFirst(Job[Crystal]):
    """The first structure of a file; ``CifError`` says why there is none."""

    path: Path
    priority = Priority.INTERACTIVE

    @property
    def title(self) -> str:
        return f"Read {self.path.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Crystal]:
        yield Progress(0, 1)
        for outcome in read_all([self.path]):
            if isinstance(outcome, Read):
                return outcome.crystal
            raise outcome.error
        raise CifError(f"{self.path.name} holds no structure.", "Choose another file.")
