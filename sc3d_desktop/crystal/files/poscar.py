"""POSCAR and CONTCAR of VASP 5 and later, which name their elements."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.crystal.files.numbers import MAX_SITES, checked_cell, count_of, numbers, vector
from sc3d_desktop.errors import CifError

_HINT = "Check that the file was saved completely."
_SYMBOL_END = re.compile(r"[_/]")


def parse_poscar(text: str, name: str) -> Crystal:
    """Raises ``CifError`` or ``CrystalError`` naming the line that is wrong."""
    lines = text.splitlines()
    if len(lines) < 8:
        raise CifError(f"{name} has {len(lines)} lines, too few for a POSCAR.", _HINT)
    raw = np.array([vector(lines[i], f"{name}, line {i + 1}") for i in (2, 3, 4)])
    scale = _scale(lines[1], raw, name)
    cell = checked_cell(raw * scale)
    elements = _elements(lines[5], lines[6], name)
    at = 8 if lines[7].strip()[:1] in ("S", "s") else 7
    cartesian = at < len(lines) and lines[at].strip()[:1] in ("C", "c", "K", "k")
    rows = lines[at + 1 : at + 1 + len(elements)]
    if len(rows) < len(elements):
        raise CifError(f"{name}: {len(elements)} sites are announced, {len(rows)} follow.", _HINT)
    found = [vector(row, f"{name}, line {at + 2 + i}") for i, row in enumerate(rows)]
    fracs = np.array(found) * scale @ np.linalg.inv(cell) if cartesian else np.array(found)
    sites = tuple(
        Site(f"{element}{number}", Species({element: 1.0}), (frac[0], frac[1], frac[2]))
        for number, (element, frac) in enumerate(zip(elements, fracs.tolist(), strict=True), 1)
    )
    return Crystal(cell, sites, lines[0].strip() or name)


def _scale(line: str, raw: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """One factor, three, or, where negative, the volume of the cell."""
    values = numbers(line.split()[:3]) or numbers(line.split()[:1])
    if not values or len(values) == 2 or 0 in values or (len(values) == 3 and min(values) < 0):
        raise CifError(f"{name}, line 2: “{line.strip()[:40]}” is no scale.", "Correct the line.")
    volume = abs(float(np.linalg.det(raw)))
    if values[0] < 0:
        checked_cell(raw * (-values[0] / volume) ** (1 / 3) if volume > 0 else raw)
        return np.full(3, (-values[0] / volume) ** (1 / 3))
    return np.array(values if len(values) == 3 else values * 3)


def _elements(symbols: str, counts: str, name: str) -> list[str]:
    """The element of every site, in order."""
    kinds = [_SYMBOL_END.split(word)[0] for word in symbols.split()]
    if not kinds or kinds[0][:1].isdigit():
        raise CifError(f"{name} does not say its elements (line 6).", "Add a line with them.")
    for kind in kinds:
        if not is_element(kind):
            raise CifError(f"{name}, line 6: “{kind}” is not a chemical element.", "Correct it.")
    each = [count_of(word) for word in counts.split()[: len(kinds)]]
    known = [count for count in each if count is not None]
    if len(known) != len(kinds) or sum(known) > MAX_SITES:
        message = f"{name}, line 7: “{counts.strip()[:40]}” does not count {len(kinds)} elements"
        raise CifError(f"{message} with 1 to {MAX_SITES} sites in all.", "Correct the line.")
    return [kind for kind, count in zip(kinds, known, strict=True) for _ in range(count)]
