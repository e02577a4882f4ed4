"""An answer of any length as a table of which only what is looked at is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from psygnal import SignalInstance
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from sc3d_desktop.data.columns import Ints, Mask
from sc3d_desktop.data.query import Sort

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_Role = Qt.ItemDataRole
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_GONE = "…"
"""In a line whose entry was removed a moment ago; the next snapshot is without it."""


@dataclass(frozen=True)
class Column:
    """``sort`` is the name it sorts by, empty where it does not. ``text`` takes a row, and so does
    ``more``, for the tool tip.
    """

    name: str
    heading: str
    text: Callable[[Any], str]
    width: int
    sort: str = ""
    tip: str = ""
    number: bool = False
    shown: bool = True
    falls: bool = False
    """Whether the first click on the heading sorts downwards."""

    more: Callable[[Any], str] | None = None
    markup: Callable[[str], str] | None = None
    """Makes rich text of the plain one."""


class Answer(Protocol):
    """What a table follows: ids in order, and which of them are selected, rising. ``question`` is
    equal for answers to the same question; ``Sort()`` is the usual order.
    """

    @property
    def ids(self) -> Ints: ...

    @property
    def selection(self) -> Ints: ...

    @property
    def sort(self) -> Sort: ...

    @property
    def question(self) -> object: ...

    @property
    def found_changed(self) -> SignalInstance: ...

    @property
    def selection_changed(self) -> SignalInstance: ...

    def row(self, place: int) -> Any | None: ...

    def places(self, ids: Ints) -> Ints: ...

    def select(self, ids: Ints) -> None: ...

    def is_selected(self, ids: Ints) -> Mask: ...

    def sort_by(self, sort: Sort) -> None: ...


class RowModel(QAbstractTableModel):
    """Row i is place i of the answer."""

    def __init__(
        self, answer: Answer, columns: Sequence[Column], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._answer, self.columns = answer, columns
        self._count = len(answer.ids)
        self._texts: list[dict[int, str]] = [{} for _ in columns]
        """By column and place: painting asks for a text several times."""

    def refresh(self) -> None:
        """The answer is another one."""
        self.beginResetModel()
        self._count = len(self._answer.ids)
        self._forget()
        self.endResetModel()

    def reread(self) -> None:
        """The same entries in the same order, but what is known of them has changed."""
        self._forget()
        if self._count:
            last = self.index(self._count - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        if role == _Role.DisplayRole:
            return self.text(index.row(), index.column())
        if role == _Role.TextAlignmentRole:
            return _RIGHT if self.columns[index.column()].number else _LEFT
        if role == _Role.ToolTipRole:
            return self._more(index.row(), index.column()) or None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        column = self.columns[section]
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
        name = self.columns[column].sort if column >= 0 else "id"
        if name:
            self._answer.sort_by(Sort(name, order == Qt.SortOrder.DescendingOrder))

    def row(self, place: int) -> Any | None:
        return self._answer.row(place) if 0 <= place < self._count else None

    def text(self, place: int, column: int) -> str:
        texts = self._texts[column]
        found = texts.get(place)
        if found is None:
            row = self._answer.row(place)
            found = _GONE if row is None else self.columns[column].text(row)
            if len(texts) > _MOST_TEXTS:
                texts.clear()
            texts[place] = found
        return found

    def _more(self, place: int, column: int) -> str:
        row, more = self.row(place), self.columns[column].more
        return self.text(place, column) if row is None or more is None else more(row)

    def _forget(self) -> None:
        for texts in self._texts:
            texts.clear()


_MOST_TEXTS = 5000
