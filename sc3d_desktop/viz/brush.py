"""Clicks and rubber bands on a chart, in the chart's own coordinates."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QRubberBand

_LEAST_DRAG_PX = 4


class Brush(QObject):
    """``clicked`` carries a point, ``dragged`` a rectangle, ``hovered`` the point under the mouse,
    or None where it has left. ``plot`` is a ``pg.PlotWidget``.
    """

    clicked = Signal(QPointF)
    dragged = Signal(QRectF)
    hovered = Signal(object)

    def __init__(self, plot: Any) -> None:
        super().__init__(plot)
        self._plot = plot
        self._from: QPoint | None = None
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, plot.viewport())
        plot.viewport().setMouseTracking(True)
        plot.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(None)
        if not isinstance(event, QMouseEvent):
            return super().eventFilter(watched, event)
        at, left = event.position().toPoint(), Qt.MouseButton.LeftButton
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() == left:
                self._from = at
                return True
            case QEvent.Type.MouseMove if self._from is not None:
                self._stretch(at)
                return True
            case QEvent.Type.MouseMove:
                self.hovered.emit(self._in_chart(at))
            case QEvent.Type.MouseButtonRelease if event.button() == left:
                self._let_go(at)
                return True
        return super().eventFilter(watched, event)

    def _stretch(self, at: QPoint) -> None:
        assert self._from is not None
        if (at - self._from).manhattanLength() >= _LEAST_DRAG_PX:
            self._band.setGeometry(QRect(self._from, at).normalized())
            self._band.show()

    def _let_go(self, at: QPoint) -> None:
        start, self._from = self._from, None
        if start is None:
            return
        self._band.hide()
        self._band.resize(QSize(0, 0))
        if (at - start).manhattanLength() < _LEAST_DRAG_PX:
            self.clicked.emit(self._in_chart(at))
        else:
            self.dragged.emit(QRectF(self._in_chart(start), self._in_chart(at)).normalized())

    def _in_chart(self, at: QPoint) -> QPointF:
        return self._plot.plotItem.vb.mapSceneToView(self._plot.mapToScene(at))
