"""What plots along a path through the Brillouin zone share: its corners, and curves as one item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from sc3d_desktop.viz.chart import Chart

_ROOM = 0.02


class PathAxis:
    """Lines at the corners of the path, with their names below."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._lines: list[Any] = []

    def set_ticks(self, ticks: Sequence[tuple[float, str]]) -> None:
        plot, theme = self._chart.plot, self._chart.theme
        for line in self._lines:
            plot.removeItem(line)
        self._lines = [pg.InfiniteLine(x, pen=pg.mkPen(theme.grid)) for x, _ in ticks]
        for line in self._lines:
            line.setOpacity(0.5)
            line.setZValue(-2)
            plot.addItem(line, ignoreBounds=True)
        plot.getAxis("bottom").setTicks([list(ticks)])

    def restyle(self) -> None:
        for line in self._lines:
            line.setPen(pg.mkPen(self._chart.theme.grid, width=1))


def ends(distance: NDArray[np.float64]) -> tuple[float, float]:
    """What is shown of a path: the names at its ends need some room."""
    left, right = float(distance[0]), float(distance[-1])
    room = _ROOM * (right - left)
    return left - room, right + room


def joined(x: NDArray[np.float64], rows: NDArray[np.float64]) -> tuple[Any, Any]:
    """Many curves as one, with a gap after each."""
    gap = np.full((len(rows), 1), np.nan)
    ys = np.hstack([rows, gap]).ravel()
    return np.tile(np.append(x, np.nan), len(rows)), ys
