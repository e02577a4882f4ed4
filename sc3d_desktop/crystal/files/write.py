"""Write a crystal to a file, in the format that the name asks for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sc3d_desktop.crystal.cif import write_cif
from sc3d_desktop.crystal.crystal import Crystal
from sc3d_desktop.crystal.files.write_texts import extxyz_text, json_text, poscar_text
from sc3d_desktop.errors import Sc3dError


@dataclass(frozen=True)
class Format:
    """A format that is written: how people call it, and the names its files have."""

    title: str
    suffixes: tuple[str, ...]
    text: Callable[[Crystal], str]
    beginnings: tuple[str, ...] = ()


FORMATS = {
    "cif": Format("CIF", (".cif",), write_cif),
    "poscar": Format("POSCAR", (".vasp", ".poscar"), poscar_text, ("poscar", "contcar")),
    "xyz": Format("Extended XYZ", (".xyz", ".extxyz"), extxyz_text),
    "json": Format("pymatgen JSON", (".json",), json_text),
}


def format_of(name: str) -> Format | None:
    """By its ending or else by its beginning, as in ``POSCAR_old``."""
    lower = name.lower()
    by_ending = (f for f in FORMATS.values() if lower.endswith(f.suffixes))
    by_beginning = (f for f in FORMATS.values() if lower.startswith(f.beginnings))
    return next(by_ending, None) or next(by_beginning, None)


def renamed(name: str, form: Format) -> str:
    """The name as it is where it is one of the format, else with the format's ending."""
    if format_of(name) is form:
        return name
    endings = [suffix for f in FORMATS.values() for suffix in f.suffixes]
    stems = (name[: -len(ending)] for ending in endings if name.lower().endswith(ending))
    return next(stems, name) + form.suffixes[0]


def write_structure(crystal: Crystal, path: Path, kind: str | None = None) -> None:
    """Write in the format that the name asks for, or in that of ``FORMATS`` named by ``kind``.

    A file that is there is replaced at once: whatever goes wrong leaves it as it was. Raises
    ``CrystalError`` for a crystal that the format cannot hold, and ``Sc3dError`` for a name of no
    format and a file that cannot be written.
    """
    form = FORMATS[kind] if kind is not None else format_of(path.name)
    if form is None:
        endings = ", ".join(suffix for f in FORMATS.values() for suffix in f.suffixes)
        raise Sc3dError(
            f"{path.name} does not say which format it is to have.", f"End the name in {endings}."
        )
    text = form.text(crystal)
    try:
        _replace(path.resolve(), text)
    except OSError as error:
        raise Sc3dError(
            f"{path.name} could not be written: {error.strerror or error}.",
            "Choose another folder, or free some space.",
        ) from error


def _replace(path: Path, text: str) -> None:
    if path.exists() and not path.is_file():
        raise OSError("it is no file")
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name[:40]}-") as unfinished:
        new = Path(unfinished) / "new"  # made by open, so with the rights of any new file
        with new.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            shutil.copymode(path, new)
        new.replace(path)
