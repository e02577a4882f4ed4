"""The plot of the candidates; what is brushed there is selected in the table, and back."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from sc3d_desktop.state.screening import Screening

_NONE = np.zeros(0, dtype=np.int64)
_ALONG = {
    "p_superconductor": "P(superconductor)",
    "novelty": "distance from what was trained on",
}


class PlotTab(QWidget):
    """``add_plot`` makes the plot, which is drawn while it is in sight."""

    def __init__(self, screening: Screening, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._screening = screening
        self._dark = False
        self._old = True
        self.along = QComboBox(self)
        self.along.setAccessibleName("What goes to the right")
        for column, words in _ALONG.items():
            self.along.addItem(f"Tc against {words}", column)
        self.made = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 6, 0, 0)
        self._layout.addWidget(self.along)
        self.along.activated.connect(self._outdate)
        screening.found_changed.connect(self._outdate)
        screening.selection_changed.connect(self._outdate)

    def add_plot(self, dark: bool) -> None:
        from sc3d_desktop.viz.candidates_plot import CandidatesPlot

        self.plot = CandidatesPlot(self)
        self._layout.addWidget(self.plot, 1)
        self.plot.brushed.connect(self._screening.select)
        self.plot.cleared.connect(lambda: self._screening.select(_NONE))
        self.made = True
        self.set_theme(dark)
        self._outdate()

    def set_theme(self, dark: bool) -> None:
        self._dark = dark
        if self.made:
            self.plot.set_theme(dark)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def _outdate(self) -> None:
        self._old = True
        self._draw()

    def _draw(self) -> None:
        ranking = self._screening.ranking
        if not (self._old and self.made and self.isVisible()):
            return
        self._old = False
        column = self.along.currentData()
        ids = self._screening.ids
        if ranking is None:
            empty = np.zeros(0)
            self.plot.set_points(_NONE, empty, empty, np.zeros(0, dtype=bool), _ALONG[column])
            return
        at = ranking.positions(ids)
        marked = self._screening.is_selected(ids)
        self.plot.set_points(
            ids, getattr(ranking, column)[at], ranking.tc[at], marked, _ALONG[column]
        )
