"""Jobs that save a project and open one."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Services
from sc3d_desktop.project import Contents, Opened, Saved, open_project, save_project
from sc3d_desktop.steps import retell


@dataclass(frozen=True)
class SaveProject(Job[Saved]):
    """Save a project to a new folder, or to an archive where ``out`` ends with ``.zip``. Without a
    model in the contents it is the one in use.
    """

    contents: Contents
    out: Path

    @property
    def title(self) -> str:
        return f"Save project {self.out.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Saved]:
        yield Progress(0, 0)
        contents = self.contents
        if not contents.model:
            contents = replace(contents, model=services.tc_model().name)
        return (yield from retell(save_project(contents, self.out), _progress))


@dataclass(frozen=True)
class OpenProject(Job[Opened]):
    """Bring a project into ``home``, beside what is there."""

    path: Path
    home: Path
    catalogue_path: Path | None = None

    @property
    def title(self) -> str:
        return f"Open project {self.path.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Opened]:
        yield Progress(0, 0)
        steps = open_project(self.path, self.home, self.catalogue_path)
        return (yield from retell(steps, _progress))


def _progress(step: tuple[int, int, str]) -> Progress:
    done, total, what = step
    return Progress(done, total, what if not total else f"{what}: {done:,} of {total:,}")
