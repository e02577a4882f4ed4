"""Screenings in the window: planned, started, followed, stopped and gone on with from here."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from sc3d_desktop.data import Columns
from sc3d_desktop.errors import Sc3dError, ScreeningError
from sc3d_desktop.jobs import (
    Cancelled,
    Event,
    Failed,
    Finished,
    ModelInfo,
    Partial,
    Progress,
    Started,
)
from sc3d_desktop.jobs.runs import DeleteRun, ListRuns, LoadRun, RunNow, RunState
from sc3d_desktop.jobs.screening import Screen, usual_workers
from sc3d_desktop.panels.icsd_screening import IcsdScreening
from sc3d_desktop.screening.filters import filters_from_json
from sc3d_desktop.screening.relatives import known_compositions
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.followed import Followed
from sc3d_desktop.window.screening_sources import SourceDesk
from sc3d_desktop.window.session import Session

_LOOK_MS = 1000
"""While a run goes on, counts and table follow it about this often."""

_SURE_SECONDS, _SURE_INPUTS = 2.0, 30
"""A rate measured over less would say little."""


class ScreeningDesk(QObject):
    """Joins the panel to the engine. ``start`` comes when the window is on the screen.

    ``workers`` is how many processes read beside this one.
    """

    def __init__(self, session: Session, panel: IcsdScreening, ask: Ask) -> None:
        super().__init__(panel)
        self._session, self._panel = session, panel
        self._jobs = Followed(session.engine, self)
        self.sources = SourceDesk(session, panel, self._jobs, ask)
        self._engine, self._settings = session.engine, session.settings
        self._plan, self._screening = session.plan, session.screening
        self.workers = usual_workers()
        self._job: int | None = None
        self._loading: int | None = None
        self._stale = False
        self._learnt_from: Columns | None = None
        self._measured: list[tuple[float, int]] = []
        self._planned = False
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self.look)
        self._screening.rate = self._settings.screening_rate
        self._engine.told.connect(self._on_event)
        self._engine.closing.connect(self._look.stop)
        session.browser.found_changed.connect(self._learn_known)
        self._connect_start_page()
        self._connect_run_page()

    def _connect_start_page(self) -> None:
        page = self._panel.begin
        page.start_wanted.connect(self.begin)
        page.runs.open_wanted.connect(self.open_run)
        page.runs.resume_wanted.connect(self.go_on)
        page.runs.delete_wanted.connect(self._delete)

    def _connect_run_page(self) -> None:
        header = self._panel.run.header
        header.back_wanted.connect(self.close_run)
        header.pause_wanted.connect(self.pause)
        header.stop_wanted.connect(self.stop)
        header.resume_wanted.connect(self._go_on_with_shown)
        header.anew_wanted.connect(self.plan_anew)

    def start(self) -> None:
        """Look which runs there are."""
        self.list_runs()

    # The runs

    def list_runs(self) -> None:
        """And the recipes, which a project may have brought in with its runs."""
        self._panel.begin.recipes.list_again()
        left = self._settings.screening_running
        others = (Path(left),) if left else ()
        self._jobs.submit(ListRuns(self._plan.folder, others), self._show_runs, self._say)

    def _show_runs(self, runs: tuple[RunState, ...]) -> None:
        left, running = self._settings.screening_running, self._screening.running
        cut_off = (run for run in runs if str(run.path) == left and not run.finished)
        self._screening.show_runs(runs, next(cut_off, None) if running is None else None)

    def open_run(self, path: Path) -> None:
        try:
            self._screening.open(path)
        except ScreeningError as error:
            self._say(error)
            return
        self._load()

    def close_run(self) -> None:
        """Back to the start page; a run that goes on does so."""
        self._screening.close()
        self._screening.run_changed.emit()
        self.list_runs()

    def _delete(self, path: Path) -> None:
        self._jobs.submit(DeleteRun(path), lambda _path: self.list_runs(), self._say)

    def _say(self, error: Sc3dError) -> None:
        """Beside what it is about: on the page that is in sight."""
        if self._screening.path is not None:
            self._screening.refuse(error)
        else:
            self._panel.begin.problem.show_error(error)

    # A run that goes on

    def begin(self) -> None:
        plan = self._plan
        if not plan.ready or self._job is not None:
            return
        try:
            path = _new_file(plan.path)
        except ScreeningError as error:
            self._say(error)
            return
        sources = tuple(dict(source.described) for source in plan.sources)
        self._screening.await_run(path)
        self._run(Screen(path, sources, plan.filters, workers=self.workers))

    def _go_on_with_shown(self) -> None:
        if self._screening.path is not None:
            self.go_on(self._screening.path)

    def go_on(self, path: Path) -> None:
        """Go on with a run that was stopped; one of another model is refused."""
        if self._job is not None:
            return
        self.open_run(path)
        spec = self._screening.spec
        if self._screening.path != path or spec is None:
            return
        if self._screening.of_another_model:
            self._screening.refuse(
                ScreeningError(
                    f"The run was begun with {spec.model}, and now the model is "
                    f"{self._screening.model}: their answers do not go into one table.",
                    "What is in it stays; start a new run of the same sources and filters.",
                )
            )
            return
        filters = filters_from_json(spec.filters)
        self._run(Screen(path, spec.sources, filters, True, self.workers))

    def plan_anew(self) -> None:
        """The sources and filters of the run shown, for a new one."""
        spec = self._screening.spec
        if spec is None:
            return
        self._plan.clear()
        self._plan.filter_by(filters_from_json(spec.filters))
        self.close_run()
        for described in spec.sources:
            self.sources.add(described)

    def _run(self, job: Screen) -> None:
        self._screening.refuse(None)
        self._remember(str(job.path))
        self._measured, self._planned = [], not job.resume
        self._job = self._engine.submit(job)
        self._screening.set_running(job.path)
        self._look.start()

    def pause(self) -> None:
        """Stop for now: the next start of the program offers to go on."""
        if self._job is not None:
            self._engine.cancel(self._job)

    def stop(self) -> None:
        self._remember("")
        self.pause()

    def _remember(self, running: str) -> None:
        self._settings.screening_running = running
        self._settings.save()

    def look(self) -> None:
        """Bring counts and candidates up to date, if it is the run shown that goes on."""
        if self._screening.running is not None and self._screening.running == self._screening.path:
            self._look_again()

    def _look_again(self) -> None:
        try:
            self._screening.look_again()
        except ScreeningError as error:
            self._screening.refuse(error)
            return
        self._load()

    def _load(self) -> None:
        """Read what is new in the run shown."""
        screening = self._screening
        if self._loading is not None and self._engine.job(self._loading) is not None:
            self._stale = True
        elif screening.is_open and screening.path is not None:
            path, self._stale = screening.path, False
            self._loading = self._jobs.submit(
                LoadRun(path, screening.ranking),
                lambda now: self._show_now(path, now),
                self._say,
            )

    def _show_now(self, path: Path, now: RunNow) -> None:
        if self._screening.path == path:
            self._screening.show_now(now)
        if self._stale:  # there is more by now, or another run was opened
            self._load()

    def _learn_known(self) -> None:
        """Which compositions have a Tc in the catalogue, whenever that has been read anew."""
        columns = self._session.browser.columns
        if columns is not None and columns is not self._learnt_from:
            self._learnt_from = columns
            self._screening.learn_known(known_compositions(columns))

    # What jobs say

    def _on_event(self, job_id: int, event: Event) -> None:
        if isinstance(event, Finished) and isinstance(event.result, ModelInfo):
            self._screening.use_model(event.result.name)
        if job_id == self._job:
            self._follow(event)

    def _follow(self, event: Event) -> None:
        screening = self._screening
        match event:
            case Started():
                screening.set_running(screening.running, started=True)
            case Partial() if self._planned:
                self._planned = False
                self._plan.clear()  # it is a run now, and the page is free for the next
            case Progress(done, total, text):
                if screening.running == screening.path:
                    screening.tell_progress(done, total, text)
                self._measure(done)
            case Finished() | Cancelled() | Failed():
                self._end(event)

    def _measure(self, done: int) -> None:
        if done:
            self._measured = [*self._measured[:1], (time.monotonic(), done)]

    def _end(self, event: Event) -> None:
        screening, path = self._screening, self._screening.running
        self._job = None
        self._look.stop()
        self._keep_rate()
        if isinstance(event, Finished):
            self._remember("")
        screening.set_running(None)
        if path == screening.path:
            self._look_again()
        if isinstance(event, Failed):
            self._say(ScreeningError(event.error, event.hint))
        if not isinstance(event, Cancelled) or screening.path is None:
            self.list_runs()

    def _keep_rate(self) -> None:
        if len(self._measured) < 2:
            return
        (began, first), (ended, last) = self._measured
        if ended - began >= _SURE_SECONDS and last - first >= _SURE_INPUTS:
            self._screening.rate = self._settings.screening_rate = (last - first) / (ended - began)
            self._settings.save()


def _new_file(path: Path) -> Path:
    """Where a new run may be written. Raises ``ScreeningError``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path = path.resolve()
        there = path.exists()
    except OSError as error:
        said = f"{path.parent} cannot be used: {error.strerror or error}."
        raise ScreeningError(said, "Free some space, or look who may write there.") from error
    if there:
        raise ScreeningError(f"There is a run {path.stem} already.", "Choose another name.")
    return path
