"""Fitting a crystal into a view beside what is written over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from sc3d_desktop.viz.camera import Camera

Floats = NDArray[np.float64]


def frame(camera: Camera, points: Floats, radii: Floats, legend: QRectF, triad: QRectF) -> None:
    """Fill the view; leave the legend and the triad their sides where they would be covered."""
    camera.fit(points, radii)
    places, pixels = camera.project(points), radii / camera.scale
    left, right = places[:, 0] - pixels, places[:, 0] + pixels
    top, bottom = places[:, 1] - pixels, places[:, 1] + pixels
    covers_legend = (
        not legend.isEmpty() and ((right > legend.left()) & (top < legend.bottom())).any()
    )
    covers_triad = ((left < triad.right()) & (bottom > triad.top())).any()
    sides = triad.width() + legend.width()
    if (covers_legend or covers_triad) and sides < camera.size[0] / 2:
        beside = 28.0 if legend.isEmpty() else camera.size[0] - legend.left() + 8
        camera.fit(points, radii, (triad.right() + 4, 28, beside, 28))
