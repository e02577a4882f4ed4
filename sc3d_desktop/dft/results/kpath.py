"""Paths through the Brillouin zone: distance along them, and the names of their corners."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sc3d_desktop.dft.results.guard import read_text
from sc3d_desktop.dft.results.types import Bands, Floats

Labels = Sequence[tuple[Floats, str]]
_LABELLED = re.compile(
    r"^[ \t]*(-?[\d.]+)[ \t]+(-?[\d.]+)[ \t]+(-?[\d.]+)[ \t]+(?:[\d.]+[ \t]*)?!?[ \t]*"
    r"([^\s\d!][^\s!]*)[ \t]*$",
    re.M,
)
_JUMP = 4.0
_SAME_POINT = 1e-3
_STRAIGHT = 1e-4
_GREEK = {"GAMMA": "Γ", "G": "Γ", "\\GAMMA": "Γ", "SIGMA": "Σ", "\\SIGMA": "Σ"}


def kpoints_labels(path: Path) -> Labels:
    """The points with names in a KPOINTS file, or a card of pw.x, in fractional coordinates."""
    if not path.is_file():
        return ()
    found = _LABELLED.findall(_card(read_text(path)))
    return [(np.array(point, dtype=np.float64), _name(name)) for *point, name in found]


def _card(text: str) -> str:
    """What stands in K_POINTS where it is an input of pw.x: positions of atoms look alike."""
    _, found, card = text.partition("K_POINTS crystal_b")
    return re.split(r"^[A-Z_]{6,}", card, maxsplit=1, flags=re.M)[0] if found else text


def _name(label: str) -> str:
    return _GREEK.get(label.upper(), label.replace("_", ""))


def _named(point: Floats, labels: Labels) -> str | None:
    return next((name for at, name in labels if np.abs(at - point).max() < _SAME_POINT), None)


def band_path(lattice: Floats, points: Floats, energies: Floats, labels: Labels) -> Bands:
    """``points`` (k, 3) fractional, ``energies`` (spins, bands, k). No distance is counted between
    branches, where the path jumps; the names of both ends stand there.
    """
    reciprocal = 2 * np.pi * np.linalg.inv(lattice).T
    steps = np.linalg.norm(np.diff(points, axis=0) @ reciprocal, axis=1)
    distance = along(steps)
    return Bands(distance, energies, _ticks(distance, points, labels))


def along(steps: Floats) -> Floats:
    """The distance from the first point, without the jumps."""
    return np.concatenate([[0.0], np.cumsum(np.where(jumps(steps), 0.0, steps))])


def jumps(steps: Floats) -> np.ndarray:
    """Much longer than the steps on both sides."""
    padded = np.concatenate([[0.0], steps, [0.0]])
    beside = np.maximum(padded[:-2], padded[2:])
    return (beside > 0) & (steps > _JUMP * beside)


def _ticks(distance: Floats, points: Floats, labels: Labels) -> tuple[tuple[float, str], ...]:
    names: dict[float, list[str]] = {}
    turning = turns(points)
    for at, (x, point) in enumerate(zip(distance, points, strict=True)):
        name = _named(point, labels) if turning[at] else None
        here = names.setdefault(round(float(x), 6), []) if name else []
        if name and name not in here:
            here.append(name)
    return tuple((x, "|".join(found)) for x, found in sorted(names.items()))


def turns(points: Floats) -> np.ndarray:
    """Ends, and where the direction or the step changes: a named point that is merely passed
    through gets no tick.
    """
    turning = np.ones(len(points), dtype=bool)
    steps = np.diff(points, axis=0)
    turning[1:-1] = np.abs(steps[1:] - steps[:-1]).max(axis=1) > _STRAIGHT
    return turning
