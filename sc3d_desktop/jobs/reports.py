"""The job that reports a run of a screening."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Services
from sc3d_desktop.screening.report import Request, write_report
from sc3d_desktop.steps import retell


@dataclass(frozen=True)
class WriteReport(Job[Path]):
    """Write a report; the result is its file. ``Sc3dError`` says why it cannot be."""

    request: Request

    @property
    def title(self) -> str:
        return f"Report {self.request.out.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        yield Progress(0, 0, "loading the model")
        steps = write_report(self.request, services.tc_model())
        return (yield from retell(steps, lambda doing: Progress(0, 0, doing)))
