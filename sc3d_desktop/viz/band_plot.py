"""Bands along a path, with the flat ones near the Fermi level marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from sc3d_desktop.dft.results.types import Bands
from sc3d_desktop.dft.results.van_hove import FlatBand
from sc3d_desktop.viz.energy_chart import EnergyChart

NO_BANDS_TEXT = "No band structure was found."
_MARKED_PX = 7
_ROOM = 0.02
_MARKED_OPACITY = 0.45


class BandPlot(EnergyChart):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Band structure", NO_BANDS_TEXT, parent)
        self.labels["bottom"] = "wave vector"
        self._bands: Bands | None = None
        self.curves = [pg.PlotCurveItem(antialias=True, connect="finite") for _ in range(2)]
        self.marked = pg.PlotCurveItem(antialias=True, connect="finite")
        self.marked.setZValue(-1)
        self._ticks: list[Any] = []
        for item in (self.marked, *self.curves):
            self.plot.addItem(item)
        self.restyle()
        self.show_empty(True)

    def set_bands(self, bands: Bands | None, flat: Sequence[FlatBand] = ()) -> None:
        """None for no bands."""
        self._bands = bands
        spins = bands.energies if bands is not None else ()
        for spin, curve in enumerate(self.curves):
            shown = bands is not None and spin < len(spins)
            curve.setData(*_joined(bands.distance, spins[spin]) if shown and bands else ([], []))
        self.marked.setData(*_stretches(bands, flat) if bands is not None else ([], []))
        self._show_ticks()
        self.show_empty(bands is None)
        self._frame()

    @property
    def n_spins(self) -> int:
        return len(self._bands.energies) if self._bands is not None else 0

    def restyle(self) -> None:
        super().restyle()
        theme = self.theme
        up, down = self.curves
        up.setPen(pg.mkPen(theme.line, width=1.6))
        down.setPen(pg.mkPen(theme.stale, width=1.6, style=Qt.PenStyle.DashLine))
        colour = QColor(theme.marker)
        colour.setAlphaF(_MARKED_OPACITY)
        pen = pg.mkPen(colour, width=_MARKED_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self.marked.setPen(pen)
        for line in self._ticks:
            line.setPen(pg.mkPen(theme.grid, width=1))

    def _show_ticks(self) -> None:
        for line in self._ticks:
            self.plot.removeItem(line)
        ticks = self._bands.ticks if self._bands is not None else ()
        self._ticks = [pg.InfiniteLine(x, pen=pg.mkPen(self.theme.grid)) for x, _ in ticks]
        for line in self._ticks:
            line.setOpacity(0.5)
            line.setZValue(-2)
            self.plot.addItem(line, ignoreBounds=True)
        self.plot.getAxis("bottom").setTicks([list(ticks)])

    def _frame(self) -> None:
        if self._bands is not None:
            left, right = float(self._bands.distance[0]), float(self._bands.distance[-1])
            room = _ROOM * (right - left)  # the names at the ends need it
            ends = left - room, right + room
            self.plot.setRange(xRange=ends, yRange=self.window_ev, padding=0)

    def _said_at(self, x: float, y: float) -> str:
        return f"{y:+.3f} eV" if self._bands is not None else ""


def _joined(x: NDArray[np.float64], rows: NDArray[np.float64]) -> tuple[Any, Any]:
    """Many curves as one, with a gap after each."""
    gap = np.full((len(rows), 1), np.nan)
    ys = np.hstack([rows, gap]).ravel()
    return np.tile(np.append(x, np.nan), len(rows)), ys


def _stretches(bands: Bands, flat: Sequence[FlatBand]) -> tuple[Any, Any]:
    xs, ys, gap = [np.zeros(0)], [np.zeros(0)], np.array([np.nan])
    for one in flat:
        inside = (bands.distance >= one.start) & (bands.distance <= one.stop)
        xs += [bands.distance[inside], gap]
        ys += [bands.energies[one.spin, one.band, inside], gap]
    return np.concatenate(xs), np.concatenate(ys)
