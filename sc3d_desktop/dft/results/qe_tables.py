"""Tables that Quantum ESPRESSO's dos.x, projwfc.x and bands.x write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from sc3d_desktop.dft.results.guard import read_text, told_of
from sc3d_desktop.dft.results.kpath import Labels, along, band_path
from sc3d_desktop.dft.results.types import Bands, Dos, Floats
from sc3d_desktop.errors import ResultsError

_FERMI = re.compile(r"EFermi\s*=\s*(-?[\d.]+)")
_HEAD = re.compile(r"&plot\s+nbnd=\s*(\d+)\s*,\s*nks=\s*(\d+)\s*/")
_ATOM = re.compile(r"pdos_atm#\d+\((\w+?)\d*\)_wfc")
_LOST = "0.0"


def is_dos(head: bytes) -> bool:
    line = head.partition(b"\n")[0]
    return b"dos(E)" in line or b"dosup(E)" in line


def is_plotted(head: bytes) -> bool:
    """Whether bands.x or matdyn.x wrote it: their files are alike."""
    return _HEAD.match(head[:200].decode(errors="replace").lstrip()) is not None


def read_dos(path: Path, projections: Iterable[Path] = ()) -> tuple[Dos, float | None]:
    """The DOS relative to the Fermi level that its head states, and that level in eV."""
    with told_of(path):
        text = read_text(path)
        head = text.partition("\n")[0]
        rows = _rows(text)
        if len(rows) < 2:
            raise ResultsError(f"{path.name} holds no DOS.", "Run dos.x again.")
        spins = 2 if "dosup" in head else 1
        stated = _FERMI.search(head)
        fermi = float(stated[1]) if stated else None
        elements = _elements(projections, rows[:, 0], spins)
        return Dos(rows[:, 0] - (fermi or 0.0), rows[:, 1 : 1 + spins].T, elements), fermi


def _rows(text: str) -> Floats:
    lines = [line.split() for line in text.splitlines() if line.strip() and "#" not in line]
    width = min(len(line) for line in lines) if lines else 0
    return np.array([[_number(x) for x in line[:width]] for line in lines])


def _number(text: str) -> float:
    """Fortran leaves out the E of a three-digit exponent: such a number is next to nothing."""
    return float(_LOST if re.search(r"\d[-+]\d{3}$", text) else text.replace("D", "E"))


def _elements(files: Iterable[Path], energies: Floats, spins: int) -> dict[str, Floats]:
    """projwfc.x has its own mesh of energies."""
    found: dict[str, Floats] = {}
    for path in sorted(files):
        named = _ATOM.search(path.name)
        if named is None:
            continue
        rows = _rows(read_text(path))
        parts = [np.interp(energies, rows[:, 0], rows[:, 1 + s], 0, 0) for s in range(spins)]
        found[named[1]] = found.get(named[1], np.zeros_like(parts)) + np.array(parts)
    return found


def read_bands(path: Path, lattice: Floats, alat: float, fermi: float, labels: Labels) -> Bands:
    """A ``filband`` of bands.x: k in 2π/alat, energies in eV. ``alat`` in Å."""
    with told_of(path):
        points, energies = plotted(path, "bands.x")
        return band_path(lattice, points @ lattice.T / alat, energies.T[None] - fermi, labels)


def read_bands_gnu(path: Path, alat: float, fermi: float) -> Bands:
    """The same bands, one after the other, as distance in 2π/alat and energy: without names."""
    with told_of(path):
        blocks = [block.split() for block in re.split(r"\n\s*\n", read_text(path)) if block.strip()]
        if len({len(block) for block in blocks}) != 1 or len(blocks[0]) % 2:
            raise ResultsError(f"{path.name} is not complete.", "Run bands.x again.")
        rows = np.array(blocks, dtype=np.float64).reshape(len(blocks), -1, 2)
        steps = np.diff(rows[0, :, 0]) * 2 * np.pi / alat
        return Bands(along(steps), rows[None, :, :, 1] - fermi)


def plotted(path: Path, program: str) -> tuple[Floats, Floats]:
    """What bands.x and matdyn.x write to be plotted: points (k, 3) in 2π/alat, values (k, n)."""
    text = read_text(path)
    head = _HEAD.search(text)
    if head is None:
        raise ResultsError(f"{path.name} holds no bands.", f"Run {program} again.")
    width, n_points = 3 + int(head[1]), int(head[2])
    values = np.array(text[head.end() :].split(), dtype=np.float64)
    if len(values) != n_points * width or not n_points:
        raise ResultsError(f"{path.name} is not complete.", f"Run {program} again.")
    rows = values.reshape(n_points, width)
    return rows[:, :3], rows[:, 3:]
