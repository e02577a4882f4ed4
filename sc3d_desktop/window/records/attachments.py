"""Files that belong to a record: their paths, with a mark at those that are not there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.window.ask import Ask

_ROWS_PX = 64
_PATH = Qt.ItemDataRole.UserRole


class Attachments(QWidget):
    """Delete takes the current one from the list; the files themselves are left alone."""

    def __init__(self, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self.list = QListWidget(self)
        self.list.setAccessibleName("Attachments")
        self.list.setFixedHeight(_ROWS_PX)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.add, self.remove = QPushButton("Add…", self), QPushButton("Remove", self)
        for button in (self.add, self.remove):
            button.setAutoDefault(False)
        self.add.clicked.connect(self._choose)
        self.remove.clicked.connect(lambda: self.list.takeItem(self.list.currentRow()))
        buttons = QVBoxLayout()
        buttons.addWidget(self.add)
        buttons.addWidget(self.remove)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list, 1)
        layout.addLayout(buttons)

    @property
    def paths(self) -> tuple[str, ...]:
        items = (self.list.item(i) for i in range(self.list.count()))
        return tuple(item.data(_PATH) for item in items)

    def show_paths(self, paths: Iterable[str]) -> None:
        self.list.clear()
        for path in paths:
            gone = not Path(path).exists()
            item = QListWidgetItem(f"⚠ {path}: not there" if gone else path)
            item.setToolTip(path)
            item.setData(_PATH, path)
            self.list.addItem(item)

    def _choose(self) -> None:
        path = self._ask.file_to_read("Attach a file", "All files (*)")
        if path is not None:
            self.show_paths(dict.fromkeys([*self.paths, str(path)]))
