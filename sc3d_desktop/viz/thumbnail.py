"""A small picture of a crystal, drawn without OpenGL: spheres as discs, mixed sites as pies."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from sc3d_desktop.crystal import Crystal, Species
from sc3d_desktop.viz.scene import Floats, cell_edges, drawn_atoms
from sc3d_desktop.viz.theme import CanvasTheme, canvas_theme, element_colour

MOST_ATOMS = 1500
"""Of larger cells only the outline is drawn."""

_TURN = 16 * 360
_MARGIN = 0.08


def _view() -> Floats:
    """Rows are right, up and towards the viewer: a little from the right and from above, c up."""
    turn, tilt = np.radians(-24.0), np.radians(14.0)
    right = np.array([np.cos(turn), np.sin(turn), 0.0])
    away = np.array([-np.sin(turn), np.cos(turn), 0.0])
    up = np.array([0.0, 0.0, np.cos(tilt)]) + np.sin(tilt) * away
    return np.array([right, up, np.cross(right, up)])


@lru_cache(maxsize=64)
def thumbnail(crystal: Crystal, side: int, dark: bool, pixel_ratio: float = 1.0) -> QImage:
    """A picture of ``side`` by ``side`` logical pixels with a transparent ground."""
    image = QImage(*(round(side * pixel_ratio),) * 2, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(pixel_ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(painter, crystal, side, canvas_theme(dark))
    painter.end()
    return image


def _draw(painter: QPainter, crystal: Crystal, side: int, theme: CanvasTheme) -> None:
    view = _view()
    starts, ends = (points @ view.T for points in cell_edges(crystal.lattice))
    atoms = drawn_atoms(crystal)
    shown = atoms if len(atoms) <= MOST_ATOMS else None
    centres = atoms.centre @ view.T if shown else np.zeros((0, 3))
    radii = atoms.radius if shown else np.zeros(0)
    around = np.concatenate([starts, ends, centres])
    reach = np.concatenate([np.zeros(2 * len(starts)), radii])[:, None]
    low, high = (around - reach)[:, :2].min(axis=0), (around + reach)[:, :2].max(axis=0)
    scale = side * (1 - 2 * _MARGIN) / float((high - low).max())
    middle = (low + high) / 2

    def pixel(point: Floats) -> QPointF:
        x, y = (point[:2] - middle) * scale
        return QPointF(side / 2 + x, side / 2 - y)

    painter.setPen(QPen(QColor(theme.cell), 1.0))
    for start, end in zip(starts, ends, strict=True):
        painter.drawLine(pixel(start), pixel(end))
    for i in np.argsort(centres[:, 2]):
        radius = max(1.5, float(radii[i]) * scale)
        species = crystal.sites[int(atoms.site[i])].species
        _draw_atom(painter, pixel(centres[i]), radius, species, theme)


def _draw_atom(
    painter: QPainter, at: QPointF, radius: float, species: Species, theme: CanvasTheme
) -> None:
    circle = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.vacancy))
    painter.drawEllipse(circle)
    begin = _TURN / 4
    for element, occupancy in species.items():
        painter.setBrush(QColor(element_colour(element)))
        if occupancy > 0.995:
            painter.drawEllipse(circle)
        else:
            turn = occupancy / max(1.0, species.total) * _TURN
            painter.drawPie(circle, round(begin), -round(turn))
            begin -= turn
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.outline), max(0.5, min(1.0, radius / 8))))
    painter.drawEllipse(circle)
