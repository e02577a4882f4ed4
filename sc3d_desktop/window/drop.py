"""Files dropped anywhere on the window, floating docks included."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDropEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QMainWindow, QWidget

from sc3d_desktop.panels.dataset_browser.table import ENTRY_MIME
from sc3d_desktop.panels.icsd_screening.candidate_table import CANDIDATE_MIME


def local_files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropOverlay(QWidget):
    """Covers the whole window while a file is held over it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self, place: QRect) -> None:
        self.setGeometry(place)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(self.palette().color(QPalette.ColorRole.Base))
        veil.setAlpha(210)
        painter.fillRect(self.rect(), veil)
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        painter.setPen(QPen(accent, 3, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(16, 16, -16, -16), 12, 12)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() + 10)
        painter.setFont(font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Drop to open")


class DropTarget(QObject):
    """Takes file drops for every watched window; ``dropped(paths)`` tells which. An entry of the
    dataset browser or a candidate of a screening can be dropped on the middle of the window;
    ``entry_dropped`` and ``candidate_dropped`` carry its id.
    """

    dropped = Signal(list)
    entry_dropped = Signal(int)
    candidate_dropped = Signal(int)

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.overlay = DropOverlay(window)
        self.watch(window)

    def watch(self, window: QWidget) -> None:
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.DragEnter | QEvent.Type.DragMove:
                return self._offer(watched, event)
            case QEvent.Type.DragLeave:
                self.overlay.hide()
            case QEvent.Type.Drop:
                return self._take(watched, event)
            case QEvent.Type.Resize:
                if self.overlay.isVisible():
                    self.overlay.cover(self._window.rect())
        return super().eventFilter(watched, event)

    def _offer(self, watched: QObject, event: QEvent) -> bool:
        assert isinstance(event, QDropEvent)
        row = self._row(watched, event)
        if row is None and not local_files(event.mimeData()):
            self.overlay.hide()
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if not self.overlay.isVisible():
            self.overlay.cover(self._window.rect() if row is None else self._middle())
        return True

    def _take(self, watched: QObject, event: QEvent) -> bool:
        assert isinstance(event, QDropEvent)
        self.overlay.hide()
        row, paths = self._row(watched, event), local_files(event.mimeData())
        if row is None and not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if row is None:
            self.dropped.emit(paths)
        else:
            mime, row_id = row
            (self.entry_dropped if mime == ENTRY_MIME else self.candidate_dropped).emit(row_id)
        return True

    def _row(self, watched: QObject, event: QDropEvent) -> tuple[str, int] | None:
        """The entry or candidate that is held over the middle of the window."""
        if watched is self._window and self._middle().contains(event.position().toPoint()):
            for mime in (ENTRY_MIME, CANDIDATE_MIME):
                held = event.mimeData().data(mime)
                if not held.isEmpty():
                    return mime, int(bytes(held.data()))
        return None

    def _middle(self) -> QRect:
        middle = self._window.centralWidget()
        return middle.geometry() if middle is not None else QRect()
