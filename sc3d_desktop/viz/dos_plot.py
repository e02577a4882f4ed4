"""The density of states, energy upwards, with its peaks near the Fermi level marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from sc3d_desktop.dft.results.types import Dos
from sc3d_desktop.dft.results.van_hove import Singularity
from sc3d_desktop.viz.energy_chart import EnergyChart
from sc3d_desktop.viz.theme import element_colour

NO_DOS_TEXT = "No density of states was found."
_FILL_OPACITY = 0.14
_ROOM = 1.08


class DosPlot(EnergyChart):
    """Where there are two spins, spin down goes to the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Density of states", NO_DOS_TEXT, parent)
        self.labels["bottom"] = "states per eV and cell"
        self._dos: Dos | None = None
        self._peaks: Sequence[Singularity] = ()
        self.shown: tuple[str, ...] = ()
        self.totals = [pg.PlotCurveItem(antialias=True) for _ in range(2)]
        self._fills = [pg.FillBetweenItem(curve, _axis()) for curve in self.totals]
        self.parts: dict[str, list[Any]] = {}
        self.peaks = pg.ScatterPlotItem(size=9, symbol="t3", antialias=True)
        self.peaks.setZValue(6)
        for item in (*self._fills, *self.totals, self.peaks):
            self.plot.addItem(item)
        self.restyle()
        self.show_empty(True)

    def set_dos(self, dos: Dos | None, peaks: Sequence[Singularity] = ()) -> None:
        """None for no DOS. All elements are shown."""
        self._dos, self._peaks = dos, peaks
        self.set_elements(dos.elements if dos is not None else ())
        self.show_empty(dos is None)

    def set_elements(self, elements: Iterable[str]) -> None:
        """Which elements are drawn beside the total."""
        self.shown = tuple(elements)
        self._draw()

    @property
    def n_spins(self) -> int:
        return len(self._dos.total) if self._dos is not None else 0

    def restyle(self) -> None:
        super().restyle()
        theme = self.theme
        colour = QColor(theme.line)
        colour.setAlphaF(_FILL_OPACITY)
        for curve, fill in zip(self.totals, self._fills, strict=True):
            curve.setPen(pg.mkPen(theme.line, width=1.8))
            fill.setBrush(pg.mkBrush(colour))
        self.peaks.setBrush(pg.mkBrush(theme.marker))
        self.peaks.setPen(pg.mkPen(theme.background, width=1))
        for element, curves in self.parts.items():
            for curve in curves:
                curve.setPen(self._pen(element))

    def _draw(self) -> None:
        for curve in (curve for curves in self.parts.values() for curve in curves):
            self.plot.removeItem(curve)
        self.parts = {}
        dos = self._dos
        if dos is None:
            return
        self._set(self.totals, dos.total)
        zero = np.zeros(len(dos.energies))
        for fill in self._fills:
            fill.curves[1].setData(zero, dos.energies)
        for element in self.shown:
            curves = [pg.PlotCurveItem(pen=self._pen(element), antialias=True) for _ in dos.total]
            self._set(curves, dos.elements[element])
            self.parts[element] = curves
            for curve in curves:
                self.plot.addItem(curve)
        self._frame()

    def _set(self, curves: Sequence[Any], values: NDArray[np.float64]) -> None:
        assert self._dos is not None
        for spin, curve in enumerate(curves):
            row = values[spin] * (1, -1)[spin] if spin < len(values) else self._dos.energies * 0
            curve.setData(row, self._dos.energies)

    def _pen(self, element: str) -> Any:
        return pg.mkPen(self.colour_of(element), width=1.6)

    def colour_of(self, element: str) -> QColor:
        """That of the element, darker or lighter where it would be lost on the paper."""
        colour = QColor(element_colour(element))
        dark_paper = QColor(self.theme.background).lightnessF() < 0.5
        if not dark_paper and colour.lightnessF() > 0.6:
            return colour.darker(150)
        if dark_paper and colour.lightnessF() < 0.4:
            return colour.lighter(170)
        return colour

    def _frame(self) -> None:
        if self._dos is None:
            return
        low, high = self.window_ev
        seen = (self._dos.energies >= low) & (self._dos.energies <= high)
        top = _ROOM * float(self._dos.total[:, seen].max(initial=1e-6))
        left = -top if len(self._dos.total) > 1 else 0.0
        self.plot.setRange(xRange=(left, top), yRange=self.window_ev, padding=0)
        at = np.full(len(self._peaks), 0.98 * top)
        self.peaks.setData(at, [peak.energy_ev for peak in self._peaks])

    def _said_at(self, x: float, y: float) -> str:
        if self._dos is None:
            return ""
        states = float(np.interp(y, self._dos.energies, self._dos.sum))
        return f"{y:+.3f} eV: {states:.3f} states/eV"


def _axis() -> Any:
    return pg.PlotCurveItem([0.0, 0.0], [0.0, 1.0])
