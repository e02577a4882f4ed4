"""Write a crystal as CIF: symmetry operations and one row for each species of each orbit."""

from __future__ import annotations

import gemmi
import numpy as np

from sc3d_desktop.crystal.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.crystal.names import one_line
from sc3d_desktop.crystal.symmetry import Orbit, species_numbers, symmetry_operations

_SYMPREC_ANGSTROM = 1e-4
"""Tight, so that a copy made by an operation is where the site was."""

_OCCUPANCY_DIGITS = 8


def write_cif(crystal: Crystal) -> str:
    """CIF text that reads back as the same sites, labels, occupancies (8 digits) and cell.

    Sites of one label that symmetry makes equal are written once, with the operations; labels that
    tell such sites apart leave only the symmetry that keeps them. One label for sites that are not
    equal gets a number, as a CIF asks for. A cell whose operations have translations other than
    multiples of 1/24 is written in P1.
    """
    kinds = species_numbers(crystal, _OCCUPANCY_DIGITS, labelled=True)
    operations, orbits = symmetry_operations(crystal, _SYMPREC_ANGSTROM, kinds)
    triplets = _triplets(operations)
    if triplets is None:
        triplets = ["x,y,z"]
        orbits = tuple(Orbit(s.label, "a", 1, (i,), s.species) for i, s in enumerate(crystal.sites))
    document = gemmi.cif.Document()
    block = document.add_new_block(_block_name(crystal))
    _write_header(block, crystal)
    operations_loop = block.init_loop("_space_group_symop_", ["operation_xyz"])
    for triplet in triplets:
        operations_loop.add_row([gemmi.cif.quote(triplet)])
    _write_atoms(block, crystal, orbits)
    return document.as_string()


def _block_name(crystal: Crystal) -> str:
    kept = "".join(ch if ch.isascii() and ch.isalnum() else "_" for ch in crystal.name)
    return kept if kept.strip("_") else formula(crystal.composition)


def _write_header(block: gemmi.cif.Block, crystal: Crystal) -> None:
    block.set_pair("_audit_creation_method", gemmi.cif.quote("SC3D Desktop"))
    if name := one_line(crystal.name):
        block.set_pair("_chemical_name_common", gemmi.cif.quote(name))
    total = " ".join(f"{el}{n:.6g}" for el, n in sorted(crystal.composition.items()))
    block.set_pair("_chemical_formula_sum", gemmi.cif.quote(total))
    lengths, angles = crystal.cell_parameters[:3], crystal.cell_parameters[3:]
    for axis, value in zip("abc", lengths, strict=True):
        block.set_pair(f"_cell_length_{axis}", f"{value:.8f}")
    for axis, value in zip(("alpha", "beta", "gamma"), angles, strict=True):
        block.set_pair(f"_cell_angle_{axis}", f"{value:.8f}")


def _write_atoms(block: gemmi.cif.Block, crystal: Crystal, orbits: tuple[Orbit, ...]) -> None:
    columns = ["label", "type_symbol", "symmetry_multiplicity"]
    columns += ["fract_x", "fract_y", "fract_z", "occupancy"]
    loop = block.init_loop("_atom_site_", columns)
    used: set[str] = set()
    for orbit in orbits:
        site = crystal.sites[orbit.sites[0]]
        for n, (element, occupancy) in enumerate(site.species.items()):
            stem = one_line(site.label) or next(iter(site.species))
            label = _unique(stem if n == 0 else f"{stem}_{element}", used)
            position = [f"{x:.8f}" for x in site.frac]
            row = [gemmi.cif.quote(label), element, str(orbit.multiplicity), *position]
            loop.add_row([*row, f"{occupancy:.{_OCCUPANCY_DIGITS}g}"])


def _unique(label: str, used: set[str]) -> str:
    candidate, n = label, 1
    while candidate in used:
        n += 1
        candidate = f"{label}_{n}"
    used.add(candidate)
    return candidate


def _triplets(operations: list[tuple[np.ndarray, np.ndarray]]) -> list[str] | None:
    """The operations as ``x,y,z`` texts, or None when one does not fit the grid of 1/24."""
    triplets = []
    for rotation, translation in operations:
        steps = np.asarray(translation) * gemmi.Op.DEN
        if np.abs(steps - np.round(steps)).max() > 1e-3:
            return None
        op = gemmi.Op()
        op.rot = (np.asarray(rotation) * gemmi.Op.DEN).astype(int).tolist()
        op.tran = (np.round(steps).astype(int) % gemmi.Op.DEN).tolist()
        triplets.append(op.triplet())
    return triplets
