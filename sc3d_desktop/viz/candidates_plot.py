"""Candidates of a screening: Tc against how probable, or how new, each is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from sc3d_desktop.viz.scatter_chart import Floats, Ints, ScatterChart
from sc3d_desktop.viz.tc_axis import LOWEST_TC_KELVIN, TcAxis

_NOTE_SHARE = 0.1
"""Of the height, left to the note: the best candidates stand right below it."""

_EMPTY = "No candidate fits the filters."


class CandidatesPlot(ScatterChart):
    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {"left": TcAxis("left", log=True)}
        super().__init__("Candidates", axes, _EMPTY, note_at=(1, 0), parent=parent)
        self.labels = {"left": "predicted T<sub>c</sub> (K)", "bottom": ""}
        self.restyle()

    def set_points(
        self, ids: Ints, along: Floats, tc_kelvin: Floats, marked: NDArray[np.bool_], label: str
    ) -> None:
        """``along`` is what goes to the right, and ``label`` its name; ``marked`` are the selected
        ones. All of shape (n,); points without a finite value are left out.
        """
        shown = np.isfinite(along) & np.isfinite(tc_kelvin)
        self._ids, self._marked = ids[shown], marked[shown]
        heights = np.log10(np.maximum(tc_kelvin[shown], LOWEST_TC_KELVIN))
        self._points = np.stack([along[shown], heights], axis=1)
        self.labels["bottom"] = label
        self.restyle()

    def _frame(self, points: Floats) -> None:
        low, high = points.min(axis=0), points.max(axis=0)
        room = np.maximum(0.04 * (high - low), (1e-3, 0.05))
        low, high = low - room, high + room
        high[1] += _NOTE_SHARE * (high[1] - low[1])
        self.plot.setRange(xRange=(low[0], high[0]), yRange=(low[1], high[1]), padding=0)
        self._note.setPos(high[0], high[1])

    def _summary(self) -> str:
        return f"{len(self._points):,} candidates"
