"""Reading a calculation: one file, one folder, or a folder of steps as the hand-off writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.results.gap import gap_of
from sc3d_desktop.dft.results.guard import read_text
from sc3d_desktop.dft.results.kinds import (
    Kind,
    calculations_in,
    kind_of,
    outputs_in,
    step_folders,
)
from sc3d_desktop.dft.results.kpath import kpoints_labels
from sc3d_desktop.dft.results.merge import merged
from sc3d_desktop.dft.results.outcar import read_outcar
from sc3d_desktop.dft.results.packed import beside
from sc3d_desktop.dft.results.phonon_files import with_phonons
from sc3d_desktop.dft.results.pw_out import read_pw_out
from sc3d_desktop.dft.results.pw_xml import BOHR_ANGSTROM, read_pw_xml
from sc3d_desktop.dft.results.qe_tables import read_bands, read_bands_gnu, read_dos
from sc3d_desktop.dft.results.spectra import read_spectra, read_stated
from sc3d_desktop.dft.results.types import Result
from sc3d_desktop.dft.results.vasprun import read_vasprun
from sc3d_desktop.errors import ResultsError

_NOTHING = (
    "Give vasprun.xml, OUTCAR, an output of pw.x or ph.x, an α²F file, or the folder they are in."
)
_ALAT = re.compile(r"lattice parameter \(alat\)\s+=\s+([\d.]+)")


def read_results(path: Path) -> Generator[str, None, Result]:
    """Yields what it is about to read. A step of a folder that cannot be read is told in the notes;
    ``ResultsError`` is raised where nothing can.
    """
    if not path.exists():
        raise ResultsError(f"There is no file or folder {path.name}.", "Check the path.")
    if not path.is_dir():
        yield path.name
        return _read_file(path)
    steps = _steps(path)
    found: list[tuple[str, Result]] = []
    errors: list[ResultsError] = []
    for step in steps:
        yield step.name
        try:
            found.append((step.name, _read_folder(step)))
        except ResultsError as error:
            errors.append(ResultsError(f"{step.name}: {error.message}", error.hint))
    if not found:
        raise errors[0]
    result = merged(found)
    return replace(result, notes=(*(str(error) for error in errors), *result.notes))


def _steps(path: Path) -> list[Path]:
    calculations = calculations_in(path)
    if not calculations:
        raise ResultsError(f"{path.name} holds no output of a calculation.", _NOTHING)
    if len(calculations) > 1:
        names = ", ".join(one.name for one in calculations[:5])
        raise ResultsError(
            f"{path.name} holds {len(calculations)} calculations: {names}…",
            "Open the folder of one of them.",
        )
    folder = calculations[0]
    return [one for one in (folder, *step_folders(folder)) if outputs_in(one)]


def _read_file(path: Path) -> Result:
    kind = kind_of(path)
    if kind is None:
        raise ResultsError(f"{path.name} is no output of a calculation that is known.", _NOTHING)
    if kind in (Kind.VASPRUN, Kind.OUTCAR):
        return _READERS[kind](path)
    return _qe({path: kind}, path.parent)


_READERS: dict[Kind, Callable[[Path], Result]] = {
    Kind.VASPRUN: read_vasprun,
    Kind.OUTCAR: read_outcar,
}


def _read_folder(folder: Path) -> Result:
    outputs = outputs_in(folder)
    kinds = set(outputs.values())
    return _vasp(outputs) if kinds & set(_READERS) else _qe(outputs, folder)


def _first(outputs: dict[Path, Kind], kind: Kind) -> Path | None:
    return next((path for path, found in outputs.items() if found is kind), None)


def _vasp(outputs: dict[Path, Kind]) -> Result:
    """vasprun.xml, with the moments of OUTCAR; that alone where vasprun.xml cannot be read."""
    xml, outcar = _first(outputs, Kind.VASPRUN), _first(outputs, Kind.OUTCAR)
    if xml is None:
        assert outcar is not None
        return read_outcar(outcar)
    try:
        result = read_vasprun(xml)
    except ResultsError as error:
        if outcar is None:
            raise
        result = read_outcar(outcar)
        return replace(result, notes=(str(error), *result.notes))
    return _with_moments(result, outcar) if outcar is not None else result


def _with_moments(result: Result, outcar: Path) -> Result:
    try:
        more = read_outcar(outcar)
    except ResultsError as error:
        return replace(result, notes=(*result.notes, str(error)))
    return replace(
        result,
        sources=(*result.sources, outcar),
        moment_total=more.moment_total,
        moments=more.moments,
    )


def _qe(outputs: dict[Path, Kind], folder: Path) -> Result:
    result = _pw(outputs, folder)
    dos = _first(outputs, Kind.DOS)
    bands = _first(outputs, Kind.BANDS) or _first(outputs, Kind.BANDS_GNU)
    if dos is not None:
        curve, fermi = read_dos(dos, folder.glob("*pdos_atm*"))
        fermi = result.fermi_ev if fermi is None else fermi
        result = replace(result, dos=curve, fermi_ev=fermi, sources=(*result.sources, dos))
    if bands is not None:
        result = _with_bands(result, bands, outputs, folder)
    result = with_phonons(result, outputs, folder, _alat(outputs))
    spectra = [s for path in _all(outputs, Kind.SPECTRUM) for s in read_spectra(path)]
    stated = [s for path in _all(outputs, Kind.STATED) for s in read_stated(path)]
    more = [path for path, kind in outputs.items() if kind in (Kind.SPECTRUM, Kind.STATED)]
    return replace(
        result,
        spectra=tuple(spectra),
        stated=(*stated, *result.stated),
        sources=(*result.sources, *more),
    )


def _all(outputs: dict[Path, Kind], kind: Kind) -> list[Path]:
    """a2F.dos2 before a2F.dos10."""
    found = [path for path, other in outputs.items() if other is kind]
    return sorted(found, key=lambda path: [int(n) for n in re.findall(r"\d+", path.name)])


def _pw(outputs: dict[Path, Kind], folder: Path) -> Result:
    """Of pw.x: its XML, which has more, else what it printed last."""
    labels = kpoints_labels(beside(folder / "pw.out", "pw.in"))
    xml, printed = _first(outputs, Kind.PW_XML), _all(outputs, Kind.PW_OUT)
    last = max(printed, key=lambda path: path.stat().st_mtime, default=None)
    if xml is None:
        return read_pw_out(last) if last is not None else Result("Quantum ESPRESSO")
    result = read_pw_xml(xml, labels)
    return result if result.moments or last is None else _with_printed_moments(result, last)


def _with_printed_moments(result: Result, printed: Path) -> Result:
    """Before version 7.1 the XML has none."""
    try:
        more = read_pw_out(printed)
    except ResultsError as error:
        return replace(result, notes=(*result.notes, str(error)))
    if result.n_atoms != len(more.moments):
        return result
    return replace(result, sources=(*result.sources, printed), moments=more.moments)


def _with_bands(result: Result, bands: Path, outputs: dict[Path, Kind], folder: Path) -> Result:
    """The lattice that a table of bands leaves out stands in what pw.x printed beside it."""
    crystal, alat = result.relaxed, _alat(outputs)
    if crystal is None or alat is None:
        note = f"{bands.name} is not shown: the output of pw.x is not beside it."
        return replace(result, notes=(*result.notes, note))
    fermi, labels = result.fermi_ev, kpoints_labels(beside(folder / "pw.out", "pw.in"))
    path = (
        read_bands(bands, _lattice(crystal), alat, fermi or 0.0, labels)
        if outputs[bands] is Kind.BANDS
        else read_bands_gnu(bands, alat, fermi or 0.0)
    )
    gap = gap_of(path.energies) if fermi is not None else None
    return replace(result, bands=path, gap_ev=gap, sources=(*result.sources, bands))


def _lattice(crystal: Crystal) -> np.ndarray:
    return np.asarray(crystal.lattice)


def _alat(outputs: dict[Path, Kind]) -> float | None:
    printed = _first(outputs, Kind.PW_OUT) or _first(outputs, Kind.PHONONS)
    found = _ALAT.search(read_text(printed)) if printed is not None else None
    return float(found[1]) * BOHR_ANGSTROM if found else None
