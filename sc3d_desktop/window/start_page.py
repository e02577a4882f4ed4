"""What the window shows before there is a crystal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from sc3d_desktop.panels.parts import Heading, Note

_COLUMNS = 2


class StartPage(QWidget):
    open_wanted = Signal()
    file_wanted = Signal(object)
    browse_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._open = QPushButton("Open files…", self)
        self._open.clicked.connect(self.open_wanted)
        self.browse = QPushButton("Browse known superconductors", self)
        self.browse.clicked.connect(self.browse_wanted)
        title = Heading("Open a crystal", points=8, parent=self)
        hint = Note("Drop files anywhere on this window, or start from an example.", self)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        for widget in (title, hint, self._open, self.browse):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(8)
        row = QVBoxLayout()
        row.addLayout(self._grid)
        layout.addLayout(row)
        layout.setAlignment(row, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        hint.setWordWrap(False)

    def show_files(self, examples: Iterable[Path]) -> None:
        for i, path in enumerate(examples):
            button = QPushButton(path.stem, self)
            button.setMinimumWidth(180)
            button.clicked.connect(lambda _checked=False, p=path: self.file_wanted.emit(p))
            self._grid.addWidget(button, i // _COLUMNS, i % _COLUMNS)
