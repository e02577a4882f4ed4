"""The text of a file a user names: bounded, in either of the encodings that occur; and of names."""

from __future__ import annotations

from pathlib import Path

from sc3d_desktop.errors import CifError

MAX_BYTES = 50_000_000


def text_of(path: Path) -> str:
    """Raises ``CifError`` where the file is missing, too large or cannot be read."""
    return decoded(bytes_of(path))


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


def decoded(raw: bytes) -> str:
    """UTF-8 with or without its mark, else Latin-1, in which every byte is a letter."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def one_line(text: str) -> str:
    """Without line breaks and control characters, which would end a value in most formats."""
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())
