"""OUTCAR of VASP: what vasprun.xml leaves out, and what is left where that is missing."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from sc3d_desktop.dft.results.guard import FINISH, read_text, told_of
from sc3d_desktop.dft.results.packed import beside
from sc3d_desktop.dft.results.structures import crystal_in
from sc3d_desktop.dft.results.types import Result
from sc3d_desktop.errors import ResultsError

_ENERGY = re.compile(r"energy\(sigma->0\)\s*=\s*(-?[\d.]+)")
_FERMI = re.compile(r"E-fermi\s*:\s*(-?[\d.]+)")
_MOMENT = re.compile(r"number of electron\s+[\d.]+\s+magnetization\s+(-?[\d.]+)")
_SITES = re.compile(r"magnetization \(x\)\s*\n(.*?)\n\s*-{4,}\s*\n(.*?)\n\s*(?:-{4,}|\n)", re.S)
_FORCES = re.compile(r"TOTAL-FORCE \(eV/Angst\)\s*\n\s*-+\s*\n(.*?)\n\s*-{10,}", re.S)
_FINISHED = "General timing and accounting"
_ELECTRONS = "aborting loop because EDIFF is reached"
_IONS = "reached required accuracy"
_NSW = re.compile(r"NSW\s*=\s*(\d+)")


def read_outcar(path: Path) -> Result:
    """Raises ``ResultsError`` for what is no OUTCAR or ends before the first energy. The structures
    are those of POSCAR and CONTCAR beside it.
    """
    with told_of(path):
        text = read_text(path)
        if "vasp" not in text[:2000].lower():
            raise ResultsError(f"{path.name} is not an OUTCAR of VASP.", "Choose another file.")
        energies = _ENERGY.findall(text)
        if not energies:
            raise ResultsError(f"{path.name} ends before the first energy.", FINISH)
        finished = _FINISHED in text
        return Result(
            code="VASP",
            sources=(path,),
            start=crystal_in(beside(path, "POSCAR")),
            relaxed=crystal_in(beside(path, "CONTCAR")),
            energy_ev=float(energies[-1]),
            converged=finished and _converged(text),
            force_max=_force_max(text),
            fermi_ev=_last(_FERMI, text),
            moment_total=_last(_MOMENT, text),
            moments=_moments(text),
            notes=() if finished else (f"{path.name} does not end as a finished run does.",),
        )


def _converged(text: str) -> bool:
    moves = int(_last(_NSW, text) or 0)
    return _ELECTRONS in text and (moves <= 1 or _IONS in text)


def _last(pattern: re.Pattern[str], text: str) -> float | None:
    found = pattern.findall(text)
    return float(found[-1]) if found else None


def _force_max(text: str) -> float | None:
    tables = _FORCES.findall(text)
    if not tables:
        return None
    rows = np.array([line.split() for line in tables[-1].splitlines()], dtype=np.float64)
    return float(np.linalg.norm(rows[:, 3:6], axis=1).max())


def _moments(text: str) -> tuple[float, ...]:
    """Of each site, in the order of POSCAR."""
    tables = _SITES.findall(text)
    if not tables:
        return ()
    rows = (line.split() for line in tables[-1][1].splitlines())
    return tuple(float(row[-1]) for row in rows if row and row[0].isdigit())
