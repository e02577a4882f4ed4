"""How many entries have which Tc, stacked by family, on a logarithmic axis."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from sc3d_desktop.viz.chart import Chart
from sc3d_desktop.viz.families import ALL_FAMILIES, FAMILY_COLOURS, FAMILY_NAMES
from sc3d_desktop.viz.tc_axis import LOWEST_TC_KELVIN, TcAxis

Counts = NDArray[np.int64]

BINS_A_DECADE = 8
_HIGHEST_KELVIN = 1000.0
_FAINT = 0.28
_LEAST_DECADES, _LEAST_TOP = 1.5, 4.0


def tc_edges() -> NDArray[np.float64]:
    """Edges in K, equal steps of the logarithm."""
    low, high = math.log10(LOWEST_TC_KELVIN), math.log10(_HIGHEST_KELVIN)
    return np.logspace(low, high, round((high - low) * BINS_A_DECADE) + 1)


class TcHistogram(Chart):
    """``brushed`` carries low and high in K, and a family or None for all: a click on a part of a
    bar, or a rubber band over several bars. ``cleared`` comes with a click beside all bars.
    """

    brushed = Signal(float, float, object)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {"bottom": TcAxis("bottom", log=True)}
        super().__init__("Tc by family", axes, "No entry with a Tc.", parent)
        self.labels = {"left": "entries", "bottom": "T<sub>c</sub> (K)"}
        self.edges = tc_edges()
        self._counts: Counts = np.zeros((len(ALL_FAMILIES), len(self.edges) - 1), np.int64)
        self._marked: Counts | None = None
        self._bars: list[pg.BarGraphItem] = []
        self._legend = self.plot.addLegend(offset=(10, 4), verSpacing=-4, labelTextSize="8pt")
        self.brush.clicked.connect(self._click)
        self.brush.dragged.connect(self._drag)
        self.brush.hovered.connect(self._hover)
        self.restyle()

    def set_counts(self, counts: Counts, marked: Counts | None = None) -> None:
        """Entries by family (``ALL_FAMILIES``) and bin of ``edges``; ``marked`` are those of them
        that are selected, None where nothing is.
        """
        self._counts, self._marked = counts, marked
        self._draw()

    def restyle(self) -> None:
        super().restyle()
        self._legend.setLabelTextColor(self.theme.text)
        self._draw()

    def _draw(self) -> None:
        for bar in self._bars:
            self.plot.removeItem(bar)
        self._legend.clear()
        self._bars = []
        some = bool(self._counts.any())
        if some:
            self._stack(self._counts, _FAINT if self._marked is not None else 1.0)
            if self._marked is not None:
                self._stack(self._marked, 1.0)
            self._set_range()
            self._explain()
        self.show_empty(not some)

    def _stack(self, counts: Counts, strength: float) -> None:
        left, right = np.log10(self.edges[:-1]), np.log10(self.edges[1:])
        floor = np.zeros(counts.shape[1])
        for family, row in zip(ALL_FAMILIES, counts, strict=True):
            colour = QColor(FAMILY_COLOURS[family])
            colour.setAlphaF(strength)
            bar = pg.BarGraphItem(
                x0=left, x1=right, y0=floor, height=row, brush=colour, pen=pg.mkPen(None)
            )
            self.plot.addItem(bar)
            self._bars.append(bar)
            floor = floor + row

    def _explain(self) -> None:
        for family, row in zip(ALL_FAMILIES, self._counts, strict=True):
            if row.any():
                sample = pg.BarGraphItem(x=[0], height=[0], width=0, brush=FAMILY_COLOURS[family])
                self._legend.addItem(sample, FAMILY_NAMES[family])

    def _set_range(self) -> None:
        used = np.flatnonzero(self._counts.any(axis=0))
        low, high = np.log10(self.edges[[used[0], used[-1] + 1]])
        short = max(0.0, _LEAST_DECADES - (high - low)) / 2
        low, high = low - short, high + short
        top = max(_LEAST_TOP, float(self._counts.sum(axis=0).max()))
        room = 0.02 * (high - low)
        self.plot.setRange(xRange=(low - room, high + room), yRange=(0, 1.06 * top), padding=0)

    # ---- mouse

    def _part_at(self, at: QPointF) -> tuple[int, int] | None:
        """Family and bin under a point."""
        place = int(np.searchsorted(np.log10(self.edges), at.x(), side="right")) - 1
        if not 0 <= place < self._counts.shape[1]:
            return None
        tops = np.cumsum(self._counts[:, place])
        if not 0 <= at.y() < tops[-1]:
            return None
        return int(np.searchsorted(tops, at.y(), side="right")), place

    def _click(self, at: QPointF) -> None:
        part = self._part_at(at)
        if part is None:
            self.cleared.emit()
            return
        family, place = part
        low, high = self.edges[place : place + 2].tolist()
        self.brushed.emit(low, high, ALL_FAMILIES[family])

    def _drag(self, box: QRectF) -> None:
        self.brushed.emit(10 ** box.left(), 10 ** box.right(), None)

    def _hover(self, at: QPointF | None) -> None:
        part = self._part_at(at) if at is not None else None
        text = ""
        if part is not None:
            family, place = part
            low, high = self.edges[place : place + 2]
            n = self._counts[family, place]
            text = f"{low:.3g} to {high:.3g} K, {FAMILY_NAMES[ALL_FAMILIES[family]]}: {n:,}"
        self.plot.setToolTip(text)
