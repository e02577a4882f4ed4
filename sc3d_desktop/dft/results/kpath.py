"""Paths through the Brillouin zone: distance along them, and the names of their corners."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from sc3d_desktop.dft.results.guard import read_text
from sc3d_desktop.dft.results.types import Bands, Floats

Labels = Mapping[tuple[float, float, float], str]
_LABELLED = re.compile(
    r"^\s*(-?[\d.]+)\s+(-?[\d.]+)\s+(-?[\d.]+)\s+(?:[\d.]+\s*)?!?\s*([^\s\d!][^\s!]*)\s*$", re.M
)
_JUMP = 4.0
_GREEK = {"GAMMA": "Γ", "G": "Γ", "\\GAMMA": "Γ", "SIGMA": "Σ", "\\SIGMA": "Σ"}


def kpoints_labels(path: Path) -> Labels:
    """The names of points in a KPOINTS file, or a card of pw.x, in fractional coordinates."""
    if not path.is_file():
        return {}
    return {
        _key(np.array(found[:3], dtype=float)): _name(found[3])
        for found in _LABELLED.findall(_card(read_text(path)))
    }


def _card(text: str) -> str:
    """What stands in K_POINTS where it is an input of pw.x: positions of atoms look alike."""
    _, found, card = text.partition("K_POINTS crystal_b")
    return re.split(r"^[A-Z_]{6,}", card, maxsplit=1, flags=re.M)[0] if found else text


def _name(label: str) -> str:
    return _GREEK.get(label.upper(), label.replace("_", ""))


def _key(point: Floats) -> tuple[float, float, float]:
    a, b, c = (round(float(x), 4) + 0.0 for x in point)
    return a, b, c


def band_path(lattice: Floats, points: Floats, energies: Floats, labels: Labels) -> Bands:
    """``points`` (k, 3) fractional, ``energies`` (spins, bands, k). No distance is counted between
    branches, which is where the path jumps; the names of both ends stand there.
    """
    reciprocal = 2 * np.pi * np.linalg.inv(lattice).T
    steps = np.linalg.norm(np.diff(points, axis=0) @ reciprocal, axis=1)
    distance = np.concatenate([[0.0], np.cumsum(np.where(_jumps(steps), 0.0, steps))])
    return Bands(distance, energies, _ticks(distance, points, labels))


def _jumps(steps: Floats) -> np.ndarray:
    """Much longer than both steps beside it: within a branch the steps change little, or once."""
    some = steps[steps > 1e-6]
    if not len(some):
        return np.zeros(len(steps), dtype=bool)
    return steps > _JUMP * np.median(some)


def _ticks(distance: Floats, points: Floats, labels: Labels) -> tuple[tuple[float, str], ...]:
    names: dict[float, list[str]] = {}
    turns = _turns(points)
    for at, (x, point) in enumerate(zip(distance, points, strict=True)):
        name = labels.get(_key(point)) if turns[at] else None
        here = names.setdefault(round(float(x), 6), []) if name else []
        if name and name not in here:
            here.append(name)
    return tuple((x, "|".join(found)) for x, found in sorted(names.items()))


def _turns(points: Floats) -> np.ndarray:
    """Ends, and where the direction or the step changes: a named point that is merely passed
    through gets no tick.
    """
    turns = np.ones(len(points), dtype=bool)
    steps = np.diff(points, axis=0)
    turns[1:-1] = np.abs(steps[1:] - steps[:-1]).max(axis=1) > 1e-5
    return turns
