"""Joins the dialog of the hand-off to the engine, and tells what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft import Code, IndexRow, Options, Vasp, outcome
from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.errors import HandOffError
from sc3d_desktop.jobs import (
    Cancelled,
    Event,
    Export,
    ExportMany,
    Failed,
    Finished,
    Job,
    PlanHandOff,
    Progress,
)
from sc3d_desktop.state.settings import Settings
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.banner import Banners, Subject
from sc3d_desktop.window.followed import Followed
from sc3d_desktop.window.hand_off.dialog import HandOffDialog, Wanted

_PLAN = "plan a hand-off"


class HandOffDesk(QObject):
    """``dialog`` is the one that is open, if any."""

    def __init__(
        self, engine: Engine, settings: Settings, banners: Banners, ask: Ask, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._engine, self._settings = engine, settings
        self._banners, self._ask, self._parent = banners, ask, parent
        self._jobs = Followed(engine, self)
        self._plan: int | None = None
        self.dialog: HandOffDialog | None = None
        engine.told.connect(self._on_event)

    def ask(
        self, crystals: Sequence[Crystal], code: Code | None = None, left_out: str = ""
    ) -> None:
        """Ask how the crystals are to be handed off, and do it. ``left_out`` says what is not
        among them.
        """
        if not crystals:
            said = "None of the chosen entries has a structure."
            self._banners.problem(HandOffError(said, "Choose entries with sites."))
            return
        folder = Path(self._settings.hand_off_folder or Path.home())
        dialog = HandOffDialog(crystals, code or Vasp(), folder, self._ask, left_out, self._parent)
        dialog.plan_wanted.connect(self._look)
        dialog.stop_wanted.connect(self._stop)
        dialog.export_wanted.connect(self._export)
        dialog.finished.connect(self._leave)
        self.dialog = dialog
        self._banners.clear(Subject.PROBLEM)
        dialog.open()
        dialog.ask_for_plan()

    # What is possible

    def _look(self, code: Code, options: Options) -> None:
        dialog = self.dialog
        if dialog is not None:
            job = PlanHandOff(dialog.crystals[0], code, options, tuple(dialog.crystals[1:]))
            self._plan = None  # the end of the one before is no news
            self._plan = self._jobs.submit(job, _listens, _listens, replace=_PLAN)

    def _stop(self) -> None:
        if self._plan is not None:
            self._engine.cancel(self._plan)

    def _leave(self) -> None:
        self._stop()
        self._plan = self.dialog = None

    def _on_event(self, job_id: int, event: Event) -> None:
        """Of the latest plan only: what an earlier one still says is about other limits."""
        if job_id == self._plan and self.dialog is not None:
            match event:
                case Progress(text=text):
                    self.dialog.show_progress(text)
                case Finished(proposal):
                    self.dialog.show_proposal(proposal)
                case Failed():
                    self.dialog.show_problem(HandOffError(event.error, event.hint))
                case Cancelled():
                    self.dialog.show_stopped()

    # What is done

    def _export(self, wanted: Wanted) -> None:
        self._settings.hand_off_folder = str(wanted.out.parent)
        self._settings.save()
        self._jobs.submit(*self._job(wanted), self._banners.problem)

    def _job(self, wanted: Wanted) -> tuple[Job[Any], Callable[[Any], None]]:
        crystals, code, options, out = wanted.crystals, wanted.code, wanted.options, wanted.out
        if len(crystals) == 1:
            return Export(crystals[0], out, code, options), partial(self._tell, code)
        return ExportMany(crystals, out, code, options), partial(self._tell_many, out)

    def _tell(self, code: Code, folder: Path) -> None:
        self._say(f"The {code.name} inputs are in {folder}.", outcome(folder), folder)

    def _tell_many(self, out: Path, rows: tuple[IndexRow, ...]) -> None:
        refused = [row for row in rows if row.refused]
        done = {row.folder.split("/")[0] for row in rows} - {row.folder for row in refused}
        hint = f"Furthest from its composition: {_furthest(rows)}."
        if refused:
            hint += (
                f" {len(refused):,} refused; index.csv says why, the first: {refused[0].refused}"
            )
        self._say(f"The inputs of {len(done):,} crystals are in {out}.", hint, out.parent)

    def _say(self, message: str, hint: str, folder: Path) -> None:
        url = QUrl.fromLocalFile(str(folder))
        opens = ("Open folder", lambda: QDesktopServices.openUrl(url))
        self._banners.say(Subject.DONE, message, hint, opens)


def _listens(_: object) -> None:
    """What becomes of a plan is told by its events."""


def _furthest(rows: Sequence[IndexRow]) -> str:
    off = max(rows, key=lambda row: row.deviation or 0.0)
    if not off.deviation:
        return "none, all are exact"
    return f"{off.achieved} for {off.target}"
