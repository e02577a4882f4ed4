"""Extended XYZ: frames of atoms with ``Lattice="…"`` and ``Properties=…`` in the second line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sc3d_desktop.crystal.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.crystal.files.numbers import MAX_SITES, checked_cell, count_of, numbers
from sc3d_desktop.crystal.findings import Finding, doubtful
from sc3d_desktop.errors import CifError, CrystalError

_PAIR = re.compile(r"(\w+)=(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
_USUAL = "species:S:1:pos:R:3"


def parse_extxyz(text: str, name: str) -> Iterator[Crystal | CifError]:
    """Every frame; one that is bad is an error in its place, and the next one is found behind it.

    Raises ``CifError`` where the count of atoms cannot be read, as nothing behind it can be found.
    """
    lines = text.rstrip().split("\n")
    start, frame = 0, 0
    while start < len(lines):
        if not lines[start].strip():
            start += 1
            continue
        frame += 1
        where = f"{name}, frame {frame}"
        count = _count(lines[start], f"{where}, line {start + 1}")
        rows = lines[start + 2 : start + 2 + count]
        try:
            if len(rows) < count:
                raise CifError(f"{where}: {count} atoms are announced, {len(rows)} follow.", _HINT)
            yield _crystal(lines[start + 1], rows, where, start + 3)
        except CifError as error:
            yield error
        except CrystalError as error:
            yield CifError(f"{where}: {error.message}", error.hint)
        start += 2 + count
    if not frame:
        raise CifError(f"{name} is empty.", "Choose another file.")


_HINT = "Check that the file was saved completely."


def _count(line: str, place: str) -> int:
    count = count_of(line.strip())
    if count is None:
        raise CifError(
            f"{place}: “{line.strip()[:40]}” is not a number of atoms from 1 to {MAX_SITES}.",
            "Choose an extended XYZ file.",
        )
    return count


def _crystal(comment: str, rows: list[str], where: str, first: int) -> Crystal:
    facts = {
        m[1].lower(): next(g for g in m.groups()[1:] if g is not None)
        for m in _PAIR.finditer(comment)
    }
    lattice = numbers(facts.get("lattice", "").split())
    if lattice is None or len(lattice) != 9:
        raise CifError(f"{where}: there is no Lattice with nine numbers.", "A molecule has no Tc.")
    if told := next((key for key in facts if "occupanc" in key), ""):
        message = f"{where}: partial occupancies ({told}) are not read from extended XYZ."
        raise CifError(message, "Export the structure as CIF.")
    columns = _columns(facts.get("properties", _USUAL), where)
    cell = checked_cell([lattice[i : i + 3] for i in (0, 3, 6)])
    inverse = np.linalg.inv(cell)
    sites = []
    for number, row in enumerate(rows):
        words = row.split()
        place = f"{where}, line {first + number}"
        position = numbers(words[columns.position : columns.position + 3])
        symbol = words[columns.symbol] if columns.symbol < len(words) else ""
        if position is None or len(position) != 3:
            raise CifError(f"{place}: there is no position.", _HINT)
        if not is_element(symbol):
            raise CifError(f"{place}: “{symbol}” is not a chemical element.", "Correct the line.")
        x, y, z = (np.array(position) @ inverse).tolist()
        sites.append(Site(f"{symbol}{number + 1}", Species({symbol: 1.0}), (x, y, z)))
    findings = tuple(_not_periodic(facts.get("pbc", ""), first - 1))
    return Crystal(cell, tuple(sites), facts.get("name", where), findings)


def _not_periodic(pbc: str, line: int) -> Iterator[Finding]:
    if any(word.upper() in ("F", "FALSE", "0") for word in pbc.split()):
        text = f"The file is not periodic in every direction (pbc {pbc}); taken as a crystal."
        yield doubtful("not periodic", text, line)


class _Columns(NamedTuple):
    """Where the element and the position stand in a row."""

    symbol: int
    position: int


def _columns(properties: str, where: str) -> _Columns:
    parts, at, found = properties.split(":"), 0, {}
    for name, _, width in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
        found[name.lower()] = at
        at += count_of(width) or 1
    if any("occupanc" in name for name in found):
        message = f"{where}: a column of occupancies is not read from extended XYZ."
        raise CifError(message, "Export the structure as CIF.")
    if not {"species", "pos"} <= set(found):
        raise CifError(f"{where}: Properties name no species and pos.", "Export it again.")
    return _Columns(found["species"], found["pos"])
