"""What is asked before the model is improved: on which records, from which version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.data.entry import Collection
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.panels.parts import Note, Problem
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.models.stopped_list import StoppedList

_WHAT = (
    "The model learns what you measured, and is judged on each compound by a version that has not "
    "seen it. It takes some minutes, on this machine. The present version answers until you "
    "choose otherwise."
)
_RECORDS = (
    "At least five compounds, each with a Tc, or with the temperature down to which there was none."
    " What was calculated, or measured above 1 GPa, is passed over."
)
_NETWORK = (
    "The formula alone cannot tell two structures apart. Where at least five compounds have a "
    "structure and a Tc, the network is tried as well, and kept only where that is a gain on "
    "compounds left out."
)
_NAME = Qt.ItemDataRole.UserRole


class ImproveDialog(QDialog):
    """``wanted`` carries collections, a CSV file or None, the version to start from, and the name
    of the new one, empty for one of today, and whether the network is to learn as well. What was
    stopped before is in ``stopped``.
    """

    wanted = Signal(tuple, object, str, str, bool)

    def __init__(
        self,
        collections: Sequence[tuple[Collection, int]],
        mine: str,
        versions: Sequence[str],
        in_use: str,
        ask: Ask,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Improve the model on my data")
        self._ask = ask
        self._file: Path | None = None
        self.collections = QListWidget(self)
        self.collections.setItemDelegate(_VisibleBoxes(self.collections))
        self.collections.setAccessibleName("Collections to learn from")
        for collection, n in sorted(collections, key=lambda found: found[0].name != mine):
            self.collections.addItem(_item(collection, n, collection.name == mine))
        self.file_button = QPushButton("Add a &table…", self)
        self.file_button.setToolTip(
            "A CSV file with the columns formula, tc_kelvin, down_to_kelvin"
        )
        self.file_button.clicked.connect(self._choose_file)
        self.file = QLabel("", self)
        self.parent_version = QComboBox(self)
        self.parent_version.addItems(versions)
        self.parent_version.setCurrentText(in_use)
        self.name = QLineEdit(self)
        self.name.setPlaceholderText("named by the date")
        self.network = QCheckBox("Let the net&work learn as well", self)
        self.network.setChecked(True)
        self.network.setToolTip(_NETWORK)
        self.stopped = StoppedList(self)
        self.stopped.hide()
        self.problem = Problem(self)
        self._lay_out()
        self.resize(560, 480)

    def _lay_out(self) -> None:
        table = QHBoxLayout()
        table.addWidget(self.file_button)
        table.addWidget(self.file, 1)
        form = QFormLayout()
        form.addRow("&Start from:", self.parent_version)
        form.addRow("&Name:", self.name)
        form.addRow("", self.network)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.start = buttons.addButton("&Improve", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._begin)
        buttons.rejected.connect(self.reject)
        what = QLabel(_WHAT, self)
        what.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        note = Note(_RECORDS, self)
        for part in (what, self.stopped, self.collections, table, note, form, self.problem):
            if isinstance(part, QWidget):
                layout.addWidget(part)
            else:
                layout.addLayout(part)
        layout.addWidget(buttons)

    @property
    def chosen(self) -> tuple[str, ...]:
        items = (self.collections.item(i) for i in range(self.collections.count()))
        checked = Qt.CheckState.Checked
        return tuple(item.data(_NAME) for item in items if item.checkState() == checked)

    def _choose_file(self) -> None:
        path = self._ask.file_to_read("Records", "Tables (*.csv)")
        if path is not None:
            self.use_file(path)

    def use_file(self, path: Path) -> None:
        """Learn from this table as well."""
        self._file = path
        self.file.setText(path.name)
        self.file.setToolTip(str(path))

    def _begin(self) -> None:
        self.problem.clear_error()
        if not self.chosen and self._file is None:
            hint = "Choose a collection, or add a table."
            self.problem.show_error(TrainingError("There is nothing to learn from.", hint))
            return
        name = self.name.text().strip()
        parent = self.parent_version.currentText()
        self.wanted.emit(self.chosen, self._file, parent, name, self.network.isChecked())


class _VisibleBoxes(QStyledItemDelegate):
    """Boxes to tick that are lighter than the list: else they vanish in the dark theme."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        palette = QPalette(option.palette)
        palette.setColor(QPalette.ColorRole.Base, palette.color(QPalette.ColorRole.Light))
        option.palette = palette


def _item(collection: Collection, n: int, checked: bool) -> QListWidgetItem:
    entries = "entry" if n == 1 else "entries"
    item = QListWidgetItem(f"{collection.title} ({n:,} {entries})")
    item.setToolTip(collection.licence)
    item.setData(_NAME, collection.name)
    item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
    return item
