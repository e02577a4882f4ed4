"""All outputs of Quantum ESPRESSO and EPW in a folder as one result."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from sc3d_desktop.dft.results.gap import gap_of
from sc3d_desktop.dft.results.guard import read_text
from sc3d_desktop.dft.results.kinds import Kind
from sc3d_desktop.dft.results.kpath import Labels, kpoints_labels
from sc3d_desktop.dft.results.packed import beside
from sc3d_desktop.dft.results.phonon_files import with_phonons
from sc3d_desktop.dft.results.pw_out import read_pw_out
from sc3d_desktop.dft.results.pw_xml import BOHR_ANGSTROM, read_pw_xml
from sc3d_desktop.dft.results.qe_tables import read_bands, read_bands_gnu, read_dos
from sc3d_desktop.dft.results.spectra import read_spectra, read_stated
from sc3d_desktop.dft.results.types import Result
from sc3d_desktop.errors import ResultsError

Outputs = dict[Path, Kind]
Part = Callable[[Result, Outputs, Path], Result]
_ALAT = re.compile(r"lattice parameter \(alat\)\s+=\s+([\d.]+)")


def read_espresso(outputs: Outputs, folder: Path) -> Result:
    """What cannot be read is told in the notes; raised where nothing can."""
    spectra = [partial(_with_spectra, path) for path in _all(outputs, Kind.SPECTRUM)]
    stated = [partial(_with_stated, path) for path in _all(outputs, Kind.STATED)]
    parts: list[Part] = [_with_pw, _with_dos, _with_bands, *spectra, *stated, _with_phonons]
    result = Result("Quantum ESPRESSO")
    errors: list[ResultsError] = []
    for add in parts:
        try:
            result = add(result, outputs, folder)
        except ResultsError as error:
            errors.append(error)
    if errors and not result.sources:
        raise errors[0]
    return replace(result, notes=(*result.notes, *map(str, errors)))


def _first(outputs: Outputs, kind: Kind) -> Path | None:
    return next((path for path, found in outputs.items() if found is kind), None)


def _all(outputs: Outputs, kind: Kind) -> list[Path]:
    """a2F.dos2 before a2F.dos10."""
    found = [path for path, other in outputs.items() if other is kind]
    return sorted(found, key=lambda path: [int(n) for n in re.findall(r"\d+", path.name)])


def _with_pw(result: Result, outputs: Outputs, folder: Path) -> Result:
    """Of pw.x: its XML, which has more, else what it printed last."""
    xml, printed = _first(outputs, Kind.PW_XML), _all(outputs, Kind.PW_OUT)
    last = max(printed, key=lambda path: path.stat().st_mtime, default=None)
    if xml is None:
        return read_pw_out(last) if last is not None else result
    found = read_pw_xml(xml, _labels(folder))
    return found if found.moments or last is None else _with_printed_moments(found, last)


def _with_printed_moments(result: Result, printed: Path) -> Result:
    """Before version 7.1 the XML has none."""
    try:
        more = read_pw_out(printed)
    except ResultsError as error:
        return replace(result, notes=(*result.notes, str(error)))
    if result.n_atoms != len(more.moments):
        return result
    return replace(result, sources=(*result.sources, printed), moments=more.moments)


def _with_dos(result: Result, outputs: Outputs, folder: Path) -> Result:
    path = _first(outputs, Kind.DOS)
    if path is None:
        return result
    curve, fermi = read_dos(path, folder.glob("*pdos_atm*"))
    fermi = result.fermi_ev if fermi is None else fermi
    return replace(result, dos=curve, fermi_ev=fermi, sources=(*result.sources, path))


def _with_bands(result: Result, outputs: Outputs, folder: Path) -> Result:
    """The lattice that a table of bands leaves out stands in what pw.x printed beside it."""
    path = _first(outputs, Kind.BANDS) or _first(outputs, Kind.BANDS_GNU)
    if path is None:
        return result
    crystal, alat, fermi = result.relaxed, _alat(outputs), result.fermi_ev
    if crystal is None or alat is None:
        note = f"{path.name} is not shown: the output of pw.x is not beside it."
        return replace(result, notes=(*result.notes, note))
    if outputs[path] is Kind.BANDS:
        lattice = np.asarray(crystal.lattice)
        bands = read_bands(path, lattice, alat, fermi or 0.0, _labels(folder))
    else:
        bands = read_bands_gnu(path, alat, fermi or 0.0)
    gap = gap_of(bands.energies) if fermi is not None else None
    return replace(result, bands=bands, gap_ev=gap, sources=(*result.sources, path))


def _with_spectra(path: Path, result: Result, outputs: Outputs, folder: Path) -> Result:
    spectra = (*result.spectra, *read_spectra(path))
    return replace(result, spectra=spectra, sources=(*result.sources, path))


def _with_stated(path: Path, result: Result, outputs: Outputs, folder: Path) -> Result:
    stated = (*result.stated, *read_stated(path))
    return replace(result, stated=stated, sources=(*result.sources, path))


def _with_phonons(result: Result, outputs: Outputs, folder: Path) -> Result:
    return with_phonons(result, outputs, folder, _alat(outputs))


def _labels(folder: Path) -> Labels:
    """None where the input is not there, or is damaged: bands do without names."""
    try:
        return kpoints_labels(beside(folder / "pw.out", "pw.in"))
    except ResultsError:
        return ()


def _alat(outputs: Outputs) -> float | None:
    """In Å, of the first output that states it; what is wrong with others is told elsewhere."""
    for path in (*_all(outputs, Kind.PW_OUT), *_all(outputs, Kind.PHONONS)):
        try:
            found = _ALAT.search(read_text(path))
        except ResultsError:
            continue
        if found is not None:
            return float(found[1]) * BOHR_ANGSTROM
    return None
