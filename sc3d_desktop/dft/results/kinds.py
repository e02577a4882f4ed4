"""Which files and folders are of calculations, by name and first lines."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from sc3d_desktop.dft.results import ph_out, pw_out, pw_xml, qe_tables
from sc3d_desktop.dft.results.packed import NOT_UNPACKED, open_plain, plain_name

_STEP = re.compile(r"\d-[a-z]+$")
_SPECTRUM = re.compile(r"a2F\.dos\d*|.*\.a2f(\.\d+)?|alpha2F\.dat", re.I)
_STATED = re.compile(r"lambda(\.(out|dat))?", re.I)
_MATRICES = re.compile(r".*dyn\d+", re.I)
_DISPERSION = re.compile(r".*\.freq|freq(\.dat)?|.*\.(phonon|disp)", re.I)
_TABLES = ("", ".dat", ".dos")
_SUFFIXES = (*_TABLES, ".xml", ".out", ".log", ".txt")
_HEAD = 4096
_MOST_FILES = 2_000


class Kind(StrEnum):
    VASPRUN = "vasprun.xml"
    OUTCAR = "OUTCAR"
    PW_XML = "XML of pw.x"
    PW_OUT = "output of pw.x"
    DOS = "DOS of dos.x"
    BANDS = "bands of bands.x"
    BANDS_GNU = "bands of bands.x to plot"
    PHONONS = "output of ph.x"
    MATRICES = "dynamical matrices of ph.x"
    DISPERSION = "frequencies of matdyn.x"
    DISPERSION_GP = "frequencies of matdyn.x to plot"
    SPECTRUM = "α²F"
    STATED = "λ"


def kind_of(path: Path) -> Kind | None:
    """What a file is; None for what is no output of a calculation, or cannot be opened."""
    name = plain_name(path)
    suffix = Path(name).suffix.lower()
    by_name = _by_name(name, suffix)
    if by_name is not None:
        return by_name
    try:
        return _by_first_lines(path, name, suffix)
    except (OSError, *NOT_UNPACKED):
        return None


def _by_name(name: str, suffix: str) -> Kind | None:
    if name.lower().startswith("vasprun") and suffix == ".xml":
        return Kind.VASPRUN
    if name.upper().startswith("OUTCAR"):
        return Kind.OUTCAR
    if name.lower().endswith("freq.gp"):
        return Kind.DISPERSION_GP
    if suffix == ".gnu":
        return Kind.BANDS_GNU
    return Kind.SPECTRUM if _SPECTRUM.fullmatch(name) else None


def _by_first_lines(path: Path, name: str, suffix: str) -> Kind | None:
    table = _MATRICES.fullmatch(name) or _DISPERSION.fullmatch(name)
    if not table and suffix not in _SUFFIXES:
        return None
    with open_plain(path) as file:
        head = file.read(_HEAD)
    if table:
        return _of_phonons(name, head)
    if _STATED.fullmatch(name) and b"lambda" in head:
        return Kind.STATED
    if suffix == ".xml":
        if b"<modeling" in head:
            return Kind.VASPRUN
        return Kind.PW_XML if b"<" + pw_xml.ROOT in head else None
    return _printed(head) or (_table(head) if suffix in _TABLES else None)


def _of_phonons(name: str, head: bytes) -> Kind | None:
    if _MATRICES.fullmatch(name):
        return Kind.MATRICES if head.startswith(ph_out.MATRICES.encode()) else None
    return Kind.DISPERSION if qe_tables.is_plotted(head) else None


def _printed(head: bytes) -> Kind | None:
    if ph_out.MARK.encode() in head:
        return Kind.PHONONS
    return Kind.PW_OUT if pw_out.MARK.encode() in head else None


def _table(head: bytes) -> Kind | None:
    if qe_tables.is_dos(head):
        return Kind.DOS
    return Kind.BANDS if qe_tables.is_plotted(head) else None


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
