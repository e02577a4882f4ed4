"""One entry point for files, folders and archives: an outcome for each structure, as it is read.

Nothing is unpacked to disk, no link is followed, and never more than one member is in memory, so a
hostile archive can neither write, nor hang, nor fill anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sc3d_desktop.crystal.crystal import Crystal
from sc3d_desktop.crystal.files.archives import is_archive, members
from sc3d_desktop.crystal.files.contents import Content
from sc3d_desktop.crystal.files.formats import crystals_of, is_structure_file
from sc3d_desktop.crystal.text import bytes_of
from sc3d_desktop.errors import CifError


@dataclass(frozen=True)
class Source:
    """Where a structure stands: a file, in an archive its member, and the block of that."""

    path: Path
    member: str = ""
    block: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (str(self.path), self.member) if part)


@dataclass(frozen=True)
class Read:
    source: Source
    crystal: Crystal


@dataclass(frozen=True)
class Refused:
    source: Source
    error: CifError


Outcome = Read | Refused


def read_all(paths: Iterable[Path]) -> Iterator[Outcome]:
    """Every structure of these files, folders and archives, in their order; a folder's files and
    folders by name. What cannot be read is refused with the reason and stops nothing.
    """
    for path in paths:
        yield from _read_path(path, named=True)


def _read_path(path: Path, named: bool) -> Iterator[Outcome]:
    if path.is_dir():
        yield from _read_folder(path)
        return
    try:
        if not path.is_file():
            raise CifError(f"{path.name} is not a file.", "Check the path.")
        if is_archive(path.name):
            for member in members(path):
                yield from _read_content(path, member)
        elif named or is_structure_file(path.name):
            yield from _read_content(path, Content(path.name, "", partial(bytes_of, path)))
    except CifError as error:
        yield Refused(Source(path), error)


def _read_folder(folder: Path) -> Iterator[Outcome]:
    """The structure files and archives below a folder; links to folders are not followed."""
    found = False
    for at, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(files):
            if is_structure_file(name) or is_archive(name):
                found = True
                yield from _read_path(Path(at) / name, named=False)
    if not found:
        error = CifError(f"{folder} holds no structure files.", "Check the folder.")
        yield Refused(Source(folder), error)


def _read_content(path: Path, content: Content | CifError) -> Iterator[Outcome]:
    if isinstance(content, CifError):
        yield Refused(Source(path), content)
        return
    try:
        found = crystals_of(content)
    except CifError as error:
        yield Refused(Source(path, content.member), error)
        return
    for crystal in found:
        if isinstance(crystal, CifError):
            yield Refused(Source(path, content.member), crystal)
        else:
            yield Read(Source(path, content.member, crystal.block), crystal)
