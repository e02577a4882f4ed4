"""The atom_site loop of a CIF block, row by row."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import gemmi
import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.errors import CifError

_LETTERS = re.compile(r"[A-Za-z]+")
_ION = re.compile(r"([A-Za-z]{1,2})[^A-Za-z]*")
MAX_COORDINATE = 1e4
"""Fractional coordinates beyond this are not positions; larger ones lose their digits."""

_AXES = ("_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z")


@dataclass(frozen=True)
class AtomRow:
    """One row: an element with an occupancy in (0, 1.01] at a position of the asymmetric unit."""

    label: str
    element: str
    frac: NDArray[np.float64]
    occupancy: float


def atom_rows(block: gemmi.cif.Block, where: str) -> tuple[list[AtomRow], list[str]]:
    """The rows of the block and notes on what was assumed. Raises ``CifError`` naming the row."""
    if not block.find_values(_AXES[0]):
        raise CifError(
            f"{where}: no atoms with fractional coordinates ({_AXES[0]}).",
            "Check that the file was saved completely.",
        )
    table = block.find(
        [*_AXES, "?_atom_site_label", "?_atom_site_type_symbol", "?_atom_site_occupancy"]
    )
    if len(table) == 0:
        raise CifError(f"{where}: the atom list lacks a coordinate.", "Add x, y and z.")
    rows: list[AtomRow] = []
    notes: list[str] = []
    for number, fields in enumerate(table, start=1):
        label = _text(fields, 3) or _text(fields, 4) or str(number)
        place = f"{where}, atom {label}"
        occupancy = _occupancy(_text(fields, 5) if fields.has(5) else None, place, label, notes)
        element = _element(_text(fields, 4), _text(fields, 3), place)
        if occupancy == 0:
            notes.append(f"{label} has occupancy 0 and was left out.")
            continue
        frac = np.array([_coordinate(fields[k], _AXES[k], place) for k in range(3)])
        rows.append(AtomRow(label, element, frac, occupancy))
    if not rows:
        raise CifError(f"{where}: every atom has occupancy 0.", "Correct _atom_site_occupancy.")
    isotopes = sorted({row.element for row in rows} & {"D", "T"})
    notes += [f"{isotope} is kept as an isotope of hydrogen." for isotope in isotopes]
    return rows, notes


def number_of(text: str) -> float:
    """The number, without its uncertainty; some programs put it in quotes. NaN if it is none."""
    return float(gemmi.cif.as_number(gemmi.cif.as_string(text).strip()))


def _text(fields: gemmi.cif.Table.Row, column: int) -> str:
    if not fields.has(column) or gemmi.cif.is_null(fields[column]):
        return ""
    return gemmi.cif.as_string(fields[column]).strip()


def _coordinate(text: str, tag: str, place: str) -> float:
    number = number_of(text)
    if not abs(number) <= MAX_COORDINATE:
        raise CifError(f"{place}: {tag} is “{text}”, not a position.", "Correct the coordinate.")
    return number


def _occupancy(text: str | None, place: str, label: str, notes: list[str]) -> float:
    if text is None:
        return 1.0
    if not text:
        notes.append(f"The occupancy of {label} is unknown; taken as 1.")
        return 1.0
    number = number_of(text)
    if not math.isfinite(number) or not 0 <= number <= 1.01:
        raise CifError(
            f"{place}: _atom_site_occupancy is {text}; it must be between 0 and 1.",
            "Correct the occupancy.",
        )
    return number


def _element(type_symbol: str, label: str, place: str) -> str:
    """The element of type ``Cu2+`` or ``CU``, or, where the file states no type, of label ``O1`` or
    ``OW1``; D and T stay isotopes of hydrogen.
    """
    if type_symbol:
        match = _ION.fullmatch(type_symbol)
        candidates = [match.group(1).capitalize()] if match else []
    else:
        letters = _LETTERS.match(label)
        candidates = [letters.group()[:n].capitalize() for n in (2, 1)] if letters else []
    for symbol in candidates:
        if is_element(symbol):
            return symbol
    name = type_symbol or label
    raise CifError(f"{place}: “{name}” is not a chemical element.", "Correct the atom's type.")
