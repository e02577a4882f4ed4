"""The XML file that pw.x leaves in its outdir: ``prefix.xml`` or ``data-file-schema.xml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.dft.results.gap import gap_of
from sc3d_desktop.dft.results.guard import FINISH, check_xml, told_of
from sc3d_desktop.dft.results.kpath import Labels, band_path
from sc3d_desktop.dft.results.packed import open_plain
from sc3d_desktop.dft.results.structures import crystal_from
from sc3d_desktop.dft.results.types import Bands, Floats, Result
from sc3d_desktop.errors import ResultsError

HARTREE_EV = 27.211386245988
BOHR_ANGSTROM = 0.529177210903
ROOT = b"qes:espresso"
_SITES = "Scalar_Site_Magnetic_Moments"


def read_pw_xml(path: Path, labels: Labels = ()) -> Result:
    """Raises ``ResultsError`` for what is unfinished or damaged. Bands get a distance where the run
    was one of bands.
    """
    with told_of(path):
        check_xml(path, ROOT)
        root = _parsed(path)
        output = root.find("output")
        if output is None:
            raise ResultsError(f"{path.name} has no output: the run did not end.", FINISH)
        return _result(root, output, path, labels)


def _parsed(path: Path) -> Any:
    try:
        with open_plain(path) as file:
            return ElementTree.parse(file).getroot()
    except ElementTree.ParseError as error:
        message = f"{path.name} is not complete: it breaks off at line {error.position[0]:,}."
        raise ResultsError(message, FINISH) from error


def _result(root: Any, output: Any, path: Path, labels: Labels) -> Result:
    structure = output.find("atomic_structure")
    relaxed = _crystal(structure)
    calculation = root.findtext("input/control_variables/calculation", "").strip()
    fermi, energies = _energies(output)
    energy = _number(output, "total_energy/etot")
    moment = _number(output, "magnetization/total")
    spins = output.findtext("magnetization/lsda", "").strip() == "true"
    away = energies - fermi if energies is not None and fermi is not None else None
    return Result(
        code="Quantum ESPRESSO",
        sources=(path,),
        start=_crystal(root.find("input/atomic_structure")),
        relaxed=relaxed,
        energy_ev=energy * HARTREE_EV if energy else None,  # 0 where none was worked out
        converged=_converged(output, calculation),
        force_max=_force_max(output.find("forces")),
        fermi_ev=fermi,
        gap_ev=gap_of(away) if away is not None else None,
        moment_total=moment if spins else None,
        moments=_moments(output, relaxed),
        start_moments=_start_moments(root) if spins else (),
        bands=_bands(output, structure, relaxed, away, labels)
        if calculation == "bands" and away is not None
        else None,
    )


def _moments(output: Any, crystal: Crystal | None) -> tuple[float, ...]:
    """Of each site, which version 7.1 and later write for collinear moments."""
    found = output.findall(f"magnetization/{_SITES}/SiteMagnetization")
    if crystal is None or len(found) != len(crystal):
        return ()
    return tuple(float(one.text) for one in sorted(found, key=lambda one: int(one.get("atom"))))


def _start_moments(root: Any) -> tuple[float, ...]:
    kinds = {
        kind.get("name"): _number(kind, "starting_magnetization") or 0.0
        for kind in root.findall("input/atomic_species/species")
    }
    atoms = root.findall("input/atomic_structure/*/atom")
    return tuple(kinds.get(atom.get("name"), 0.0) for atom in atoms) if any(kinds.values()) else ()


def _number(element: Any, place: str) -> float | None:
    text = element.findtext(place)
    return float(text) if text else None


def _vector(text: str) -> list[float]:
    return [float(x) for x in text.split()]


def _crystal(element: Any) -> Crystal | None:
    """Positions are Cartesian, in bohr, or fractional in the input."""
    cell = element.find("cell") if element is not None else None
    if cell is None:
        return None
    lattice = np.array([_vector(cell.findtext(f"a{i}")) for i in (1, 2, 3)])
    places = element.find("atomic_positions")
    fractional = places is None
    if fractional:
        places = element.find("crystal_positions")
    if places is None:
        return None
    atoms = places.findall("atom")
    at = np.array([_vector(atom.text) for atom in atoms])
    fracs = at if fractional else at @ np.linalg.inv(lattice)
    symbols = [symbol_of(atom.get("name")) for atom in atoms]
    return crystal_from(lattice * BOHR_ANGSTROM, symbols, fracs)


def symbol_of(label: str) -> str:
    """Fe1, Fe_up and FE are all Fe."""
    two = label[:2].capitalize()
    return two if two.isalpha() and is_element(two) else label[:1].upper()


def _converged(output: Any, calculation: str) -> bool | None:
    if calculation in ("nscf", "bands"):
        return None
    kinds = ("scf_conv", "opt_conv") if "relax" in calculation else ("scf_conv",)
    said = (output.findtext(f"convergence_info/{kind}/convergence_achieved") for kind in kinds)
    return all(text is not None and text.strip() == "true" for text in said)


def _force_max(element: Any) -> float | None:
    if element is None or not element.text:
        return None
    forces = np.array(_vector(element.text)).reshape(-1, 3)
    return float(np.linalg.norm(forces, axis=1).max() * HARTREE_EV / BOHR_ANGSTROM)


def _energies(output: Any) -> tuple[float | None, Floats | None]:
    """The Fermi level, and the bands (spins, bands, k), in eV."""
    found = output.find("band_structure")
    if found is None:
        return None, None
    fermi = _number(found, "fermi_energy")
    fermi = _number(found, "highestOccupiedLevel") if fermi is None else fermi
    rows = [_vector(e.text) for e in found.findall("ks_energies/eigenvalues")]
    energies = np.array(rows).T * HARTREE_EV
    spins = 2 if found.findtext("lsda", "").strip() == "true" else 1
    by_spin = energies.reshape(spins, -1, energies.shape[1])
    return (fermi * HARTREE_EV if fermi is not None else None), by_spin


def _bands(
    output: Any, structure: Any, crystal: Crystal | None, energies: Floats, labels: Labels
) -> Bands | None:
    if crystal is None:
        return None
    points = output.findall("band_structure/ks_energies/k_point")
    cartesian = np.array([_vector(point.text) for point in points])
    unit = 2 * np.pi / (float(structure.get("alat")) * BOHR_ANGSTROM)
    fracs = cartesian * unit @ np.asarray(crystal.lattice).T / (2 * np.pi)
    return band_path(crystal.lattice, fracs, energies, labels)
