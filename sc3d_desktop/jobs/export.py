"""Jobs that hand a crystal to another program."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Services


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
