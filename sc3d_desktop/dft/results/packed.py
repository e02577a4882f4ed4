"""Files as they are or compressed with gzip, bzip2 or xz, opened as what they hold."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from sc3d_desktop.errors import ResultsError

PACKED: dict[str, Callable[[Path, str], object]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
}
"""Suffix → what opens it."""

NOT_UNPACKED = (EOFError, zlib.error, lzma.LZMAError)
"""What damaged ones raise beside ``OSError``."""

MOST_RATIO, _UNSUSPECTED_BYTES = 200, 50_000_000
"""Outputs of calculations pack to a tenth, in xz to a thirtieth: what unpacks to more than 200
times its size is made to fill the memory.
"""
_CHUNK = 1 << 20


def is_packed(path: Path) -> bool:
    return path.suffix.lower() in PACKED


def plain_name(path: Path) -> str:
    """OUTCAR for OUTCAR.gz: what tells the kind of a file."""
    return path.name[: -len(path.suffix)] if is_packed(path) else path.name


def beside(path: Path, name: str) -> Path:
    """The file of this name in the folder of another, compressed or not; it need not be there."""
    plain = path.with_name(name)
    packed = (plain.with_name(name + suffix) for suffix in PACKED)
    return next((file for file in (plain, *packed) if file.is_file()), plain)


def open_plain(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked as they are read."""
    opener = PACKED.get(path.suffix.lower())
    return path.open("rb") if opener is None else cast("IO[bytes]", opener(path, "rb"))


def plain_size(path: Path, most: int) -> int:
    """How much a file holds, counted no further than beyond ``most``: what a compressed file says
    of itself may be a lie. Raises ``ResultsError`` for one that swells beyond reason.
    """
    own = path.stat().st_size
    if not is_packed(path) or not own:
        return own
    size, suspicious = 0, max(_UNSUSPECTED_BYTES, MOST_RATIO * own)
    with open_plain(path) as stream:
        while size <= most and (chunk := stream.read(_CHUNK)):
            size += len(chunk)
            if size > suspicious:
                raise ResultsError(
                    f"{path.name} unpacks to more than {MOST_RATIO} times its own size, as no "
                    "output of a calculation does.",
                    "Do not use this file; ask for another copy.",
                )
    return size
