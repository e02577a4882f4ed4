"""Read CIF: gemmi reads the syntax, symmetry and numbers; this module makes crystals of them.

The atom rows are expanded here, because the row as it stands in the file (its label, its occupancy
when that is "." or missing) is what an error must name.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path

import gemmi
import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.cif.atoms import AtomRow, atom_rows, number_of
from sc3d_desktop.crystal.cif.doubts import doubts
from sc3d_desktop.crystal.cif.lines import Lines
from sc3d_desktop.crystal.crystal import Crystal, Site, Species, lattice_from_parameters
from sc3d_desktop.crystal.findings import Finding, doubtful, repaired
from sc3d_desktop.errors import CifError, CrystalError

SAME_POSITION_ANGSTROM = 0.01
"""Rows closer than this share one site; symmetry copies closer than this are one atom."""

ROUNDING_EXCESS = 0.01
"""Occupancies that add up to 1.01 at most were rounded; they are scaled back to 1."""

MAX_FILE_BYTES = 50_000_000
MAX_SITES = 20_000
MAX_OPERATIONS = 1_000

_CELL_TAGS = tuple(f"_cell_length_{x}" for x in "abc") + tuple(
    f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma")
)
_OPERATION_TAGS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
_HALL_TAGS = ("_space_group_name_Hall", "_symmetry_space_group_name_Hall")
_HM_TAGS = ("_space_group_name_H-M_alt", "_symmetry_space_group_name_H-M")
_NUMBER_TAGS = ("_space_group_IT_number", "_symmetry_Int_Tables_number")
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
_GROUP_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
_SYNTAX_ERROR = re.compile(r"string:(?:(?P<line>\d+))?(?::\d+\(\d+\):)?(?P<rest>.*)", re.DOTALL)


def read_cif(path: Path) -> list[Crystal]:
    """The crystals of a CIF file, one a data block that holds atoms.

    Raises ``CifError`` naming the file and, where it applies, the block and the line or field, when
    no block is good; a bad block beside good ones is one of their findings.
    """
    return _good_ones(read_blocks(path))


def parse_cif(text: str, source: str = "the text") -> list[Crystal]:
    """``read_cif`` of a text; ``source`` names it in errors."""
    return _good_ones(_blocks(text, source))


def read_blocks(path: Path) -> list[Crystal | CifError]:
    """Every data block that describes a crystal: the crystal, or why it is none.

    Raises ``CifError`` when the file as a whole cannot be read.
    """
    try:
        if not path.is_file():
            raise CifError(f"{path.name} is not a file.", "Check the path.")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise CifError(
                f"{path.name} has {size / 1e6:.0f} MB; the limit is {MAX_FILE_BYTES / 1e6:.0f} MB.",
                "Split the file into smaller ones.",
            )
        raw = path.read_bytes()
    except OSError as error:
        raise CifError(
            f"{path.name} cannot be read: {error.strerror}.", "Check the file."
        ) from error
    return _blocks(_decoded(raw), path.name)


def _good_ones(blocks: list[Crystal | CifError]) -> list[Crystal]:
    errors = [b for b in blocks if isinstance(b, CifError)]
    crystals = [b for b in blocks if isinstance(b, Crystal)]
    if not crystals:
        raise errors[0]
    others = tuple(doubtful("other block", error.message) for error in errors)
    return [replace(c, findings=(*c.findings, *others)) if others else c for c in crystals]


def _blocks(text: str, source: str) -> list[Crystal | CifError]:
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


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


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
        operations, of_symmetry = _operations(block, cell, where, lines)
        rows, of_rows = atom_rows(block, where, lines)
        sites, of_sites = _expanded(rows, operations, lattice, where, lines)
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


def _operations(
    block: gemmi.cif.Block, cell: tuple[float, ...], where: str, lines: Lines
) -> tuple[list[gemmi.Op], list[Finding]]:
    """Symmetry operations as listed, or by Hall symbol, Hermann-Mauguin symbol or number."""
    for tag in _OPERATION_TAGS:
        listed = [gemmi.cif.as_string(v) for v in block.find_values(tag)]
        if len(listed) > MAX_OPERATIONS:
            raise CifError(f"{where}: {tag} lists {len(listed)} operations.", "Use a smaller cell.")
        if listed:
            return [_operation(triplet, tag, where) for triplet in listed], []
    names = _group_names(block)
    for tag, value in names:
        found = _named_operations(tag, value, cell)
        if found is not None:
            operations, note = found
            return operations, [doubtful("origin", note, lines.of_tag(tag))] if note else []
    if names:
        tag, value = names[0]
        raise CifError(
            f"{where}: {tag} “{value}” is not a space group.",
            "List the symmetry operations in the file.",
        )
    text = "The file gives no symmetry; its atoms are taken as the whole cell."
    return [gemmi.Op("x,y,z")], [doubtful("no symmetry", text)]


def _group_names(block: gemmi.cif.Block) -> list[tuple[str, str]]:
    tags = (*_HALL_TAGS, *_HM_TAGS, *_NUMBER_TAGS)
    found = [(tag, block.find_value(tag)) for tag in tags]
    return [(t, gemmi.cif.as_string(v)) for t, v in found if v and not gemmi.cif.is_null(v)]


def _named_operations(
    tag: str, value: str, cell: tuple[float, ...]
) -> tuple[list[gemmi.Op], str] | None:
    """The operations of a symbol or number, and what is not sure of them; None if it is none."""
    if tag in _HALL_TAGS:
        try:
            return list(gemmi.symops_from_hall(value)), ""
        except (ValueError, RuntimeError):
            return None
    name = _name_of_number(value) if tag in _NUMBER_TAGS else _with_origin(value)
    group = gemmi.find_spacegroup_by_name(name, cell[3], cell[5])
    if group is None:
        return None
    if group.ext in ("1", "2") and not name.endswith(f":{group.ext}"):
        note = f"The file does not say which origin {value} has; taken as {group.xhm()}."
        return list(group.operations()), note
    return list(group.operations()), ""


def _name_of_number(value: str) -> str:
    group = gemmi.find_spacegroup_by_number(int(value)) if _GROUP_NUMBER.fullmatch(value) else None
    return "" if group is None else str(group.hm)


def _with_origin(name: str) -> str:
    """``F d -3 m Z`` as ``F d -3 m:2``: S and Z are one database's words for origin 1 and 2."""
    stem, _, last = name.strip().rpartition(" ")
    return f"{stem}:{'1' if last == 'S' else '2'}" if stem and last in ("S", "Z") else name.strip()


