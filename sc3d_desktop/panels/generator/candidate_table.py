"""The candidates as a table with a picture of each."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sc3d_desktop.panels.generator.columns import PICTURE, columns
from sc3d_desktop.panels.parts.row_model import RowModel
from sc3d_desktop.panels.parts.row_table import RowTable
from sc3d_desktop.state.found_candidates import FoundCandidates
from sc3d_desktop.viz.thumbnail import thumbnail

_SIDE_PX = 36
_GAP_PX = 2


class CandidateTable(RowTable):
    """``keep_pressed`` comes with the Insert key, ``dope_pressed`` with D."""

    mime = "application/x-sc3d-generated"
    keep_pressed = Signal()
    dope_pressed = Signal()

    def __init__(self, found: FoundCandidates, parent: QWidget | None = None) -> None:
        self._found = found
        self._dark = False
        rows = RowModel(found, columns(_SIDE_PX + 2 * _GAP_PX), parent)
        super().__init__(found, rows, parent)
        self.setAccessibleName("Generated candidates")
        self.setDragEnabled(False)
        self.verticalHeader().setDefaultSectionSize(_SIDE_PX + 2 * _GAP_PX)
        self._picture = [column.name for column in rows.columns].index(PICTURE)

    def set_theme(self, dark: bool) -> None:
        self._dark = dark
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isColumnHidden(self._picture):
            return
        painter = QPainter(self.viewport())
        top, bottom = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        last = bottom if bottom >= 0 else len(self._found.ids) - 1
        for place in range(max(0, top), last + 1):
            self._paint_picture(painter, place)
        painter.end()

    def _paint_picture(self, painter: QPainter, place: int) -> None:
        candidate = self._found.row(place)
        if candidate is not None:
            left = self.columnViewportPosition(self._picture) + _GAP_PX
            at = QPointF(left, self.rowViewportPosition(place) + _GAP_PX)
            ratio = self.devicePixelRatioF()
            painter.drawImage(at, thumbnail(candidate.crystal, _SIDE_PX, self._dark, ratio))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Insert:
            self.keep_pressed.emit()
        elif event.key() == Qt.Key.Key_D and not event.modifiers():
            self.dope_pressed.emit()
        else:
            super().keyPressEvent(event)
