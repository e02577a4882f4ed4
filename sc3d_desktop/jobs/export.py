"""Jobs that write a crystal: as a file, and for another program."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files import write_structure
from sc3d_desktop.dft import (
    Code,
    IndexRow,
    Options,
    Proposal,
    Step,
    Vasp,
    hand_off,
    hand_off_many,
    proposal_for,
)
from sc3d_desktop.dft.hand_off import refuse_disorder
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Priority, Services
from sc3d_desktop.steps import retell

R = TypeVar("R")


@dataclass(frozen=True)
class PlanHandOff(Job[Proposal]):
    """What ordered cells could stand for a crystal, before any of them is made, and what else is
    to be known; at once, so that it can follow a slider. ``HandOffError`` says why there is none.
    """

    crystal: Crystal
    code: Code = field(default_factory=Vasp)
    options: Options = field(default_factory=Options)
    others: tuple[Crystal, ...] = ()
    priority = Priority.INTERACTIVE
    in_bar = False

    @property
    def title(self) -> str:
        return f"Cells for {self.crystal.name or 'the crystal'}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Proposal]:
        steps = proposal_for(self.crystal, self.code, self.options, self.others)
        return (yield from _told(steps))


@dataclass(frozen=True)
class Export(Job[Path]):
    """Write a folder of inputs for ``code``; the result is the folder. ``HandOffError`` says why it
    cannot be.

    A disordered crystal needs ``options``, since they say how far its composition may be off;
    without them it is refused with what is possible.
    """

    crystal: Crystal
    out: Path
    code: Code
    options: Options | None = None

    @property
    def title(self) -> str:
        return f"{self.code.name} folder of {self.crystal.name or 'the crystal'}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        return (yield from _told(_hand_off(self.crystal, self.out, self.code, self.options)))


@dataclass(frozen=True)
class ExportVasp(Job[Path]):
    """``Export`` for VASP."""

    crystal: Crystal
    out: Path
    options: Options | None = None

    @property
    def title(self) -> str:
        return self._job.title

    @property
    def _job(self) -> Export:
        return Export(self.crystal, self.out, Vasp(), self.options)

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        return (yield from self._job.run(services))


def _hand_off(
    crystal: Crystal, out: Path, code: Code, options: Options | None
) -> Generator[Step, None, Path]:
    yield Step(0, 1, "looking at the crystal")
    if options is None:
        refuse_disorder(crystal)
    return (yield from hand_off(crystal, out, code, options))


def _told(steps: Generator[Step, None, R]) -> Generator[Progress, None, R]:
    """The same steps as events of a job."""
    return retell(steps, lambda step: Progress(step.done, step.total, step.text))


@dataclass(frozen=True)
class ExportMany(Job[tuple[IndexRow, ...]]):
    """Write the inputs of many crystals for ``code`` as a zip with an index; the result is its
    lines, with a reason on those that were refused.
    """

    crystals: tuple[Crystal, ...]
    out: Path
    code: Code
    options: Options = field(default_factory=Options)

    @property
    def title(self) -> str:
        return f"{self.code.name} inputs of {len(self.crystals):,} crystals"

    def run(self, services: Services) -> Generator[Progress | Partial, None, tuple[IndexRow, ...]]:
        steps = hand_off_many(self.crystals, self.out, self.code, self.options)
        return (yield from _told(steps))


@dataclass(frozen=True)
class SaveCrystal(Job[Path]):
    """Write a file in the format of its name; the result is the file. ``Sc3dError`` says why it
    cannot be.
    """

    crystal: Crystal
    path: Path
    priority = Priority.INTERACTIVE

    @property
    def title(self) -> str:
        return f"Save {self.path.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        yield Progress(0, 0)
        write_structure(self.crystal, self.path)
        return self.path
