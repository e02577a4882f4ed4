"""Members of gzip, zip and tar files, one at a time and each of bounded size."""

from __future__ import annotations

import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from sc3d_desktop.crystal.files.contents import Content
from sc3d_desktop.crystal.files.formats import is_structure_file
from sc3d_desktop.crystal.text import MAX_BYTES
from sc3d_desktop.errors import CifError

MAX_MEMBERS = 1_000_000
MAX_UNPACKED, MAX_RATIO = 2_000_000_000, 100
"""An archive may unpack to that many bytes, or to that many times its own size."""

_MAX_HEAD = 1_000_000
_HEADS = (
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
)
_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_DAMAGED = (
    *(OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    # What tarfile and zipfile let through of a head that makes no sense.
    *(TypeError, ValueError, IndexError, OverflowError, struct.error),
)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


_HINT = "Pack it again, or unpack it and open the folder."


ARCHIVE_SUFFIXES = (*_TARS, ".zip", ".gz")


def is_archive(name: str) -> bool:
    return name.lower().endswith(ARCHIVE_SUFFIXES)


def members(path: Path) -> Iterator[Content | CifError]:
    """The structure files in an archive, in its order; other files are passed over.

    A member that is a link, a device or another archive is an error in its place. Raises
    ``CifError`` where the archive as a whole cannot be read. A member is read before the next one
    is asked for.
    """
    name = path.name.lower()
    try:
        if name.endswith(".zip"):
            yield from _of_zip(path)
        elif name.endswith(_TARS):
            yield from _of_tar(path)
        else:
            yield Content(path.name[:-3], path.name[:-3], partial(_gunzip, path))
    except _DAMAGED as error:
        raise CifError(f"{path.name} is damaged ({error}).", _HINT) from error
    except RuntimeError as error:  # zip: encrypted, or, in a subclass of it, of an unknown method
        raise CifError(f"{path.name} cannot be unpacked ({error}).", _HINT) from error


def _gunzip(path: Path) -> bytes:
    try:
        with gzip.open(path, "rb") as stream:
            return _bounded(stream, path.name)
    except _DAMAGED as error:
        raise CifError(f"{path.name} is damaged ({error}).", _HINT) from error


def _of_zip(path: Path) -> Iterator[Content | CifError]:
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        _check_count(path, len(infos))
        _check_unpacked(path, sum(i.file_size for i in infos if is_structure_file(i.filename)))
        for info in infos:
            is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
            refused = _refused(info.filename, is_link, info.file_size)
            if refused is not None:
                yield refused
            elif not info.is_dir() and is_structure_file(info.filename):
                with archive.open(info) as stream:
                    yield _content(info.filename, stream)


def _of_tar(path: Path) -> Iterator[Content | CifError]:
    with tarfile.open(path, "r|*", tarinfo=_BoundedInfo) as archive:
        for count, info in enumerate(archive):
            _check_count(path, count)
            _check_unpacked(path, info.offset_data + info.size)
            if info.isdir():
                continue
            refused = _refused(info.name, not info.isreg(), info.size)
            if refused is not None:
                yield refused
            elif is_structure_file(info.name):
                stream = archive.extractfile(info)
                assert stream is not None
                yield _content(info.name, stream)


class _BoundedInfo(tarfile.TarInfo):
    """Long names and further attributes of a member, which tarfile would read whole."""

    def _proc_member(self, tar: tarfile.TarFile) -> Any:
        if self.size > _MAX_HEAD and self.type in _HEADS:
            raise tarfile.ReadError(f"the head of a member has {self.size} bytes")
        return super()._proc_member(tar)  # type: ignore[misc]


def _content(member: str, stream: IO[bytes]) -> Content | CifError:
    """Read at once: a tar cannot go back."""
    name = PurePosixPath(member).name
    try:
        raw = _bounded(stream, name)
    except CifError as error:
        return error
    return Content(name, member, lambda: raw)


def _refused(member: str, is_link_or_device: bool, size: int) -> CifError | None:
    """Why a member is not read, if so. ``size`` is what the archive says: it may be a lie."""
    if is_link_or_device and is_structure_file(member):
        return CifError(f"{member} in the archive is no regular file.", "Pack the file itself.")
    if is_archive(member):
        return CifError(f"{member} is an archive in an archive.", "Unpack the outer one first.")
    if size > MAX_BYTES and is_structure_file(member):
        return _too_large(PurePosixPath(member).name)
    return None


def _bounded(stream: _Readable, name: str) -> bytes:
    """At most ``MAX_BYTES``, however much would come: a small archive can hold terabytes."""
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _too_large(name)
    return raw


def _too_large(name: str) -> CifError:
    return CifError(
        f"{name} has more than {MAX_BYTES / 1e6:.0f} MB unpacked.",
        "Split the file into smaller ones.",
    )


def _check_unpacked(path: Path, n_bytes: int) -> None:
    """Even what is passed over in a tar has to be unpacked."""
    if n_bytes > max(MAX_UNPACKED, MAX_RATIO * path.stat().st_size):
        message = f"{path.name} unpacks to {n_bytes / 1e9:.1f} GB, far more than its own size."
        raise CifError(message, "Unpack it yourself and open the folder.")


def _check_count(path: Path, count: int) -> None:
    if count > MAX_MEMBERS:
        raise CifError(f"{path.name} has more than {MAX_MEMBERS:,} members.", "Split it.")
