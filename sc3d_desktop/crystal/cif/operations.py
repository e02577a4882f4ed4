"""Symmetry operations of a CIF block: as listed, or by Hall symbol, H-M symbol or number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import gemmi

from sc3d_desktop.crystal.cif.block import Block
from sc3d_desktop.crystal.cif.groups import (
    IDENTITY,
    Group,
    Operations,
    group_of_hall,
    groups_of_name,
    groups_of_number,
    has_one_setting,
    operations,
)
from sc3d_desktop.crystal.findings import Finding, doubtful, repaired
from sc3d_desktop.errors import CifError

MAX_OPERATIONS = 1_000

_OPERATION_TAGS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
_HALL_TAGS = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
_HM_TAGS = (
    "_space_group_name_h-m_alt",
    "_symmetry_space_group_name_h-m",
    "_space_group_name_h-m_full",
    "_space_group_name_h-m_ref",
    "_symmetry_space_group_name_h-m_alt",
)
_NUMBER_TAGS = ("_space_group_it_number", "_symmetry_int_tables_number")
_TRIPLET = re.compile(r"\s*([^,\s]+)\s*,\s*([^,\s]+)\s*,\s*([^,\s]+)\s*")


@dataclass(frozen=True)
class SymmetryChoice:
    """Operations that a block may mean, and what is to be said if they are taken."""

    operations: Operations
    findings: tuple[Finding, ...] = ()


def symmetry_of(block: Block, cell: tuple[float, ...]) -> list[SymmetryChoice]:
    """One choice, or two where the file leaves the origin open."""
    named = _named(block, cell)
    for tag in _OPERATION_TAGS:
        listed = block.column(tag)
        if len(listed) > MAX_OPERATIONS:
            message = f"{block.where}: {tag} lists {len(listed)} operations."
            raise CifError(message, "Use a smaller cell.")
        if listed:
            ops, findings = _listed(listed, tag, block)
            conflict = _conflict(ops.number, named, "the operations listed", block.line(tag))
            return [SymmetryChoice(ops, (*findings, *conflict))]
    if named:
        return _by_name(named, block)
    if stated := _stated(block):
        tag, value = stated[0]
        raise CifError(
            f"{block.where}: {block.spelling(tag)} “{value:.60}” is not a space group.",
            "List the symmetry operations in the file.",
        )
    text = "The file gives no symmetry; its atoms are taken as the whole cell."
    return [SymmetryChoice(IDENTITY, (doubtful("no symmetry", text),))]


# --- operations listed --------------------------------------------------------------------------


def _listed(
    texts: tuple[str, ...], tag: str, block: Block
) -> tuple[Operations, tuple[Finding, ...]]:
    findings = []
    triplets = tuple(gemmi.cif.as_string(text) for text in texts)
    if any(triplet.count(",") != 2 for triplet in triplets) and (joined := _joined(triplets)):
        text = "Symmetry operations without quotes were put together again."
        findings.append(repaired("operations unquoted", text, block.line(tag)))
        triplets = joined
    given = _parsed(triplets)
    if isinstance(given, str):
        message = f"{block.where}: {block.spelling(tag)} “{given:.60}” is not a symmetry operation."
        raise CifError(message, "Correct that line.")
    whole = _completed(triplets)
    if whole is None:
        message = f"{block.where}: the operations of {block.spelling(tag)} are no group."
        raise CifError(message, "Correct the list, or state the space group alone.")
    if len(whole) > len(given):
        text = f"{len(given)} operations are listed, their group has {len(whole)}; all were used."
        findings.append(doubtful("operations missing", text, block.line(tag)))
    return whole, tuple(findings)


def _joined(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """``x, y, z`` that stands without quotes is three words."""
    text, at, found = " ".join(words), 0, []
    while at < len(text):
        match = _TRIPLET.match(text, at)
        if match is None:
            return None
        found.append(",".join(match.groups()))
        at = match.end()
    return tuple(found)


@lru_cache(maxsize=512)
def _parsed(triplets: tuple[str, ...]) -> Operations | str:
    """The operations, or the text that is none."""
    ops = []
    for triplet in triplets:
        op = _operation(triplet)
        if op is None:
            return triplet
        ops.append(op)
    return operations(ops)


@lru_cache(maxsize=8192)
def _operation(triplet: str) -> gemmi.Op | None:
    try:
        op = gemmi.Op(triplet)
    except (ValueError, RuntimeError):
        return None
    return op if abs(op.det_rot()) == gemmi.Op.DEN**3 else None


@lru_cache(maxsize=512)
def _completed(triplets: tuple[str, ...]) -> Operations | None:
    given = _parsed(triplets)
    return given.completed() if isinstance(given, Operations) else None


# --- symmetry named -----------------------------------------------------------------------------


def _stated(block: Block) -> list[tuple[str, str]]:
    tags = (*_HALL_TAGS, *_HM_TAGS, *_NUMBER_TAGS)
    return [(tag, value) for tag in tags if (value := block.value(tag))]


def _named(block: Block, cell: tuple[float, ...]) -> list[tuple[str, tuple[Group, ...]]]:
    """Tag and group of every symbol or number that is one, the most telling first."""
    alpha, gamma = cell[3], cell[5]
    found: list[tuple[str, tuple[Group, ...]]] = []
    for tag, value in _stated(block):
        if tag in _HALL_TAGS:
            hall = group_of_hall(value)
            groups: tuple[Group, ...] = () if hall is None else (hall,)
        elif tag in _NUMBER_TAGS:
            groups = groups_of_number(value, alpha, gamma)
        else:
            groups = groups_of_name(value, alpha, gamma)
        if groups:
            found.append((tag, groups))
    return found


def _by_name(named: list[tuple[str, tuple[Group, ...]]], block: Block) -> list[SymmetryChoice]:
    tag, groups = named[0]
    line = block.line(tag)
    common = list(_conflict(groups[0].number or None, named[1:], groups[0].name, line))
    if tag in _HALL_TAGS and not any(t in _HM_TAGS for t, _ in named):
        text = f"The symmetry was taken from the Hall symbol {groups[0].name}."
        common.append(repaired("Hall symbol", text, line))
    if tag in _NUMBER_TAGS and not has_one_setting(groups[0].number):
        text = f"The file gives the number of its space group only; taken as {groups[0].name}."
        common.append(doubtful("setting", text, line))
    choices = []
    for group in groups:
        text = f"The file does not say which origin it has; taken as {group.name}."
        origin = [doubtful("origin", text, line)] if group.open_origin else []
        choices.append(SymmetryChoice(group.operations, (*common, *origin)))
    return choices


def _conflict(
    number: int | None, others: list[tuple[str, tuple[Group, ...]]], taken: str, line: int | None
) -> Iterator[Finding]:
    differing = [g[0] for _, g in others if g[0].number and g[0].number != number]
    if number and differing:
        text = f"The file names space group {differing[0].name} ({differing[0].number}), "
        text += f"but {taken} are of number {number}; these were used."
        yield doubtful("symmetry conflict", text, line)
