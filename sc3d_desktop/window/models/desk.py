"""Joins the dialogs of versions to the engine: improving is a job, choosing is done at once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.records import MINE
from sc3d_desktop.errors import CatalogueError, ModelError
from sc3d_desktop.jobs import Compared, CompareVersions, FineTune, FineTuned, LoadModel
from sc3d_desktop.jobs.fine_tune import RecordSource, go_on
from sc3d_desktop.models import registry
from sc3d_desktop.training.fine_tune import work
from sc3d_desktop.training.fine_tune.work import Stopped
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.banner import Banners, Subject
from sc3d_desktop.window.followed import Followed
from sc3d_desktop.window.models.improve_dialog import ImproveDialog
from sc3d_desktop.window.models.result_dialog import ResultDialog
from sc3d_desktop.window.models.versions_dialog import VersionsDialog
from sc3d_desktop.window.session import Session

_BEING_DONE = ModelError(
    "These records are being learnt from.", "Wait for the result, or stop it at the bottom."
)


class ModelsDesk(QObject):
    """``improving``, ``result`` and ``versions`` are the dialogs that are open, if any."""

    def __init__(self, session: Session, ask: Ask, banners: Banners, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._ask, self._banners, self._window = session, ask, banners, window
        self._followed = Followed(session.engine, self)
        self.improving: ImproveDialog | None = None
        self.result: ResultDialog | None = None
        self.versions: VersionsDialog | None = None

    # Improving

    def improve(self) -> None:
        """Ask on which records."""
        if self.improving is not None:
            return
        try:
            with Catalogue.open(self._session.browser.path) as catalogue:
                collections = catalogue.collections()
        except CatalogueError as error:
            self._banners.problem(error)
            return
        sound = [version.name for version in registry.versions() if not version.problem]
        dialog = ImproveDialog(collections, MINE.name, sound, registry.in_use(), self._ask)
        dialog.setParent(self._window, dialog.windowFlags())
        dialog.wanted.connect(self._start)
        dialog.stopped.go_on_wanted.connect(self._go_on)
        dialog.stopped.remove_wanted.connect(self._forget)
        dialog.finished.connect(self._leave_improving)
        self.improving = dialog
        self._show_stopped()
        dialog.open()

    def _leave_improving(self) -> None:
        self.improving = None

    def _show_stopped(self) -> None:
        """All but those that are being done."""
        if self.improving is not None:
            self.improving.stopped.show_stopped(
                [one for one in work.stopped() if not self._is_being_done(go_on(one))]
            )

    def _is_being_done(self, job: FineTune) -> bool:
        doing = [j for j in self._session.engine.jobs().values() if isinstance(j, FineTune)]
        asked = (job.source, job.parent, job.network)
        return asked in [(j.source, j.parent, j.network) for j in doing]

    def _go_on(self, stopped: Stopped) -> None:
        if self.improving is not None:
            self.improving.accept()
        self._followed.submit(go_on(stopped), self._judged, self._banners.problem)

    def _forget(self, stopped: Stopped) -> None:
        work.forget(stopped.key)
        self._show_stopped()

    def _start(
        self, collections: tuple[str, ...], file: object, parent: str, name: str, network: bool
    ) -> None:
        dialog = self.improving
        assert dialog is not None
        try:
            free = registry.free_name(name) if name else ""
        except ModelError as error:
            dialog.problem.show_error(error)
            return
        path = file if isinstance(file, Path) else None
        source = RecordSource(self._session.browser.path, collections, path)
        job = FineTune(source, parent, free, network=network)
        if self._is_being_done(job):
            dialog.problem.show_error(_BEING_DONE)
            return
        dialog.accept()
        self._followed.submit(job, self._judged, self._banners.problem)

    def _judged(self, made: FineTuned) -> None:
        dialog = ResultDialog(made, registry.in_use(), self._window)
        dialog.use_wanted.connect(partial(self.use, made.name))
        dialog.finished.connect(self._leave_result)
        self.result = dialog
        dialog.open()
        self._refresh()

    def _leave_result(self) -> None:
        self.result = None

    # Versions

    def show(self) -> None:
        """All versions, with what can be done with each."""
        if self.versions is not None:
            return
        self.versions = VersionsDialog(self._window)
        self.versions.use_wanted.connect(self.use)
        self.versions.back_wanted.connect(self.roll_back)
        self.versions.delete_wanted.connect(self._delete)
        self.versions.compare_wanted.connect(self._compare)
        self.versions.finished.connect(self._leave_versions)
        self._refresh()
        self.versions.open()

    def _leave_versions(self) -> None:
        self.versions = None

    def _refresh(self) -> None:
        if self.versions is not None:
            self.versions.show_versions(
                registry.versions(), registry.in_use(), registry.can_roll_back()
            )

    def use(self, name: str) -> None:
        """Let a version answer from now on; all that is shown is predicted anew."""
        try:
            registry.use(name)
        except (ModelError, OSError) as error:
            self._tell(error)
            return
        self._switched()

    def roll_back(self) -> None:
        """Go back to the version that answered before."""
        try:
            registry.roll_back()
        except OSError as error:
            self._tell(error)
            return
        self._switched()

    def _switched(self) -> None:
        self._session.engine.submit(LoadModel(), replace="version")
        self._refresh()
        said = f"The version “{registry.in_use()}” of the model answers from now on."
        back = [("Go back", self.roll_back)] if registry.can_roll_back() else []
        self._banners.say(Subject.DONE, said, "", *back)

    def _delete(self, name: str) -> None:
        try:
            registry.delete(name)
        except (ModelError, OSError) as error:
            self._tell(error)
        self._refresh()

    def _tell(self, error: Exception) -> None:
        said = (
            error
            if isinstance(error, ModelError)
            else ModelError(f"The versions cannot be written: {error}.", "Free some space.")
        )
        if self.versions is not None:
            self.versions.problem.show_error(said)
        else:
            self._banners.problem(said)

    def _compare(self, name: str) -> None:
        """With the version in use, on the open crystal and on the user's own records."""
        path = self._session.browser.path
        collections = (MINE.name,) if self._has_records() else ()
        source = RecordSource(path, collections)
        job = CompareVersions((registry.in_use(), name), self._session.document.crystal, source)
        self._followed.submit(job, self._compared, self._tell)

    def _has_records(self) -> bool:
        try:
            with Catalogue.open(self._session.browser.path) as catalogue:
                return any(c.name == MINE.name for c, _ in catalogue.collections())
        except CatalogueError:
            return False  # the comparison says so where it reads them

    def _compared(self, found: Compared) -> None:
        if self.versions is not None:
            self.versions.show_compared(found)
