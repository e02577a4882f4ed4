"""The text of a file a user names: bounded, in either of the encodings that occur; and of names."""

from __future__ import annotations

import codecs
from pathlib import Path

from sc3d_desktop.errors import CifError

MAX_BYTES = 50_000_000


def text_of(path: Path) -> str:
    """Raises ``CifError`` where the file is missing, too large or cannot be read."""
    return decoded(bytes_of(path), path.name)


def bytes_of(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise CifError(f"{path.name} is not a file.", "Check the path.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CifError(
                f"{path.name} has {size / 1e6:.0f} MB; the limit is {MAX_BYTES / 1e6:.0f} MB.",
                "Split the file into smaller ones.",
            )
        return path.read_bytes()
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror}."
        raise CifError(message, "Check the file.") from error


def decoded(raw: bytes, name: str = "The text") -> str:
    """UTF-8 with or without its mark, else Latin-1, in which every byte is a letter; lines end
    as on Unix. Raises ``CifError`` for UTF-16 and for what is no text.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise CifError(f"{name} is written in UTF-16.", "Save it as UTF-8.")
    if b"\x00" in raw:
        raise CifError(f"{name} is not a text file.", "Choose a file with a crystal structure.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")
