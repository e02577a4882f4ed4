"""The atom_site loop of a CIF block, row by row."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import gemmi
import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.cif.lines import Lines
from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.crystal.findings import Finding, doubtful, repaired
from sc3d_desktop.errors import CifError

_LETTERS = re.compile(r"[A-Za-z]+")
_CHARGE = re.compile(r"[1-9](\.[0-9]+)?[+-]|[A-Za-z][+-]([1-9]|$)")
_ION = re.compile(r"([A-Za-z]{1,2})[^A-Za-z]*")
_DECIMAL = re.compile(r"[+-]?\d*(?:\.(\d*))?(?:\(\d+\))?")
_FEW_DIGITS, _MANY_DIGITS = 3, 12
MAX_COORDINATE = 1e4
"""Fractional coordinates beyond this are not positions; larger ones lose their digits."""

_AXES = ("_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z")


@dataclass(frozen=True)
class AtomRow:
    """One row: an element with an occupancy in (0, 1.01] at a position of the asymmetric unit,
    written with ``digits`` (3,) decimals.
    """

    label: str
    element: str
    frac: NDArray[np.float64]
    occupancy: float
    digits: NDArray[np.int64]


_NO_ATOM = {"va", "vac", "vacancy"}
_MOLECULES = {"wat": "O", "oh2": "O", "h2o": "O", "oh": "O", "nh3": "N", "nh4": "N"}
"""What some databases write for a molecule → the atom whose place it takes."""


def atom_rows(
    block: gemmi.cif.Block, where: str, lines: Lines
) -> tuple[list[AtomRow], list[Finding]]:
    """The rows of the block and what was noticed. Raises ``CifError`` naming the row."""
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
    findings: list[Finding] = []
    for number, fields in enumerate(table, start=1):
        label = _text(fields, 3) or _text(fields, 4) or str(number)
        place = f"{where}, atom {label}"
        kind = (_text(fields, 4) or _text(fields, 3)).lower()
        if kind in _NO_ATOM:
            findings.append(repaired("vacancy", f"{label} is a vacancy.", lines.of_atom(label)))
            continue
        occupancy = _occupancy(_text(fields, 5) if fields.has(5) else None, place)
        if occupancy is None:
            text = f"The occupancy of {label} is unknown; taken as 1."
            findings.append(doubtful("occupancy unknown", text, lines.of_atom(label)))
            occupancy = 1.0
        element = _MOLECULES.get(kind) or _element(_text(fields, 4), _text(fields, 3), place)
        if occupancy == 0:
            text = f"{label} has occupancy 0 and was left out."
            findings.append(repaired("occupancy 0", text, lines.of_atom(label)))
            continue
        if kind in _MOLECULES:
            text = f"{label} stands for a molecule; taken as {element}, its hydrogen is missing."
            findings.append(doubtful("molecule", text, lines.of_atom(label)))
        frac = np.array([_coordinate(fields[k], _AXES[k], place) for k in range(3)])
        digits = _decimals([fields[k] for k in range(3)])
        rows.append(AtomRow(label, element, frac, occupancy, digits))
    if not rows:
        raise CifError(f"{where}: every atom has occupancy 0.", "Correct _atom_site_occupancy.")
    return rows, [*findings, *_of_types(block, rows, lines)]


def _of_types(block: gemmi.cif.Block, rows: list[AtomRow], lines: Lines) -> Iterator[Finding]:
    """What becomes of charges and isotopes."""
    types = [gemmi.cif.as_string(t) for t in block.find_values("_atom_site_type_symbol")]
    if any(_CHARGE.search(t) for t in types):
        line = lines.of_tag("_atom_site_type_symbol")
        yield repaired("charges", "Charges such as Cu2+ are not kept.", line)
    for isotope in sorted({row.element for row in rows} & {"D", "T"}):
        yield repaired("isotope", f"{isotope} is kept as an isotope of hydrogen.")


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


def _decimals(texts: list[str]) -> NDArray[np.int64]:
    """Digits behind the point, as in ``0.3333(2)``. A short number such as 0.5 is as exact as the
    others of its row, and one in another notation is exact.
    """
    matches = [_DECIMAL.fullmatch(gemmi.cif.as_string(text).strip()) for text in texts]
    digits = np.array([len(m[1] or "") if m else _MANY_DIGITS for m in matches])
    return np.where(digits < _FEW_DIGITS, digits.max(), digits)


def _occupancy(text: str | None, place: str) -> float | None:
    """The occupancy, 1 in a file without the column; None where it is not stated."""
    if text is None:
        return 1.0
    if not text:
        return None
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
