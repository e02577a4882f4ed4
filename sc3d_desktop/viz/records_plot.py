"""Own measurements against the predictions made before them, with their intervals."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from sc3d_desktop.viz.parity_plot import ParityPlot
from sc3d_desktop.viz.scatter_chart import Floats, Ints
from sc3d_desktop.viz.tc_axis import LOWEST_TC_KELVIN

_EMPTY = "No record has a Tc and a prediction made before it."


class RecordsPlot(ParityPlot):
    """Few points, each of which counts: they are large, and a bar shows the 90 % interval."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._bars = pg.ErrorBarItem()
        self._ends: Floats = np.zeros((0, 2))
        super().__init__(parent)
        self.setAccessibleName("Own measurements against predictions")
        self.message.setText(_EMPTY)
        self._scatter.setSize(9)
        self._chosen.setSize(12)
        self._bars.setZValue(-0.5)
        self.plot.addItem(self._bars)
        self.restyle()

    def set_records(
        self,
        ids: Ints,
        measured: Floats,
        predicted: Floats,
        interval: Floats,
        marked: NDArray[np.bool_],
    ) -> None:
        """Temperatures in K of shape (n,), ``interval`` (n, 2): the 90 % bounds."""
        self._ends = np.log10(np.maximum(interval, LOWEST_TC_KELVIN))
        self.set_points(ids, measured, predicted, marked)

    def _draw(self) -> None:
        super()._draw()
        colour = QColor(self.theme.line)
        colour.setAlphaF(0.6)
        x, y = self._points.T
        low, high = self._ends.T
        self._bars.setData(
            x=x, y=y, bottom=y - low, top=high - y, beam=0.02, pen=pg.mkPen(colour, width=1.5)
        )
        self._bars.setVisible(bool(len(x)))

    def _frame(self, points: Floats) -> None:
        """Room for the bars as well, on equal axes."""
        super()._frame(np.concatenate([points, self._ends]))

    def _summary(self) -> str:
        return f"{len(self._points):,} records"
