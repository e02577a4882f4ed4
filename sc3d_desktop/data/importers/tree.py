"""The files below a folder or in a zip archive, by name: what a data set in either form needs."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Protocol

from sc3d_desktop.crystal.text import MAX_BYTES, bytes_of, decoded
from sc3d_desktop.errors import CatalogueError, CifError

_LINK = 0o120000
_KIND = 0o170000


class Reader(Protocol):
    def __call__(self, name: str) -> bytes: ...


class Tree:
    """Names with ``/`` between folders; ``read`` gives at most ``MAX_BYTES`` and raises
    ``CatalogueError`` for more, or where the file cannot be read.
    """

    def __init__(self, names: list[str], read: Reader) -> None:
        self.names = frozenset(names)
        self._read = read

    def read(self, name: str) -> bytes:
        if name not in self.names:
            raise CatalogueError(f"There is no {name}.", _HINT)
        try:
            return self._read(name)
        except CifError as error:
            raise CatalogueError(error.message, error.hint) from error
        except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, EOFError) as error:
            raise CatalogueError(f"{name} cannot be read ({error}).", _HINT) from error

    def folder_of(self, file_name: str) -> str:
        """The folder, ending in ``/`` or empty, of the outermost file of this name. Raises
        ``CatalogueError`` where there is none.
        """
        found = [n for n in self.names if PurePosixPath(n).name == file_name]
        if not found:
            raise CatalogueError(
                f"There is no {file_name} in it.", "Choose the folder or archive that holds it."
            )
        outermost = min(found, key=lambda n: (n.count("/"), n))
        return outermost[: -len(file_name)]

    def table(self, name: str) -> list[dict[str, str]]:
        """The lines of a CSV file, by the names of its first line."""
        text = decoded(self.read(name))
        try:
            reader = csv.DictReader(io.StringIO(text, newline=""), restval="", strict=True)
            return [{k: v or "" for k, v in row.items() if k is not None} for row in reader]
        except csv.Error as error:
            raise CatalogueError(f"{name} is no table ({error}).", _HINT) from error


_HINT = "Check the file, or get it again from its source."


@contextmanager
def open_tree(path: Path) -> Iterator[Tree]:
    """Raises ``CatalogueError`` where there is neither a folder nor a zip archive."""
    if path.is_dir():
        yield _folder(path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        message = f"{path.name} is neither a folder nor a zip archive that can be read ({error})."
        raise CatalogueError(message, "Choose another one.") from error
    with archive:
        yield _archive(archive)


def _folder(path: Path) -> Tree:
    """Links are not followed: they could lead anywhere."""
    names = [
        (Path(at) / file).relative_to(path).as_posix()
        for at, _, files in os.walk(path, followlinks=False)
        for file in files
        if not (Path(at) / file).is_symlink()
    ]
    return Tree(names, lambda name: bytes_of(path / name))


def _archive(archive: zipfile.ZipFile) -> Tree:
    names = [
        info.filename
        for info in archive.infolist()
        if not info.is_dir() and (info.external_attr >> 16) & _KIND != _LINK
    ]
    return Tree(names, partial(_member, archive))


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise CatalogueError(f"{name} has more than {MAX_BYTES / 1e6:.0f} MB.", _HINT)
    return raw
