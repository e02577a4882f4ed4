"""The data blocks of a CIF text. Gemmi parses; what it stops at is kept to the block it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import gemmi

from sc3d_desktop.crystal.cif.block import Block
from sc3d_desktop.crystal.cif.version_2 import as_version_1, is_version_2
from sc3d_desktop.errors import CifError

_HINT = "Open it in a text editor at that line, or export it again."
_SYNTAX_ERROR = re.compile(r"string:(?:(?P<line>\d+))?(?::\d+\(\d+\):)?(?P<rest>.*)", re.DOTALL)
_DOTTED = re.compile(
    r"^(\s*_(?:cell|atom_site|space_group|space_group_symop|symmetry|chemical_formula))\.",
    re.MULTILINE | re.IGNORECASE,
)
_HEAD = re.compile(r"data_(\S*)", re.IGNORECASE)
_FIELD_OR_HEAD = re.compile(r"^(?:;|data_)", re.MULTILINE | re.IGNORECASE)
_WORTH_TELLING = ("_atom_site_", "_cell_length_")


def blocks_of(text: str, source: str) -> list[Block | CifError]:
    """Every data block; one with broken syntax beside others is an error in its place.

    Raises ``CifError`` where there is one block only, or none.
    """
    if not text.strip():
        raise CifError(f"{source} is empty.", "Choose a CIF file.")
    if "\x00" in text:
        raise CifError(f"{source} is not a text file.", "Choose a CIF file.")
    if is_version_2(text):
        text = as_version_1(text)
    if "_cell." in text or "_CELL." in text:
        text = _DOTTED.sub(r"\1_", text)
    try:
        return _parsed(text, source, 0)
    except (ValueError, RuntimeError) as error:
        pieces = list(_pieces(text))
        if len(pieces) < 2:
            told = _syntax_error(error, 0)
            raise CifError(f"{source} is not a CIF: {told}.", _HINT) from error
    return [block for piece, offset in pieces for block in _alone(piece, source, offset)]


def _parsed(text: str, source: str, offset: int) -> list[Block | CifError]:
    """Without the parser's checks for tags that repeat or lack a value: ``Block`` looks at them."""
    return [_block(block, text, source, offset) for block in gemmi.cif.read_string(text, 0)]


def _block(block: gemmi.cif.Block, text: str, source: str, offset: int) -> Block | CifError:
    try:
        return Block(block, text, source, offset)
    except CifError as error:
        return error


def _alone(piece: str, source: str, offset: int) -> list[Block | CifError]:
    try:
        return _parsed(piece, source, offset)
    except (ValueError, RuntimeError) as error:
        lower = piece.lower()
        if not any(tag in lower for tag in _WORTH_TELLING):
            return []
        match = _HEAD.match(piece)
        where = f"{source}, block {(match and match[1]) or '(unnamed)'}"
        return [CifError(f"{where} is not a CIF: {_syntax_error(error, offset)}.", _HINT)]


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """The text cut at each ``data_`` outside text fields, and the lines before each piece."""
    starts, in_field = [], False
    for match in _FIELD_OR_HEAD.finditer(text):
        if match[0] == ";":
            in_field = not in_field
        elif not in_field:
            starts.append(match.start())
    line, before = 0, 0
    for start, stop in pairwise([*starts, len(text)]):
        line += text.count("\n", before, start)
        before = start
        yield text[start:stop], line


def _syntax_error(error: Exception, offset: int) -> str:
    """Gemmi says ``string:3:7(42): what`` or ``string:3 in data_a: what``; keep line and words."""
    match = _SYNTAX_ERROR.fullmatch(str(error).strip().rstrip("."))
    if not match:
        return str(error)
    what = match["rest"].removeprefix(":").strip()
    return f"line {int(match['line']) + offset}: {what}" if match["line"] else what
