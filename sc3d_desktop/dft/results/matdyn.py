"""Interpolated phonons of matdyn.x: along a path, or on a mesh."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.results.guard import read_text, told_of
from sc3d_desktop.dft.results.kpath import Labels, band_path, jumps, kpoints_labels, turns
from sc3d_desktop.dft.results.qe_tables import plotted
from sc3d_desktop.dft.results.types import Dispersion, Floats
from sc3d_desktop.errors import ResultsError

_MOST_JUMPS, _MOST_TURNS = 8, 0.3
_GAMMA = (np.zeros(3), "Γ")
_UNIT = 2 * np.pi * np.eye(3)
"""The cell whose reciprocal lattice is that of plain numbers."""


def read_freq(
    path: Path, crystal: Crystal | None = None, alat: float | None = None, labels: Labels = ()
) -> Dispersion:
    """A ``flfrq`` of matdyn.x. With the crystal and ``alat`` in Å distances are in 1/Å, and
    ``labels`` name the corners, by fractional coordinates. Raises ``ResultsError``.
    """
    with told_of(path):
        q, frequencies = plotted(path, "matdyn.x")
        if not is_path(q):
            return Dispersion(path.name, q, frequencies)
        lattice, points, known = _UNIT, q, [_GAMMA]
        if crystal is not None and alat is not None:
            lattice, known = np.asarray(crystal.lattice), [_GAMMA, *labels]
            points = q @ lattice.T / alat
        found = band_path(lattice, points, frequencies.T[None], known)
        return Dispersion(path.name, q, frequencies, found.distance, found.ticks)


def is_path(points: Floats) -> bool:
    """The points of a mesh turn and jump at the end of each of its rows."""
    if len(points) < 3:
        return False
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    turning = float(turns(points)[1:-1].mean())
    return turning <= _MOST_TURNS and int(jumps(steps).sum()) <= _MOST_JUMPS


def path_labels(path: Path) -> Labels:
    """The points with names in an input of matdyn.x that gives them in fractional coordinates."""
    with told_of(path):
        fractional = re.search(r"q_in_cryst_coord\s*=\s*\.t", read_text(path), re.I)
        return kpoints_labels(path) if fractional else ()


def read_gp(path: Path, unit: float = 1.0) -> Dispersion:
    """A ``.gp`` file: distance in 2π/alat and frequencies; where q is, it does not say.

    ``unit`` is 2π/alat in 1/Å, where it is known.
    """
    with told_of(path):
        rows = np.array([line.split() for line in read_text(path).splitlines() if line.strip()])
        rows = rows.astype(np.float64)
        if rows.ndim != 2 or rows.shape[1] < 2 or np.any(np.diff(rows[:, 0]) < 0):
            raise ResultsError(f"{path.name} holds no phonons.", "Run matdyn.x again.")
        q, along = np.full((len(rows), 3), np.nan), rows[:, :1]
        distance = rows[:, 0] * unit if is_path(along) else None
        return Dispersion(path.name, q, rows[:, 1:], distance)
