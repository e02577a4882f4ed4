"""Which sphere lies under a pixel: an orthographic ray against all spheres at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.viz.camera import Camera
from sc3d_desktop.viz.scene import Atoms

Floats = NDArray[np.float64]


def pick_atom(atoms: Atoms, camera: Camera, x: float, y: float) -> int:
    """The index of the drawn atom in front at the pixel, or -1."""
    px, py = camera.to_plane(x, y)
    view = camera.to_view(atoms.centre)
    height = _surface(view, atoms.radius, px, py)
    best = int(np.argmax(height)) if len(height) else 0
    return best if len(height) and np.isfinite(height[best]) else -1


def pick_site(atoms: Atoms, camera: Camera, x: float, y: float) -> int:
    """The site of the atom in front at the pixel, or -1."""
    atom = pick_atom(atoms, camera, x, y)
    return int(atoms.site[atom]) if atom >= 0 else -1


def _surface(view: Floats, radius: Floats, px: float, py: float) -> Floats:
    """Height of each sphere's front above the pixel; minus infinity where the ray misses it."""
    inside = radius**2 - (view[:, 0] - px) ** 2 - (view[:, 1] - py) ** 2
    return np.where(inside >= 0, view[:, 2] + np.sqrt(np.maximum(inside, 0.0)), -np.inf)


def visible_centres(atoms: Atoms, camera: Camera) -> NDArray[np.bool_]:
    """Which atoms show their own front at their centre, not hidden by another."""
    view = camera.to_view(atoms.centre)
    front = view[:, 2] + atoms.radius
    highest = [_surface(view, atoms.radius, x, y).max() for x, y in view[:, :2]]
    return np.asarray(np.array(highest) <= front + 1e-6)
