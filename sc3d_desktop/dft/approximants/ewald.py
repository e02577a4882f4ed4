"""Electrostatic energies of many fillings of one supercell at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.dft.approximants.filling import Points, SpottedCell


def ewald_energies(
    cell: SpottedCell, fillings: Points, charges: Mapping[str, float]
) -> NDArray[np.float64]:
    """Energies in eV a cell, shape (n,), of point charges at the unrelaxed positions.

    One matrix of all points serves all fillings: the energy is quadratic in the charges.
    """
    fixed, matrix = _matrix(cell, charges)
    of_code = np.array([charges.get(el, 0.0) for el in cell.elements])
    on_points = of_code[fillings]
    all_charges = np.concatenate([np.tile(fixed, (len(fillings), 1)), on_points], axis=1)
    energies: NDArray[np.float64] = np.einsum(
        "ni,ij,nj->n", all_charges, matrix, all_charges, optimize=True
    )
    return energies


def _matrix(
    cell: SpottedCell, charges: Mapping[str, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Charges of the fixed atoms, and the energy matrix of fixed atoms and points."""
    from pymatgen.analysis.ewald import EwaldSummation
    from pymatgen.core import Lattice, Structure

    empty = cell.crystal(np.zeros(cell.n_points, dtype=np.uint8)) if cell.model.fixed else None
    fixed_cart = empty.cart_coords if empty is not None else np.zeros((0, 3))
    fixed = [charges[el] for s in (empty.sites if empty is not None else ()) for el in s.species]
    places = np.concatenate([fixed_cart, cell.point_cart])
    unit = Structure(Lattice(cell.lattice), ["H"] * len(places), places, coords_are_cartesian=True)
    unit.add_oxidation_state_by_site([1.0] * len(places))
    summed = EwaldSummation(unit, compute_forces=False)
    return np.array(fixed), np.asarray(summed.total_energy_matrix)
