"""An orthographic camera around a crystal; view space is x right, y up, z towards the viewer."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

Margins = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels."""
DEFAULT_MARGINS: Margins = (28.0, 28.0, 28.0, 28.0)
MIN_SCALE, MAX_SCALE = 1e-4, 10.0
"""Å per pixel: from one atom filling a wall to a micrometre on a screen."""


@dataclass
class Camera:
    """Rotation (rows are the view axes), the point in the middle, and Å per pixel.

    ``size`` is the viewport in logical pixels. Pixels count from the top left, as in Qt.
    """

    rotation: Floats = field(default_factory=lambda: np.eye(3))
    centre: Floats = field(default_factory=lambda: np.zeros(3))
    scale: float = 0.02
    size: tuple[int, int] = (1, 1)

    def to_view(self, points: Floats) -> Floats:
        """Points in view space, in Å from the centre, shape (n, 3)."""
        return (points - self.centre) @ self.rotation.T

    def project(self, points: Floats) -> Floats:
        """Pixel x, pixel y and height towards the viewer in Å, shape (n, 3)."""
        view = self.to_view(points)
        view[:, 0] = self.size[0] / 2 + view[:, 0] / self.scale
        view[:, 1] = self.size[1] / 2 - view[:, 1] / self.scale
        return view

    def to_plane(self, x: float, y: float) -> tuple[float, float]:
        """View-space x and y in Å of a pixel."""
        return (x - self.size[0] / 2) * self.scale, (self.size[1] / 2 - y) * self.scale

    def rotate(self, dx_degrees: float, dy_degrees: float, roll_degrees: float = 0.0) -> None:
        """Turn the crystal about the vertical, the horizontal and the line of sight."""
        turn = _about(2, roll_degrees) @ _about(0, dy_degrees) @ _about(1, dx_degrees)
        u, _, vt = np.linalg.svd(turn @ self.rotation)  # keeps it orthonormal over many small steps
        self.rotation = u @ vt

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by pixels."""
        shift = np.array([-dx * self.scale, dy * self.scale, 0.0])
        self.centre = self.centre + shift @ self.rotation

    def zoom(self, factor: float, at: tuple[float, float] | None = None) -> None:
        """Enlarge by ``factor``, leaving the point under the pixel ``at`` where it is."""
        before = self.scale
        self.scale = min(MAX_SCALE, max(MIN_SCALE, before / factor))
        if at is not None:
            x, y = at[0] - self.size[0] / 2, self.size[1] / 2 - at[1]
            shift = np.array([x, y, 0.0]) * (before - self.scale)
            self.centre = self.centre + shift @ self.rotation

    def look(self, towards: ArrayLike, up: ArrayLike) -> None:
        """Put the direction ``towards`` at the viewer and ``up`` as near to upwards as it goes."""
        z = _unit(np.asarray(towards, dtype=np.float64))
        x = np.cross(np.asarray(up, dtype=np.float64), z)
        if np.linalg.norm(x) < 1e-9:
            x = np.cross([0.0, 0.0, 1.0] if abs(z[2]) < 0.9 else [0.0, 1.0, 0.0], z)
        x = _unit(x)
        self.rotation = np.array([x, np.cross(z, x), z])

    def fit(self, points: Floats, radii: Floats, margins: Margins = DEFAULT_MARGINS) -> None:
        """Centre and scale so that all spheres stand in the viewport, inside its margins."""
        view = points @ self.rotation.T
        low, high = (view - radii[:, None]).min(axis=0), (view + radii[:, None]).max(axis=0)
        self.centre = (low + high) / 2 @ self.rotation
        left, top, right, bottom = margins
        room = max(20.0, self.size[0] - left - right), max(20.0, self.size[1] - top - bottom)
        wanted = max((high[0] - low[0]) / room[0], (high[1] - low[1]) / room[1])
        self.scale = min(MAX_SCALE, max(MIN_SCALE, float(wanted)))
        self.pan((left - right) / 2, (top - bottom) / 2)


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float64)


def _about(axis: int, degrees: float) -> Floats:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.eye(3)
    matrix[i, i] = matrix[j, j] = c
    matrix[i, j], matrix[j, i] = -s, s
    return matrix


def view_axes(lattice: Floats, along: str) -> tuple[Floats, Floats]:
    """Direction to the viewer and upwards for the view along ``a`` … ``c`` or ``a*`` … ``c*``."""
    direct, reciprocal = lattice, np.linalg.inv(lattice).T
    rows = {"a": 0, "b": 1, "c": 2}
    vectors = reciprocal if along.endswith("*") else direct
    row = rows[along.removesuffix("*")]
    towards = vectors[row]
    up = direct[2] if row != 2 else np.cross(towards, direct[0])
    return towards, up


def default_axes(lattice: Floats) -> tuple[Floats, Floats]:
    """The usual drawing: c upwards, a towards the viewer and a little left, seen from above."""
    x, y, z = _frame(lattice)
    turn, lift = math.radians(24.0), math.radians(14.0)
    level = math.cos(turn) * x + math.sin(turn) * y
    return math.cos(lift) * level + math.sin(lift) * z, z


def pie_axes(lattice: Floats) -> Floats:
    """Rows: the azimuth where the first wedge starts, the one 90° on, and the axis of the pies.

    The start lies halfway between a and b, so that the border between the first and the last
    species is seen in the default view and in those along a and b.
    """
    x, y, z = _frame(lattice)
    turn = math.atan2(float(lattice[1] @ y), float(lattice[1] @ x)) / 2
    start = math.cos(turn) * x + math.sin(turn) * y
    return np.array([start, np.cross(z, start), z])


def _frame(lattice: Floats) -> tuple[Floats, Floats, Floats]:
    """Orthonormal: the part of a across c, the third one, and c."""
    z = _unit(lattice[2])
    x = _unit(lattice[0] - (lattice[0] @ z) * z)
    y = np.cross(z, x)
    return x, (y if y @ lattice[1] >= 0 else -y), z
