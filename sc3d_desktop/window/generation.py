"""Runs of the generator in the window: asked for, started, followed, stopped, gone on with."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from sc3d_desktop.errors import GenerationError, Sc3dError
from sc3d_desktop.generation.request import Request
from sc3d_desktop.jobs import Cancelled, Event, Failed, Finished, Partial, Progress, Started
from sc3d_desktop.jobs.generate import (
    DeleteGeneration,
    Denoising,
    Found,
    Generate,
    Generated,
    ListGenerations,
    ReadGeneration,
    StoredRun,
)
from sc3d_desktop.panels.generator import Generator
from sc3d_desktop.state.generation import network_calls
from sc3d_desktop.window.followed import Followed
from sc3d_desktop.window.session import Session

_SURE = 3
"""A rate measured over fewer candidates would say little."""


class GenerationDesk(QObject):
    """Joins the panel to the engine. ``start`` comes when the window is on the screen."""

    def __init__(self, session: Session, panel: Generator) -> None:
        super().__init__(panel)
        self._session, self._panel = session, panel
        self._engine, self._settings = session.engine, session.settings
        self._plan, self._generation = session.request_plan, session.generation
        self._jobs = Followed(session.engine, self)
        self._job: int | None = None
        self._began: tuple[float, int] | None = None
        self._generation.rate = self._settings.generator_rate
        self._plan.restore(self._settings.generator_request)
        self._plan.use_crystal(session.document.crystal)
        session.document.crystal_changed.connect(self._plan.use_crystal)
        self._engine.told.connect(self._on_event)
        self._plan.changed.connect(self._remember_request)
        page, header = panel.begin, panel.run.header
        page.start_wanted.connect(self.begin)
        page.runs.open_wanted.connect(self.open_run)
        page.runs.resume_wanted.connect(self.go_on)
        page.runs.delete_wanted.connect(self._delete)
        header.back_wanted.connect(self.close_run)
        header.stop_wanted.connect(self.stop)
        header.resume_wanted.connect(self._go_on_with_shown)
        header.copy_wanted.connect(self.ask_again)

    def start(self) -> None:
        """Look which runs there are."""
        self.list_runs()

    # The runs

    def list_runs(self) -> None:
        """And the recipes, which a project may have brought in with its runs."""
        self._panel.begin.recipes.list_again()
        self._jobs.submit(ListGenerations(self._plan.root), self._show_runs, self._say)

    def _show_runs(self, runs: tuple[StoredRun, ...]) -> None:
        """The one that is shown may have been stopped, with samples dropped that nobody told of."""
        generation = self._generation
        generation.show_runs(runs)
        shown = next((run for run in runs if run.folder == generation.folder), None)
        if shown is not None and not generation.is_shown_running:
            generation.model = shown.model
            generation.end(shown.made, shown.dropped, shown.finished)

    def open_run(self, folder: Path) -> None:
        self._jobs.submit(ReadGeneration(folder), self._generation.show_run, self._say)

    def close_run(self) -> None:
        """Back to the start page; a run that goes on does so."""
        self._generation.close()
        self._generation.run_changed.emit()
        self.list_runs()

    def ask_again(self) -> None:
        """The request of the run that is shown, for another one."""
        request = self._generation.request
        if request is not None:
            self._plan.copy(request)
            self.close_run()

    def _delete(self, folder: Path) -> None:
        self._jobs.submit(DeleteGeneration(folder), lambda _folder: self.list_runs(), self._say)

    def _say(self, error: Sc3dError) -> None:
        """Beside what it is about: on the page that is in sight."""
        if self._generation.folder is not None:
            self._generation.refuse(error)
        else:
            self._panel.begin.show_failure(error)

    def _remember_request(self) -> None:
        self._settings.generator_request = self._plan.as_text()

    # A run that goes on

    def begin(self) -> None:
        plan = self._plan
        if not plan.ready or self._job is not None:
            return
        folder = plan.folder
        request = replace(plan.request, recipe=self._panel.begin.recipes.used)
        if folder.exists():
            said = f"There is a run {folder.name} already."
            self._say(GenerationError(said, "Choose another name."))
            return
        plan.call("")
        self._generation.await_run(folder, request)
        self._run(Generate(folder, request, self._catalogue), request)

    def _go_on_with_shown(self) -> None:
        if self._generation.folder is not None:
            self.go_on(self._generation.folder)

    def go_on(self, folder: Path) -> None:
        """Go on with a run that was stopped, from what is on disk."""
        if self._job is None:
            self._jobs.submit(ReadGeneration(folder), self._go_on, self._say)

    def _go_on(self, run: StoredRun) -> None:
        self._generation.show_run(run)
        if self._job is None:
            job = Generate(run.folder, None, self._catalogue, resume=True)
            self._run(job, run.request)

    @property
    def _catalogue(self) -> Path | None:
        browser = self._session.browser
        return browser.path if browser.path.is_file() else None

    def _run(self, job: Generate, request: Request) -> None:
        self._panel.begin.show_failure(None)
        self._generation.refuse(None)
        self._began = None
        self._settings.save()
        self._job = self._engine.submit(job)
        self._generation.set_running(job.folder, request)

    def stop(self) -> None:
        if self._job is not None:
            self._engine.cancel(self._job)

    # What the job says

    def _on_event(self, job_id: int, event: Event) -> None:
        if job_id != self._job:
            return
        generation = self._generation
        match event:
            case Started():
                running, request = generation.running, generation.running_request
                generation.set_running(running, request, started=True)
            case Progress(done, total, text):
                if generation.is_shown_running:
                    generation.tell_progress(done, total, text)
                if total:  # the models are loaded by then
                    self._measure(done)
            case Partial(Found(candidate)):
                generation.add(candidate)
            case Partial(Denoising() as denoising):
                generation.show_denoising(denoising)
            case Finished() | Cancelled() | Failed():
                self._end(event)

    def _end(self, event: Finished | Cancelled | Failed) -> None:
        generation, folder = self._generation, self._generation.running
        self._job = None
        generation.set_running(None)
        if folder is not None and folder == generation.folder:
            self._end_shown(event, folder)
        elif isinstance(event, Failed):
            self._panel.begin.show_failure(Sc3dError(event.error, event.hint))
        self.list_runs()

    def _end_shown(self, event: Finished | Cancelled | Failed, folder: Path) -> None:
        """A run of which nothing is on disk goes back to the form, with the reason."""
        generation = self._generation
        problem = Sc3dError(event.error, event.hint) if isinstance(event, Failed) else None
        if not generation.found.all and not isinstance(event, Finished):
            self.close_run()
            self._panel.begin.show_failure(problem)
            return
        if isinstance(event, Finished) and isinstance(event.result, Generated):
            generation.end(event.result.made, event.result.dropped, finished=True)
        generation.refuse(problem)

    def _measure(self, done: int) -> None:
        """How long one call of the network takes for a candidate, as this run goes."""
        request, now = self._generation.running_request, time.monotonic()
        if self._began is None:
            self._began = (now, done)
            return
        began, first = self._began
        if request is not None and done - first >= _SURE:
            seconds = (now - began) / (done - first)
            rate = seconds / max(network_calls(request), 1.0)
            self._generation.rate = self._settings.generator_rate = rate
