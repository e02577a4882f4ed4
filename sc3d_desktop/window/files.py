"""Opening, keeping and saving crystals, and handing them on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif, write_cif
from sc3d_desktop.crystal.disorder import DisorderClass, classify_site
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.errors import CifError, Sc3dError
from sc3d_desktop.jobs import Event, Failed, Finished
from sc3d_desktop.jobs.events import Cancelled
from sc3d_desktop.jobs.export import ExportVasp
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.banner import Banners, Subject
from sc3d_desktop.window.session import Session


@dataclass(frozen=True)
class Kept:
    """A crystal with unsaved edits that made room for another: as opened, and as it was left."""

    opened: Crystal
    edited: Crystal
    path: Path | None

    @property
    def title(self) -> str:
        return self.edited.name or formula(self.edited.composition)


class Files(QObject):
    recent_changed = Signal()
    kept_changed = Signal()

    def __init__(self, session: Session, banners: Banners, ask: Ask, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._banners = banners
        self.ask = ask
        self.kept: Kept | None = None
        self._opened: Crystal | None = None
        self._exports: set[int] = set()
        session.engine.event.connect(self._on_event)

    # Opening

    def choose_and_open(self) -> None:
        paths = self.ask.files_to_open()
        if paths:
            self.open_paths(paths)

    def open_paths(self, paths: Iterable[Path]) -> None:
        """Read files; what cannot be read becomes one message, and the document stays as it is."""
        found: list[tuple[Path, Crystal]] = []
        failed: list[CifError] = []
        for path in paths:
            try:
                found += [(path, crystal) for crystal in read_cif(path)]
            except CifError as error:
                failed.append(error)
        self._banners.clear(Subject.PROBLEM)
        if failed:
            self._banners.problem(_as_one(failed))
        if found:
            self._open_one_of(found)

    def open(self, crystal: Crystal, path: Path | None) -> None:
        document = self._session.document
        leaving = self._unsaved()
        self._opened = crystal
        document.open(crystal, path)
        self._select_first()
        if path is not None:
            self._session.settings.add_recent(path)
            self.recent_changed.emit()
        self._keep(leaving)

    def go_back(self) -> None:
        """Back to the crystal that was left with unsaved edits; undo still gives the original."""
        back = self.kept
        if back is not None:
            leaving = self._unsaved()
            self.reopen(back.opened, back.edited, back.path)
            self._keep(leaving)

    def reopen(self, opened: Crystal, edited: Crystal, path: Path | None) -> None:
        document = self._session.document
        self._opened = opened
        document.open(opened, path)
        document.edit(edited, "Earlier edits")
        self._select_first()

    def _select_first(self) -> None:
        """Begin with the first orbit that is not simply full: most likely what matters."""
        document = self._session.document
        orbits = document.symmetry.orbits
        mixed = (o for o in orbits if classify_site(o.species) is not DisorderClass.O)
        document.select(next(mixed, orbits[0]).sites)

    def _open_one_of(self, found: list[tuple[Path, Crystal]]) -> None:
        index: int | None = 0
        if len(found) > 1:
            index = self.ask.which_crystal([crystal for _, crystal in found])
        if index is not None:
            path, crystal = found[index]
            self.open(crystal, path)

    def _unsaved(self) -> Kept | None:
        document = self._session.document
        if document.crystal is None or not document.modified or self._opened is None:
            return None
        return Kept(self._opened, document.crystal, document.path)

    def _keep(self, leaving: Kept | None) -> None:
        if leaving is None and self.kept is None:
            return
        self.kept = leaving
        self.kept_changed.emit()
        if leaving is None:
            self._banners.clear(Subject.OFFER)
        else:
            said = f"{leaving.title} has edits that are not saved. They are kept."
            self._banners.say(
                Subject.OFFER, said, "", (f"Go back to {leaving.title}", self.go_back)
            )

    # Saving

    def save_as(self) -> None:
        document = self._session.document
        if document.crystal is None:
            return
        name = f"{formula(document.crystal.composition)}.cif"
        folder = document.path.parent if document.path else Path.home()
        path = self.ask.file_to_save("Save as CIF", str(folder / name), "CIF files (*.cif)")
        if path is not None and self._written(path, lambda: write_cif(document.crystal)):
            document.mark_saved(path)
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
        crystal = self._session.document.crystal
        if crystal is None:
            return
        folder = self.ask.folder("Folder for the VASP inputs") if crystal.is_ordered else Path()
        if folder is not None:
            out = folder / f"{formula(crystal.composition)}-vasp"
            self._exports.add(self._session.engine.submit(ExportVasp(crystal, out)))

    def _written(self, path: Path, text: Callable[[], str]) -> bool:
        try:
            path.write_text(text(), encoding="utf-8")
        except OSError as error:
            hint = "Choose another folder, or free some space."
            self._banners.problem(
                Sc3dError(f"{path.name} could not be written: {error.strerror}.", hint)
            )
            return False
        return True

    def _on_event(self, job_id: int, event: Event) -> None:
        if job_id not in self._exports:
            return
        match event:
            case Finished(result):
                self._tell_exported(result)
            case Failed():
                self._banners.problem(Sc3dError(event.error, event.hint))
        if isinstance(event, Finished | Failed | Cancelled):
            self._exports.discard(job_id)

    def _tell_exported(self, folder: Any) -> None:
        url = QUrl.fromLocalFile(str(folder))
        self._banners.say(
            Subject.DONE,
            f"The VASP inputs are in {folder}.",
            "",
            ("Open folder", lambda: QDesktopServices.openUrl(url)),
        )


def _as_one(errors: list[CifError]) -> CifError:
    """One message for all files that could not be read."""
    first = errors[0]
    if len(errors) == 1:
        return first
    others = "; ".join(error.message for error in errors[1:4])
    more = f" and {len(errors) - 4} more" if len(errors) > 4 else ""
    return CifError(
        f"{len(errors)} files were not opened: {first.message} {others}{more}", first.hint
    )
