"""Opening, keeping and saving crystals, and handing them on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import DisorderClass, classify_site
from sc3d_desktop.crystal.files import write_structure
from sc3d_desktop.crystal.findings import Kind
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.dft import Code, Qe, Vasp
from sc3d_desktop.dft.results import is_calculation
from sc3d_desktop.errors import ModelError, Sc3dError
from sc3d_desktop.jobs import Event, Failed, Finished, Job, SaveCrystal, Terminal
from sc3d_desktop.models.known import known_structure
from sc3d_desktop.state.autosave import Unsaved
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.banner import Banners, Subject
from sc3d_desktop.window.hand_off import HandOffDesk
from sc3d_desktop.window.reading import Reading
from sc3d_desktop.window.results import ResultsDesk
from sc3d_desktop.window.session import Session
from sc3d_desktop.window.shelf import title

_SAVED_AT_ONCE = 2_000
"""So many sites are written before anyone notices; finding their symmetry takes the time."""


class Files(QObject):
    recent_changed = Signal()
    kept_changed = Signal()
    findings_wanted = Signal()

    def __init__(self, session: Session, banners: Banners, ask: Ask, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._banners = banners
        self.ask = ask
        self.shelf = session.shelf
        self.hand_off = HandOffDesk(session.engine, session.settings, banners, ask, parent)
        self.results = ResultsDesk(session.engine, banners, ask, self.open, parent)
        self.reading = Reading(session.engine, ask, parent)
        self.reading.crystal_read.connect(self.open)
        self.reading.failed.connect(banners.problem)
        self._then: dict[int, Callable[[Any], None]] = {}
        session.engine.told.connect(self._on_event)

    # Opening

    def choose_and_open(self) -> None:
        paths = self.ask.files_to_open()
        if paths:
            self.open_paths(paths)

    def open_paths(self, paths: Iterable[Path]) -> None:
        """Read files, folders and archives, and open what is in them, or list it where that is
        more than one structure. What cannot be read becomes one message or a line of the list, and
        the document stays as it is. Outputs of calculations are shown as such.
        """
        self._banners.clear(Subject.PROBLEM)
        structures = []
        for path in paths:
            if is_calculation(path):
                self.results.open(path)
            else:
                structures.append(path)
        if structures:
            self.reading.read(structures)

    def open_known(self, name: str) -> None:
        """Open a known superconductor by the name of its structure in the starter set."""
        self._banners.clear(Subject.PROBLEM)
        try:
            crystal = known_structure(name)
        except ModelError as error:
            self._banners.problem(error)
            return
        self.open(crystal, None)

    def open(self, crystal: Crystal, path: Path | None) -> None:
        """Show a crystal. One with unsaved edits makes room for it and is kept."""
        document = self._session.document
        leaving = self._put_away()
        document.open(crystal, path)
        self._select_first()
        self._tell_doubts()
        if path is not None:
            self._session.settings.add_recent(path)
            self.recent_changed.emit()
        if leaving is not None:
            self._offer(leaving, "has edits that are not saved. They are kept.", "Go back to it")

    def take_back(self, item: Unsaved) -> None:
        """Show a kept crystal again; undo gives the crystal as it was opened."""
        self._put_away()
        self._session.document.restore(item.opened, item.crystal, item.path)
        self._tell_doubts()
        self.shelf.take(item)
        self._session.autosave.write()
        self._banners.clear(Subject.OFFER)
        self._select_first()
        self.kept_changed.emit()

    def _tell_doubts(self) -> None:
        """Say what is doubtful about the crystal that was opened; repairs wait to be asked for."""
        self._banners.clear(Subject.DOUBT)
        document = self._session.document
        assert document.opened is not None
        doubts = [f for f in document.opened.findings if f.kind is Kind.DOUBTFUL]
        if doubts:
            more = f" And {len(doubts) - 1} more." if len(doubts) > 1 else ""
            name = document.path.name if document.path else document.opened.name
            self._banners.say(
                Subject.DOUBT,
                f"Doubtful in {name}: {doubts[0].text}{more}",
                "It was opened as it stands.",
                ("Show in the file", self.findings_wanted.emit),
            )

    def forget(self, item: Unsaved) -> None:
        self.shelf.take(item)
        self._banners.clear(Subject.OFFER)
        self.kept_changed.emit()

    def offer_last_session(self) -> None:
        """Edits that an earlier run left unsaved, by a crash or by closing the window."""
        left = self._session.autosave.unsaved()
        if left is not None:
            self.shelf.put(left)
            self._session.autosave.discard()
            self.kept_changed.emit()
            self._offer(left, "was left with edits that are not saved.", "Restore them")

    def _offer(self, item: Unsaved, what: str, action: str) -> None:
        self._banners.say(
            Subject.OFFER, f"{title(item)} {what}", "", (action, lambda: self.take_back(item))
        )

    def _put_away(self) -> Unsaved | None:
        """Keep the open crystal if it has unsaved edits."""
        document = self._session.document
        if document.crystal is None or document.opened is None or not document.modified:
            return None
        leaving = Unsaved(document.opened, document.crystal, document.path)
        self.shelf.put(leaving)
        self.kept_changed.emit()
        return leaving

    def _select_first(self) -> None:
        """Begin with the first orbit that is not simply full: most likely what matters."""
        document = self._session.document
        orbits = document.symmetry.orbits
        mixed = (o for o in orbits if classify_site(o.species) is not DisorderClass.O)
        document.select(next(mixed, orbits[0]).sites)

    # Saving

    def save_as(self) -> None:
        document = self._session.document
        crystal = document.crystal
        if crystal is None:
            return
        folder = document.path.parent if document.path else Path.home()
        path = self.ask.structure_to_save(folder / f"{formula(crystal.composition)}.cif")
        if path is None:
            return
        self._banners.clear(Subject.PROBLEM)
        if len(crystal) > _SAVED_AT_ONCE:
            self._submit(SaveCrystal(crystal, path), lambda saved: self._mark_saved(crystal, saved))
            return
        try:
            write_structure(crystal, path)
        except Sc3dError as error:
            self._banners.problem(error)
            return
        self._mark_saved(crystal, path)

    def _mark_saved(self, crystal: Crystal, path: Path) -> None:
        if self._session.document.crystal is crystal:  # not edited, nor left, in the meantime
            self._session.document.mark_saved(path)
        self._session.settings.add_recent(path)
        self.recent_changed.emit()

    def save_picture(self, save: Callable[[Path], bool]) -> None:
        path = self.ask.file_to_save("Save picture", "crystal.png", "PNG pictures (*.png)")
        if path is None:
            return
        if save(path):
            self._banners.say(Subject.DONE, f"The picture is in {path}.")
        else:
            hint = "Choose another folder, or free some space."
            self._banners.problem(Sc3dError(f"{path.name} could not be written.", hint))

    def export_vasp(self) -> None:
        self._hand_over(Vasp())

    def export_qe(self) -> None:
        self._hand_over(Qe())

    def _hand_over(self, code: Code) -> None:
        crystal = self._session.document.crystal
        if crystal is not None:
            self.hand_off.ask([crystal], code)

    def _submit(self, job: Job[Any], then: Callable[[Any], None]) -> None:
        self._then[self._session.engine.submit(job)] = then

    def _on_event(self, job_id: int, event: Event) -> None:
        if job_id not in self._then or not isinstance(event, Terminal):
            return
        then = self._then.pop(job_id)
        match event:
            case Finished(result):
                then(result)
            case Failed():
                self._banners.problem(Sc3dError(event.error, event.hint))
