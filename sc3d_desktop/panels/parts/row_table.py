"""A table of a million rows, selected, sorted and opened with mouse or keys."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import (
    QByteArray,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QMimeData,
    QPoint,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDrag,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from sc3d_desktop.data.columns import Ints
from sc3d_desktop.panels.parts.row_model import Answer, Column, Index, RowModel
from sc3d_desktop.panels.parts.row_painter import RowPainter, Span

MOST_RANGES = 1000
"""With more pieces than this a selection would hold up painting: Qt looks through all of them."""

_ROW_ROOM_PX = 6
_Flag = QItemSelectionModel.SelectionFlag


class RowTable(QTableView):
    """Follows an answer, and tells it what is selected. The first of its columns is always shown,
    and is what is copied.

    ``opened`` carries an id; ``current_changed`` that of the row the keyboard is at, or None;
    ``typed`` letters that belong into the search; ``too_scattered`` ids
    that cannot be shown as a selection. ``mime`` is the type of a dragged row, which carries its
    id.
    """

    mime = "application/x-sc3d-row"

    opened = Signal(int)
    current_changed = Signal(object)
    card_wanted = Signal()
    menu_wanted = Signal(QPoint)
    typed = Signal(str)
    too_scattered = Signal(object)

    def __init__(self, answer: Answer, rows: RowModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer = answer
        self.entries = rows
        self._columns: Sequence[Column] = rows.columns
        self._asked = answer.question
        self._ids = answer.ids
        self._telling = False
        self.setModel(self.entries)
        self._set_up()
        self._set_up_headers()
        answer.found_changed.connect(self._show_found)
        answer.selection_changed.connect(self._show_selection)
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)

    def _set_up_headers(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self.fontMetrics().height() + _ROW_ROOM_PX)
        # With the table's own selection a header asks, to paint itself, for each row whether it can
        # be selected.
        columns.setSelectionModel(QItemSelectionModel(self.entries, columns))
        columns.setSectionsMovable(True)
        columns.setFirstSectionMovable(False)
        columns.setHighlightSections(False)
        columns.setResizeContentsPrecision(0)
        columns.setSortIndicatorShown(True)
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        columns.setSectionsClickable(True)
        columns.sectionClicked.connect(self._sort)
        columns.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        columns.customContextMenuRequested.connect(self._choose_columns)
        self.use_usual_columns()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        rows = RowPainter(painter, self.font(), self.palette())
        spans, ids = self._spans(), self._answer.ids
        top, bottom = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        last = bottom if bottom >= 0 else len(ids) - 1
        if top >= 0:
            chosen = self._answer.is_selected(ids[top : last + 1])
            for place in range(top, last + 1):
                selected = bool(chosen[place - top])
                texts = [(span, self.entries.text(place, span.column)) for span in spans]
                rows.paint_row(self._row_box(place), texts, selected, place % 2 == 1)
        current = self.currentIndex().row()
        if self.hasFocus() and top <= current <= last:
            rows.paint_focus(self._row_box(current), bool(chosen[current - top]))
        painter.end()

    def _row_box(self, place: int) -> QRectF:
        height = self.rowHeight(place)
        return QRectF(0, self.rowViewportPosition(place), self.viewport().width(), height)

    def _spans(self) -> list[Span]:
        width, spans = self.viewport().width(), []
        for i, column in enumerate(self._columns):
            left, wide = self.columnViewportPosition(i), self.columnWidth(i)
            if not self.isColumnHidden(i) and left < width and left + wide > 0:
                spans.append(Span(i, left, wide, column.number, column.markup))
        return spans

    # Columns

    def use_usual_columns(self) -> None:
        header = self.horizontalHeader()
        for i, column in enumerate(self._columns):
            header.moveSection(header.visualIndex(i), i)
            self.setColumnHidden(i, not column.shown)
            self.setColumnWidth(i, column.width)

    def header_state(self) -> str:
        """Columns, their order and width, and the sorting, to be remembered."""
        return str(self.horizontalHeader().saveState().toBase64().toStdString())

    def restore_header(self, state: str) -> None:
        header = self.horizontalHeader()
        if state and header.restoreState(QByteArray.fromBase64(state.encode())):
            header.setSectionHidden(0, False)
            self.entries.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())

    def columns_menu(self) -> QMenu:
        menu = QMenu(self)
        for i, column in enumerate(self._columns):
            action = menu.addAction(column.tip or column.heading)
            action.setText(column.heading)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(i))
            action.setEnabled(i != 0)
            action.toggled.connect(lambda on, i=i: self.setColumnHidden(i, not on))
        menu.addSeparator()
        menu.addAction("Usual columns", self.use_usual_columns)
        return menu

    def _choose_columns(self, at: QPoint) -> None:
        menu = self.columns_menu()
        menu.exec(self.horizontalHeader().mapToGlobal(at))
        menu.deleteLater()

    def _sort(self, section: int) -> None:
        """One click sorts, the next turns it round, the third goes back to the usual order."""
        header, column = self.horizontalHeader(), self._columns[section]
        up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        first, second = (down, up) if column.falls else (up, down)
        now = self._answer.sort
        if not column.sort:
            order = None
        elif now.column != column.sort:
            order = first
        else:
            shown = down if now.descending else up
            order = second if shown == first else None
        header.setSortIndicator(-1 if order is None else section, order or up)
        self.entries.sort(-1 if order is None else section, order or up)

    # Selection

    def current_id(self) -> int | None:
        """The row the keyboard is at."""
        place = self.currentIndex().row()
        return int(self._answer.ids[place]) if 0 <= place < len(self._answer.ids) else None

    def _show_found(self) -> None:
        answer, asked = self._answer, self._answer.question
        if np.array_equal(self._ids, answer.ids):
            self.entries.reread()
            return
        at, same = self.verticalScrollBar().value(), asked == self._asked
        place = self.currentIndex().row()
        current = self._ids[place : place + 1] if place >= 0 else self._ids[:0]
        self._asked, self._ids = asked, answer.ids
        self.entries.refresh()
        self._mark(answer.selection)
        if same:  # there is more to know under a question that stays
            self._go_to(current)
            self.verticalScrollBar().setValue(at)

    def _go_to(self, ids: Ints) -> None:
        """Give the keyboard back to the row it was at, wherever that is now."""
        places = self._answer.places(ids)
        if len(places):
            index = self.entries.index(int(places[0]), 0)
            self.selectionModel().setCurrentIndex(index, _Flag.NoUpdate)

    def _show_selection(self) -> None:
        if not self._telling:
            self._mark(self._answer.selection)

    def _mark(self, ids: Ints) -> None:
        """Select rows for the browser, and bring the first into sight."""
        ranges = as_ranges(self._answer.places(ids))
        if len(ranges) > MOST_RANGES:
            self.too_scattered.emit(ids)
            return
        last, chosen = len(self._columns) - 1, QItemSelection()
        for top, bottom in ranges:
            corners = self.entries.index(top, 0), self.entries.index(bottom, last)
            chosen.append(QItemSelectionRange(*corners))
        self._telling = True
        model = self.selectionModel()
        if ranges:
            first = self.entries.index(ranges[0][0], 0)
            model.setCurrentIndex(first, _Flag.NoUpdate)
            self.scrollTo(first)
        model.select(chosen, _Flag.ClearAndSelect)
        self._telling = False

    def _tell_selection(self) -> None:
        if self._telling:
            return
        self._telling = True
        self._answer.select(self._answer.ids[self._selected_places()])
        self._telling = False

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()
        self.current_changed.emit(self.current_id())

    def _selected_places(self) -> Ints:
        """Of ranges, never of single indexes: there may be a million."""
        ranges = self.selectionModel().selection().toList()
        pieces = [np.arange(r.top(), r.bottom() + 1) for r in ranges]
        return np.sort(np.concatenate(pieces)) if pieces else np.zeros(0, dtype=np.int64)

    # Opening, dragging, keys

    def _open(self, place: int) -> None:
        if 0 <= place < len(self._answer.ids):
            self.opened.emit(int(self._answer.ids[place]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        if event.key() in (keys.Key_Return, keys.Key_Enter):
            self._open(self.currentIndex().row())
        elif event.key() == keys.Key_Space and not event.modifiers():
            self.card_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters go to the search; Qt would look through all rows one by one."""
        if search.strip():
            self.typed.emit(search)

    def copy(self) -> None:
        """The first column of the selected rows, a line each, to the clipboard."""
        places = self._selected_places()[:_MOST_COPIED].tolist()
        lines = [self.entries.text(p, 0) for p in places if self.entries.row(p) is not None]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def drag_data(self) -> QMimeData | None:
        """What a drag of the current row carries."""
        row_id, place = self.current_id(), self.currentIndex().row()
        if row_id is None or self.entries.row(place) is None:
            return None
        data = QMimeData()
        data.setData(self.mime, str(row_id).encode())
        data.setText(self.entries.text(place, 0))
        return data

    def startDrag(self, actions: Qt.DropAction) -> None:
        data = self.drag_data()
        if data is not None:
            drag = QDrag(self)
            drag.setMimeData(data)
            drag.exec(Qt.DropAction.CopyAction)

    def _ask_menu(self, at: QPoint) -> None:
        self.menu_wanted.emit(self.viewport().mapToGlobal(at))


_MOST_COPIED = 10_000


def as_ranges(places: Ints) -> list[tuple[int, int]]:
    """Rising places as first and last of each unbroken piece."""
    if not len(places):
        return []
    breaks = np.flatnonzero(np.diff(places) > 1) + 1
    bounds = [0, *breaks.tolist(), len(places)]
    return [(int(places[a]), int(places[b - 1])) for a, b in pairwise(bounds)]
