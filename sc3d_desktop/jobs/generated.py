"""The job that writes generated candidates for other programs and people."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from sc3d_desktop.data.tables import whole
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Services

Steps = Generator[Progress | Partial, None, None]


@dataclass(frozen=True)
class ExportGenerated(Job[Path]):
    """Write candidates as CIF files with a table (``.zip``) or as the table alone (``.csv``); the
    file is there whole or not at all. ``GenerationError`` says why it cannot be written.
    """

    candidates: tuple[Candidate, ...]
    out: Path

    @property
    def title(self) -> str:
        return f"Write {self.out.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        yield Progress(0, len(self.candidates))
        try:
            with whole(self.out) as unfinished:
                yield from self._write(unfinished)
        except OSError as error:
            raise GenerationError(
                f"{self.out.name} could not be written: {error.strerror or error}.",
                "Choose another folder, or free some space.",
            ) from error
        return self.out

    def _write(self, unfinished: Path) -> Steps:
        from sc3d_desktop.generation.export import table_text, write_archive

        if self.out.suffix.lower() == ".zip":
            for done in write_archive(self.candidates, unfinished):
                yield Progress(done, len(self.candidates))
        else:
            unfinished.write_text(table_text(self.candidates), encoding="utf-8", newline="")
