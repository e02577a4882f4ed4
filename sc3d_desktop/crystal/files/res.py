"""The .res files of SHELX and AIRSS, with their symmetry and free variables.

Read here because pymatgen passes over the occupancies of a .res file without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import gemmi
import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.cif.atoms import AtomRow
from sc3d_desktop.crystal.cif.groups import IDENTITY, Operations, operations
from sc3d_desktop.crystal.cif.numbers import number_and_digits
from sc3d_desktop.crystal.cif.sites import expanded, multiplicity
from sc3d_desktop.crystal.crystal import Crystal, lattice_from_parameters
from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.crystal.files.numbers import MAX_SITES, count_of, numbers
from sc3d_desktop.crystal.findings import Finding, repaired
from sc3d_desktop.errors import CifError

_HINT = "Correct the line, or export the structure as CIF."
_CENTRINGS = {
    "1": ((0, 0, 0),),
    "2": ((0, 0, 0), (12, 12, 12)),
    "3": ((0, 0, 0), (16, 8, 8), (8, 16, 16)),
    "4": ((0, 0, 0), (0, 12, 12), (12, 0, 12), (12, 12, 0)),
    "5": ((0, 0, 0), (0, 12, 12)),
    "6": ((0, 0, 0), (12, 0, 12)),
    "7": ((0, 0, 0), (12, 12, 0)),
}
"""LATT 1 to 7: P, I, R, F, A, B, C, in steps of 1/24."""

_WORDS = """
ABIN ACTA AFIX ANIS ANSC ANSR BASF BIND BLOC BOND BUMP CELL CGLS CHIV CONF CONN DAMP DANG DEFS DELU
DFIX DISP EADP END EQIV EXTI EXYZ FEND FLAT FMAP FRAG FREE FVAR GRID HFIX HKLF HTAB INCL ISOR LATT
LAUE LIST L.S. MERG MORE MOVE MPLA NCSY NEUT OMIT PART PLAN PRIG REM RESI RIGU RTAB SADI SAME SFAC
SHEL SIMU SIZE SPEC STIR SUMP SWAT SYMM TEMP TIME TITL TWIN TWST UNIT WGHT WIGL WPDB XNPD ZERR
"""
_INSTRUCTIONS = frozenset(_WORDS.split())
_PEAK = re.compile(r"Q\d+", re.IGNORECASE)


@dataclass
class _File:
    """What the lines have said so far. ``where`` and ``line_of_atom`` serve errors and findings."""

    where: str
    title: str = ""
    cell: list[float] | None = None
    latt: str = "1"
    triplets: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    variables: list[float] = field(default_factory=list)
    atoms: list[tuple[int, list[str]]] = field(default_factory=list)
    peaks: int = 0
    peak_line: int | None = None
    lines: dict[str, int] = field(default_factory=dict)

    def line_of_atom(self, label: str) -> int | None:
        return self.lines.get(label)


def parse_res(text: str, name: str) -> Crystal:
    """Raises ``CifError`` or ``CrystalError`` naming the line that is wrong."""
    file = _File(name, title=name)
    for number, line in _logical_lines(text):
        words = line.split("!")[0].split()
        if words and words[0].upper() in ("END", "HKLF"):
            break
        if words:
            _take(file, words, number)
        if len(file.atoms) > MAX_SITES:
            raise CifError(f"{name} has more than {MAX_SITES} sites.", "Choose a smaller cell.")
    if file.cell is None or len(file.cell) != 6:
        raise CifError(f"{name}: there is no CELL with six numbers.", _HINT)
    lattice = lattice_from_parameters(*file.cell)
    symmetry = _symmetry(file)
    rows = [_row(file, words, number) for number, words in file.atoms]
    if not rows:
        raise CifError(f"{name} lists no atoms.", "Check that the file was saved completely.")
    full = [_with_full_occupancy(row, symmetry, lattice, name) for row in rows]
    sites, findings = expanded(full, symmetry, lattice, file)
    return Crystal(lattice, sites, file.title, (*_of_peaks(file), *findings))


def _logical_lines(text: str) -> list[tuple[int, str]]:
    """Lines with their number; one that ends in ``=`` goes on in the next."""
    found: list[tuple[int, str]] = []
    open_line = False
    for number, line in enumerate(text.split("\n"), start=1):
        if open_line:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line}")
        else:
            found.append((number, line))
        open_line = line.rstrip().endswith("=")
        if open_line:
            found[-1] = (found[-1][0], found[-1][1].rstrip()[:-1])
    return found


def _take(file: _File, words: list[str], number: int) -> None:
    """One instruction or atom."""
    key = words[0].upper()
    if key == "TITL":
        file.title = " ".join(words[1:]) or file.title
    elif key == "CELL":
        file.cell = numbers(words[2:8])
    elif key == "LATT":
        file.latt = words[1] if len(words) > 1 else "1"
    elif key == "SYMM":
        file.triplets.append("".join(words[1:]))
    elif key == "SFAC":
        file.kinds += _elements(words[1:])
    elif key == "FVAR":
        file.variables += numbers(words[1:]) or []
    elif key[:4] in _INSTRUCTIONS or not file.kinds or len(words) < 5:
        return
    elif _PEAK.fullmatch(key):
        file.peaks, file.peak_line = file.peaks + 1, file.peak_line or number
    elif count_of(words[1]) is not None:
        file.lines.setdefault(words[0], number)
        file.atoms.append((number, words))


def _elements(words: list[str]) -> list[str]:
    """``SFAC C H O``; with scattering factors behind it, one element a line."""
    return words[:1] if len(words) > 2 and numbers(words[1:3]) else words


def _symmetry(file: _File) -> Operations:
    if file.latt.lstrip("-") not in _CENTRINGS:
        raise CifError(f"{file.where}: LATT {file.latt} is no lattice.", _HINT)
    ops = [gemmi.Op("x,y,z")]
    for triplet in file.triplets:
        try:
            ops.append(gemmi.Op(triplet))
        except (ValueError, RuntimeError) as error:
            message = f"{file.where}: SYMM “{triplet[:60]}” is not a symmetry operation."
            raise CifError(message, _HINT) from error
    if not file.latt.startswith("-"):
        ops += [gemmi.Op("-x,-y,-z") * op for op in ops]
    centrings = _CENTRINGS[file.latt.lstrip("-")]
    if len(ops) * len(centrings) == 1:
        return IDENTITY
    whole = operations([op.translated(shift) for shift in centrings for op in ops]).completed()
    if whole is None:
        raise CifError(f"{file.where}: LATT and SYMM make no group.", _HINT)
    return whole


def _row(file: _File, words: list[str], number: int) -> AtomRow:
    place = f"{file.where}, line {number}"
    kind = count_of(words[1]) or 0
    element = file.kinds[kind - 1].capitalize() if 0 < kind <= len(file.kinds) else ""
    if not is_element(element):
        raise CifError(f"{place}: SFAC names no element {words[1]}.", _HINT)
    values = numbers(words[2:6] if len(words) > 5 else [*words[2:5], "11"])
    if values is None:
        raise CifError(f"{place}: position or occupancy is not a number.", _HINT)
    x, y, z, occupancy = (_meant(value, file.variables, place) for value in values)
    if not 0 < occupancy <= 1.01:
        message = f"{place}: the occupancy is {occupancy:g}; it must be above 0 and at most 1."
        raise CifError(message, _HINT)
    nx, ny, nz = (number_and_digits(word)[1] for word in words[2:5])
    return AtomRow(words[0], element, (x, y, z), occupancy, (nx, ny, nz), 0)


def _meant(value: float, variables: list[float], place: str) -> float:
    """10 and more is held in the refinement, 10 n + p is p times free variable n, and negative
    p times what that lacks of 1.
    """
    n = round(value / 10)
    part = value - 10 * n
    if abs(n) <= 1:
        return part
    if abs(n) > len(variables):
        raise CifError(f"{place}: {value:g} stands for a free variable that FVAR lacks.", _HINT)
    variable = variables[abs(n) - 1]
    return part * (variable if n > 0 else variable - 1)


def _with_full_occupancy(
    row: AtomRow, symmetry: Operations, lattice: NDArray[np.float64], where: str
) -> AtomRow:
    """SHELX divides the occupancy by the order of the site symmetry."""
    if len(symmetry) == 1:
        return row
    order = len(symmetry) / multiplicity(row, symmetry, lattice)
    occupancy = row.occupancy * order
    if occupancy > 1.01:
        message = (
            f"{where}, atom {row.label}: the occupancy is {occupancy:g} with the site symmetry"
        )
        raise CifError(f"{message} of order {order:g}, above 1.", _HINT)
    return row._replace(occupancy=occupancy)


def _of_peaks(file: _File) -> list[Finding]:
    if not file.peaks:
        return []
    text = f"{file.peaks} peaks of the difference map (Q) were left out."
    return [repaired("peaks", text, file.peak_line)]
