"""The files of a project that came from elsewhere. What is not in its manifest is never touched,
and what is must be as the manifest says, byte for byte.
"""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from sc3d_desktop.crystal.files.archives import MAX_RATIO, MAX_UNPACKED
from sc3d_desktop.errors import ProjectError
from sc3d_desktop.project.manifest import NAME, FileFact, Manifest, read_manifest

_MOST_MANIFEST = 50_000_000
_PIECE = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


class Reader(Protocol):
    """``open`` raises ``ProjectError`` for a file that is not there or no regular one."""

    name: str

    def open(self, path: str) -> IO[bytes]: ...


class FolderReader:
    """A project as a folder; links are not followed, not even within it."""

    def __init__(self, folder: Path) -> None:
        self.name, self._folder = folder.name, folder

    def open(self, path: str) -> IO[bytes]:
        at = self._folder
        for part in path.split("/"):
            at = at / part
            mode = at.lstat().st_mode if at.exists() else 0
            if stat.S_ISLNK(mode) or not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
                raise _missing(path, self.name)
        return at.open("rb")


class ZipReader:
    """A project as an archive. A link in it is a file that holds a path, and is read as one."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.name, self._archive = name, archive

    def open(self, path: str) -> IO[bytes]:
        try:
            return self._archive.open(path)
        except KeyError as error:
            raise _missing(path, self.name) from error


def _missing(path: str, name: str) -> ProjectError:
    if path == NAME:
        return ProjectError(f"{name} is no project of this program.", "Choose a saved project.")
    return ProjectError(
        f"{name} is not whole: {path} is missing, or no file.", "Ask for another copy."
    )


@contextmanager
def reading(path: Path) -> Iterator[tuple[Reader, Manifest]]:
    """A project to read, with its manifest. Raises ``ProjectError`` where there is none, it is
    damaged, or it unpacks to far more than its size.
    """
    try:
        if path.is_dir():
            folder = FolderReader(path)
            yield folder, _manifest(folder)
        else:
            with zipfile.ZipFile(path) as archive:
                reader = ZipReader(archive, path.name)
                manifest = _manifest(reader)
                _check_size(manifest, path)
                yield reader, manifest
    except zipfile.BadZipFile as error:
        raise ProjectError(
            f"{path.name} is neither a folder nor a sound archive ({error}).",
            "Choose a saved project.",
        ) from error
    except (*_DAMAGED, OSError) as error:
        raise ProjectError(
            f"{path.name} cannot be unpacked: {error}.", "Ask for another copy, or free some space."
        ) from error


def _manifest(reader: Reader) -> Manifest:
    with reader.open(NAME) as stream:
        text = stream.read(_MOST_MANIFEST + 1)
    if len(text) > _MOST_MANIFEST:
        raise ProjectError(f"{reader.name} has a manifest without end.", "It was not opened.")
    return read_manifest(text, reader.name)


def _check_size(manifest: Manifest, path: Path) -> None:
    size = sum(fact.bytes for fact in manifest.files.values())
    if size > max(MAX_UNPACKED, MAX_RATIO * path.stat().st_size):
        said = f"{path.name} unpacks to {size / 1e9:.1f} GB, far more than its own size."
        raise ProjectError(said, "Unpack it yourself and open the folder.")


def take_out(reader: Reader, manifest: Manifest, into: Path) -> Iterator[int]:
    """Copy every file of the manifest; yields how many are there. Raises ``ProjectError`` for one
    that differs from what the manifest says, and never writes more of it than that.
    """
    for done, (name, fact) in enumerate(manifest.files.items(), start=1):
        to = into / name
        to.parent.mkdir(parents=True, exist_ok=True)
        with reader.open(name) as source, to.open("xb") as copy:
            _copy(source, copy, fact, f"{name} of {reader.name}")
        yield done


def _copy(source: IO[bytes], copy: IO[bytes], fact: FileFact, what: str) -> None:
    digest, left = hashlib.sha256(), fact.bytes
    while piece := source.read(min(_PIECE, left + 1)):
        if len(piece) > left:
            raise _changed(what)
        left -= len(piece)
        digest.update(piece)
        copy.write(piece)
    if left or digest.hexdigest() != fact.sha256:
        raise _changed(what)


def _changed(what: str) -> ProjectError:
    return ProjectError(
        f"{what} is not as it was saved.", "It was not opened. Ask its sender for another copy."
    )
