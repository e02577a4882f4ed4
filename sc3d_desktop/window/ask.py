"""The questions only the user can answer: which file, which folder, under which name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QWidget,
)

from sc3d_desktop.crystal.files import (
    ARCHIVE_SUFFIXES,
    FORMATS,
    SUFFIXES,
    Format,
    format_of,
    renamed,
)
from sc3d_desktop.data.entry import Collection
from sc3d_desktop.window.import_dialog import ImportDialog, Way

_PATTERNS = " ".join(
    f"*{suffix}" for suffix in (*SUFFIXES, *(s.upper() for s in SUFFIXES), *ARCHIVE_SUFFIXES)
)
STRUCTURE_FILTER = f"Structures ({_PATTERNS} *POSCAR* *CONTCAR*);;All files (*)"


class Ask:
    """Asks with dialogs; every answer may be None, for "never mind"."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def files_to_open(self) -> list[Path]:
        chosen, _ = QFileDialog.getOpenFileNames(self._parent, "Open", "", STRUCTURE_FILTER)
        return [Path(name) for name in chosen]

    def structure_to_save(self, suggested: Path) -> Path | None:
        """A name of one of the formats that are written."""
        dialog = SaveDialog(suggested, self._parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return dialog.path() if accepted else None

    def file_to_save(self, title: str, suggested: str, kinds: str) -> Path | None:
        chosen, _ = QFileDialog.getSaveFileName(self._parent, title, suggested, kinds)
        return Path(chosen) if chosen else None

    def folder(self, title: str) -> Path | None:
        chosen = QFileDialog.getExistingDirectory(self._parent, title)
        return Path(chosen) if chosen else None

    def file_to_read(self, title: str, kinds: str) -> Path | None:
        chosen, _ = QFileDialog.getOpenFileName(self._parent, title, "", kinds)
        return Path(chosen) if chosen else None

    def text(self, title: str, label: str) -> str:
        """A line of text; empty for never mind."""
        said, ok = QInputDialog.getText(self._parent, title, label)
        return said.strip() if ok else ""

    def way_to_import(self, collection: Collection, ways: Sequence[Way]) -> str:
        """The key of the way that was chosen; empty for never mind."""
        dialog = ImportDialog(collection, ways, self._parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return dialog.chosen if accepted else ""


class SaveDialog(QFileDialog):
    """Save as: the ending of the name follows the format that is chosen in the list."""

    def __init__(self, suggested: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Save as", str(suggested.parent))
        self.setOption(
            QFileDialog.Option.DontUseNativeDialog
        )  # others keep their line to themselves
        self._formats = {_filter(form): form for form in FORMATS.values()}
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setNameFilters(list(self._formats))
        self.selectFile(suggested.name)
        self.filterSelected.connect(self._follow)

    def path(self) -> Path:
        return Path(self.selectedFiles()[0])

    def accept(self) -> None:
        """A name of no format gets an ending first, so that Qt asks before it replaces a file."""
        if format_of(self.path().name) is None:
            self._follow(self.selectedNameFilter())
        super().accept()

    def _follow(self, chosen: str) -> None:
        line = self.findChild(QLineEdit)  # selectFile leaves it alone while the user is in it
        assert isinstance(line, QLineEdit)
        line.setText(renamed(self.path().name, self._formats[chosen]))


def _filter(form: Format) -> str:
    names = [f"*{suffix}" for suffix in form.suffixes]
    names += [f"{beginning.upper()}*" for beginning in form.beginnings]
    return f"{form.title} ({' '.join(names)})"
