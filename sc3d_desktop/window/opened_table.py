"""One table of everything that was dropped at once, filled while it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.jobs import Found
from sc3d_desktop.panels.parts import Heading, Note, icon
from sc3d_desktop.window.opened_model import (
    FILE,
    HEADINGS,
    NOTICED,
    SITES,
    OpenedModel,
    State,
    cells,
    details,
)

_FLUSH_MS = 100
"""Lines are shown in batches: one repaint for many."""

_ICONS = {
    State.READ: "mdi6.check",
    State.DOUBTFUL: "mdi6.alert-outline",
    State.REFUSED: "mdi6.close-circle-outline",
}
_SIZE = (980, 560)
_WIDTHS = {FILE: 220, 1: 110, 2: 150, SITES: 64, 4: 130}
_DETAIL_LINES = 4


class OpenedTable(QDialog):
    """``wanted`` tells the structure to open, ``left`` that the table was closed."""

    wanted = Signal(object)
    stop_wanted = Signal()
    csv_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("What was read")
        self.model = OpenedModel(self)
        self._waiting: list[Found] = []
        self._total = 0
        self._state = ""
        self.count = Heading(parent=self)
        self.view = self._make_view()
        self.detail = self._make_detail()
        self.filters = self._make_filters()
        self.stop = self._button("&Stop", self.stop_wanted.emit)
        self.copy = self._button("&Copy table", self.copy_shown)
        self.save = self._button("Save as CS&V…", self.csv_wanted.emit)
        self._lay_out()
        self._flush = QTimer(self, interval=_FLUSH_MS, singleShot=True)
        self._flush.timeout.connect(self.flush)
        self.finished.connect(self.left)
        QShortcut(QKeySequence.StandardKey.Copy, self.view, self.copy_selected)

    # What is read

    def begin(self, total: int) -> None:
        """Forget what was there. ``total`` is the number of files, 0 where nobody knows."""
        self._waiting.clear()
        self.model.clear()
        self._total, self._state = total, "Reading"
        self.stop.show()
        self.show_state(None)
        self.show()
        self.raise_()
        self.view.setFocus()

    def add(self, found: Iterable[Found]) -> None:
        self._waiting += found
        if not self._flush.isActive():
            self._flush.start()

    def end(self, stopped: bool = False) -> None:
        self._state = "Stopped" if stopped else ""
        self.stop.hide()
        self.flush()

    def flush(self) -> None:
        self._flush.stop()
        self.model.add(self._waiting)
        self._waiting.clear()
        self.count.setText(self._count_line())
        for state, button in self.filters.items():
            n = self.model.counts[state] if state else self.model.counts.total()
            button.setText(f"{state.capitalize() if state else 'All'} {n:,}")
        if not self.view.currentIndex().isValid():
            self.view.selectRow(0)

    def _count_line(self) -> str:
        counts, n = self.model.counts, self.model.n_files
        lines = counts.total()
        files = f"{n:,} of {self._total:,} files" if self._state and self._total else _files(n)
        what = files if lines == n else f"{lines:,} structures in {files}"
        told = ", ".join(f"{counts[state]:,} {state}" for state in State)
        return f"{f'{self._state}: ' if self._state else ''}{what}: {told}"

    # What is shown

    def show_state(self, state: State | None) -> None:
        self.filters[state].setChecked(True)
        self.model.show_only(state)
        self.view.selectRow(0)
        self._show_detail()

    def copy_selected(self) -> None:
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        _copy(self.model.found(row) for row in rows)

    def copy_shown(self) -> None:
        _copy(self.model.shown())

    def csv_text(self) -> str:
        return table_text(self.model.shown(), ",")

    def _open(self, index: QModelIndex) -> None:
        found = self.model.found(index.row())
        if found.error is None:
            self.wanted.emit(found)

    def _show_detail(self) -> None:
        index = self.view.currentIndex()
        self.detail.setPlainText(details(self.model.found(index.row())) if index.isValid() else "")

    # Building

    def _make_view(self) -> QTableView:
        view = QTableView(self)
        view.setModel(self.model)
        view.setAccessibleName("What was read")
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setAlternatingRowColors(True)
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.setWordWrap(False)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        for column, width in _WIDTHS.items():
            view.setColumnWidth(column, width)
        header.setSectionResizeMode(NOTICED, QHeaderView.ResizeMode.Stretch)
        view.setSortingEnabled(True)
        view.activated.connect(self._open)
        view.selectionModel().currentRowChanged.connect(self._show_detail)
        return view

    def _make_detail(self) -> QPlainTextEdit:
        detail = QPlainTextEdit(self)
        detail.setReadOnly(True)
        detail.setAccessibleName("All that was noticed in the selected structure")
        detail.setFixedHeight(detail.fontMetrics().lineSpacing() * _DETAIL_LINES + 16)
        return detail

    def _make_filters(self) -> dict[State | None, QPushButton]:
        group, filters = QButtonGroup(self), dict[State | None, QPushButton]()
        for state in (None, State.DOUBTFUL, State.REFUSED):
            button = self._button("", lambda _=False, state=state: self.show_state(state))
            button.setCheckable(True)
            group.addButton(button)
            filters[state] = button
        return filters

    def _button(self, text: str, slot: object) -> QPushButton:
        """One that leaves the Enter key to the table."""
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _lay_out(self) -> None:
        top, bottom, layout = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.addWidget(self.count, 1)
        for button in self.filters.values():
            top.addWidget(button)
        bottom.addWidget(Note("Enter or a double click opens a structure.", self), 1)
        for button in (self.stop, self.copy, self.save, self._button("Close", self.close)):
            bottom.addWidget(button)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.detail)
        layout.addLayout(bottom)
        self.resize(*_SIZE)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._tint()

    def _tint(self) -> None:
        self.model.icons = {state: icon(name, self.palette()) for state, name in _ICONS.items()}
        self.view.viewport().update()


def _copy(found: Iterable[Found]) -> None:
    """As a spreadsheet takes it."""
    QGuiApplication.clipboard().setText(table_text(found, "\t"))


def table_text(found: Iterable[Found], separator: str) -> str:
    """With headings, and whole paths."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(HEADINGS)
    for line in found:
        writer.writerow(map(_plain, (str(line.source), *cells(line)[1:])))
    return text.getvalue()


def _plain(text: str) -> str:
    """A spreadsheet would calculate what begins like a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _files(n: int) -> str:
    return f"{n:,} file{'s' if n != 1 else ''}"
