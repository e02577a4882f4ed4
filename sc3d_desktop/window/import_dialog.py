"""What is asked before a collection comes in, and what is told afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.data.entry import Collection, Problem
from sc3d_desktop.panels.parts import Heading, Note
from sc3d_desktop.window.about import with_close_button


@dataclass(frozen=True)
class Way:
    """A way to get at a collection, as a button of the dialog; ``key`` names it for the program."""

    key: str
    text: str
    tip: str = ""


class ImportDialog(QDialog):
    """Title, licence and source; a button for each way starts the import and sets ``chosen``."""

    def __init__(
        self, collection: Collection, ways: Sequence[Way], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import {collection.name}")
        self.chosen = ""
        facts = QFormLayout()
        facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for name, text in (("Licence", collection.licence), ("Source", collection.source)):
            facts.addRow(f"{name}:", _text(text or "not stated", self))
        self.buttons = {way.key: _button(way, self) for way in ways}
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        box.rejected.connect(self.reject)
        for key, button in self.buttons.items():
            box.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
            button.clicked.connect(lambda _checked=False, key=key: self._choose(key))
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(Heading(collection.title, points=2, parent=self))
        layout.addLayout(facts)
        layout.addWidget(
            Note("It goes into the catalogue on this machine, and nowhere else.", self)
        )
        layout.addWidget(box)
        self.setMinimumWidth(560)
        next(iter(self.buttons.values())).setDefault(True)

    def _choose(self, key: str) -> None:
        self.chosen = key
        self.accept()


class ProblemsDialog(QDialog):
    """What did not come in, and what came in with a remark."""

    def __init__(
        self,
        name: str,
        problems: Sequence[Problem],
        noted: Sequence[Problem],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"What was noted of {name}")
        lines = [("not imported", p) for p in problems] + [("remark", p) for p in noted]
        self.table = QTableWidget(len(lines), 3, self)
        self.table.setHorizontalHeaderLabels(["Entry", "", "What"])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        for row, (kind, problem) in enumerate(lines):
            for column, text in enumerate((problem.key, kind, problem.message)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        self.table.resizeColumnsToContents()
        last = QHeaderView.ResizeMode.Stretch
        self.table.horizontalHeader().setSectionResizeMode(2, last)
        with_close_button(self, self.table)
        self.resize(820, 440)


def _text(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _button(way: Way, parent: QWidget) -> QPushButton:
    button = QPushButton(way.text, parent)
    button.setToolTip(way.tip)
    return button
