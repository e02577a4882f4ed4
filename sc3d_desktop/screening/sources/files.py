"""Files, folders and archives as pieces; a large CIF is read as a stream, wherever it lies."""

from __future__ import annotations

import csv
import gzip
import lzma
import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from sc3d_desktop.crystal.files.archives import is_archive
from sc3d_desktop.crystal.files.formats import is_structure_file
from sc3d_desktop.crystal.text import MAX_BYTES
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.sources.cif_stream import blocks_of
from sc3d_desktop.screening.sources.csv_table import holds_structures, structures_of
from sc3d_desktop.screening.sources.source import Piece

_DAMAGED = (
    OSError, EOFError, csv.Error, zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError,
    RuntimeError, NotImplementedError,  # zip: encrypted, unknown method
)  # fmt: skip
_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_LINK, _KIND = 0o120000, 0o170000


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


class Files:
    """Nothing is unpacked to disk and no link is followed."""

    def __init__(self, paths: list[Path]) -> None:
        self._paths = [path.absolute() for path in paths]
        for path in self._paths:
            if not path.exists():
                raise ScreeningError(f"There is no {path}.", "Check the path.")

    @property
    def title(self) -> str:
        return ", ".join(path.name for path in self._paths)

    def as_json(self) -> dict[str, Any]:
        return {"kind": "files", "paths": [str(path) for path in self._paths]}

    def count(self) -> int:
        """Of files in folders and members of zip archives; what is in a tar is not known before."""
        counts = [_count(file) for path in self._paths for file in _files(path)]
        return sum(counts) if all(counts) else 0

    def pieces(self, start: int = 0) -> Iterator[Piece]:
        files = (file for path in self._paths for file in _files(path))
        return islice((piece for file in files for piece in _pieces_of(file)), start, None)


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or the structure files and archives below a folder, by name."""
    if not path.is_dir():
        yield path
        return
    for at, folders, names in os.walk(path, followlinks=False):
        folders.sort()
        for name in sorted(names):
            file = Path(at) / name
            if not file.is_symlink() and _may_hold_structures(file):
                yield file


def _may_hold_structures(file: Path) -> bool:
    named = is_structure_file(file.name) or is_archive(file.name)
    return named or (file.suffix.lower() == ".csv" and holds_structures(file))


def _pieces_of(path: Path) -> Iterator[Piece]:
    """The pieces of one file or archive; where it cannot be read on, a piece that says why."""
    name = path.name.lower()
    try:
        if not path.is_file():
            raise OSError(f"{path.name} is not a file")
        if name.endswith(".zip"):
            yield from _of_zip(path)
        elif name.endswith(_TARS):
            yield from _of_tar(path)
        elif name.endswith(".csv") and holds_structures(path):
            for member, cif in structures_of(path):
                yield Piece("table.cif", cif, str(path), member, member)
        elif name.endswith(".gz"):
            with gzip.open(path, "rb") as packed:
                yield from _of_stream(packed, path, path.name[:-3], path.name[:-3])
        else:
            with path.open("rb") as stream:
                yield from _of_stream(stream, path, path.name)
    except _DAMAGED as error:
        yield Piece(path.name, None, str(path), error=f"{path.name} cannot be read on ({error}).")


def _of_zip(path: Path) -> Iterator[Piece]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir() and is_structure_file(info.filename):
                if (info.external_attr >> 16) & _KIND == _LINK:
                    yield _no_file(path, info.filename)
                    continue
                with archive.open(info) as stream:
                    yield from _of_stream(stream, path, info.filename, info.filename)


def _of_tar(path: Path) -> Iterator[Piece]:
    with tarfile.open(path, "r|*") as archive:
        for info in archive:
            if not is_structure_file(info.name):
                continue
            stream = archive.extractfile(info) if info.isreg() else None
            if stream is None:
                yield _no_file(path, info.name)
            else:
                yield from _of_stream(stream, path, info.name, info.name)


def _of_stream(stream: Stream, path: Path, name: str, member: str = "") -> Iterator[Piece]:
    if name.lower().endswith((".cif", ".mcif")):
        for block in blocks_of(stream):
            yield _piece(block, path, name, member)
    else:
        yield _piece(stream.read(MAX_BYTES + 1), path, name, member)


def _piece(content: bytes, path: Path, name: str, member: str) -> Piece:
    if len(content) > MAX_BYTES:
        said = f"{name} holds a structure of more than {MAX_BYTES / 1e6:.0f} MB."
        return Piece(name, None, str(path), member, error=said)
    return Piece(name, content, str(path), member)


def _no_file(path: Path, member: str) -> Piece:
    said = f"{member} in the archive is no regular file."
    return Piece(member, None, str(path), member, error=said)


def _count(path: Path) -> int:
    """0 where it is not known."""
    if path.suffix.lower() == ".csv":
        return 0
    if not is_archive(path.name):
        return 1
    if not path.name.lower().endswith(".zip"):
        return 0
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(is_structure_file(name) for name in archive.namelist())
    except _DAMAGED:
        return 1
