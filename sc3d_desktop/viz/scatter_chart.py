"""What the charts of points share: points with ids, the selected ones marked, a note, the brush."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from sc3d_desktop.viz.chart import Chart

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_POINTS = 20_000
"""Of more points an even share is drawn, and the chart says so; brushing takes all."""

_PICK_PX = 8
_NOTE_OPACITY = 0.8


class ScatterChart(Chart):
    """``brushed`` carries the ids of the points within a rubber band, or under a click. Subclasses
    keep ``_ids`` (n,), ``_points`` (n, 2) in axis units and ``_marked`` (n,), and call ``_draw``.
    """

    brushed = Signal(object)
    cleared = Signal()

    def __init__(
        self,
        name: str,
        axes: dict[str, Any],
        empty: str,
        note_at: tuple[int, int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, axes, empty, parent)
        self._ids: Ints = np.zeros(0, np.int64)
        self._points: Floats = np.zeros((0, 2))
        self._marked = np.zeros(0, dtype=bool)
        self._scatter = pg.ScatterPlotItem(size=5, antialias=True)
        self._chosen = pg.ScatterPlotItem(size=8, antialias=True)
        self._note = pg.TextItem(anchor=note_at)
        for item in (self._scatter, self._chosen):
            self.plot.addItem(item)
        self.plot.addItem(self._note, ignoreBounds=True)
        self.brush.clicked.connect(self._click)
        self.brush.dragged.connect(self._drag)

    def restyle(self) -> None:
        super().restyle()
        theme, behind = self.theme, QColor(self.theme.background)
        behind.setAlphaF(_NOTE_OPACITY)  # so that it can be read over dense points
        self._scatter.setPen(pg.mkPen(None))
        self._chosen.setPen(pg.mkPen(theme.background, width=1))
        self._chosen.setBrush(pg.mkBrush(theme.marker))
        self._note.setColor(theme.text)
        self._note.fill = pg.mkBrush(behind)
        self._draw()

    def _draw(self) -> None:
        points, some = self._points, bool(len(self._points))
        step = max(1, math.ceil(len(points) / MOST_POINTS))
        colour = QColor(self.theme.line)
        colour.setAlphaF(0.3 if self._marked.any() else 0.6)
        self._scatter.setData(*points[::step].T, brush=pg.mkBrush(colour))
        self._chosen.setData(*points[self._marked][::step].T)
        if some:
            self._frame(points)
        drawn = f", one in {step} drawn" if step > 1 else ""
        self._note.setText(self._summary() + drawn if some else "")
        self._note.setVisible(some)
        self.show_empty(not some)

    def _frame(self, points: Floats) -> None:
        """Set the ranges, and the place of the note."""
        raise NotImplementedError

    def _summary(self) -> str:
        """What the note says of the points."""
        raise NotImplementedError

    def _drag(self, box: QRectF) -> None:
        x, y = self._points.T
        inside = (x >= box.left()) & (x <= box.right()) & (y >= box.top()) & (y <= box.bottom())
        self.brushed.emit(self._ids[inside])

    def _click(self, at: QPointF) -> None:
        width, height = self.plot.plotItem.vb.viewPixelSize()
        away = np.hypot(*((self._points - (at.x(), at.y())) / (width, height)).T)
        if not len(away) or away.min() > _PICK_PX:
            self.cleared.emit()
        else:
            self.brushed.emit(self._ids[[int(away.argmin())]])
