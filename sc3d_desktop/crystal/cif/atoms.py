"""The atom_site loop of a CIF block, row by row."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

import gemmi

from sc3d_desktop.crystal.cif.block import Block
from sc3d_desktop.crystal.cif.doubts import stated_formula
from sc3d_desktop.crystal.cif.labels import kind_of
from sc3d_desktop.crystal.cif.numbers import (
    MANY_DIGITS,
    is_fraction,
    number_and_digits,
)
from sc3d_desktop.crystal.findings import Finding, doubtful, repaired
from sc3d_desktop.errors import CifError

_COUNT = re.compile(r"[1-9][0-9]{0,3}")
_FEW_DIGITS = 3
MAX_COORDINATE = 1e4
"""Fractional coordinates beyond this are not positions; larger ones lose their digits."""

MAX_ROWS = 100_000
_LONGEST_LABEL = 64

_AXES = ("_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z")
_LABEL, _TYPE = "_atom_site_label", "_atom_site_type_symbol"
_OCCUPANCY, _FLAG = "_atom_site_occupancy", "_atom_site_calc_flag"
_MULTIPLICITIES = ("_atom_site_symmetry_multiplicity", "_atom_site_site_symmetry_multiplicity")


class AtomRow(NamedTuple):
    """One row: an element with an occupancy in (0, 1.01] at a position of the asymmetric unit,
    written with ``digits`` decimals. ``multiplicity`` is what the file says, 0 where it does not.
    """

    label: str
    element: str
    frac: tuple[float, float, float]
    occupancy: float
    digits: tuple[int, int, int]
    multiplicity: int


class _Fields(NamedTuple):
    """One row of the file, texts without quotes; empty where a value is unknown."""

    label: str
    type_symbol: str
    x: str
    y: str
    z: str
    occupancy: str | None
    flag: str
    multiplicity: str


def atom_rows(block: Block) -> tuple[list[AtomRow], list[Finding]]:
    """The rows of the block and what was noticed. Raises ``CifError`` naming the row."""
    elements = frozenset(stated_formula(block.value("_chemical_formula_sum")) or ())
    rows: list[AtomRow] = []
    noticed = _Noticed(block)
    for number, fields in enumerate(_table(block), start=1):
        row = _row(fields, number, elements, noticed)
        if row is not None:
            rows.append(row)
    if not rows:
        raise CifError(f"{block.where}: every atom has occupancy 0.", f"Correct {_OCCUPANCY}.")
    return rows, [*noticed.findings, *noticed.of_types(rows)]


def _table(block: Block) -> Iterator[_Fields]:
    if not block.column(_AXES[0]):
        raise CifError(
            f"{block.where}: no atoms with fractional coordinates ({_AXES[0]}).",
            "Check that the file was saved completely.",
        )
    axes = [block.column(axis) for axis in _AXES]
    n = len(axes[0])
    if n > MAX_ROWS:
        raise CifError(f"{block.where}: {n:,} atoms are listed.", "Use a smaller cell.")
    if any(len(column) != n for column in axes):
        raise CifError(f"{block.where}: the atom list lacks a coordinate.", "Add x, y and z.")
    absent = ("",) * n
    texts = {tag: [_text(t) for t in block.column(tag)] or absent for tag in (_LABEL, _TYPE, _FLAG)}
    occupancy = [_text(t) for t in block.column(_OCCUPANCY)] or (None,) * n
    multiplicity = next((c for tag in _MULTIPLICITIES if (c := block.column(tag))), absent)
    columns = [texts[_LABEL], texts[_TYPE], *axes, occupancy, texts[_FLAG], multiplicity]
    if any(len(column) != n for column in columns):
        message = f"{block.where}: the atoms are listed in loops of different length."
        raise CifError(message, "Put them into one loop.")
    yield from map(_Fields._make, zip(*columns, strict=True))


def _text(raw: str) -> str:
    """Without quotes; empty for ``.`` and ``?``."""
    if raw in (".", "?"):
        return ""
    return raw if raw[:1].isalnum() else str(gemmi.cif.as_string(raw)).strip()


def _row(
    fields: _Fields, number: int, formula: frozenset[str], noticed: _Noticed
) -> AtomRow | None:
    """The atom of a row, or None where it stands for none."""
    label = (fields.label or fields.type_symbol or str(number))[:_LONGEST_LABEL]
    if fields.flag.lower() == "dum":
        noticed.doubt("dummy", f"{label} is marked as a dummy and was left out.", label)
        return None
    kind = kind_of(fields.type_symbol, fields.label, formula)
    if kind.element == "":
        noticed.doubt("vacancy", f"{label} is a vacancy and was left out.", label)
        return None
    place = f"{noticed.block.where}, atom {label}"
    occupancy = _occupancy(fields.occupancy, place)
    if occupancy is None:
        noticed.doubt(
            "occupancy unknown", f"The occupancy of {label} is unknown; taken as 1.", label
        )
        occupancy = 1.0
    if kind.element is None:
        name = fields.type_symbol[:_LONGEST_LABEL] or label
        raise CifError(f"{place}: “{name}” is not a chemical element.", "Correct the atom's type.")
    if fields.occupancy and is_fraction(fields.occupancy):
        noticed.repair("fraction", f"The occupancy of {label} is written as a fraction.", label)
    if occupancy == 0:
        noticed.repair("occupancy 0", f"{label} has occupancy 0 and was left out.", label)
        return None
    if kind.molecule:
        text = f"{label} stands for a molecule; taken as {kind.element}, its hydrogen is missing."
        noticed.doubt("molecule", text, label)
    elif kind.guessed:
        text = f"{label} has no type and may mean something else; taken as {kind.element}."
        noticed.doubt("element by label", text, label)
    noticed.charged |= kind.charged
    frac, digits = _position((fields.x, fields.y, fields.z), place, noticed, label)
    stated = fields.multiplicity
    multiplicity = int(stated) if _COUNT.fullmatch(stated) else 0
    return AtomRow(label, kind.element, frac, occupancy, digits, multiplicity)


def _position(
    texts: tuple[str, str, str], place: str, noticed: _Noticed, label: str
) -> tuple[tuple[float, float, float], tuple[int, int, int]]:
    """A short number such as 0.5 is as exact as the others of its row."""
    (x, nx), (y, ny), (z, nz) = (number_and_digits(text) for text in texts)
    if not (abs(x) <= MAX_COORDINATE and abs(y) <= MAX_COORDINATE and abs(z) <= MAX_COORDINATE):
        wrong = next(i for i, v in enumerate((x, y, z)) if not abs(v) <= MAX_COORDINATE)
        message = f"{place}: {_AXES[wrong]} is “{texts[wrong]:.40}”, not a position."
        raise CifError(message, "Correct the coordinate.")
    if MANY_DIGITS in (nx, ny, nz) and any(is_fraction(text) for text in texts):
        noticed.repair("fraction", f"Coordinates of {label} are written as fractions.", label)
    most = max(nx, ny, nz)
    digits = tuple(n if n >= _FEW_DIGITS else most for n in (nx, ny, nz))
    return (x, y, z), (digits[0], digits[1], digits[2])


def _occupancy(text: str | None, place: str) -> float | None:
    """The occupancy, 1 in a file without the column; None where it is not stated."""
    if text is None:
        return 1.0
    if not text:
        return None
    number = number_and_digits(text)[0]
    if not math.isfinite(number) or not 0 <= number <= 1.01:
        message = f"{place}: {_OCCUPANCY} is {text:.40}; it must be between 0 and 1."
        raise CifError(message, "Correct the occupancy.")
    return number


class _Noticed:
    """Findings about rows, each with its line."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.findings: list[Finding] = []
        self.charged = False

    def repair(self, code: str, text: str, label: str) -> None:
        self.findings.append(repaired(code, text, self.block.line_of_atom(label)))

    def doubt(self, code: str, text: str, label: str) -> None:
        self.findings.append(doubtful(code, text, self.block.line_of_atom(label)))

    def of_types(self, rows: list[AtomRow]) -> Iterator[Finding]:
        """What becomes of charges and isotopes."""
        if self.charged:
            line = self.block.line(_TYPE)
            yield repaired("charges", "Charges such as Cu2+ are not kept.", line)
        for isotope in sorted({row.element for row in rows} & {"D", "T"}):
            yield repaired("isotope", f"{isotope} is kept as an isotope of hydrogen.")
