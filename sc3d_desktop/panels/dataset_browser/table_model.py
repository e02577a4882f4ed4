"""The answer as a table of which only what is looked at is read."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from sc3d_desktop.data.entry import Row
from sc3d_desktop.data.query import Sort
from sc3d_desktop.panels.dataset_browser.columns import COLUMNS
from sc3d_desktop.state.browser import Browser

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_Role = Qt.ItemDataRole
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_GONE = "…"
"""In a line whose entry was removed a moment ago; the next snapshot is without it."""


class EntryModel(QAbstractTableModel):
    """Row i is place i of the browser's answer."""

    def __init__(self, browser: Browser, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._browser = browser
        self._count = len(browser.ids)
        self._texts: list[dict[int, str]] = [{} for _ in COLUMNS]
        """By column and place: painting asks for a text several times."""

    def refresh(self) -> None:
        """The answer is another one."""
        self.beginResetModel()
        self._count = len(self._browser.ids)
        self._forget()
        self.endResetModel()

    def reread(self) -> None:
        """The same entries in the same order, but what is known of them has changed."""
        self._forget()
        if self._count:
            last = self.index(self._count - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        if role == _Role.DisplayRole:
            return self.text(index.row(), index.column())
        if role == _Role.TextAlignmentRole:
            return _RIGHT if COLUMNS[index.column()].number else _LEFT
        if role == _Role.ToolTipRole:
            return self.text(index.row(), index.column()) or None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        column = COLUMNS[section]
        if role == _Role.DisplayRole:
            return column.heading
        if role == _Role.ToolTipRole:
            return column.tip or column.heading
        if role == _Role.TextAlignmentRole:
            return _RIGHT if column.number else _LEFT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag
        return flags.ItemIsEnabled | flags.ItemIsSelectable | flags.ItemIsDragEnabled

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        name = COLUMNS[column].sort if column >= 0 else "id"
        if name:
            self._browser.sort_by(Sort(name, order == Qt.SortOrder.DescendingOrder))

    def row(self, place: int) -> Row | None:
        return self._browser.row(place) if 0 <= place < self._count else None

    def text(self, place: int, column: int) -> str:
        texts = self._texts[column]
        found = texts.get(place)
        if found is None:
            row = self._browser.row(place)
            found = _GONE if row is None else COLUMNS[column].text(row)
            if len(texts) > _MOST_TEXTS:
                texts.clear()
            texts[place] = found
        return found

    def _forget(self) -> None:
        for texts in self._texts:
            texts.clear()


_MOST_TEXTS = 5000
