"""Candidates of a screening: Tc against how probable, or how new, each is."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from sc3d_desktop.viz.chart import Chart
from sc3d_desktop.viz.tc_axis import LOWEST_TC_KELVIN, TcAxis

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_POINTS = 20_000
"""Of more points an even share is drawn, and the chart says so; brushing takes all."""

_EMPTY = "No candidate fits the filters."
_PICK_PX = 8


class CandidatesPlot(Chart):
    """``brushed`` carries the ids of the points within a rubber band, or under a click."""

    brushed = Signal(object)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {"left": TcAxis("left", log=True)}
        super().__init__("Candidates", axes, _EMPTY, parent)
        self._ids: Ints = np.zeros(0, np.int64)
        self._points: Floats = np.zeros((0, 2))
        self._marked = np.zeros(0, dtype=bool)
        self._scatter = pg.ScatterPlotItem(size=5, antialias=True)
        self._chosen = pg.ScatterPlotItem(size=8, antialias=True)
        self._note = pg.TextItem(anchor=(1, 0))
        for item in (self._scatter, self._chosen):
            self.plot.addItem(item)
        self.plot.addItem(self._note, ignoreBounds=True)
        self.brush.clicked.connect(self._click)
        self.brush.dragged.connect(self._drag)
        self.labels = {"left": "predicted T<sub>c</sub> (K)", "bottom": ""}
        self.restyle()

    def set_points(
        self, ids: Ints, along: Floats, tc_kelvin: Floats, marked: NDArray[np.bool_], label: str
    ) -> None:
        """``along`` is what goes to the right, and ``label`` its name; ``marked`` are the selected
        ones. All of shape (n,); points without a finite value are left out.
        """
        shown = np.isfinite(along) & np.isfinite(tc_kelvin)
        self._ids, self._marked = ids[shown], marked[shown]
        heights = np.log10(np.maximum(tc_kelvin[shown], LOWEST_TC_KELVIN))
        self._points = np.stack([along[shown], heights], axis=1)
        self.labels["bottom"] = label
        self.restyle()

    def restyle(self) -> None:
        super().restyle()
        self._scatter.setPen(pg.mkPen(None))
        self._chosen.setPen(pg.mkPen(self.theme.background, width=1))
        self._chosen.setBrush(pg.mkBrush(self.theme.marker))
        self._note.setColor(self.theme.axis)
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
        self._note.setText(f"{len(points):,} candidates{drawn}")
        self._note.setVisible(some)
        self.show_empty(not some)

    def _frame(self, points: Floats) -> None:
        low, high = points.min(axis=0), points.max(axis=0)
        room = np.maximum(0.04 * (high - low), (1e-3, 0.05))
        low, high = low - room, high + room
        self.plot.setRange(xRange=(low[0], high[0]), yRange=(low[1], high[1]), padding=0)
        self._note.setPos(high[0], high[1])

    # ---- mouse

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
