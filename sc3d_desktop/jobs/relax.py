"""The job that relaxes a generated candidate and compares it with known phases."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.folder import keep_relaxed
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Services
from sc3d_desktop.steps import retell

MISSING = "Relaxing needs CHGNet, which is not installed: pip install sc3d-desktop[stability]."


def relax_problem() -> str:
    """Why nothing can be relaxed here; empty where it can. Imports nothing."""
    return "" if find_spec("chgnet") is not None else MISSING


@dataclass(frozen=True)
class Relax(Job[Candidate]):
    """The candidate with its stability. ``ModelError`` says that CHGNet is not installed,
    ``GenerationError`` what it cannot calculate. It is kept in the run at ``folder``, where one is
    given.
    """

    candidate: Candidate
    catalogue_path: Path | None = None
    folder: Path | None = None

    @property
    def title(self) -> str:
        return f"Relax {self.candidate.formula}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Candidate]:
        from sc3d_desktop.data.catalogue import Catalogue
        from sc3d_desktop.generation.judge.stability import StabilityJudge

        yield Progress(0, 0, "loading CHGNet")
        with ExitStack() as stack:
            path = self.catalogue_path
            catalogue = stack.enter_context(Catalogue.open(path)) if path is not None else None
            steps = StabilityJudge(catalogue).steps(self.candidate.crystal)
            stability = yield from retell(steps, lambda text: Progress(0, 0, text))
        judgement = replace(self.candidate.judgement, stability=stability)
        relaxed = replace(self.candidate, judgement=judgement)
        if self.folder is not None:
            keep_relaxed(self.folder, relaxed)
        return relaxed
