"""POSCAR and CONTCAR of VASP 5, which name their elements, and 4, where something else does.

Read here because pymatgen passes over an element whose count stands beyond the names.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.crystal.files.numbers import MAX_SITES, checked_cell, count_of, numbers, vector
from sc3d_desktop.crystal.findings import Finding, doubtful, repaired
from sc3d_desktop.errors import CifError

_HINT = "Check that the file was saved completely."
_SYMBOL_END = re.compile(r"[_/]")
_REMARK = re.compile(r"[!#].*")


def parse_poscar(text: str, name: str) -> Crystal:
    """Raises ``CifError`` or ``CrystalError`` naming the line that is wrong."""
    lines = text.rstrip().split("\n")
    if len(lines) < 7:
        raise CifError(f"{name} has {len(lines)} lines, too few for a POSCAR.", _HINT)
    raw = np.array([vector(lines[i], f"{name}, line {i + 1}") for i in (2, 3, 4)])
    scale = _scale(lines[1], raw, name)
    cell = checked_cell(raw * scale)
    named = count_of(lines[5].split()[0]) is None if lines[5].split() else True
    at = 6 if named else 5
    counts = _counts(lines[at], f"{name}, line {at + 1}")
    at += 1
    at += _line(lines, at)[:1] in ("S", "s")
    cartesian = _is_cartesian(_line(lines, at), f"{name}, line {at + 1}")
    kinds = _kinds(lines[5], f"{name}, line 6") if named else []
    if named and len(kinds) != len(counts):
        message = f"{name}: {len(kinds)} elements are named, {len(counts)} counted."
        raise CifError(message, "Correct lines 6 and 7.")
    rows = lines[at + 1 : at + 1 + sum(counts)]
    if len(rows) < sum(counts):
        raise CifError(f"{name}: {sum(counts)} sites are announced, {len(rows)} follow.", _HINT)
    found = [vector(row, f"{name}, line {at + 2 + i}") for i, row in enumerate(rows)]
    findings: list[Finding] = []
    if not named:
        kinds, findings = _kinds_of_version_4(lines, rows, counts, name)
    elements = [kind for kind, count in zip(kinds, counts, strict=True) for _ in range(count)]
    fracs = np.array(found) * scale @ np.linalg.inv(cell) if cartesian else np.array(found)
    sites = tuple(
        Site(f"{element}{number}", Species({element: 1.0}), (frac[0], frac[1], frac[2]))
        for number, (element, frac) in enumerate(zip(elements, fracs.tolist(), strict=True), 1)
    )
    return Crystal(cell, sites, lines[0].strip() or name, tuple(findings))


def _line(lines: list[str], at: int) -> str:
    return lines[at].strip() if at < len(lines) else ""


def _is_cartesian(mode: str, place: str) -> bool:
    """Whether positions are in Å. A line of numbers is a position: the mode was left out."""
    if not mode or numbers(mode.split()[:1]) is not None:
        raise CifError(f"{place}: “{mode[:40]}” is not Direct or Cartesian.", "Add that line.")
    return mode[0] in "CcKk"


def _scale(line: str, raw: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """One factor, three, or, where negative, the volume of the cell."""
    values = numbers(line.split()[:3]) or numbers(line.split()[:1])
    if not values or len(values) == 2 or 0 in values or (len(values) == 3 and min(values) < 0):
        raise CifError(f"{name}, line 2: “{line.strip()[:40]}” is no scale.", "Correct the line.")
    volume = abs(float(raw[0] @ np.cross(raw[1], raw[2])))
    if values[0] < 0:
        checked_cell(raw * (-values[0] / volume) ** (1 / 3) if volume > 0 else raw)
        return np.full(3, (-values[0] / volume) ** (1 / 3))
    return np.array(values if len(values) == 3 else values * 3)


def _counts(line: str, place: str) -> list[int]:
    counts = [count_of(word) for word in _REMARK.sub("", line).split()]
    known = [count for count in counts if count is not None]
    if not known or len(known) != len(counts) or sum(known) > MAX_SITES:
        message = f"{place}: “{line.strip()[:40]}” does not count the sites of each element"
        raise CifError(f"{message}, 1 to {MAX_SITES} in all.", "Correct the line.")
    return known


def _kinds(line: str, place: str) -> list[str]:
    kinds = [_SYMBOL_END.split(word)[0] for word in _REMARK.sub("", line).split()]
    for kind in kinds:
        if not is_element(kind):
            raise CifError(f"{place}: “{kind}” is not a chemical element.", "Correct it.")
    return kinds


def _kinds_of_version_4(
    lines: list[str], rows: list[str], counts: list[int], name: str
) -> tuple[list[str], list[Finding]]:
    """The elements by the ends of the rows, or by the title."""
    ends = [words[-1] if len(words := row.split()) > 3 else "" for row in rows]
    first = np.cumsum([0, *counts[:-1]])
    kinds = [ends[i] for i in first]
    expected = [kind for kind, count in zip(kinds, counts, strict=True) for _ in range(count)]
    if all(map(is_element, kinds)) and ends == expected:
        text = "Line 6 names no elements; they were taken from the ends of the rows."
        return kinds, [repaired("elements by rows", text, 6)]
    title = lines[0].split()
    if len(title) == len(counts) and all(map(is_element, title)):
        text = "Line 6 names no elements; they were taken from the title."
        return title, [doubtful("elements by title", text, 1)]
    raise CifError(f"{name} does not say its elements (line 6).", "Add a line with them.")
