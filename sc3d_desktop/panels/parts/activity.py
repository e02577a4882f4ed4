"""A small mark that turns while the program is at work."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPalette, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_INTERVAL_MS = 60
_STEP_DEGREES = 24
_DELAY_MS = 200
"""Answers that come sooner than this show no mark at all: it would only flicker."""


class Activity(QWidget):
    """An arc going round; keeps its place in the layout while it rests."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(self.sizeHint())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Calculating")
        self._angle = 0
        self._busy = False
        self._turn = QTimer(self, interval=_INTERVAL_MS)
        self._turn.timeout.connect(self._advance)
        self._delay = QTimer(self, interval=_DELAY_MS, singleShot=True)
        self._delay.timeout.connect(self._start)

    def sizeHint(self) -> QSize:
        return QSize(18, 18)

    @property
    def busy(self) -> bool:
        return self._busy

    def set_busy(self, busy: bool) -> None:
        if busy == self._busy:
            return
        self._busy = busy
        if busy and self.isVisible():
            self._delay.start()
        elif not busy:
            self._rest()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._busy:
            self._delay.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._rest()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._turn.isActive():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.palette().color(QPalette.ColorRole.Highlight), 2.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        circle = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        painter.drawArc(circle, -self._angle * 16, 100 * 16)

    def _start(self) -> None:
        self._turn.start()
        self.update()

    def _rest(self) -> None:
        self._delay.stop()
        self._turn.stop()
        self.update()

    def _advance(self) -> None:
        self._angle = (self._angle + _STEP_DEGREES) % 360
        self.update()
