"""A crystal while it is being made: drawn apart from the one that is open, and never edited."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.viz.crystal_canvas import CrystalCanvas

_REST = 3.0
"""So many times longer than it took to draw a frame, the window is left to all else."""

_ANGSTROM3_AN_ATOM = 20.0
_ROOM = 1.3
"""Of the ball around a usual cell, at the end of the way."""
_NOISE = 2.5
"""So many times further nine of ten reach in the beginning; the others widen the frame."""


class DenoisingCanvas(CrystalCanvas):
    """Framed for all that noise reaches, and ever more closely on the way to a cell of usual
    volume: nothing jumps, and nothing is cut off.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._usual = self._beyond = self._left = 0.0
        self.setAccessibleName("The crystal that is being made")
        self.set_show(bonds=False)

    def show_state(self, crystal: Crystal, left: float, another: bool) -> None:
        """One on the way, of which a share of ``left`` above 0 is still to come; ``another`` than
        that of the last state.
        """
        edge = (_ANGSTROM3_AN_ATOM * len(crystal)) ** (1 / 3)
        self._usual, self._left = _ROOM * edge * np.sqrt(3) / 2, left
        if another:
            self._beyond = (_NOISE - 1) * self._usual
        self.set_crystal(crystal, keep_camera=not another)

    def show_result(self, crystal: Crystal) -> None:
        """As any crystal is framed."""
        self._left = 0.0
        self.set_crystal(crystal)
        self.reset_view()

    def clicked_at(self, at: object) -> None:
        """There is nothing to select."""

    def _fit_to(self, points: np.ndarray, radii: np.ndarray) -> None:
        if not self._left:
            super()._fit_to(points, radii)
            return
        centre = (points.min(axis=0) + points.max(axis=0)) / 2
        reached = float((np.linalg.norm(points - centre, axis=1) + radii).max())
        self._beyond = max(self._beyond, (reached - self._usual) / self._left)
        reach = self._usual + self._left * self._beyond
        self.camera.centre = centre
        self.camera.scale = 2 * reach / max(1, min(self.camera.size))


class DenoisingView(QWidget):
    """``back_wanted`` comes with the button that asks for the structure that was there before."""

    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas, self.label = DenoisingCanvas(self), QLabel(self)
        self.back = QPushButton("Show my structure", self)
        self.back.clicked.connect(self.back_wanted)
        self.label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._shown = 0
        self._since = QElapsedTimer()
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 8, 6)
        head.addWidget(self.label, 1)
        head.addWidget(self.back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)

    def set_theme(self, dark: bool) -> None:
        self.canvas.set_theme(dark)

    def show_step(self, index: int, total: int, step: int, steps: int, crystal: Crystal) -> None:
        """A state of candidate ``index`` of ``total``; left out while the last is still young,
        unless it is that of another candidate or the last one.
        """
        another = index != self._shown
        if not another and step < steps and self._is_busy():
            return
        self._shown = index
        self.label.setText(f"Denoising {index:,} of {total:,}, step {step:,} of {steps:,}")
        if step < steps:
            self.canvas.show_state(crystal, 1 - step / steps, another)
        else:
            self.canvas.show_result(crystal)
        self._since.start()

    def _is_busy(self) -> bool:
        rest = 1000 * _REST * self.canvas.frame_seconds
        return self._since.isValid() and self._since.elapsed() < rest
