"""The catalogue in the window: it is read, filled, tagged, predicted and exported from here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from sc3d_desktop.data.columns import Columns, Ints
from sc3d_desktop.data.importers import EntrySource, StarterSet
from sc3d_desktop.data.write import ImportOutcome
from sc3d_desktop.errors import CatalogueError, Sc3dError
from sc3d_desktop.jobs import Cancelled, Event, Failed, Finished, Job, ModelInfo
from sc3d_desktop.jobs.catalogue import (
    ExportEntries,
    FindDuplicates,
    ImportCollection,
    LoadColumns,
    PredictEntries,
)
from sc3d_desktop.panels.dataset_browser import DatasetBrowser
from sc3d_desktop.window.banner import Banners, Subject
from sc3d_desktop.window.files import Files
from sc3d_desktop.window.import_dialog import ProblemsDialog
from sc3d_desktop.window.project import ProjectDesk
from sc3d_desktop.window.records import RecordsDesk
from sc3d_desktop.window.session import Session

_LOOK_EVERY_MS = 1000
"""While a job fills the catalogue, its entries come into the table about this often."""
_REST = 5
"""So many times longer than it read it waits: a job must get on in a catalogue of any size."""

_EXPORT_KINDS = "Table (*.csv);;Excel workbook (*.xlsx);;CIF files (*.zip)"
_SUFFIXES = (".csv", ".xlsx", ".zip")
_MOST_HANDED_OFF = 1000


class CatalogueDesk(QObject):
    """Joins the browser to the engine. ``start`` comes when the window is on the screen."""

    def __init__(
        self, session: Session, panel: DatasetBrowser, files: Files, banners: Banners
    ) -> None:
        super().__init__(panel)
        self._browser, self._engine = session.browser, session.engine
        self._panel, self._files, self._banners = panel, files, banners
        self.records = RecordsDesk(session, files.ask, banners, self)
        self.records.changed.connect(self._show_records)
        self.projects = ProjectDesk(session, files, banners, self)
        self.projects.opened.connect(self._show_records)
        self._followed: dict[int, Callable[[Any], None]] = {}
        self._loading: int | None = None
        self._closing = False
        self._clock = QElapsedTimer()
        self._look = QTimer(self, interval=_LOOK_EVERY_MS)
        self._look.timeout.connect(self.reload)
        self._engine.told.connect(self._on_event)
        self._engine.closing.connect(self._stop)
        panel.open_wanted.connect(self.open_entry)
        panel.tag_wanted.connect(self.set_tag)
        panel.new_tag_wanted.connect(self.tag)
        panel.card.made_wanted.connect(self._made)
        panel.card.vasp_wanted.connect(lambda entry_id: self.hand_off([entry_id]))

    # Reading

    def start(self) -> None:
        """Open the catalogue and show it; the first time, the starter set comes in, and what
        is missing of it later.
        """
        try:
            self._browser.open()
            there = {collection.name: n for collection, n in self._browser.collections()}
        except CatalogueError as error:
            self._banners.problem(error)
            return
        self.reload()
        starter = StarterSet()
        if there.get(starter.collection.name, 0) < starter.count():
            self.bring_in(starter, quietly=True)

    def _stop(self) -> None:
        """The window closes: what ends from now on is not read any more."""
        self._closing = True
        self._look.stop()

    def reload(self) -> None:
        """Read the columns, if they are out of date."""
        if self._loading is None and not self._closing and self._browser.out_of_date:
            job = LoadColumns(self._browser.path, self._browser.model)
            self._clock.start()
            self._loading = self._engine.submit(job)

    def _on_event(self, job_id: int, event: Event) -> None:
        if isinstance(event, Finished) and isinstance(event.result, ModelInfo):
            self._use_model(event.result.name)
        if not isinstance(event, Finished | Failed | Cancelled):
            return
        if job_id == self._loading:
            self._loading = None
            self._look.setInterval(max(_LOOK_EVERY_MS, _REST * self._clock.elapsed()))
            self._show_columns(event)
        elif job_id in self._followed:
            self._end(self._followed.pop(job_id), event)

    def _use_model(self, name: str) -> None:
        """From now on the predictions of this model are meant."""
        if self._browser.model != name:
            self._browser.model = name
            self._browser.forget_columns()
            self.reload()

    def _show_columns(self, event: Event) -> None:
        if not self._browser.is_open:
            return
        match event:
            case Finished(result):
                assert isinstance(result, Columns)
                self._browser.set_columns(result)
                self._panel.refresh()
            case Failed():
                self._banners.problem(Sc3dError(event.error, event.hint))
        if not isinstance(event, Failed) and not self._followed:
            self.reload()  # it may have changed while it was being read

    def _end(self, tell: Callable[[Any], None], event: Event) -> None:
        """A job on the catalogue has ended; whatever it did is there."""
        if not self._followed:
            self._look.stop()
        match event:
            case Finished(result):
                tell(result)
            case Failed():
                self._banners.problem(Sc3dError(event.error, event.hint))
        if self._browser.is_open:
            self.reload()

    def _follow(self, job: Job[Any], tell: Callable[[Any], None]) -> None:
        self._followed[self._engine.submit(job)] = tell
        self._look.start()

    # Filling

    def bring_in(self, source: EntrySource, quietly: bool = False) -> None:
        """Import a source; ``quietly`` says nothing where all went well."""
        job = ImportCollection(self._browser.path, source)
        self._follow(job, partial(self._tell_imported, quietly))

    def run_then(self, job: Job[Any], then: Callable[[Any], None]) -> None:
        """A job that must end before something else can be done, such as a download."""
        self._follow(job, then)

    def _tell_imported(self, quietly: bool, outcome: ImportOutcome) -> None:
        if quietly and not outcome.problems:
            return
        parts = [f"{outcome.added:,} entries came in"]
        parts += [f"{outcome.changed:,} were renewed"] if outcome.changed else []
        parts += [f"{outcome.unchanged:,} were there already"] if outcome.unchanged else []
        counts = ((outcome.problems, "did not come in"), (outcome.noted, "came in with a remark"))
        hint = ", ".join(f"{len(lines):,} {words}" for lines, words in counts if lines)
        show = partial(self._show_problems, outcome)
        actions = (("Show what was noted", show),) if hint else ()
        said = f"{outcome.collection}: {', '.join(parts)}."
        self._banners.say(Subject.DONE, said, hint, *actions)

    def _show_problems(self, outcome: ImportOutcome) -> None:
        window = self._panel.window()
        ProblemsDialog(outcome.collection, outcome.problems, outcome.noted, window).open()

    # What is done with entries

    def open_entry(self, entry_id: int) -> None:
        """Show an entry in the structure view."""
        try:
            crystal = self._browser.crystal(entry_id)
            formula = self._browser.entry(entry_id).row.formula if crystal is None else ""
        except CatalogueError as error:
            self._banners.problem(error)
            return
        if crystal is None:
            hint = "Only its formula and Tc are known; entries with sites can be opened."
            said = f"The catalogue has no structure of {formula}."
            self._banners.problem(Sc3dError(said, hint))
            return
        self._banners.clear(Subject.PROBLEM)
        self._files.open(crystal, None)

    def _made(self, entry_id: int) -> None:
        """Show an entry, so that its prediction stands beside what came of it."""
        self.open_entry(entry_id)
        self.records.make(self._panel.window())

    def _show_records(self) -> None:
        self._panel.refresh()
        self.reload()

    def set_tag(self, ids: Any, tag: str, on: bool = True) -> None:
        try:
            self._browser.set_tag([int(i) for i in ids], tag, on)
        except CatalogueError as error:
            self._banners.problem(error)
            return
        self._panel.refresh()
        self.reload()

    def tag(self, ids: Ints | None = None) -> None:
        """Ask for a tag and give it to the chosen entries."""
        chosen = self._panel.chosen if ids is None else ids
        if len(chosen):
            name = self._files.ask.text("Tag", f"Tag for {len(chosen):,} entries:")
            if name:
                self.set_tag(chosen, name)

    def predict(self) -> None:
        ids = tuple(self._panel.chosen.tolist())
        if ids:
            self._follow(PredictEntries(self._browser.path, ids), self._tell_predicted)

    def find_duplicates(self) -> None:
        self._follow(FindDuplicates(self._browser.path), self._tell_duplicates)

    def export(self) -> None:
        """The selected entries, or all that were found, to a file of the user's choice."""
        some = self._browser.selection
        ids = tuple((self._panel.chosen if len(some) else self._browser.ids).tolist())
        if not ids:
            return
        title = f"Export {len(ids):,} entries"
        out = self._files.ask.file_to_save(title, str(Path.home() / "entries.csv"), _EXPORT_KINDS)
        if out is not None:
            out = out if out.suffix.lower() in _SUFFIXES else out.with_name(f"{out.name}.csv")
            job = ExportEntries(self._browser.path, ids, out, self._browser.model)
            self._follow(job, self._tell_exported)

    def hand_off(self, ids: Sequence[int] | None = None) -> None:
        """Inputs of calculations of some entries, or of those that are chosen."""
        chosen = self._panel.chosen.tolist() if ids is None else ids
        if not chosen:
            return
        if len(chosen) > _MOST_HANDED_OFF:
            said = f"{len(chosen):,} entries are more than are handed off at once."
            hint = f"Select up to {_MOST_HANDED_OFF:,}."
            self._banners.problem(Sc3dError(said, hint))
            return
        try:
            found = [self._browser.crystal(i) for i in chosen]
        except CatalogueError as error:
            self._banners.problem(error)
            return
        crystals = [crystal for crystal in found if crystal is not None]
        missing = len(found) - len(crystals)
        said = f"{missing:,} of {len(found):,} have no structure and are left out."
        self._files.hand_off.ask(crystals, left_out=said if missing else "")

    def _tell_predicted(self, count: int) -> None:
        self._banners.say(Subject.DONE, f"{count:,} entries were predicted.")

    def _tell_duplicates(self, groups: int) -> None:
        hint = "The column “Alike” numbers them." if groups else ""
        said = f"{groups:,} groups of entries are one material in one structure."
        self._banners.say(Subject.DONE, said if groups else "There are no duplicates.", hint)

    def _tell_exported(self, out: Path) -> None:
        url = QUrl.fromLocalFile(str(out.parent))
        self._banners.say(
            Subject.DONE,
            f"The entries are in {out}.",
            "",
            ("Open folder", lambda: QDesktopServices.openUrl(url)),
        )
