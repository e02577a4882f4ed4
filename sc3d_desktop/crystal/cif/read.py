"""Read CIF: gemmi reads the syntax, symmetry and numbers; this package makes crystals of them.

The atom rows are expanded here and not by a library, because the row as it stands in the file (its
label, its occupancy when that is "." or missing) is what an error must name.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import gemmi

from sc3d_desktop.crystal.cif.atoms import atom_rows, number_of
from sc3d_desktop.crystal.cif.doubts import doubts
from sc3d_desktop.crystal.cif.lines import Lines
from sc3d_desktop.crystal.cif.operations import operations_of
from sc3d_desktop.crystal.cif.sites import expanded
from sc3d_desktop.crystal.crystal import Crystal, lattice_from_parameters
from sc3d_desktop.crystal.findings import doubtful
from sc3d_desktop.crystal.text import text_of
from sc3d_desktop.errors import CifError, CrystalError

_CELL_TAGS = tuple(f"_cell_length_{x}" for x in "abc") + tuple(
    f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma")
)
_MODULATED_TAGS = (
    "_cell_modulation_dimension",
    "_cell_wave_vector_seq_id",
    "_space_group_ssg_name",
    "_cell_subsystems_number",
)
_MAGNETIC_TAGS = (
    "_atom_site_moment_label",
    "_atom_site_moment.label",
    "_space_group_magn.number_BNS",
    "_space_group_magn_number_BNS",
    "_space_group_symop_magn_operation.xyz",
    "_space_group_symop_magn_operation_xyz",
)
_SYNTAX_ERROR = re.compile(r"string:(?:(?P<line>\d+))?(?::\d+\(\d+\):)?(?P<rest>.*)", re.DOTALL)


def read_cif(path: Path) -> list[Crystal]:
    """The crystals of a CIF file, one a data block that holds atoms.

    Raises ``CifError`` naming the file and, where it applies, the block and the line or field, when
    no block is good; a bad block beside good ones is one of their findings.
    """
    return _good_ones(read_blocks(path))


def parse_cif(text: str, source: str = "the text") -> list[Crystal]:
    """``read_cif`` of a text; ``source`` names it in errors."""
    return _good_ones(blocks_of_text(text, source))


def read_blocks(path: Path) -> list[Crystal | CifError]:
    """Every data block that describes a crystal: the crystal, or why it is none.

    Raises ``CifError`` when the file as a whole cannot be read.
    """
    return blocks_of_text(text_of(path), path.name)


def _good_ones(blocks: list[Crystal | CifError]) -> list[Crystal]:
    errors = [b for b in blocks if isinstance(b, CifError)]
    crystals = [b for b in blocks if isinstance(b, Crystal)]
    if not crystals:
        raise errors[0]
    others = tuple(doubtful("other block", error.message) for error in errors)
    return [replace(c, findings=(*c.findings, *others)) if others else c for c in crystals]


def blocks_of_text(text: str, source: str) -> list[Crystal | CifError]:
    """``read_blocks`` of a text; ``source`` names it in errors."""
    if not text.strip():
        raise CifError(f"{source} is empty.", "Choose a CIF file.")
    if "\x00" in text:
        raise CifError(f"{source} is not a text file.", "Choose a CIF file.")
    try:
        document = gemmi.cif.read_string(text)
    except (ValueError, RuntimeError) as error:
        raise CifError(f"{source} is not a CIF: {_syntax_error(error)}.", _SYNTAX_HINT) from error
    blocks = [block for block in document if _describes_crystal(block)]
    if not blocks:
        raise CifError(
            f"{source} holds no crystal: no data block lists a cell or atoms.", "Choose a CIF file."
        )
    return [_crystal_or_error(block, text, source) for block in blocks]


def _crystal_or_error(block: gemmi.cif.Block, text: str, source: str) -> Crystal | CifError:
    try:
        return _crystal(block, Lines(text, block), source)
    except CifError as error:
        return error


_SYNTAX_HINT = "Open it in a text editor at that line, or export it again."


def _syntax_error(error: Exception) -> str:
    """Gemmi says ``string:3:7(42): what`` or ``string:3 in data_a: what``; keep line and words."""
    match = _SYNTAX_ERROR.fullmatch(str(error).strip().rstrip("."))
    if not match:
        return str(error)
    what = match["rest"].removeprefix(":").strip()
    return f"line {match['line']}: {what}" if match["line"] else what


def _describes_crystal(block: gemmi.cif.Block) -> bool:
    atoms = block.find_values("_atom_site_fract_x") or block.find_values("_atom_site_label")
    return bool(atoms) or block.find_value(_CELL_TAGS[0]) is not None


def _crystal(block: gemmi.cif.Block, lines: Lines, source: str) -> Crystal:
    where = f"{source}, block {block.name.strip() or '(unnamed)'}"
    _refuse_what_is_more(block, where)
    try:
        cell = _cell(block, where)
        lattice = lattice_from_parameters(*cell)
        operations, of_symmetry = operations_of(block, cell, where, lines)
        rows, of_rows = atom_rows(block, where, lines)
        sites, of_sites = expanded(rows, operations, lattice, where, lines)
        name = _name(block) or Path(source).stem
        findings = (*of_symmetry, *of_rows, *of_sites)
        crystal = Crystal(lattice, sites, name, findings, block.name.strip())
        found = tuple(doubts(block, crystal, lines))
        return replace(crystal, findings=(*findings, *found)) if found else crystal
    except CrystalError as error:
        raise CifError(f"{where}: {error.message}", error.hint) from error


def _refuse_what_is_more(block: gemmi.cif.Block, where: str) -> None:
    """Modulated and magnetic structures are more than a cell with atoms."""
    for tag in _MODULATED_TAGS:
        if block.find_values(tag):
            raise CifError(
                f"{where}: the structure is modulated ({tag}).",
                "Use its average structure, or a supercell that approximates it.",
            )
    for tag in _MAGNETIC_TAGS:
        if block.find_values(tag):
            raise CifError(
                f"{where}: this is a magnetic structure ({tag}).",
                "Use the crystal structure without moments.",
            )


def _name(block: gemmi.cif.Block) -> str:
    for tag in ("_chemical_name_common", "_chemical_formula_structural", "_chemical_formula_sum"):
        value = block.find_value(tag)
        if value and not gemmi.cif.is_null(value):
            return gemmi.cif.as_string(value).strip()
    return block.name.strip()


def _cell(block: gemmi.cif.Block, where: str) -> tuple[float, float, float, float, float, float]:
    values = []
    for tag in _CELL_TAGS:
        text = block.find_value(tag)
        if text is None:
            raise CifError(f"{where}: {tag} is missing.", "Add the cell to the file.")
        number = number_of(text)
        if not math.isfinite(number):
            raise CifError(f"{where}: {tag} is “{text}”, not a number.", "Correct the cell.")
        values.append(number)
    a, b, c, alpha, beta, gamma = values
    return a, b, c, alpha, beta, gamma
