"""Joins projects to the window: what is worked on goes out, and what comes in is shown."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.importers import StarterSet
from sc3d_desktop.data.records import MINE, list_records, origin_of
from sc3d_desktop.errors import CatalogueError
from sc3d_desktop.jobs.project import OpenProject, SaveProject
from sc3d_desktop.models import registry
from sc3d_desktop.project import Contents, KeptDocument, Opened, Saved
from sc3d_desktop.recipes import RecipeStore
from sc3d_desktop.state.autosave import Unsaved
from sc3d_desktop.window.banner import Banners, Subject
from sc3d_desktop.window.files import Files
from sc3d_desktop.window.followed import Followed
from sc3d_desktop.window.project.dialog import SaveProjectDialog
from sc3d_desktop.window.session import Session

_KINDS = "Projects (*.zip manifest.json);;All files (*)"
_SHELVED = 10


class ProjectDesk(QObject):
    """``opened`` says that something has come in; ``dialog`` is the one that is open, if any."""

    opened = Signal()

    def __init__(self, session: Session, files: Files, banners: Banners, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._files, self._banners = session, files, banners
        self._home = session.browser.path.parent
        self._jobs = Followed(session.engine, self)
        self.dialog: SaveProjectDialog | None = None

    # Saving

    def save(self, window: QWidget) -> None:
        """Ask what of all there is goes into a project."""
        try:
            with Catalogue.open(self._session.browser.path) as catalogue:
                contents = self._all_there_is(catalogue)
                counts = _counts(catalogue, contents)
        except CatalogueError as error:
            self._banners.problem(error)
            return
        dialog = SaveProjectDialog(contents, counts, self._files.ask, window)
        dialog.save_wanted.connect(self._save)
        dialog.finished.connect(self._leave)
        self.dialog = dialog
        self._banners.clear(Subject.PROBLEM)
        dialog.open()

    def _leave(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None

    def _all_there_is(self, catalogue: Catalogue) -> Contents:
        version = registry.in_use()
        return Contents(
            title="",
            catalogue=self._session.browser.path,
            documents=self._documents(catalogue),
            recipes=self._home / "recipes",
            screenings=tuple(sorted((self._home / "runs").glob("*.sqlite"))),
            generated=tuple(p for p in sorted((self._home / "generated").glob("*")) if p.is_dir()),
            model=self._session.browser.model,
            weights=None if version == registry.SHIPPED else registry.weights_file(version),
        )

    def _documents(self, catalogue: Catalogue) -> tuple[KeptDocument, ...]:
        """The crystal on the screen, and those with unsaved edits that made room for it."""
        document = self._session.document
        found = [_kept(catalogue, item, ()) for item in self._files.shelf]
        if document.crystal is not None and document.opened is not None:
            shown = Unsaved(document.opened, document.crystal, document.path)
            found.insert(0, _kept(catalogue, shown, document.edits))
        return tuple(found)

    def _save(self, contents: Contents, out: Path) -> None:
        self._jobs.submit(SaveProject(contents, out), self._tell_saved, self._banners.problem)

    def _tell_saved(self, saved: Saved) -> None:
        hint = " ".join(saved.manifest.left_out[:1])
        more = len(saved.manifest.left_out) - 1
        hint = f"Left out: {hint} And {more} more." if more > 0 else hint and f"Left out: {hint}"
        opens = ("Open folder", partial(_open_folder, saved.out.parent))
        self._banners.say(Subject.DONE, f"The project is in {saved.out}.", hint, opens)

    # Opening

    def choose(self) -> None:
        path = self._files.ask.file_to_read("Open a project", _KINDS)
        if path is not None:
            self.open(path.parent if path.name == "manifest.json" else path)

    def open(self, path: Path) -> None:
        self._banners.clear(Subject.PROBLEM)
        job = OpenProject(path, self._home, self._session.browser.path)
        self._jobs.submit(job, self._show, self._banners.problem)

    def _show(self, found: Opened) -> None:
        """The first crystal comes on the screen; the others wait with the unsaved edits, as many
        as there is room for without forgetting any of the user's own. All are in the folder.
        """
        room = max(1, _SHELVED - len(self._files.shelf))
        items = [_unsaved(document) for document in found.documents[:room]]
        for item in reversed(items):
            self._files.shelf.put(item)
        if items:
            self._files.take_back(items[0])
        self._files.kept_changed.emit()
        opens = ("Open folder", partial(_open_folder, found.folder))
        said = f"{found.manifest.title}: {found.words}."
        self._banners.say(Subject.DONE, said, self._hint(found), opens)
        self.opened.emit()

    def _hint(self, found: Opened) -> str:
        theirs, ours = found.manifest.model, self._session.browser.model
        other = f"It was saved with {theirs}; this program answers with {ours}."
        n = len(found.problems)
        bad = f"{n:,} parts did not come in, the first: {found.problems[0]}" if n else ""
        return " ".join(part for part in (other if ours and theirs != ours else "", bad) if part)


def _counts(catalogue: Catalogue, contents: Contents) -> dict[str, int]:
    apart = (MINE.name, StarterSet().collection.name)
    return {
        "crystal": len(contents.documents),
        "entry": sum(
            n for collection, n in catalogue.collections() if collection.name not in apart
        ),
        "lab record": len(list_records(catalogue)),
        "saved query": len(catalogue.saved_queries()),
        "recipe": len(RecipeStore(contents.recipes).all().recipes),
        "screening": len(contents.screenings),
        "generated run": len(contents.generated),
    }


def _kept(catalogue: Catalogue, item: Unsaved, edits: tuple[str, ...]) -> KeptDocument:
    if item.path is not None:
        return KeptDocument(item.opened, item.crystal, str(item.path), "", edits)
    origin = origin_of(catalogue, item.opened, edits)
    return KeptDocument(item.opened, item.crystal, origin.file, origin.collection, origin.edits)


def _unsaved(document: KeptDocument) -> Unsaved:
    """The file only where this machine has it."""
    path = Path(document.file) if document.file and Path(document.file).is_file() else None
    return Unsaved(document.opened, document.crystal, path)


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
