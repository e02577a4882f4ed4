"""Read CIF: gemmi reads the syntax and the symmetry; this package makes crystals of them.

The atom rows are expanded here and not by a library, because the row as it stands in the file (its
label, its occupancy when that is "." or missing) is what an error must name.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.cif.atoms import AtomRow, atom_rows
from sc3d_desktop.crystal.cif.block import Block
from sc3d_desktop.crystal.cif.doubts import doubts
from sc3d_desktop.crystal.cif.numbers import number_of
from sc3d_desktop.crystal.cif.operations import SymmetryChoice, symmetry_of
from sc3d_desktop.crystal.cif.sites import expanded
from sc3d_desktop.crystal.cif.syntax import blocks_of
from sc3d_desktop.crystal.crystal import Crystal, lattice_from_parameters
from sc3d_desktop.crystal.findings import Finding, doubtful, shortened
from sc3d_desktop.crystal.text import text_of
from sc3d_desktop.errors import CifError, CrystalError

_LENGTHS = tuple(f"_cell_length_{x}" for x in "abc")
_ANGLES = tuple(f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma"))
_NAMES = (
    "_chemical_name_common",
    "_chemical_formula_structural",
    "_chemical_name_mineral",
    "_chemical_formula_sum",
)
_MODULATED = (
    "_cell_modulation_dimension",
    "_cell_wave_vector",
    "_cell_subsystem",
    "_space_group_ssg",
    "_space_group_symop_ssg",
    "_atom_site_displace",
    "_atom_site_fourier",
    "_atom_site_occ_fourier",
    "_atom_site_occ_special_func",
)
_MAGNETIC = (
    "_atom_site_moment",
    "_atom_site_magn",
    "_space_group_magn",
    "_space_group.magn",
    "_space_group_symop_magn",
    "_space_group_symop.magn",
    "_magnetic_",
    "_magn_",
)
_CELL_AND_ATOMS = (
    *("_cell_length", "_cell_angle", "_space_group", "_symmetry"),
    *("_atom_site_fract", "_atom_site_label", "_atom_site_type", "_atom_site_occ"),
)


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
    found = [_crystal_or_error(block, source) for block in blocks_of(text, source)]
    blocks = [block for block in found if block is not None]
    if not blocks:
        raise CifError(
            f"{source} holds no crystal: no data block lists a cell or atoms.", "Choose a CIF file."
        )
    return blocks


def _crystal_or_error(block: Block | CifError, source: str) -> Crystal | CifError | None:
    """None for a block that describes no crystal."""
    if isinstance(block, CifError):
        return block
    if not any(map(block.has, ("_atom_site_fract_x", "_atom_site_label", _LENGTHS[0]))):
        return None
    try:
        return _crystal(block, source)
    except CrystalError as error:
        return CifError(f"{block.where}: {error.message}", error.hint)
    except CifError as error:
        return error


def _crystal(block: Block, source: str) -> Crystal:
    _refuse_what_is_more(block)
    block.check_repeated(_CELL_AND_ATOMS)
    cell, of_cell = _cell(block)
    lattice = lattice_from_parameters(*cell)
    rows, of_rows = atom_rows(block)
    common = (*block.findings, *of_cell, *of_rows)
    name = _name(block) or Path(source).stem
    choices = symmetry_of(block, cell)
    crystals = [_expanded(c, rows, lattice, name, common, block) for c in choices]
    return min(crystals, key=_n_contradictions) if len(crystals) > 1 else crystals[0]


def _expanded(
    choice: SymmetryChoice,
    rows: list[AtomRow],
    lattice: NDArray[np.float64],
    name: str,
    common: tuple[Finding, ...],
    block: Block,
) -> Crystal:
    findings = [*choice.findings, *common]
    if not choice.operations.fits(lattice):
        text = "The cell does not have the symmetry that the file gives it."
        findings.append(doubtful("cell and symmetry", text, block.line(_LENGTHS[0])))
    sites, of_sites = expanded(rows, choice.operations, lattice, block)
    crystal = Crystal(lattice, sites, name, (*findings, *of_sites), block.name)
    return replace(crystal, findings=shortened([*crystal.findings, *doubts(block, crystal)]))


def _n_contradictions(crystal: Crystal) -> int:
    """How much speaks against the origin that was tried: it then has too few or too many atoms."""
    return sum(f.code in ("formula", "overlap", "multiplicity") for f in crystal.findings)


def _refuse_what_is_more(block: Block) -> None:
    """Modulated and magnetic structures are more than a cell with atoms."""
    for tag in block.tags:
        if tag.startswith(_MODULATED) and block.value(tag) not in ("", "0"):
            raise CifError(
                f"{block.where}: the structure is modulated ({block.spelling(tag)}).",
                "Use its average structure, or a supercell that approximates it.",
            )
        if tag.startswith(_MAGNETIC) and block.value(tag):
            raise CifError(
                f"{block.where}: this is a magnetic structure ({block.spelling(tag)}).",
                "Use the crystal structure without moments.",
            )


def _name(block: Block) -> str:
    return next((name for tag in _NAMES if (name := block.value(tag))), block.name)


Cell = tuple[float, float, float, float, float, float]


def _cell(block: Block) -> tuple[Cell, list[Finding]]:
    """Edges and angles. An angle that is not given is 90° by the CIF dictionary."""
    values: list[float] = []
    findings = []
    for tag in (*_LENGTHS, *_ANGLES):
        text = block.raw(tag)
        if text is None and tag in _ANGLES and any(map(block.has, _LENGTHS)):
            text = "90"
            findings.append(doubtful("angle missing", f"{tag} is not given; taken as 90°."))
        if text is None:
            raise CifError(f"{block.where}: {tag} is missing.", "Add the cell to the file.")
        number = number_of(text)
        if not math.isfinite(number):
            raise CifError(
                f"{block.where}: {tag} is “{text:.40}”, not a number.", "Correct the cell."
            )
        values.append(number)
    a, b, c, alpha, beta, gamma = values
    return (a, b, c, alpha, beta, gamma), findings
