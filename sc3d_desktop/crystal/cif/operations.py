"""Symmetry operations of a CIF block: as listed, or by Hall symbol, H-M symbol or number."""

from __future__ import annotations

import re

import gemmi

from sc3d_desktop.crystal.cif.lines import Lines
from sc3d_desktop.crystal.findings import Finding, doubtful
from sc3d_desktop.errors import CifError

MAX_OPERATIONS = 1_000

_OPERATION_TAGS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
_HALL_TAGS = ("_space_group_name_Hall", "_symmetry_space_group_name_Hall")
_HM_TAGS = ("_space_group_name_H-M_alt", "_symmetry_space_group_name_H-M")
_NUMBER_TAGS = ("_space_group_IT_number", "_symmetry_Int_Tables_number")
_GROUP_NUMBER = re.compile(r"[1-9][0-9]{0,2}")


def operations_of(
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
