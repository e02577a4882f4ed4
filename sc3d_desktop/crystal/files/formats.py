"""Which format a file has, by its name, and the crystals in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from sc3d_desktop.crystal.cif import blocks_of_text
from sc3d_desktop.crystal.crystal import Crystal
from sc3d_desktop.crystal.files.contents import Content
from sc3d_desktop.crystal.files.extxyz import parse_extxyz
from sc3d_desktop.crystal.files.noticed import with_noticed
from sc3d_desktop.crystal.files.poscar import parse_poscar
from sc3d_desktop.crystal.files.res import parse_res
from sc3d_desktop.crystal.files.structure_json import parse_json
from sc3d_desktop.crystal.files.xsf import parse_xsf
from sc3d_desktop.errors import CifError, CrystalError

Crystals = list[Crystal | CifError]
Reader = Callable[[str, str], Crystals]


def is_structure_file(name: str) -> bool:
    return _reader(name) is not None


def crystals_of(content: Content) -> Crystals:
    """The crystals of a file, in its order; a bad one is an error in its place. Raises
    ``CifError`` where nothing of it can be read.

    A file of an unknown kind is read as CIF: what it lacks is then said.
    """
    read = _reader(content.name) or blocks_of_text
    text = content.text()
    if not text.strip():
        raise CifError(f"{content.name} is empty.", "Choose another file.")
    try:
        return read(text, content.name)
    except CrystalError as error:
        raise CifError(f"{content.name}: {error.message}", error.hint) from error


def _one(parse: Callable[[str, str], Crystal]) -> Reader:
    return lambda text, name: [with_noticed(parse(text, name))]


def _many(parse: Callable[[str, str], Iterable[Crystal | CifError]]) -> Reader:
    return lambda text, name: [_noticed(found) for found in parse(text, name)]


def _noticed(found: Crystal | CifError) -> Crystal | CifError:
    return with_noticed(found) if isinstance(found, Crystal) else found


_POSCAR = _one(parse_poscar)
_READERS: Mapping[str, Reader] = {
    ".cif": blocks_of_text,
    ".mcif": blocks_of_text,
    ".vasp": _POSCAR,
    ".poscar": _POSCAR,
    ".xyz": _many(parse_extxyz),
    ".extxyz": _many(parse_extxyz),
    ".res": _one(parse_res),
    ".xsf": _one(parse_xsf),
    ".json": _many(parse_json),
}
SUFFIXES = tuple(_READERS)
_NAMES = ("poscar", "contcar")


def _reader(name: str) -> Reader | None:
    last = PurePosixPath(name.replace("\\", "/")).name.lower()
    by_suffix = _READERS.get(PurePosixPath(last).suffix)
    return by_suffix or (_POSCAR if last.startswith(_NAMES) else None)
