"""What pw.x prints."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.results.guard import FINISH, read_text, told_of
from sc3d_desktop.dft.results.pw_xml import BOHR_ANGSTROM, symbol_of
from sc3d_desktop.dft.results.structures import crystal_from
from sc3d_desktop.dft.results.types import Floats, Result
from sc3d_desktop.errors import ResultsError

RYDBERG_EV = 13.605693122994
MARK = "Program PWSCF"
_ENERGY = re.compile(r"^!\s+total energy\s+=\s+(-?[\d.]+) Ry", re.M)
_FERMI = re.compile(r"the Fermi energy is\s+(-?[\d.]+) ev")
_EDGES = re.compile(r"highest occupied, lowest unoccupied level \(ev\):\s+(-?[\d.]+)\s+(-?[\d.]+)")
_EDGE = re.compile(r"highest occupied level \(ev\):\s+(-?[\d.]+)")
_MOMENT = re.compile(r"^ *total magnetization\s+=\s+(-?[\d.]+) Bohr", re.M)
_SITE = re.compile(r"^ *atom(?::|\s)\s*\d+.*?magn(?::|=)\s*(-?[\d.]+)", re.M)
_START = re.compile(r"Starting magnetic structure\s*\n[^\n]*\n((?: +\S+ +-?[\d.]+ *\n)+)")
_KIND = re.compile(r"^ +(\S+) +(-?[\d.]+) *$", re.M)
_FORCE = re.compile(r"^ *atom +\d+ type +\d+ +force = +(\S+) +(\S+) +(\S+)", re.M)
_ALAT = re.compile(r"lattice parameter \(alat\)\s+=\s+([\d.]+)\s+a\.u\.")
_AXES = re.compile(r"a\(\d\) = \(\s*(\S+)\s+(\S+)\s+(\S+)\s*\)")
_PLACE = re.compile(
    r"^ +\d+ +(\S+)(?: +[\d.]+)? +tau\( *\d+\) = \(\s*(\S+)\s+(\S+)\s+(\S+)\s*\)", re.M
)
_CELL = re.compile(r"CELL_PARAMETERS \(([^)]*)\)\n((?:.*\n){3})")
_ATOMS = re.compile(
    r"ATOMIC_POSITIONS \((\w+)\)\n((?:[A-Z]\S*(?: +-?[\d.]+){3}(?: +[01]){0,3} *\n)+)"
)


def read_pw_out(path: Path) -> Result:
    """Raises ``ResultsError`` for what is no output of pw.x or ends before anything was reached."""
    with told_of(path):
        text = read_text(path)
        if MARK not in text:
            raise ResultsError(f"{path.name} is not an output of pw.x.", "Choose another file.")
        energies = _ENERGY.findall(text)
        done = "JOB DONE" in text
        if not energies and not done:
            raise ResultsError(f"{path.name} ends before the first energy.", FINISH)
        start = first_crystal(text)
        gap, edge = _edges(text)
        fermi = _last(_FERMI, text)
        return Result(
            code="Quantum ESPRESSO",
            sources=(path,),
            start=start,
            relaxed=_last_crystal(text, start),
            energy_ev=float(energies[-1]) * RYDBERG_EV if energies else None,
            converged=_converged(text, done) if energies else None,
            force_max=_force_max(text),
            fermi_ev=edge if fermi is None else fermi,
            gap_ev=gap,
            moment_total=_last(_MOMENT, text),
            moments=_moments(text, len(start) if start is not None else 0),
            start_moments=_start_moments(text, len(start) if start is not None else 0),
            notes=() if done else (f"{path.name} does not end as a finished run does.",),
        )


def _last(pattern: re.Pattern[str], text: str) -> float | None:
    found = pattern.findall(text)
    return float(found[-1]) if found else None


def _edges(text: str) -> tuple[float | None, float | None]:
    """The gap, and the highest occupied level of what has no Fermi level."""
    both = _EDGES.findall(text)
    if both:
        top, bottom = map(float, both[-1])
        return max(0.0, bottom - top), top
    return None, _last(_EDGE, text)


def _converged(text: str, done: bool) -> bool:
    moves = "BFGS Geometry Optimization" in text
    relaxed = "bfgs converged" in text or "End of BFGS Geometry Optimization" in text
    reached = "convergence has been achieved" in text.rpartition("convergence NOT achieved")[2]
    return done and reached and (relaxed or not moves) and "maximum number of steps" not in text


def _force_max(text: str) -> float | None:
    """Of the last block: the total force alone, not its parts that a verbose run adds."""
    block = text.rpartition("Forces acting on atoms")[2]
    forces = np.array(_FORCE.findall(block.partition("Total force")[0]), dtype=np.float64)
    if not len(forces):
        return None
    return float(np.linalg.norm(forces, axis=1).max() * RYDBERG_EV / BOHR_ANGSTROM)


def _moments(text: str, n_atoms: int) -> tuple[float, ...]:
    found = [float(x) for x in _SITE.findall(text)]
    return tuple(found[-n_atoms:]) if n_atoms and len(found) >= n_atoms else ()


def _start_moments(text: str, n_atoms: int) -> tuple[float, ...]:
    """Of the kind of each site, as the input gave it."""
    block = _START.search(text)
    if block is None:
        return ()
    kinds = {name: float(share) for name, share in _KIND.findall(block[1])}
    labels = [place[0] for place in _PLACE.findall(text)[:n_atoms]]
    return tuple(kinds.get(label, 0.0) for label in labels) if any(kinds.values()) else ()


def first_crystal(text: str) -> Crystal | None:
    """As the heads of pw.x and ph.x print it."""
    alat, axes, places = _ALAT.search(text), _AXES.findall(text)[:3], _PLACE.findall(text)
    count = re.search(r"number of atoms/cell\s+=\s+(\d+)", text)
    if alat is None or len(axes) < 3 or count is None or len(places) < int(count[1]):
        return None
    places = places[: int(count[1])]
    unit = np.array(axes, dtype=np.float64)
    at = np.array([place[1:] for place in places], dtype=np.float64)
    lattice = unit * float(alat[1]) * BOHR_ANGSTROM
    return crystal_from(lattice, [symbol_of(p[0]) for p in places], at @ np.linalg.inv(unit))


def _last_crystal(text: str, start: Crystal | None) -> Crystal | None:
    """Where atoms alone moved, the cell is that of the start."""
    atoms = _ATOMS.findall(text)
    if not atoms or start is None:
        return start
    kind, block = atoms[-1]
    rows = [line.split() for line in block.splitlines()]
    lattice = _cell(text, np.asarray(start.lattice))
    fracs = _fractional(kind, np.array([row[1:4] for row in rows], dtype=float), lattice, text)
    return crystal_from(lattice, [symbol_of(row[0]) for row in rows], fracs)


def _cell(text: str, start: Floats) -> Floats:
    cells = _CELL.findall(text)
    if not cells:
        return start
    unit, block = cells[-1]
    rows = np.array([line.split() for line in block.splitlines()], dtype=np.float64)
    return rows * _unit_angstrom(unit, text)


def _unit_angstrom(unit: str, text: str) -> float:
    if "angstrom" in unit:
        return 1.0
    if "bohr" in unit:
        return BOHR_ANGSTROM
    stated = re.search(r"alat\s*=\s*([\d.]+)", unit) or _ALAT.search(text)
    return float(stated[1]) * BOHR_ANGSTROM if stated else 1.0


def _fractional(kind: str, at: Floats, lattice: Floats, text: str) -> Floats:
    if kind == "crystal":
        return at
    return at * _unit_angstrom(kind, text) @ np.linalg.inv(lattice)
