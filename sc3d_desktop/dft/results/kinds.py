"""Which files and folders are of calculations, by name and first lines."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from sc3d_desktop.dft.results import pw_out, pw_xml, qe_tables
from sc3d_desktop.dft.results.packed import NOT_UNPACKED, open_plain, plain_name

_STEP = re.compile(r"\d-[a-z]+$")
_SPECTRUM = re.compile(r"a2F\.dos\d*|.*\.a2f(\.\d+)?|alpha2F\.dat", re.I)
_STATED = re.compile(r"lambda(\.(out|dat))?", re.I)
_SUFFIXES = ("", ".xml", ".out", ".log", ".txt", ".dat", ".dos")
_HEAD = 4096
_MOST_FILES = 2_000


class Kind(StrEnum):
    VASPRUN = "vasprun.xml"
    OUTCAR = "OUTCAR"
    PW_XML = "XML of pw.x"
    PW_OUT = "output of pw.x"
    DOS = "DOS of dos.x"
    BANDS = "bands of bands.x"
    SPECTRUM = "α²F"
    STATED = "λ"


def kind_of(path: Path) -> Kind | None:
    """What a file is; None for what is no output of a calculation, or cannot be opened."""
    name = plain_name(path)
    suffix = Path(name).suffix.lower()
    if name.lower().startswith("vasprun") and suffix == ".xml":
        return Kind.VASPRUN
    if name.upper().startswith("OUTCAR"):
        return Kind.OUTCAR
    if _SPECTRUM.fullmatch(name):
        return Kind.SPECTRUM
    try:
        return _by_first_lines(path, suffix) if suffix in _SUFFIXES else None
    except (OSError, *NOT_UNPACKED):
        return None


def _by_first_lines(path: Path, suffix: str) -> Kind | None:
    with open_plain(path) as file:
        head = file.read(_HEAD)
    if _STATED.fullmatch(plain_name(path)) and b"lambda" in head:
        return Kind.STATED
    match suffix:
        case ".xml":
            if b"<modeling" in head:
                return Kind.VASPRUN
            return Kind.PW_XML if b"<" + pw_xml.ROOT in head else None
        case ".out" | ".log" | ".txt":
            return Kind.PW_OUT if pw_out.MARK.encode() in head else None
        case ".dat" | ".dos" | "":
            if qe_tables.is_dos(path):
                return Kind.DOS
            return Kind.BANDS if qe_tables.is_bands(path) else None
    return None


def outputs_in(folder: Path) -> dict[Path, Kind]:
    """The output files that lie in a folder itself, by name."""
    found: dict[Path, Kind] = {}
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return {}
    for path in files[:_MOST_FILES]:
        kind = kind_of(path)
        if kind is not None:
            found[path] = kind
    return found


def step_folders(folder: Path) -> list[Path]:
    """The folders of steps, such as ``2-static``, in a folder of one calculation."""
    try:
        return sorted(p for p in folder.iterdir() if p.is_dir() and _STEP.fullmatch(p.name))
    except OSError:
        return []


def calculations_in(folder: Path) -> list[Path]:
    """The folder itself, or those below it, that hold outputs of a calculation."""
    if outputs_in(folder) or any(outputs_in(step) for step in step_folders(folder)):
        return [folder]
    try:
        below = sorted(p for p in folder.iterdir() if p.is_dir())[:_MOST_FILES]
    except OSError:
        return []
    return [p for p in below if any(outputs_in(step) for step in step_folders(p))]


def is_calculation(path: Path) -> bool:
    """Whether a file or folder is to be read as a calculation and not as a structure."""
    return bool(calculations_in(path)) if path.is_dir() else kind_of(path) is not None
