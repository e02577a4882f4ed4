"""A CIF of any size, block by block, with never more than one block in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from sc3d_desktop.crystal.text import MAX_BYTES

_VERSION_2 = b"#\\#CIF_2"
_CRYSTAL = (b"_cell_length_a", b"_cell.length_a", b"_atom_site")


class Lines(Protocol):
    def readline(self, size: int, /) -> bytes: ...


def blocks_of(stream: Lines) -> Iterator[bytes]:
    """Each data block that describes a crystal, with what stands before it; the first block where
    there is none, for the reader to say so. A block larger than ``MAX_BYTES`` comes cut off just
    above it, to be refused.
    """
    found, first, magic = False, b"", b""
    for block in _parts(stream):
        if not first:
            first = block
            magic = block.split(b"\n", 1)[0] + b"\n" if block.startswith(_VERSION_2) else b""
        elif magic:
            block = magic + block
        if any(tag in block.lower() for tag in _CRYSTAL):
            found = True
            yield block
    if not found:
        yield first


def _parts(stream: Lines) -> Iterator[bytes]:
    """The text cut before each ``data_``; those within text fields are text."""
    lines: list[bytes] = []
    size, in_text, begun = 0, False, False
    while line := stream.readline(MAX_BYTES + 1):
        if line.startswith(b";"):
            in_text = not in_text
        elif not in_text and line.lstrip()[:5].lower() == b"data_":
            if begun:
                yield b"".join(lines)
                lines, size = [], 0
            begun = True
        if size <= MAX_BYTES:
            lines.append(line)
            size += len(line)
    yield b"".join(lines)
