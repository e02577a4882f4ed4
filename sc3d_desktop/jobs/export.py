"""Jobs that write a crystal: as a file, and for another program."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files import write_structure
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Priority, Services


@dataclass(frozen=True)
class ExportVasp(Job[Path]):
    """Write a VASP folder; the result is the folder. ``HandOffError`` says why it cannot be."""

    crystal: Crystal
    out: Path
    preset: str = "recommended"

    @property
    def title(self) -> str:
        return f"VASP folder of {self.crystal.name or 'the crystal'}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        yield Progress(0, 1)
        from sc3d_desktop.dft import write_vasp

        return write_vasp(self.crystal, self.out, self.preset)


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
