"""Inequivalent configurations against brute force with another source of symmetry."""

from __future__ import annotations

import itertools
from math import factorial, prod

import numpy as np
import pytest
import spglib
from hand_off_cases import cubic, known

from sc3d_desktop.crystal import Crystal, Site, Species, lattice_from_parameters
from sc3d_desktop.dft.approximants import plan
from sc3d_desktop.dft.approximants.enumeration import all_fillings, arrangements, inequivalent
from sc3d_desktop.dft.approximants.filling import compact_cell

ORIGIN, MIDDLE = (0.0, 0.0, 0.0), (0.5, 0.5, 0.5)
TETRAGONAL = Crystal(
    lattice_from_parameters(3.8, 3.8, 6.1, 90, 90, 90),
    (
        Site("La1", Species({"La": 0.5, "Sr": 0.5}), ORIGIN),
        Site("Cu1", Species({"Cu": 1.0}), (0.5, 0.5, 0.4)),
        Site("O1", Species({"O": 0.5}), (0.0, 0.5, 0.2)),
    ),
)
CASES = {
    "cube": (cubic(({"Mg": 0.5, "Al": 0.5}, ORIGIN)), 8),
    "three elements": (cubic(({"Mg": 0.5, "Al": 0.25, "Zn": 0.25}, ORIGIN)), 8),
    "two sublattices": (cubic(({"Mg": 0.5, "Al": 0.5}, ORIGIN), ({"O": 0.5}, MIDDLE)), 4),
    "no symmetry": (TETRAGONAL, 4),
    "split": (
        cubic(
            ({"Ba": 1.0}, MIDDLE), ({"O": 0.25}, (0.0, 0.0, 0.1)), ({"O": 0.25}, (0.0, 0.0, 0.9))
        ),
        4,
    ),
    "magnesium diboride": (known("Mg0.9Al0.1B2"), 10),
}


@pytest.fixture(params=CASES)
def cell(request):
    crystal, size = CASES[request.param]
    found = plan(crystal, tolerance=0.0, min_sites=1, max_sites=100)
    option = found.chosen
    if option.size != size:
        smallest = plan(crystal, 0.0, 200, min_sites=option.n_sites * size // option.size)
        option = smallest.chosen
    return compact_cell(found.model, option.size, option.counts)


def brute_force(cell) -> list[int]:
    """Sizes of the classes: spglib's operations of the whole supercell act on coordinates."""
    places = cell.point_cart @ np.linalg.inv(cell.lattice)
    fixed = cell.crystal(np.zeros(cell.n_points, np.uint8)) if cell.model.fixed else None
    orbits = np.repeat([cell.model.orbit_of[i] for i in cell.point_sites], cell.supercell.size)
    frac, kinds = places, (orbits + 100).tolist()
    if fixed is not None:
        frac = np.concatenate([places, fixed.frac_coords])
        kinds += [
            cell.model.orbit_of[i] for i in cell.model.fixed for _ in range(cell.supercell.size)
        ]
    symmetry = spglib.get_symmetry_dataset((cell.lattice, frac, kinds), symprec=0.01)
    moves = []
    for rotation, translation in zip(symmetry.rotations, symmetry.translations, strict=True):
        apart = (places @ rotation.T + translation)[:, None] - places[None]
        moves.append(np.abs(apart - np.rint(apart)).sum(axis=-1).argmin(axis=1))
    left = {tuple(f) for f in all_fillings(cell).tolist()}
    sizes = []
    while left:
        first = np.array(min(left))
        images = set()
        for move in moves:
            image = np.zeros_like(first)
            image[move] = first
            images.add(tuple(image.tolist()))
        assert images <= left
        left -= images
        sizes.append(len(images))
    return sorted(sizes)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_classes_are_those_of_brute_force(cell):
    fillings = all_fillings(cell)
    *_, (found, sizes) = inequivalent(fillings, cell.permutations)
    assert sorted(sizes) == brute_force(cell)
    assert len(set(found)) == len(found)
    assert sum(sizes) == len(fillings)


def test_as_many_configurations_are_listed_as_are_counted_and_none_twice(cell):
    fillings = all_fillings(cell)
    option = next(o for o in plan(cell.model.cell, 0.0, 200, min_sites=1).options[-1:] or [None])
    assert len(np.unique(fillings, axis=0)) == len(fillings)
    if option.counts == cell.counts:
        assert option.configurations == len(fillings)


def test_each_configuration_has_the_composition_and_no_spot_holds_two_atoms(cell):
    option_atoms = None
    for filling in all_fillings(cell)[::7]:
        crystal = cell.crystal(filling)
        assert crystal.is_ordered
        option_atoms = option_atoms or crystal.composition
        assert crystal.composition == option_atoms
        for states in cell.states:
            held = (filling[np.where(states.points < 0, 0, states.points)] > 0) & (
                states.points >= 0
            )
            assert all(
                len({int(p) for p in row[h]}) <= 1
                for row, h in zip(states.points, held, strict=True)
            )


def test_operations_permute_the_points_and_form_a_group(cell):
    rows = {tuple(p) for p in cell.permutations.tolist()}
    assert all(sorted(row) == list(range(cell.n_points)) for row in rows)
    for one, other in itertools.islice(itertools.product(cell.permutations, repeat=2), 300):
        assert tuple(one[other].tolist()) in rows


@pytest.mark.parametrize("counts", [(2, 2), (1, 2, 3), (4,), (0, 3), (2, 0, 1)])
def test_every_arrangement_comes_once(counts):
    rows = [tuple(row) for row in arrangements(counts)]
    assert len(set(rows)) == len(rows) == factorial(sum(counts)) // prod(map(factorial, counts))
    assert all(row.count(k) == n for row in rows for k, n in enumerate(counts))
