"""Phonon frequencies: along a path as curves, or as levels at each wave vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from sc3d_desktop.dft.results.phonon_words import q_words
from sc3d_desktop.dft.results.phonons import THZ_PER_WAVENUMBER
from sc3d_desktop.dft.results.spectra import MEV_PER_WAVENUMBER
from sc3d_desktop.dft.results.types import Dispersion, QPoint
from sc3d_desktop.viz.energy_chart import ReadoutChart
from sc3d_desktop.viz.path_axis import PathAxis, ends, joined

NO_PHONONS_TEXT = "No phonons were found."
_HALF_LEVEL = 0.36
_MOST_NAMED = 12
_ROOM = 0.06
_LEAST_RANGE_CM = 1.0
_DISC_PX = 26.0
_DISC_OPACITY = 0.35
Floats = NDArray[np.float64]


class PhononPlot(ReadoutChart):
    """Imaginary modes stand below zero, in red."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Phonon frequencies", {}, NO_PHONONS_TEXT, parent)
        self.labels = {"left": "ω (cm⁻¹)", "bottom": "wave vector"}
        self._path = PathAxis(self)
        self._points: Sequence[QPoint] = ()
        self._width: int | None = None
        self._shown: Floats = np.zeros((0, 0))
        self.curves = pg.PlotCurveItem(antialias=True, connect="finite")
        self.imaginary = pg.PlotCurveItem(antialias=True, connect="finite")
        self.discs = pg.ScatterPlotItem(antialias=True, pxMode=True)
        self.zero = pg.InfiniteLine(0.0, angle=0, movable=False)
        self.discs.setZValue(-1)
        self.plot.addItem(self.zero, ignoreBounds=True)
        for item in (self.discs, self.curves, self.imaginary):
            self.plot.addItem(item)
        self.restyle()
        self.show_empty(True)

    def set_dispersion(self, dispersion: Dispersion) -> None:
        """One along a path."""
        assert dispersion.distance is not None
        self._points, self._width = (), None
        self.discs.clear()
        self._path.set_ticks(dispersion.ticks)
        self._draw(*joined(dispersion.distance, dispersion.frequencies_cm.T))
        self._frame(ends(dispersion.distance), dispersion.frequencies_cm)

    def set_levels(self, points: Sequence[QPoint], broadening: int | None = None) -> None:
        """Levels at each q, one beside the other; discs have areas as λ(q,ν) of a broadening."""
        self._points, self._width = points, broadening
        at = [(i, cm) for i, point in enumerate(points) for cm in point.frequencies_cm]
        xs = np.array([[i - _HALF_LEVEL, i + _HALF_LEVEL, np.nan] for i, _ in at])
        ys = np.array([[cm, cm, np.nan] for _, cm in at])
        named = len(points) <= _MOST_NAMED
        ticks = [(float(i), _short(point)) for i, point in enumerate(points)] if named else []
        self._path.set_ticks(ticks)
        self._draw(xs.ravel(), ys.ravel())
        self._draw_discs()
        self._frame((-0.6, len(points) - 0.4), ys[:, :1])

    def restyle(self) -> None:
        super().restyle()
        theme = self.theme
        self.curves.setPen(pg.mkPen(theme.line, width=1.6))
        self.imaginary.setPen(pg.mkPen(theme.marker, width=2.2))
        self.zero.setPen(pg.mkPen(theme.text, width=1, style=Qt.PenStyle.DashLine))
        colour = QColor(theme.line)
        colour.setAlphaF(_DISC_OPACITY)
        self.discs.setBrush(pg.mkBrush(colour))
        self.discs.setPen(pg.mkPen(None))
        self._path.restyle()

    def _draw(self, xs: Any, ys: Any) -> None:
        self.readout.hide()  # it is of what was shown before
        self.curves.setData(xs, np.where(ys >= 0, ys, np.nan))
        self.imaginary.setData(xs, np.where(ys < 0, ys, np.nan))

    def _draw_discs(self) -> None:
        listed = [
            (i, cm, lam)
            for i, point in enumerate(self._points)
            for cm, lam in zip(point.frequencies_cm, self._couplings(point), strict=False)
            if cm > 0 and np.isfinite(lam) and lam > 0
        ]
        xs, ys, coupling = np.array(listed).reshape(-1, 3).T
        largest = float(coupling.max(initial=1e-9))
        self.discs.setData(xs, ys, size=_DISC_PX * np.sqrt(coupling / largest))

    def _couplings(self, point: QPoint) -> Floats:
        if self._width is None or self._width >= len(point.coupling):
            return np.zeros(0)
        return np.asarray(point.coupling[self._width])

    def _frame(self, across: tuple[float, float], frequencies_cm: Floats) -> None:
        some = frequencies_cm.size > 0
        self.show_empty(not some)
        if some:
            low, high = float(frequencies_cm.min()), float(frequencies_cm.max())
            room = _ROOM * max(high - low, _LEAST_RANGE_CM)
            bottom = low - room if low < 0 else 0.0
            self.plot.setRange(xRange=across, yRange=(bottom, high + room), padding=0)

    def _said_at(self, x: float, y: float) -> str:
        if not self._points:
            return _frequency(y)
        at = min(max(round(x), 0), len(self._points) - 1)
        point = self._points[at]
        if not len(point.frequencies_cm):
            return q_words(point.q)
        mode = int(np.abs(point.frequencies_cm - y).argmin())
        said = f"{q_words(point.q)}: {_frequency(float(point.frequencies_cm[mode]))}"
        coupling = self._couplings(point)
        return f"{said}, λ = {coupling[mode]:.4f}" if mode < len(coupling) else said


def _frequency(cm: float) -> str:
    return f"{cm:.1f} cm⁻¹ = {cm * THZ_PER_WAVENUMBER:.3f} THz = {cm * MEV_PER_WAVENUMBER:.2f} meV"


def _short(point: QPoint) -> str:
    words = q_words(point.q)
    return words if words == "Γ" else " ".join(f"{x:.3g}" for x in np.round(point.q, 3) + 0.0)
