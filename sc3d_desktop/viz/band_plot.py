"""Bands along a path, with the flat ones near the Fermi level marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from sc3d_desktop.dft.results.types import Bands
from sc3d_desktop.dft.results.van_hove import FlatBand
from sc3d_desktop.viz.energy_chart import EnergyChart
from sc3d_desktop.viz.path_axis import PathAxis, ends, joined

NO_BANDS_TEXT = "No band structure was found."
_MARKED_PX = 7
_MARKED_OPACITY = 0.45


class BandPlot(EnergyChart):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Band structure", NO_BANDS_TEXT, parent)
        self.labels["bottom"] = "wave vector"
        self._bands: Bands | None = None
        self.curves = [pg.PlotCurveItem(antialias=True, connect="finite") for _ in range(2)]
        self.marked = pg.PlotCurveItem(antialias=True, connect="finite")
        self.marked.setZValue(-1)
        self._path = PathAxis(self)
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
            curve.setData(*joined(bands.distance, spins[spin]) if shown and bands else ([], []))
        self.marked.setData(*_stretches(bands, flat) if bands is not None else ([], []))
        self._path.set_ticks(bands.ticks if bands is not None else ())
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
        self._path.restyle()

    def _frame(self) -> None:
        if self._bands is not None:
            across = ends(self._bands.distance)
            self.plot.setRange(xRange=across, yRange=self.window_ev, padding=0)

    def _said_at(self, x: float, y: float) -> str:
        return f"{y:+.3f} eV" if self._bands is not None else ""


def _stretches(bands: Bands, flat: Sequence[FlatBand]) -> tuple[Any, Any]:
    xs, ys, gap = [np.zeros(0)], [np.zeros(0)], np.array([np.nan])
    for one in flat:
        inside = (bands.distance >= one.start) & (bands.distance <= one.stop)
        xs += [bands.distance[inside], gap]
        ys += [bands.energies[one.spin, one.band, inside], gap]
    return np.concatenate(xs), np.concatenate(ys)
