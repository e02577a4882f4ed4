"""The ledger: what was refused or skipped, and why."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.panels.icsd_screening import texts
from sc3d_desktop.panels.parts import Note
from sc3d_desktop.screening.store import Line
from sc3d_desktop.state.screening import Screening

_HEADINGS = ("Structure", "Why", "Where")
_WIDTHS = (120, 320, 300)
_TYPING_MS = 150
_MOST_COPIED = 10_000
_NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class LedgerModel(QAbstractTableModel):
    """Row i is place i of the ledger; only what is looked at is read."""

    def __init__(self, screening: Screening, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ledger = screening.ledger
        self._count = len(self._ledger)

    def refresh(self) -> None:
        """Lines only come at the end while the question stays, so that the view keeps its place."""
        count = len(self._ledger)
        if count > self._count:
            self.beginInsertRows(_NOWHERE, self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.reset()

    def reset(self) -> None:
        self.beginResetModel()
        self._count = len(self._ledger)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(_HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            line = self._ledger.line(index.row())
            return "…" if line is None else cells(line)[index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _HEADINGS[section]
        return None


class LedgerTable(QTableView):
    def __init__(self, screening: Screening, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What was refused")
        self.lines = LedgerModel(screening, self)
        self.setModel(self.lines)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """The selected rows, a line each, with tabs between."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        texts = [
            "\t".join(str(self.lines.data(self.lines.index(row, c))) for c in range(len(_HEADINGS)))
            for row in rows[:_MOST_COPIED]
        ]
        if texts:
            QGuiApplication.clipboard().setText("\n".join(texts))


class LedgerTab(QWidget):
    """Brought up to date while it is in sight."""

    csv_wanted = Signal()

    def __init__(self, screening: Screening, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._screening = screening
        self.which, self.search = QComboBox(self), QLineEdit(self)
        self.count = QLabel(self)
        self.copy, self.csv = QPushButton("Copy", self), QPushButton("CSV…", self)
        self.table = LedgerTable(screening, self)
        self.message = Note("Nothing was refused.", self)
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        for status, words in (("refused", "Refused"), ("skipped", "Skipped by a filter")):
            self.which.addItem(words, status)
        self.search.setPlaceholderText("Search names, reasons, places…")
        self.search.setClearButtonEnabled(True)
        self.search.setAcceptDrops(False)
        self._lay_out()
        self._typing.timeout.connect(self._ask)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.which.activated.connect(self._ask)
        self.copy.clicked.connect(self._copy)
        self.csv.clicked.connect(self.csv_wanted)
        screening.ledger_changed.connect(self._show)
        screening.run_changed.connect(self._look)
        screening.found_changed.connect(self._look)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for widget in (self.which, self.search, self.count, self.copy, self.csv):
            top.addWidget(widget, 1 if widget is self.search else 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self.table, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._screening.refresh_ledger()

    def _look(self) -> None:
        if self.isVisible():
            self._screening.refresh_ledger()

    def _ask(self) -> None:
        self._typing.stop()
        self._screening.ask_ledger(self.which.currentData(), self.search.text().strip())
        self.table.lines.reset()

    def _show(self) -> None:
        self.table.lines.refresh()
        ledger = self._screening.ledger
        self.count.setText(f"{len(ledger):,}")
        self.message.setVisible(not len(ledger))
        self.message.setText("Nothing fits." if ledger.text else f"Nothing was {ledger.status}.")

    def _copy(self) -> None:
        if not self.table.selectionModel().hasSelection():
            self.table.selectAll()
        self.table.copy()


def cells(line: Line) -> tuple[str, str, str]:
    return line.identifier, line.reason, texts.where(line)