def _operation(triplet: str, tag: str, where: str) -> gemmi.Op:
    try:
        operation = gemmi.Op(triplet)
    except (ValueError, RuntimeError):
        operation = None
    if operation is None or abs(operation.det_rot()) != gemmi.Op.DEN**3:
        raise CifError(
            f"{where}: {tag} “{triplet}” is not a symmetry operation.", "Correct that line."
        )
    return operation


@dataclass
class _Position:
    """A site under construction: where it is and what the rows say is there."""

    label: str
    frac: NDArray[np.float64]
    species: list[tuple[str, float]]


def _expanded(
    rows: list[AtomRow],
    operations: list[gemmi.Op],
    lattice: NDArray[np.float64],
    where: str,
    lines: Lines,
) -> tuple[tuple[Site, ...], list[Finding]]:
    rotations = np.array([op.rot for op in operations], dtype=np.float64) / gemmi.Op.DEN
    translations = np.array([op.tran for op in operations], dtype=np.float64) / gemmi.Op.DEN
    positions: list[_Position] = []
    for group in _rows_by_position(rows):
        copies = _orbit(rotations @ group[0].frac + translations, lattice)
        species = [(row.element, row.occupancy) for row in group]
        positions += [_Position(group[0].label, frac, species) for frac in copies]
        if len(positions) > MAX_SITES:
            raise CifError(f"{where}: more than {MAX_SITES} sites.", "Use a smaller cell.")
    findings: dict[Finding, None] = {}
    sites = []
    for position in _merged(positions, lattice):
        site, found = _site(position, where)
        sites.append(site)
        for code, text in found:
            findings[repaired(code, text, lines.of_atom(position.label))] = None
    return tuple(sites), list(findings)


