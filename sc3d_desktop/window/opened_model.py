"""What was read, one line a structure: counted, sorted and filtered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QApplication

from sc3d_desktop.crystal.findings import Kind
from sc3d_desktop.jobs import Found
from sc3d_desktop.viz.theme import DISORDER_NAMES
from sc3d_desktop.window.triage import summary

Index = QModelIndex | QPersistentModelIndex
HEADINGS = ("File", "Block", "Formula", "Sites", "Disorder", "What was noticed")
FILE, SITES, DISORDER, NOTICED = 0, 3, 4, 5
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class State(StrEnum):
    READ = "read"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


def state_of(found: Found) -> State:
    if found.error is not None:
        return State.REFUSED
    return State.DOUBTFUL if found.doubtful else State.READ


def cells(found: Found) -> tuple[str, ...]:
    """The texts of one line, as in ``HEADINGS``."""
    name = "/".join(part for part in (found.source.path.name, found.source.member) if part)
    return (
        name,
        found.source.block,
        found.formula,
        str(found.n_sites) if found.n_sites else "",
        found.disorder or "",
        noticed(found),
    )


def noticed(found: Found) -> str:
    """In one line: why it was refused, or the first doubt and how much else there is."""
    if found.error is not None:
        name = PurePosixPath(found.source.member or found.source.path.name).name
        return found.error.message.removeprefix(name).lstrip(" ,:")  # it stands in the line
    doubt = next((f for f in found.findings if f.kind is Kind.DOUBTFUL), None)
    others = summary([f for f in found.findings if f is not doubt])
    if doubt is None:
        return others
    return f"{doubt.text} And {others}." if others else doubt.text


def details(found: Found) -> str:
    """All of it, and what to do about it."""
    if found.error is not None:
        return "\n".join(filter(None, (found.error.message, found.error.hint)))
    ordered = sorted(found.findings, key=lambda f: f.kind is Kind.REPAIRED)
    told = (f"{finding.kind.capitalize()}: {finding.text}" for finding in ordered)
    return "\n".join(told) or "Nothing was noticed."


class OpenedModel(QAbstractTableModel):
    """All lines in the order they came; the shown ones as the user sorts and filters them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.counts: Counter[State] = Counter()
        self.n_files = 0
        self.icons: dict[State, QIcon] = {}
        self._all: list[Found] = []
        self._shown: list[int] = []
        self._only: State | None = None
        self._sort: tuple[int, bool] | None = None

    def clear(self) -> None:
        self.beginResetModel()
        self.counts.clear()
        self.n_files = 0
        self._all, self._shown = [], []
        self.endResetModel()

    def add(self, found: Sequence[Found]) -> None:
        start = len(self._all)
        for line in found:
            self.n_files += self._begins_file(line)
            self.counts[state_of(line)] += 1
            self._all.append(line)
        new = [i for i in range(start, len(self._all)) if self._fits(i)]
        if new:
            at = len(self._shown)
            self.beginInsertRows(QModelIndex(), at, at + len(new) - 1)
            self._shown += new
            self.endInsertRows()
            if self._sort is not None:
                self._put_in_order()

    def show_only(self, state: State | None) -> None:
        """The lines of one state; all of them for None."""
        self.beginResetModel()
        self._only = state
        self._shown = self._ordered(i for i in range(len(self._all)) if self._fits(i))
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; by none (-1) in the order they came."""
        descending = order is Qt.SortOrder.DescendingOrder
        self._sort = (column, descending) if column >= 0 else None
        self._put_in_order()

    def found(self, row: int) -> Found:
        return self._all[self._shown[row]]

    def shown(self) -> list[Found]:
        return [self._all[i] for i in self._shown]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(HEADINGS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section == SITES:
            return _RIGHT
        return HEADINGS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        found, column = self.found(index.row()), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cells(found)[column]
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(found, column)
            case Qt.ItemDataRole.DecorationRole if column == FILE:
                return self.icons.get(state_of(found))
            case Qt.ItemDataRole.TextAlignmentRole if column == SITES:
                return _RIGHT
            case Qt.ItemDataRole.ForegroundRole if column == NOTICED and found.error is not None:
                return QApplication.palette().color(QPalette.ColorRole.BrightText)
        return None

    def _begins_file(self, line: Found) -> bool:
        before = self._all[-1].source.member if self._all else ""
        return line.index == 0 or line.source.member != before

    def _fits(self, i: int) -> bool:
        return self._only is None or state_of(self._all[i]) is self._only

    def _ordered(self, lines: Iterable[int]) -> list[int]:
        if self._sort is None:
            return sorted(lines)
        column, descending = self._sort
        return sorted(sorted(lines), key=lambda i: _key(self._all[i], column), reverse=descending)

    def _put_in_order(self) -> None:
        """What is selected stays selected."""
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        held = [self._shown[index.row()] for index in old]
        self._shown = self._ordered(self._shown)
        row_of = {line: row for row, line in enumerate(self._shown)}
        new = [self.index(row_of[i], at.column()) for i, at in zip(held, old, strict=True)]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()


def _tip(found: Found, column: int) -> str:
    if column == FILE:
        return str(found.source)
    if column == DISORDER and found.disorder is not None:
        return DISORDER_NAMES[found.disorder].capitalize()
    return cells(found)[column]


_DISORDERS = list(DISORDER_NAMES)
_STATES = [State.REFUSED, State.DOUBTFUL, State.READ]


def _key(found: Found, column: int) -> Any:
    if column == SITES:
        return found.n_sites
    if column == NOTICED:
        return _STATES.index(state_of(found)), -len(found.findings), noticed(found).lower()
    if column == DISORDER:
        return -1 if found.disorder is None else _DISORDERS.index(found.disorder)
    return cells(found)[column].lower()
