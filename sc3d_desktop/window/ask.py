"""The questions only the user can answer: which file, which crystal of several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import classify
from sc3d_desktop.crystal.files import (
    ARCHIVE_SUFFIXES,
    FORMATS,
    SUFFIXES,
    Format,
    format_of,
    renamed,
)
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.viz.theme import DISORDER_NAMES

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

    def which_crystal(self, crystals: Sequence[Crystal]) -> int | None:
        dialog = CrystalDialog(crystals, self._parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return dialog.table.currentRow() if accepted else None


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


class CrystalDialog(QDialog):
    """A list of crystals to choose one from."""

    def __init__(self, crystals: Sequence[Crystal], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Which crystal?")
        self.table = QTableWidget(len(crystals), 4, self)
        self.table.setHorizontalHeaderLabels(["Name", "Formula", "Sites", "Disorder"])
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        for row, crystal in enumerate(crystals):
            self._fill(row, crystal)
        self.table.resizeColumnsToContents()
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.setCurrentCell(0, 0)
        self.table.doubleClicked.connect(self.accept)
        buttons = QDialogButtonBox(self)
        buttons.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole).setDefault(True)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(
            QLabel(f"There are {len(crystals)} crystals. Choose the one to open.", self)
        )
        layout.addWidget(self.table)
        layout.addWidget(buttons)
        self.resize(560, 360)

    def _fill(self, row: int, crystal: Crystal) -> None:
        kind = classify(crystal)
        texts = (
            crystal.name,
            formula(crystal.composition),
            str(len(crystal)),
            f"{kind} {DISORDER_NAMES[kind]}",
        )
        for column, text in enumerate(texts):
            self.table.setItem(row, column, QTableWidgetItem(text))
