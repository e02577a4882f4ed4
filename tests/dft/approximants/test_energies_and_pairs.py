"""Energies against pymatgen's own sum, pair errors against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hand_off_cases import cubic, example, known

from sc3d_desktop.dft.approximants import plan
from sc3d_desktop.dft.approximants.correlations import correlations
from sc3d_desktop.dft.approximants.enumeration import all_fillings
from sc3d_desktop.dft.approximants.ewald import ewald_energies
from sc3d_desktop.dft.approximants.filling import SpottedCell, compact_cell
from sc3d_desktop.dft.approximants.oxidation import oxidation_states
from sc3d_desktop.dft.approximants.supercells import Supercell

ORIGIN = (0.0, 0.0, 0.0)


def cell_of(crystal, **limits):
    found = plan(crystal, **limits)
    return compact_cell(found.model, found.chosen.size, found.chosen.counts), found.chosen


@pytest.mark.parametrize(
    ("crystal", "tolerance"),
    [
        (example("La1.85Sr0.15CuO4"), 0.05),
        (known("HgBa2CuO4.1"), 0.05),
        (
            cubic(
                ({"Ba": 1.0}, (0.5, 0.5, 0.5)),
                ({"Cl": 0.5}, (0, 0, 0.1)),
                ({"Cl": 0.5}, (0, 0, 0.9)),
                ({"Cl": 1.0}, (0.5, 0, 0.5)),
            ),
            0.0,
        ),
    ],
    ids=["substitution", "vacancies", "split"],
)
def test_energies_are_those_of_pymatgen_for_each_structure(crystal, tolerance):
    from pymatgen.analysis.ewald import EwaldSummation
    from pymatgen.core import Lattice, Structure

    cell, option = cell_of(crystal, tolerance=tolerance)
    charges = oxidation_states(option.composition)
    fillings = all_fillings(cell)[:4]
    for energy, filling in zip(ewald_energies(cell, fillings, charges), fillings, strict=True):
        made = cell.crystal(filling)
        species = [el for site in made.sites for el in site.species]
        structure = Structure(Lattice(made.lattice), species, made.frac_coords)
        structure.add_oxidation_state_by_site([charges[el] for el in species])
        assert energy == pytest.approx(EwaldSummation(structure).total_energy, rel=1e-4)


def test_charges_are_balanced_by_the_transition_metal():
    assert oxidation_states({"La": 37, "Sr": 3, "Cu": 20, "O": 80}) == pytest.approx(
        {"La": 3, "Sr": 2, "Cu": 2.15, "O": -2}
    )
    assert oxidation_states({"Y": 1, "Ba": 2, "Cu": 3, "O": 7})["Cu"] == pytest.approx(7 / 3)


@pytest.mark.parametrize(
    "metal",
    [
        {"Mg": 9, "Al": 1, "B": 20},
        {"Ba": 3, "K": 2, "Fe": 10, "As": 10},
        {"Nb": 1, "Ti": 1},
        {"Na": 1, "O": 1},
    ],
)
def test_metals_and_what_cannot_be_balanced_have_no_oxidation_states(metal):
    assert oxidation_states(metal) is None


def test_pair_errors_are_those_counted_over_neighbours_by_hand():
    cell, _ = cell_of(cubic(({"Mg": 0.5, "Al": 0.5}, ORIGIN)), min_sites=8, tolerance=0.0)
    fillings = all_fillings(cell)
    errors = correlations(cell).errors(fillings)
    frac = cell.point_cart @ np.linalg.inv(cell.lattice)
    images = np.array(list(np.ndindex(5, 5, 5))) - 2
    apart = (frac[None, :, None] + images[None, None] - frac[:, None, None]) @ cell.lattice
    distance = np.linalg.norm(apart, axis=-1)
    shells = [distance.round(3) == d for d in np.unique(distance.round(3))[1:] if d < 8.79][:4]
    for filling, error in zip(fillings[::5], errors[::5], strict=True):
        worst = 0.0
        for shell in shells:
            counted = shell.sum(axis=2)
            for a in (1, 2):
                for b in (1, 2):
                    share = counted[np.ix_(filling == a, filling == b)].sum() / counted.sum()
                    worst = max(worst, abs(share - 0.25))
        assert error == pytest.approx(worst)


def test_a_segregated_cell_is_further_from_random_than_random_ones():
    found = plan(cubic(({"Mg": 0.5, "Al": 0.5}, ORIGIN)), min_sites=72, tolerance=0.0)
    form = np.diag([8, 3, 3])
    cell = SpottedCell(found.model, Supercell(form, form), found.chosen.counts)
    slabs = np.where(cell.supercell.translations[:, 0] < 4, 1, 2).astype(np.uint8)
    rng = np.random.default_rng(0)
    drawn = np.array([slabs, *(rng.permutation(slabs) for _ in range(300))])
    errors = correlations(cell).errors(drawn)
    assert errors[0] > errors[1:].max()
