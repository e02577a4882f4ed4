"""The jobs of the generator: a run, from its request to the last candidate or on from there."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.candidate import Denoising, Found
from sc3d_desktop.generation.folder import RunFolder, StoredRun, list_runs, read_run
from sc3d_desktop.generation.request import Request, check
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Priority, Services

__all__ = [
    "DeleteGeneration",
    "Denoising",
    "ExportTrajectory",
    "Found",
    "Generate",
    "Generated",
    "ListGenerations",
    "ReadGeneration",
    "StoredRun",
]


@dataclass(frozen=True)
class Generated:
    """Of all samples: candidates ``made``, how many of them ``valid``, and samples ``dropped``."""

    folder: Path
    made: int
    dropped: int
    valid: int


@dataclass(frozen=True)
class Generate(Job[Generated]):
    """Make what ``request`` asks for into ``folder``; with ``resume``, go on with the run there.

    Each ``Partial`` is a ``Found``, on disk by then, or with ``animate`` a ``Denoising``. Novelty
    is judged beside the catalogue at ``catalogue_path``, where there is one.
    """

    folder: Path
    request: Request | None
    catalogue_path: Path | None = None
    resume: bool = False
    animate: bool = True
    priority = Priority.BACKGROUND

    @property
    def title(self) -> str:
        return f"Generating into {self.folder.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Generated]:
        from sc3d_desktop.generation.judge import Judge
        from sc3d_desktop.generation.run import generate

        yield Progress(0, 0, "loading the models")
        sampler = services.sampler()
        model = services.tc_model()
        with (
            closing(self._open(sampler.name)) as folder,
            Judge(model, self.catalogue_path) as judge,
        ):
            shown = _progress(folder)
            yield shown
            for said in generate(folder, sampler, judge, self.animate):
                if said is not None:
                    yield Partial(said)
                    shown = _progress(folder)
                yield shown
            valid = sum(c.judgement.valid for c in folder.candidates)
            return Generated(self.folder, len(folder.candidates), folder.dropped, valid)

    def _open(self, model: str) -> RunFolder:
        if self.resume:
            return RunFolder.resume(self.folder, model)
        if self.request is None:
            raise GenerationError("Nothing is asked for.", "Give a request, or go on with a run.")
        check(self.request)
        return RunFolder.create(self.folder, self.request, model)


def _progress(folder: RunFolder) -> Progress:
    return Progress(len(folder.indices), folder.request.count, f"{len(folder.candidates)} made")


@dataclass(frozen=True)
class ReadGeneration(Job[StoredRun]):
    """A run with its candidates."""

    folder: Path
    priority = Priority.INTERACTIVE
    in_bar = False

    @property
    def title(self) -> str:
        return f"Reading {self.folder.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, StoredRun]:
        yield Progress(0, 1)
        return read_run(self.folder)


@dataclass(frozen=True)
class ListGenerations(Job[tuple[StoredRun, ...]]):
    """The runs in a folder, the newest first, without their candidates."""

    root: Path
    priority = Priority.INTERACTIVE
    in_bar = False

    @property
    def title(self) -> str:
        return "Looking for runs of the generator"

    def run(self, services: Services) -> Generator[Progress | Partial, None, tuple[StoredRun, ...]]:
        yield Progress(0, 1)
        return list_runs(self.root)


@dataclass(frozen=True)
class DeleteGeneration(Job[Path]):
    """Delete a run for good; only what is a run."""

    folder: Path
    priority = Priority.INTERACTIVE
    in_bar = False

    @property
    def title(self) -> str:
        return f"Deleting {self.folder.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        yield Progress(0, 1)
        read_run(self.folder, counts_only=True)
        try:
            shutil.rmtree(self.folder)
        except OSError as error:
            raise GenerationError(
                f"{self.folder} cannot be deleted: {error.strerror}.", "Delete it by hand."
            ) from error
        return self.folder


@dataclass(frozen=True)
class ExportTrajectory(Job[Path]):
    """The way from noise to candidate ``index`` of a run as extended XYZ, made anew: the same seed
    makes the same.
    """

    folder: Path
    index: int
    out: Path

    @property
    def title(self) -> str:
        return f"Writing {self.out.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        from sc3d_desktop.generation.trajectory import write_trajectory

        yield Progress(0, 0, "loading the model")
        sampler = services.sampler()
        for done, total in write_trajectory(read_run(self.folder), self.index, sampler, self.out):
            yield Progress(done, total)
        return self.out
