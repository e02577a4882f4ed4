"""Predicted against measured Tc, with the diagonal and the lines of a factor of two."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from sc3d_desktop.viz.chart import Chart
from sc3d_desktop.viz.tc_axis import LOWEST_TC_KELVIN, TcAxis

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_POINTS = 20_000
"""Of more points an even share is drawn, and the chart says so; brushing takes all."""
_EMPTY = "No prediction yet: select entries and choose “Predict”."
_PICK_PX = 8


class ParityPlot(Chart):
    """``brushed`` carries the ids of the points within a rubber band, or under a click."""

    brushed = Signal(object)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {side: TcAxis(side, log=True) for side in ("left", "bottom")}
        super().__init__("Predicted against measured Tc", axes, _EMPTY, parent)
        self.labels = {
            "left": "predicted T<sub>c</sub> (K)",
            "bottom": "measured T<sub>c</sub> (K)",
        }
        self._ids: Ints = np.zeros(0, np.int64)
        self._points: Floats = np.zeros((0, 2))
        self._marked = np.zeros(0, dtype=bool)
        self._trained_on = 0
        self._lines = [pg.PlotCurveItem(antialias=True) for _ in range(3)]
        self._scatter = pg.ScatterPlotItem(size=5, antialias=True)
        self._chosen = pg.ScatterPlotItem(size=8, antialias=True)
        for item in (*self._lines, self._scatter, self._chosen):
            self.plot.addItem(item)
        self._note = pg.TextItem(anchor=(1, 1))
        self.plot.addItem(self._note, ignoreBounds=True)
        self.brush.clicked.connect(self._click)
        self.brush.dragged.connect(self._drag)
        self.restyle()

    def set_points(
        self,
        ids: Ints,
        measured: Floats,
        predicted: Floats,
        marked: NDArray[np.bool_],
        trained_on: int = 0,
    ) -> None:
        """Temperatures in K; ``marked`` are the selected ones. All of shape (n,). Of the n the
        model was trained on ``trained_on``, where agreement says little.
        """
        self._trained_on = trained_on
        pair = np.stack([measured, predicted], axis=1)
        self._ids, self._marked = ids, marked
        self._points = np.log10(np.maximum(pair, LOWEST_TC_KELVIN))
        self._draw()

    def restyle(self) -> None:
        super().restyle()
        theme = self.theme
        dashed = pg.mkPen(theme.axis, width=1, style=Qt.PenStyle.DashLine)
        for line, pen in zip(self._lines, (pg.mkPen(theme.axis), dashed, dashed), strict=True):
            line.setPen(pen)
        self._scatter.setPen(pg.mkPen(None))
        self._chosen.setPen(pg.mkPen(theme.background, width=1))
        self._chosen.setBrush(pg.mkBrush(theme.marker))
        self._note.setColor(theme.text)
        self._draw()

    def _draw(self) -> None:
        points, some = self._points, bool(len(self._points))
        step = max(1, math.ceil(len(points) / MOST_POINTS))
        colour = QColor(self.theme.line)
        colour.setAlphaF(0.25 if self._marked.any() else 0.6)
        self._scatter.setData(*points[::step].T, brush=pg.mkBrush(colour))
        self._chosen.setData(*points[self._marked][:: max(1, step)].T)
        if some:
            self._frame(points)
        for item in (*self._lines, self._note):
            item.setVisible(some)
        self._note.setText(self._summary(step) if some else "")
        self.show_empty(not some)

    def _frame(self, points: Floats) -> None:
        low, high = float(points.min()) - 0.1, float(points.max()) + 0.1
        ends = np.array([low, high])
        for line, shift in zip(self._lines, (0.0, math.log10(2), -math.log10(2)), strict=True):
            line.setData(ends, ends + shift)
        self.plot.setRange(xRange=(low, high), yRange=(low, high), padding=0)
        self._note.setPos(high, low)

    def _summary(self, step: int) -> str:
        apart = np.abs(self._points[:, 1] - self._points[:, 0])
        inside = 100 * float(np.mean(apart <= math.log10(2)))
        drawn = f", one in {step} drawn" if step > 1 else ""
        trained = f", {self._trained_on:,} trained on" if self._trained_on else ""
        said = f"{inside:.0f} % within a factor of 2"
        return f"{said}\n{len(apart):,} entries{trained}{drawn}"

    # ---- mouse

    def _drag(self, box: QRectF) -> None:
        x, y = self._points.T
        inside = (x >= box.left()) & (x <= box.right()) & (y >= box.top()) & (y <= box.bottom())
        self.brushed.emit(self._ids[inside])

    def _click(self, at: QPointF) -> None:
        width, height = self.plot.plotItem.vb.viewPixelSize()
        away = (self._points - (at.x(), at.y())) / (width, height)
        distance = np.hypot(*away.T)
        if not len(distance) or distance.min() > _PICK_PX:
            self.cleared.emit()
        else:
            self.brushed.emit(self._ids[[int(distance.argmin())]])
