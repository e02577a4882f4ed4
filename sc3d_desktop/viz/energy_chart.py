"""What the charts of calculations share: energy upwards, the Fermi level, a readout, pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel, QWidget

from sc3d_desktop.viz.chart import Chart
from sc3d_desktop.viz.theme import rgb

USUAL_WINDOW_EV = (-3.0, 3.0)
_READOUT_AT = (14, 6)


class ReadoutChart(Chart):
    """A chart that says what is under the mouse, and saves itself as a picture. Subclasses give
    ``_said_at``.
    """

    def __init__(
        self, name: str, axes: dict[str, Any], empty: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, axes, empty, parent)
        self.readout = QLabel(self.plot)
        self.readout.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.readout.hide()
        self.brush.hovered.connect(self._hover)

    def save_picture(self, path: Path) -> bool:
        """The chart as it stands, at twice its size; whether it could be written."""
        self.readout.hide()
        image = self.plot.grab().toImage()
        smooth = Qt.TransformationMode.SmoothTransformation
        return bool(image.scaled(self.plot.size() * 2, mode=smooth).save(str(path)))

    def restyle(self) -> None:
        super().restyle()
        red, green, blue = rgb(self.theme.background)
        self.readout.setStyleSheet(
            f"color: {self.theme.text}; background: rgba({red}, {green}, {blue}, 220);"
            " padding: 1px 4px;"
        )

    def _hover(self, at: QPointF | None) -> None:
        said = self._said_at(at.x(), at.y()) if at is not None else ""
        self.readout.setVisible(bool(said))
        self.readout.setText(said)
        self.readout.adjustSize()
        right, top = _READOUT_AT
        self.readout.move(self.plot.width() - self.readout.width() - right, top)

    def _said_at(self, x: float, y: float) -> str:
        raise NotImplementedError


class EnergyChart(ReadoutChart):
    """Energy relative to the Fermi level upwards, in eV; subclasses call ``_frame`` to set the
    other axis for the energies in sight.
    """

    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(name, {}, empty, parent)
        self.labels = {"left": "E − E<sub>F</sub> (eV)", "bottom": ""}
        self.window_ev = USUAL_WINDOW_EV
        self.fermi = pg.InfiniteLine(0.0, angle=0, movable=False)
        self.fermi.setZValue(5)
        self.plot.addItem(self.fermi, ignoreBounds=True)

    @property
    def n_spins(self) -> int:
        raise NotImplementedError

    def set_window(self, low: float, high: float) -> None:
        """The energies in sight, in eV."""
        self.window_ev = (low, high)
        self._frame()

    def restyle(self) -> None:
        super().restyle()
        self.fermi.setPen(pg.mkPen(self.theme.text, width=1, style=Qt.PenStyle.DashLine))

    def _frame(self) -> None:
        raise NotImplementedError
