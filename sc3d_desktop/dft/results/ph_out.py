"""What ph.x prints, and its files of dynamical matrices: frequencies, λ(q,ν) and γ(q,ν)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from sc3d_desktop.dft.results.guard import FINISH, read_text, told_of
from sc3d_desktop.dft.results.pw_out import first_crystal
from sc3d_desktop.dft.results.types import Floats, Phonons, QPoint, Result
from sc3d_desktop.errors import ResultsError

MARK = "Program PHONON"
MATRICES = "Dynamical matrix file"
_VERSION = re.compile(r"Program PHONON\s+v\.?\s*(\S+)")
_GRID = re.compile(
    r"Dynamical matrices for \(\s*(\d+),\s*(\d+),\s*(\d+)\)\s+uniform grid of q-points\s*"
    r"\(\s*(\d+)\s*q-points\)"
)
_EACH_Q = re.compile(r"^ +Calculation of q =", re.M)
_Q = re.compile(r"^\s*(?:q = \()?\s*(-?[\d.]+)\s+(-?[\d.]+)\s+(-?[\d.]+)")
_MATRIX_Q = re.compile(r"^ +q = \(\s*(-?[\d.]+)\s+(-?[\d.]+)\s+(-?[\d.]+)\s*\)", re.M)
_DIAGONAL = "Diagonalizing the dynamical matrix"
_FREQUENCY = re.compile(
    r"^ +(?:freq|omega)\s*\(\s*(\d+)\s*\)\s*=\s*\S+\s*\[THz\]\s*=\s*(-?[\d.]+)\s*\[cm-1\]", re.M
)
_FAILED = "No convergence has been achieved"
_STAR = re.compile(r"Number of q in the star =\s*(\d+)")
_OPPOSITE = "In addition there is the -q list"
_BROADENING = re.compile(r"Gaussian Broadening:\s+([\d.]+)\s+Ry")
_COUPLING = re.compile(r"lambda\(\s*(\d+)\s*\)\s*=\s*(\S{1,20}?)\s+gamma=\s*(\S{1,20}?)\s*GHz")


def read_ph_out(path: Path) -> Result:
    """Raises ``ResultsError`` for what is no output of ph.x, or ends before the first q is done."""
    with told_of(path):
        text = read_text(path)
        if MARK not in text:
            raise ResultsError(f"{path.name} is not an output of ph.x.", "Choose another file.")
        phonons = _phonons(text)
        if not phonons.points:
            raise ResultsError(f"{path.name} ends before the first frequencies.", FINISH)
        return Result(
            code="Quantum ESPRESSO",
            sources=(path,),
            start=first_crystal(text),
            converged=bool(phonons.finished) and _FAILED not in text,
            phonons=phonons,
            notes=() if phonons.finished else (_unfinished(path.name, phonons),),
        )


def _phonons(text: str) -> Phonons:
    parts = _EACH_Q.split(text)
    read = [_point(part) for part in parts[1:] or parts]
    found = [(point, widths) for point, widths in read if point is not None]
    version, grid = _VERSION.search(text), _GRID.search(text)
    counts = [int(n) for n in grid.groups()] if grid else None
    return Phonons(
        points=tuple(point for point, _ in found),
        mesh=(counts[0], counts[1], counts[2]) if counts else None,
        n_points=counts[3] if counts else None,
        broadenings_ry=max((widths for _, widths in found), key=len, default=()),
        version=version[1] if version else "",
        finished="JOB DONE" in text,
    )


def _unfinished(name: str, phonons: Phonons) -> str:
    of = f" of {phonons.n_points}" if phonons.n_points else ""
    return f"{name} does not end as a finished run does: {len(phonons.points)}{of} q are there."


def _point(part: str) -> tuple[QPoint | None, tuple[float, ...]]:
    """What is printed of one q, with the broadenings; None where it breaks off before anything."""
    place = _Q.match(part) or _MATRIX_Q.search(part)
    frequencies = _frequencies(part)
    widths, coupling, linewidth = _coupling(part)
    if place is None or not (len(frequencies) or len(coupling)):
        return None, ()
    star = _STAR.search(part)
    count = int(star[1]) * (2 if _OPPOSITE in part else 1) if star else None
    return QPoint(_vector(place.groups()), frequencies, count, coupling, linewidth), widths


def _vector(texts: Iterable[str]) -> Floats:
    return np.array([float(text) for text in texts])


def _frequencies(part: str) -> Floats:
    """By the number of the mode; empty where ph.x took them from an earlier run."""
    listed = {int(n): float(cm) for n, cm in _FREQUENCY.findall(part.rpartition(_DIAGONAL)[2])}
    if sorted(listed) != list(range(1, len(listed) + 1)):
        raise ValueError("modes are missing")
    return np.array([listed[n] for n in sorted(listed)])


def _coupling(part: str) -> tuple[tuple[float, ...], Floats, Floats]:
    """Broadenings, and λ and γ (broadenings, modes), of those that are whole."""
    _, *pieces = _BROADENING.split(part)
    blocks = [(float(w), _COUPLING.findall(t)) for w, t in zip(*[iter(pieces)] * 2, strict=True)]
    modes = max((len(rows) for _, rows in blocks), default=0)
    whole = [(width, rows) for width, rows in blocks if len(rows) == modes > 0]
    values = np.array([[[_number(x) for x in row[1:]] for row in rows] for _, rows in whole])
    values = values.reshape(len(whole), modes, 2)
    return tuple(width for width, _ in whole), values[..., 0], values[..., 1]


def _number(text: str) -> float:
    """Stars are what Fortran writes of a number that is too long."""
    return np.nan if "*" in text else float(text)


def read_matrices(path: Path) -> QPoint:
    """The frequencies at the end of a file of dynamical matrices, which holds one for each q of the
    star. Raises ``ResultsError`` where they are not there.
    """
    with told_of(path):
        matrices, found, last = read_text(path).partition(_DIAGONAL)
        point, _ = _point(last) if found else (None, ())
        if point is None:
            raise ResultsError(f"{path.name} ends before its frequencies.", FINISH)
        place = _MATRIX_Q.search(last)
        assert place is not None
        star = len(_MATRIX_Q.findall(matrices))
        return QPoint(_vector(place.groups()), point.frequencies_cm, star)
