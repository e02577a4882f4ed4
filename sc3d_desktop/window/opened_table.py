"""One table of everything that was dropped at once, filled while it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.jobs import Found
from sc3d_desktop.panels.parts import Heading, IconButton, Note, icon
from sc3d_desktop.window.opened_model import (
    DISORDER,
    FILE,
    HEADINGS,
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
_WIDTHS = {FILE: 140, 1: 90, 2: 120, SITES: 52, DISORDER: 70}
_SHARES = [720, 240]
_HEIGHT = 280
_ROW_PADDING = 8


class OpenedTable(QWidget):
    """``wanted`` tells the structure to open, ``left`` that the table was closed."""

    wanted = Signal(object)
    stop_wanted = Signal()
    csv_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = OpenedModel(self)
        self._waiting: list[Found] = []
        self._total = 0
        self._state = ""
        self.count = Heading(parent=self)
        self.count.setWordWrap(True)  # so that it never asks for a wider window
        self.view = self._make_view()
        self.detail = self._make_detail()
        self.filters = self._make_filters()
        self.stop = QPushButton("&Stop", self)
        self.stop.clicked.connect(self.stop_wanted)
        self.copy = self._button("mdi6.content-copy", "Copy the table", self.copy_shown)
        self.save = self._button("mdi6.table-arrow-down", "Save as CSV", self.csv_wanted.emit)
        self.close_button = self._button("mdi6.close", "Close the table (Esc)", self.leave)
        self._lay_out()
        self._flush = QTimer(self, interval=_FLUSH_MS, singleShot=True)
        self._flush.timeout.connect(self.flush)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence.StandardKey.Copy, self.view, self.copy_selected, context=within)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.leave, context=within)

    # What is read

    def begin(self, total: int) -> None:
        """Forget what was there. ``total`` is the number of files, 0 where nobody knows."""
        self._waiting.clear()
        self.model.clear()
        self._total, self._state = total, "Reading"
        self.stop.show()
        self.show_state(None)
        self.show()
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

    def leave(self) -> None:
        self.hide()
        self.left.emit()

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
        view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + _ROW_PADDING)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        for column, width in _WIDTHS.items():
            view.setColumnWidth(column, width)
        header.setStretchLastSection(True)
        view.setSortingEnabled(True)
        view.activated.connect(self._open)
        view.selectionModel().currentRowChanged.connect(self._show_detail)
        return view

    def _make_detail(self) -> QPlainTextEdit:
        detail = QPlainTextEdit(self)
        detail.setReadOnly(True)
        detail.setAccessibleName("All that was noticed in the selected structure")
        return detail

    def _make_filters(self) -> dict[State | None, QRadioButton]:
        filters = dict[State | None, QRadioButton]()
        for state in (None, State.DOUBTFUL, State.REFUSED):
            filters[state] = QRadioButton(self)
            filters[state].clicked.connect(lambda _=False, state=state: self.show_state(state))
        return filters

    def _button(self, name: str, tip: str, slot: Callable[[], object]) -> IconButton:
        button = IconButton(name, tip, self)
        button.clicked.connect(slot)
        return button

    def _lay_out(self) -> None:
        top, side, layout = QHBoxLayout(), QWidget(self), QVBoxLayout(self)
        top.setSpacing(12)
        top.addWidget(self.count, 1)
        buttons = (self.stop, self.copy, self.save, self.close_button)
        for widget in (*self.filters.values(), *buttons):
            top.addWidget(widget)
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.detail, 1)
        beside.addWidget(Note("Enter or a double click opens a structure.", side))
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self.view)
        splitter.addWidget(side)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes(_SHARES)
        layout.setContentsMargins(12, 6, 12, 8)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(splitter, 1)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _HEIGHT)

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
