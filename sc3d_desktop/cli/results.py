"""``sc3d results``: what calculations with VASP or Quantum ESPRESSO gave back."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from sc3d_desktop.cli.records import json_line
from sc3d_desktop.dft.results import Result, Spectrum, read_results
from sc3d_desktop.dft.results.alpha2f import allen_dynes_kelvin, coupling_of, mcmillan_kelvin
from sc3d_desktop.dft.results.van_hove import HINT
from sc3d_desktop.dft.results.words import coupling_words
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
    lines += [(one.name, f"λ = {one.coupling:.3f}, as stated") for one in result.stated]
    return lines


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
        "volume_change_percent": found.change.volume_percent if found.change else None,
        "largest_displacement_angstrom": found.change.displacement if found.change else None,
        "space_group_before": found.change.group_before if found.change else None,
        "space_group_after": found.change.group_after if found.change else None,
        "states_at_fermi_per_ev": found.states_at_fermi,
        "dos_peaks_ev": [peak.energy_ev for peak in found.peaks],
        "flat_bands_ev": [flat.energy_ev for flat in found.flat],
        "alpha2f": [_coupling(spectrum, mu_star) for spectrum in result.spectra],
        "stated_lambda": {one.name: one.coupling for one in result.stated},
        "notes": list(result.notes),
        "error": None,
    }


def _coupling(spectrum: Spectrum, mu_star: float) -> Record:
    try:
        found = coupling_of(spectrum)
    except ResultsError as error:
        return {"name": spectrum.name, "error": error.message}
    return {
        "name": spectrum.name,
        "lambda": found.coupling,
        "omega_log_mev": found.omega_log_mev,
        "mu_star": mu_star,
        "tc_mcmillan_kelvin": mcmillan_kelvin(found, mu_star),
        "tc_allen_dynes_kelvin": allen_dynes_kelvin(found, mu_star),
    }
