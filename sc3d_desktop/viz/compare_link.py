"""Two canvases that are turned, moved and enlarged as one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject

from sc3d_desktop.viz.crystal_canvas import CrystalCanvas

_TOO_NARROW_PX = 40
"""A picture folded away by the user has no say in how large the other is."""


class CameraLink(QObject):
    """The two look the same way, and an Å is as long in both; each keeps a middle of its own, so
    that cells that lie apart are both in sight. Works while it is ``on``.
    """

    def __init__(self, one: CrystalCanvas, other: CrystalCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvases = one, other
        self._on = self._busy = False
        self._centres = [one.camera.centre, other.camera.centre]
        one.view_changed.connect(lambda: self._guarded(self._follow, 0))
        other.view_changed.connect(lambda: self._guarded(self._follow, 1))

    def set_on(self, on: bool, leader: int = 1) -> None:
        """From now on; at first the other shows what ``leader`` (0 or 1) does, as a whole."""
        self._on = on
        self._guarded(self._frame, leader)

    def _guarded(self, change: Callable[[int], None], leader: int) -> None:
        """What follows moves as well, and tells."""
        if self._on and not self._busy:
            self._busy = True
            try:
                change(leader)
            finally:
                self._busy = False
            self._centres = [canvas.camera.centre for canvas in self._canvases]

    def _follow(self, leader: int) -> None:
        if self._canvases[leader].fitted:
            self._frame(leader)
        else:
            self._move(leader)

    def _frame(self, leader: int) -> None:
        first, second = self._canvases[leader], self._canvases[1 - leader]
        second.camera.rotation = first.camera.rotation.copy()
        for canvas in (first, second):
            canvas.frame_whole()
        seen = [c for c in self._canvases if min(c.camera.size) > _TOO_NARROW_PX]
        scale = max((c.camera.scale for c in seen), default=first.camera.scale)
        for canvas in (first, second):
            canvas.camera.scale = scale
            canvas.show_camera()

    def _move(self, leader: int) -> None:
        first, second = self._canvases[leader], self._canvases[1 - leader]
        second.camera.rotation = first.camera.rotation.copy()
        second.camera.scale = first.camera.scale
        step: np.ndarray = first.camera.centre - self._centres[leader]
        second.camera.centre = second.camera.centre + step
        second.show_camera(moved=True)
