"""The runs of the generator the user has: which there are, and the one that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from psygnal import Signal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.request import Request
from sc3d_desktop.state.found_candidates import FoundCandidates
from sc3d_desktop.state.screening import Phase


class StoredRun(Protocol):
    """A run as it is read from disk."""

    @property
    def folder(self) -> Path: ...

    @property
    def request(self) -> Request: ...

    @property
    def candidates(self) -> tuple[Candidate, ...]: ...

    @property
    def finished(self) -> bool: ...

    @property
    def made(self) -> int: ...

    @property
    def dropped(self) -> int: ...

    @property
    def model(self) -> str: ...


class Denoising(Protocol):
    """A state of the candidate that is being made."""

    @property
    def index(self) -> int: ...

    @property
    def step(self) -> int: ...

    @property
    def steps(self) -> int: ...

    @property
    def crystal(self) -> Crystal | None: ...


class Generation:
    """``folder`` is the run that is shown, ``running`` that which a job works on: often the same.

    ``found`` are the candidates of the run shown. ``denoising`` is the one that is being made, of
    the run that goes on, whichever is shown. ``rate`` is how many seconds one call of the network
    took for a candidate in the last run, 0 for unknown.
    """

    runs_changed = Signal()
    run_changed = Signal()
    progress_changed = Signal()
    denoising_changed = Signal()

    def __init__(self) -> None:
        self.runs: tuple[StoredRun, ...] = ()
        self.folder: Path | None = None
        self.request: Request | None = None
        self.running: Path | None = None
        self.running_request: Request | None = None
        self.started = self.finished = False
        self.made = self.dropped = 0
        self.model = ""
        self.rate = 0.0
        self.progress: tuple[int, int, str] = (0, 0, "")
        self.problem: Sc3dError | None = None
        self.relax_problem = ""
        self.denoising: Denoising | None = None
        self.found = FoundCandidates()

    # The runs

    def show_runs(self, runs: Sequence[StoredRun]) -> None:
        self.runs = tuple(runs)
        self.runs_changed.emit()

    def set_running(
        self, folder: Path | None, request: Request | None = None, started: bool = False
    ) -> None:
        """Which run a job works on, for what, and whether it has begun."""
        self.running, self.running_request, self.started = folder, request, started
        if folder is None:
            self.show_denoising(None)
        self.runs_changed.emit()
        self.run_changed.emit()

    # The run that is shown

    def show_run(self, run: StoredRun) -> None:
        """All that is on disk of a run."""
        self.folder, self.request, self.model = run.folder, run.request, run.model
        self.finished, self.made, self.dropped = run.finished, run.made, run.dropped
        self.problem, self.progress = None, (0, 0, "")
        self.found.show(run.candidates)
        self.run_changed.emit()

    def await_run(self, folder: Path, request: Request) -> None:
        """Show a run of which nothing is there yet."""
        self.close()
        self.folder, self.request = folder, request
        self.run_changed.emit()

    def close(self) -> None:
        """Show no run."""
        self.folder = self.request = self.problem = None
        self.finished, self.made, self.dropped, self.model = False, 0, 0, ""
        self.progress = (0, 0, "")
        self.found.show(())

    @property
    def phase(self) -> Phase:
        if self.folder is None:
            return Phase.NONE
        if self.is_shown_running:
            return Phase.RUNNING if self.started else Phase.WAITING
        return Phase.FINISHED if self.finished else Phase.STOPPED

    @property
    def is_shown_running(self) -> bool:
        return self.running is not None and self.running == self.folder

    @property
    def valid(self) -> int:
        return sum(candidate.judgement.valid for candidate in self.found.all.values())

    def add(self, candidate: Candidate) -> None:
        """One more of the run that goes on, if that is the one shown."""
        if self.is_shown_running:
            self.made = max(self.made, len(self.found.all) + 1)
            self.found.add(candidate)
            self.progress_changed.emit()

    def end(self, made: int, dropped: int, finished: bool) -> None:
        """Of the run that is shown."""
        self.made, self.dropped, self.finished = made, dropped, finished
        self.run_changed.emit()

    def refuse(self, problem: Sc3dError | None) -> None:
        self.problem = problem
        self.run_changed.emit()

    def tell_progress(self, done: int, total: int, text: str) -> None:
        self.progress = (done, total, text)
        self.progress_changed.emit()

    def show_denoising(self, denoising: Denoising | None) -> None:
        if denoising is not self.denoising:
            self.denoising = denoising
            self.denoising_changed.emit()


def network_calls(request: Request) -> float:
    """About how often the network is asked in the course of one candidate, for an estimate."""
    share = 1.0 if request.start is None else request.start.change
    with_conditions = 1.0 if request.guidance == 1 else 2.0
    return 2 * request.denoising_steps * share * (with_conditions + (3.0 if request.energy else 0))
