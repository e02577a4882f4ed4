"""Predicted against measured Tc, with the diagonal and the lines of a factor of two."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from sc3d_desktop.viz.scatter_chart import Floats, Ints, ScatterChart
from sc3d_desktop.viz.tc_axis import LOWEST_TC_KELVIN, TcAxis

_EMPTY = "No prediction yet: select entries and choose “Predict”."


class ParityPlot(ScatterChart):
    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {side: TcAxis(side, log=True) for side in ("left", "bottom")}
        super().__init__("Predicted against measured Tc", axes, _EMPTY, (1, 1), parent)
        self.labels = {
            "left": "predicted T<sub>c</sub> (K)",
            "bottom": "measured T<sub>c</sub> (K)",
        }
        self._trained_on = 0
        self._lines = [pg.PlotCurveItem(antialias=True) for _ in range(3)]
        for line in self._lines:
            line.setZValue(-1)
            self.plot.addItem(line)
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
        theme = self.theme
        dashed = pg.mkPen(theme.axis, width=1, style=Qt.PenStyle.DashLine)
        for line, pen in zip(self._lines, (pg.mkPen(theme.axis), dashed, dashed), strict=True):
            line.setPen(pen)
        super().restyle()

    def _draw(self) -> None:
        super()._draw()
        for line in self._lines:
            line.setVisible(bool(len(self._points)))

    def _frame(self, points: Floats) -> None:
        low, high = float(points.min()) - 0.1, float(points.max()) + 0.1
        ends = np.array([low, high])
        for line, shift in zip(self._lines, (0.0, math.log10(2), -math.log10(2)), strict=True):
            line.setData(ends, ends + shift)
        self.plot.setRange(xRange=(low, high), yRange=(low, high), padding=0)
        self._note.setPos(high, low)

    def _summary(self) -> str:
        apart = np.abs(self._points[:, 1] - self._points[:, 0])
        inside = 100 * float(np.mean(apart <= math.log10(2)))
        trained = f", {self._trained_on:,} trained on" if self._trained_on else ""
        said = f"{inside:.0f} % within a factor of 2"
        return f"{said}\n{len(apart):,} entries{trained}"
