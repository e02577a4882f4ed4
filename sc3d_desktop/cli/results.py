"""``sc3d results``: what calculations with VASP or Quantum ESPRESSO gave back."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sc3d_desktop.cli.records import json_line
from sc3d_desktop.dft.results import Result, Spectrum, Stated, read_results
from sc3d_desktop.dft.results.alpha2f import (
    Coupling,
    allen_dynes_kelvin,
    coupling_of,
    mcmillan_kelvin,
    stated_coupling,
)
from sc3d_desktop.dft.results.moments import changed_sites
from sc3d_desktop.dft.results.phonons import THZ_PER_WAVENUMBER, imaginary_modes, is_unstable
from sc3d_desktop.dft.results.types import Phonons, QPoint
from sc3d_desktop.dft.results.van_hove import HINT
from sc3d_desktop.dft.results.words import coupling_words, stated_words
from sc3d_desktop.errors import ResultsError, Sc3dError
from sc3d_desktop.jobs.results import ReadCalculation, looked_at
from sc3d_desktop.steps import finish

Record = dict[str, Any]


def run(arguments: argparse.Namespace) -> int:
    failed = False
    for path in arguments.paths:
        try:
            found = looked_at(path, finish(read_results(path)))
        except (Sc3dError, OSError) as error:
            failed = True
            _tell_error(path, error, arguments.json)
            continue
        if arguments.json:
            print(json_line(_record(found, arguments.mu_star)), flush=True)
        else:
            _tell(found, arguments.mu_star)
    return 1 if failed else 0


def _tell_error(path: Path, error: Exception, as_json: bool) -> None:
    if as_json:
        print(json_line({"path": str(path), "error": str(error)}), flush=True)
    else:
        print(f"{path}: {error}", file=sys.stderr)


def _tell(found: ReadCalculation, mu_star: float) -> None:
    print(found.path)
    lines = [*found.lines, *_coupling_lines(found.result, mu_star)]
    width = max(len(heading) for heading, _ in lines)
    for heading, text in lines:
        print(f"  {heading:<{width}}  {text}")
    if found.peaks or found.flat:
        print(f"  {HINT}")


def _coupling_lines(result: Result, mu_star: float) -> list[tuple[str, str]]:
    lines = []
    for spectrum in result.spectra:
        try:
            lines.append((spectrum.name, coupling_words(spectrum, mu_star)))
        except ResultsError as error:
            lines.append((spectrum.name, error.message))
    return lines + [(one.name, stated_words(one, mu_star)) for one in result.stated]


def _record(found: ReadCalculation, mu_star: float) -> Record:
    result = found.result
    return {
        "path": str(found.path),
        "code": result.code,
        "converged": result.converged,
        "energy_ev": result.energy_ev,
        "energy_per_atom_ev": result.energy_per_atom_ev,
        "force_max_ev_per_angstrom": result.force_max,
        "fermi_ev": result.fermi_ev,
        "gap_ev": result.gap_ev,
        "moment_total": result.moment_total,
        "moments": list(result.moments),
        "start_moments": list(result.start_moments),
        "start_moments_unit": "µB" if result.code == "VASP" else "share of the valence electrons",
        "magnetic_order_kept": _order_kept(result),
        "volume_change_percent": found.change.volume_percent if found.change else None,
        "largest_displacement_angstrom": found.change.displacement if found.change else None,
        "space_group_before": found.change.group_before if found.change else None,
        "space_group_after": found.change.group_after if found.change else None,
        "states_at_fermi_per_ev": found.states_at_fermi,
        "dos_peaks_ev": [peak.energy_ev for peak in found.peaks],
        "flat_bands_ev": [flat.energy_ev for flat in found.flat],
        "alpha2f": [_coupling(spectrum, mu_star) for spectrum in result.spectra],
        "stated_lambda": {one.name: one.coupling for one in result.stated},
        "stated": [_stated(one, mu_star) for one in result.stated],
        "phonons": _phonons(result.phonons) if result.phonons is not None else None,
        "notes": list(result.notes),
        "error": None,
    }


def _order_kept(result: Result) -> bool | None:
    """None where moments at the start or at the end are not known."""
    if not any(result.start_moments) or len(result.start_moments) != len(result.moments):
        return None
    return not any(changed_sites(result.start_moments, result.moments))


def _coupling(spectrum: Spectrum, mu_star: float) -> Record:
    try:
        found = coupling_of(spectrum)
    except ResultsError as error:
        return {"name": spectrum.name, "error": error.message}
    return {"name": spectrum.name, **_tc(found, mu_star)}


def _stated(stated: Stated, mu_star: float) -> Record:
    found = stated_coupling(stated)
    known = {"lambda": stated.coupling} if found is None else _tc(found, mu_star)
    return {"name": stated.name, "how": stated.how, **known}


def _tc(found: Coupling, mu_star: float) -> Record:
    return {
        "lambda": found.coupling,
        "omega_log_mev": found.omega_log_mev,
        "mu_star": mu_star,
        "tc_mcmillan_kelvin": mcmillan_kelvin(found, mu_star),
        "tc_allen_dynes_kelvin": allen_dynes_kelvin(found, mu_star),
    }


def _phonons(phonons: Phonons) -> Record:
    """Frequencies in 1/cm and THz, those of imaginary modes negative; q in 2π/alat."""
    return {
        "version": phonons.version or None,
        "finished": phonons.finished,
        "mesh": list(phonons.mesh) if phonons.mesh else None,
        "dynamically_unstable": is_unstable(phonons),
        "imaginary": [
            {
                "q": _known(one.q),
                "modes": one.count,
                "lowest_cm": one.lowest_cm,
                "acoustic_noise": one.acoustic,
                "interpolated": one.where or None,
            }
            for one in imaginary_modes(phonons)
        ],
        "broadenings_ry": list(phonons.broadenings_ry),
        "points": [_point(point) for point in phonons.points],
    }


def _point(point: QPoint) -> Record:
    return {
        "q": point.q.tolist(),
        "star": point.star,
        "frequencies_cm": point.frequencies_cm.tolist(),
        "frequencies_thz": (point.frequencies_cm * THZ_PER_WAVENUMBER).tolist(),
        "lambda": [_known(row) for row in point.coupling],
        "gamma_ghz": [_known(row) for row in point.linewidth_ghz],
    }


def _known(values: Iterable[float]) -> list[float | None]:
    return [float(x) if math.isfinite(x) else None for x in values]
