"""vasprun.xml of VASP."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.results.gap import gap_of
from sc3d_desktop.dft.results.guard import FINISH, check_xml, told_of
from sc3d_desktop.dft.results.kpath import band_path, kpoints_labels
from sc3d_desktop.dft.results.packed import beside
from sc3d_desktop.dft.results.structures import crystal_of
from sc3d_desktop.dft.results.types import Bands, Dos, Floats, Result
from sc3d_desktop.errors import ResultsError


def read_vasprun(path: Path) -> Result:
    """Raises ``ResultsError`` for what is unfinished, damaged or of another program. The band path
    gets its labels from the KPOINTS beside the file.
    """
    with told_of(path):
        check_xml(path, b"modeling")
        return _result(_parsed(path), path)


def _parsed(path: Path) -> Any:
    from pymatgen.io.vasp.outputs import Vasprun

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it is not converged is said in the result
            return Vasprun(path, parse_potcar_file=False)
    except SyntaxError as error:  # as lxml calls its own
        line = error.lineno or 0
        message = f"{path.name} is not complete: it breaks off at line {line:,}."
        raise ResultsError(message, FINISH) from error
    except IndexError as error:  # where pymatgen looks at the last step
        raise ResultsError(f"{path.name} ends before the first step.", FINISH) from error


def _result(run: Any, path: Path) -> Result:
    last = run.ionic_steps[-1]
    relaxed = crystal_of(run.final_structure, path.parent.name)
    eigenvalues = _eigenvalues(run)
    fermi = _fermi(run)
    away = eigenvalues - fermi if eigenvalues is not None and fermi is not None else None
    return Result(
        code="VASP",
        sources=(path,),
        start=crystal_of(run.initial_structure, path.parent.name),
        relaxed=relaxed,
        energy_ev=_energy(run),
        converged=bool(run.converged),
        force_max=_largest(last.get("forces")),
        fermi_ev=fermi,
        gap_ev=gap_of(away) if away is not None else None,
        start_moments=_start_moments(run),
        dos=_dos(run, fermi) if fermi is not None else None,
        bands=_bands(run, path, relaxed, away) if away is not None else None,
    )


def _start_moments(run: Any) -> tuple[float, ...]:
    """None of a run without spin, where VASP writes them all the same, or with moments of three
    components.
    """
    found = run.parameters.get("MAGMOM")
    if run.parameters.get("ISPIN") != 2 or not isinstance(found, list):
        return ()
    return tuple(float(x) for x in found) if len(found) == len(run.atomic_symbols) else ()


def _fermi(run: Any) -> float | None:
    return float(run.efermi) if run.efermi is not None and math.isfinite(run.efermi) else None


def _energy(run: Any) -> float | None:
    energy = float(run.final_energy)
    return energy if math.isfinite(energy) else None


def _largest(forces: Any) -> float | None:
    return float(np.linalg.norm(forces, axis=1).max()) if forces is not None else None


def _eigenvalues(run: Any) -> Floats | None:
    """(spins, bands, k), spin up first."""
    if not run.eigenvalues:
        return None
    return np.array([np.asarray(values)[:, :, 0].T for values in _by_spin(run.eigenvalues)])


def _by_spin(values: Mapping[Any, Any]) -> list[Any]:
    return [values[spin] for spin in sorted(values, key=lambda s: -s.value)]


def _dos(run: Any, fermi: float) -> Dos | None:
    found = getattr(run, "tdos", None)
    if found is None or len(found.energies) < 2 or run.kpoints.style.name == "Line_mode":
        return None  # the DOS of a path is none
    elements: dict[str, Floats] = {}
    for symbol, orbitals in zip(run.atomic_symbols, run.pdos or (), strict=False):
        of_atom = np.sum([_by_spin(by_spin) for by_spin in orbitals.values()], axis=0)
        elements[symbol] = elements.get(symbol, np.zeros(of_atom.shape)) + of_atom
    total = np.array(_by_spin(found.densities))
    return Dos(np.asarray(found.energies) - fermi, total, elements)


def _bands(run: Any, path: Path, crystal: Crystal, energies: Floats) -> Bands | None:
    """Along a line, or the points of weight zero beside a mesh."""
    points, weights = np.array(run.actual_kpoints), np.array(run.actual_kpoints_weights)
    on_path = weights == 0
    if not on_path.any():
        if run.kpoints.style.name != "Line_mode":
            return None
        on_path[:] = True
    labels = kpoints_labels(beside(path, "KPOINTS"))
    return band_path(crystal.lattice, points[on_path], energies[..., on_path], labels)
