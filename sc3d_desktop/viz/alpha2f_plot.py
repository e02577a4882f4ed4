"""An Eliashberg function and the coupling that builds up with frequency."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from sc3d_desktop.viz.energy_chart import ReadoutChart

NO_SPECTRUM_TEXT = "No α²F was found."
_FILL_OPACITY = 0.18
Floats = NDArray[np.float64]


class Alpha2fPlot(ReadoutChart):
    """Both have no unit and share an axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Eliashberg function", {}, NO_SPECTRUM_TEXT, parent)
        self.labels = {"left": "α²F(ω), λ(ω)", "bottom": "ω (meV)"}
        self._omega = self._alpha2f = self._coupling = np.zeros(0)
        self.spectrum = pg.PlotCurveItem(antialias=True, fillLevel=0.0)
        self.running = pg.PlotCurveItem(antialias=True)
        self.log_line = pg.InfiniteLine(angle=90, movable=False)
        self.legend = pg.LegendItem(offset=(-14, 30), labelTextSize="9pt")
        self.legend.setParentItem(self.plot.plotItem.vb)
        for item, name in ((self.spectrum, "α²F(ω)"), (self.running, "λ(ω)")):
            self.plot.addItem(item)
            self.legend.addItem(item, name)
        self.plot.addItem(self.log_line, ignoreBounds=True)
        self.restyle()
        self._show(False)

    def set_spectrum(
        self, omega_mev: Floats, alpha2f: Floats, coupling: Floats, omega_log_mev: float | None
    ) -> None:
        """Arrays (n,) at rising frequencies; empty ones for no spectrum. The dashed line is ω_log,
        where there is one.
        """
        self._omega, self._alpha2f, self._coupling = omega_mev, alpha2f, coupling
        self.spectrum.setData(omega_mev, alpha2f)
        self.running.setData(omega_mev, coupling)
        self.log_line.setVisible(omega_log_mev is not None)
        if omega_log_mev is not None:
            self.log_line.setValue(omega_log_mev)
        self._show(bool(len(omega_mev)))

    def _show(self, some: bool) -> None:
        self.show_empty(not some)
        self.legend.setVisible(some)
        if some:
            both = np.concatenate([self._alpha2f, self._coupling])
            low, high = min(0.0, float(both.min())), max(float(both.max()), 1e-6)
            right = float(self._omega[-1])
            self.plot.setRange(xRange=(0.0, right), yRange=(low, 1.08 * high), padding=0)
        else:
            self.log_line.hide()

    def restyle(self) -> None:
        super().restyle()
        theme = self.theme
        fill = QColor(theme.line)
        fill.setAlphaF(_FILL_OPACITY)
        self.spectrum.setPen(pg.mkPen(theme.line, width=1.8))
        self.spectrum.setBrush(pg.mkBrush(fill))
        self.running.setPen(pg.mkPen(theme.marker, width=1.8))
        self.log_line.setPen(_dashed(theme.axis))
        for _, label in self.legend.items:
            label.setText(label.text, color=theme.text)

    def _said_at(self, x: float, y: float) -> str:
        if not len(self._omega) or not 0 <= x <= self._omega[-1]:
            return ""
        values = (np.interp(x, self._omega, of) for of in (self._alpha2f, self._coupling))
        alpha2f, coupling = map(float, values)
        return f"{x:.1f} meV: α²F = {alpha2f:.3f}, λ = {coupling:.3f}"


def _dashed(colour: str) -> Any:
    return pg.mkPen(colour, width=1, style=Qt.PenStyle.DashLine)
