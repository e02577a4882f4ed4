"""The sources that are chosen: a list to drop files on, with how many inputs each has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from sc3d_desktop.state.plan import Chosen

_EMPTY = "Drop files, folders or archives here,\nor add them below."
_LINES = 4
_FORGET_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SourceList(QTreeWidget):
    """``dropped`` carries paths, ``removed`` the place of a source; Delete removes one."""

    dropped = Signal(list)
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sources to screen")
        self.setHeaderLabels(["Source", "Inputs"])
        self.setRootIsDecorated(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setAcceptDrops(True)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height() + 6
        return QSize(240, line * (_LINES + 1) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def show_sources(self, sources: Sequence[Chosen]) -> None:
        at = self.currentIndex().row()
        self.clear()
        for source in sources:
            self.addTopLevelItem(_line(source, self.palette()))
        if sources:
            row = min(max(at, 0), len(sources) - 1)
            self.setCurrentIndex(self.model().index(row, 0))

    def remove_current(self) -> None:
        place = self.currentIndex().row()
        if place >= 0:
            self.removed.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _FORGET_KEYS:
            self.remove_current()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.topLevelItemCount():
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            middle = int(Qt.AlignmentFlag.AlignCenter)
            painter.drawText(self.viewport().rect(), middle, _EMPTY)

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        _take_if_files(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        _take_if_files(event)

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _files(event)
        if paths:
            _take_if_files(event)
            self.dropped.emit(paths)


def _line(source: Chosen, palette: QPalette) -> QTreeWidgetItem:
    count = "counting…" if source.count is None else f"{source.count:,}" if source.count else "?"
    item = QTreeWidgetItem([source.title, "!" if source.problem else count])
    item.setTextAlignment(1, _RIGHT)
    item.setToolTip(0, source.problem or source.place)
    if source.problem:
        item.setForeground(0, palette.color(QPalette.ColorRole.BrightText))
        item.setToolTip(1, source.problem)
    elif source.count == 0:
        item.setToolTip(1, "How many there are is known once they have been read")
    return item


def _files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _take_if_files(event: QDropEvent) -> None:
    if _files(event):
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
    else:
        event.ignore()
