"""The list of the known superconductors nearest to the crystal."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from sc3d_desktop.models.interface import NearestKnown
from sc3d_desktop.panels.parts import MarkupDelegate, Note
from sc3d_desktop.panels.tc_predictor import words
from sc3d_desktop.panels.tc_predictor.nearest_model import (
    FORMULA,
    HEADINGS,
    NUMBERS,
    PRESSURE,
    REFERENCE,
    NearestModel,
)

_ROWS, _FEWEST_ROWS = 5, 3
_FORMULA_SHARE = 0.56
_TEXTS = (
    QPalette.ColorRole.Text,
    QPalette.ColorRole.HighlightedText,
    QPalette.ColorRole.Link,
)
_ROW_ROOM_PX, _NUMBER_ROOM_PX = 5, 18


class NearestList(QWidget):
    """``known_wanted`` carries the name of a structure; a compound without one says so instead."""

    known_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = NearestTable(self)
        self.remark = Note(parent=self)
        self.remark.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.remark)
        self.table.opened.connect(self._open)
        self.table.left.connect(self.remark.hide)

    def show_known(self, known: tuple[NearestKnown, ...], current: bool) -> None:
        self.table.show_known(known)
        self.table.set_stale(not current)

    def _open(self, row: int) -> None:
        known = self.table.known_model.known[row]
        if known.structure:
            self.known_wanted.emit(known.structure)
            return
        self.remark.setText(words.NO_STRUCTURE.format(known.formula))
        self.remark.show()


class NearestTable(QTableView):
    """``opened`` carries the row of a double click or Enter; ``left`` comes with another row."""

    opened = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Nearest known superconductors")
        self.known_model = NearestModel(self)
        self.setModel(self.known_model)
        self.known_model.rowsRemoved.connect(self.left)
        self._formulas = MarkupDelegate(parent=self)
        self._stale = False
        self.setItemDelegateForColumn(FORMULA, self._formulas)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setColumnHidden(PRESSURE, True)
        self._set_up_headers()
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def _set_up_headers(self) -> None:
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self.fontMetrics().height() + _ROW_ROOM_PX)
        columns.setHighlightSections(False)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_known(self, known: tuple[NearestKnown, ...]) -> None:
        self.known_model.show_known(known)
        pressure = any(k.pressure_gpa is not None for k in known)
        if known and self.isColumnHidden(PRESSURE) == pressure:
            self.setColumnHidden(PRESSURE, not pressure)
            self._share_width()

    def set_stale(self, stale: bool) -> None:
        if stale == self._stale:
            return
        self._stale = stale
        palette = QPalette()  # without colours of its own: those of the program
        if stale:
            grey = self.palette().color(QPalette.ColorRole.Mid)
            for role in _TEXTS:
                palette.setColor(role, grey)
        self.setPalette(palette)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height(_FEWEST_ROWS))

    def sizeHint(self) -> QSize:
        return QSize(360, self._height(_ROWS))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _height(self, rows: int) -> int:
        body = rows * self.verticalHeader().defaultSectionSize()
        return body + self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth()

    def _share_width(self) -> None:
        """Numbers take what they need; formula and reference share the rest."""
        metrics = self.horizontalHeader().fontMetrics()
        rest = self.viewport().width()
        for column in NUMBERS:
            width = metrics.horizontalAdvance(HEADINGS[column]) + _NUMBER_ROOM_PX
            if not self.isColumnHidden(column):
                self.setColumnWidth(column, width)
                rest -= width
        formula = round(_FORMULA_SHARE * rest)
        self.setColumnWidth(FORMULA, formula)
        self.setColumnWidth(REFERENCE, rest - formula)
