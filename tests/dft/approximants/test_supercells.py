"""Superlattices: all of them are listed, and the most compact one is taken."""

from __future__ import annotations

import numpy as np
import pytest

from sc3d_desktop.crystal import lattice_from_parameters
from sc3d_desktop.dft.approximants.supercells import Supercell, hermite_forms, most_compact

LATTICES = [
    np.eye(3) * 4,
    lattice_from_parameters(3.9, 3.9, 13.2, 90, 90, 90),
    lattice_from_parameters(5, 6, 7, 75, 80, 100),
]


def shortest_translation(lattice):
    steps = np.array(list(np.ndindex(9, 9, 9))) - 4
    lengths = np.linalg.norm(steps @ lattice, axis=1)
    return lengths[lengths > 1e-9].min()


@pytest.mark.parametrize(("size", "n"), [(1, 1), (2, 7), (3, 13), (4, 35), (6, 91), (8, 155)])
def test_there_are_as_many_superlattices_as_the_theory_of_numbers_says(size, n):
    forms = hermite_forms(size)
    assert len(np.unique(forms, axis=0)) == len(forms) == n
    assert (np.rint(np.linalg.det(forms)) == size).all()


@pytest.mark.parametrize("lattice", LATTICES)
@pytest.mark.parametrize("size", [2, 5, 8, 12])
def test_no_superlattice_keeps_images_much_further_apart(lattice, size):
    chosen = shortest_translation(most_compact(lattice, size).matrix @ lattice)
    best = max(shortest_translation(form @ lattice) for form in hermite_forms(size))
    assert chosen >= 0.96 * best


@pytest.mark.parametrize("lattice", LATTICES)
def test_the_short_rows_span_the_same_superlattice_and_are_right_handed(lattice):
    cell = most_compact(lattice, 6)
    assert not cell.index_of(cell.matrix).any()
    assert np.linalg.det(cell.matrix) == pytest.approx(6)


def test_a_cube_of_eight_is_doubled_along_each_edge():
    cell = most_compact(np.eye(3) * 4, 8, [np.eye(3)])
    assert sorted(np.linalg.norm(cell.matrix @ np.eye(3), axis=1)) == pytest.approx([2, 2, 2])


def test_each_cell_has_its_own_index_and_equal_ones_share_it():
    form = np.array([[2, 1, 1], [0, 3, 2], [0, 0, 2]])
    cell = Supercell(form, form)
    assert cell.index_of(cell.translations).tolist() == list(range(12))
    rng = np.random.default_rng(0)
    moved = cell.translations + rng.integers(-5, 5, (12, 3)) @ form
    assert cell.index_of(moved).tolist() == list(range(12))


def test_only_rotations_that_keep_the_superlattice_are_kept():
    long = Supercell(np.diag([1, 1, 2]), np.diag([1, 1, 2]))
    about_z, about_x = (
        np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]]),
        np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]]),
    )
    assert long.keeps(about_z)
    assert not long.keeps(about_x)


def test_of_very_many_superlattices_an_even_choice_is_made_in_reasonable_time():
    assert len(hermite_forms(720, 100_000)) <= 101_000
    cell = most_compact(np.eye(3) * 4, 720)
    ideal = 720 ** (1 / 3)
    assert shortest_translation(cell.matrix.astype(float)) > 0.9 * ideal
