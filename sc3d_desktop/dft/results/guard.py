"""Files of others are read with care: a limit to their size, no entities, no half of a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sc3d_desktop.dft.results.packed import NOT_UNPACKED, open_plain, plain_size
from sc3d_desktop.errors import ResultsError

MOST_BYTES = 1_500_000_000
"""An XML file of so much takes several times as much memory."""

MOST_TEXT_BYTES = 300_000_000
_HEAD = 4096
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"PK\x03\x04", b"\xfd7zXZ")
FINISH = "Let the calculation finish, copy the file again, or open the folder without it."


def check_size(path: Path, most: int = MOST_BYTES) -> None:
    """As it is unpacked, where it is compressed."""
    size = plain_size(path, most)
    if size == 0:
        raise ResultsError(f"{path.name} is empty.", FINISH)
    if size > most:
        raise ResultsError(
            f"{path.name} has more than {most / 1e9:.1f} GB, which is more than can be read here.",
            "Give a file without projected wave functions or with fewer steps.",
        )


def check_xml(path: Path, root: bytes) -> None:
    """Only a document that begins with its root, without declarations of its own, is parsed: those
    are what entities that expand without end, or fetch other files, are made of.
    """
    check_size(path)
    with open_plain(path) as file:
        head = file.read(_HEAD)
    before, found, _ = head.partition(b"<" + root)
    if not found:
        raise ResultsError(
            f"{path.name} does not begin like a file of this kind.",
            "Give the file as the calculation wrote it, or compressed with the suffix that says so."
            if head.startswith(_COMPRESSED)
            else "Choose the output of VASP or Quantum ESPRESSO.",
        )
    if re.search(rb"<!(?!--)", before):
        raise ResultsError(
            f"{path.name} declares a document type, which no calculation writes.",
            "Do not use this file.",
        )


def read_bytes(path: Path, most: int) -> bytes:
    check_size(path, most)
    with open_plain(path) as file:
        return file.read(most + 1)


def read_text(path: Path) -> str:
    """The text of a file with Unix line ends; raises for what is no text."""
    data = read_bytes(path, MOST_TEXT_BYTES)
    if b"\0" in data:
        raise ResultsError(f"{path.name} is not a text file.", "Give it as it was written.")
    return data.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Whatever a damaged file makes a reader raise is said in one way."""
    try:
        yield
    except ResultsError:
        raise
    except NOT_UNPACKED as error:
        message = f"{path.name} is damaged or incomplete: it cannot be unpacked ({error})."
        raise ResultsError(message, FINISH) from error
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror or error}."
        raise ResultsError(message, "Check the path and its permissions.") from error
    except Exception as error:
        raise ResultsError(
            f"{path.name} is damaged or incomplete ({type(error).__name__}).", FINISH
        ) from error