def _rows_by_position(rows: list[AtomRow]) -> list[list[AtomRow]]:
    """Rows written with the same coordinates: the species of one mixed site."""
    groups: dict[bytes, list[AtomRow]] = {}
    for row in rows:
        groups.setdefault(row.frac.tobytes(), []).append(row)
    return list(groups.values())


def _orbit(copies: NDArray[np.float64], lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Symmetry copies that are not the same atom; shape (n, 3), in the order of the operations."""
    if len(copies) == 1:
        return copies
    separation = copies[:, None] - copies[None]
    separation -= np.round(separation)
    close = np.linalg.norm(separation @ lattice, axis=-1) < SAME_POSITION_ANGSTROM
    first = close.argmax(axis=1) == np.arange(len(copies))
    distinct: NDArray[np.float64] = copies[first]
    return distinct


def _merged(positions: list[_Position], lattice: NDArray[np.float64]) -> list[_Position]:
    """Join positions of different rows that fall on one point, as written or after expansion."""
    if len(positions) < 2:
        return positions
    absorbed: set[int] = set()
    for i, j in sorted(_coincident(np.array([p.frac for p in positions]), lattice)):
        if i not in absorbed and j not in absorbed:
            positions[i].species = positions[i].species + positions[j].species
            absorbed.add(j)
    return [p for i, p in enumerate(positions) if i not in absorbed]


def _coincident(frac: NDArray[np.float64], lattice: NDArray[np.float64]) -> set[tuple[int, int]]:
    """Pairs i < j at one point, by a search in fractional coordinates wide enough for the cell."""
    from scipy.spatial import cKDTree

    reach = SAME_POSITION_ANGSTROM * float(np.linalg.norm(np.linalg.inv(lattice), ord=2))
    wrapped = frac - np.floor(frac)
    wrapped[wrapped >= 1] = 0.0
    pairs = cKDTree(wrapped, boxsize=1.0).query_pairs(min(reach, 0.49), output_type="ndarray")
    apart = wrapped[pairs[:, 0]] - wrapped[pairs[:, 1]]
    apart -= np.round(apart)
    close = np.linalg.norm(apart @ lattice, axis=1) < SAME_POSITION_ANGSTROM
    return {(int(i), int(j)) for i, j in pairs[close]}


def _site(position: _Position, where: str) -> tuple[Site, list[tuple[str, str]]]:
    """The site, and code and text of what was repaired."""
    species, found = _without_duplicates(position)
    total = sum(species.values())
    if 1 < total <= 1 + ROUNDING_EXCESS:
        species = {element: occupancy / total for element, occupancy in species.items()}
        if total > 1 + 1e-6:
            text = f"Occupancies of {position.label} add up to {total:g}; scaled to 1."
            found.append(("occupancy above 1", text))
    try:
        return Site(position.label, Species(species), tuple(position.frac.tolist())), found
    except CrystalError as error:
        message = f"{where}, site {position.label}: {error.message}"
        raise CifError(message, "Correct _atom_site_occupancy.") from error


def _without_duplicates(position: _Position) -> tuple[dict[str, float], list[tuple[str, str]]]:
    """Element → occupancy. Halves of one species add up; an atom listed again is counted once."""
    species: dict[str, float] = {}
    found: list[tuple[str, str]] = []
    for element, occupancy in position.species:
        together = species.get(element, 0.0) + occupancy
        if together > 1 + ROUNDING_EXCESS:
            text = f"{element} at {position.label} is listed more than once; counted once."
            found.append(("listed twice", text))
            together = max(species[element], occupancy)
        species[element] = together
    return species, found
