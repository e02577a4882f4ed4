"""Crystal and Site: frozen, comparable, and never with a cell that no crystal has."""

from __future__ import annotations

import dataclasses
import math
import pickle

import numpy as np
import pytest
from crystal_cases import REPEATABLE, crystals, simple_crystal
from hypothesis import given

from sc3d_desktop.crystal import Crystal, Site, Species, lattice_from_parameters
from sc3d_desktop.crystal.findings import repaired
from sc3d_desktop.errors import CrystalError

MAGNESIUM = Site("Mg1", Species({"Mg": 1.0}), (0, 0, 0))


def test_fractional_coordinates_are_wrapped_into_the_cell():
    site = Site("O1", Species({"O": 1.0}), (-0.25, 1.0, 2.5))
    assert site.frac == (0.75, 0.0, 0.5)


def test_a_coordinate_a_rounding_error_below_zero_is_zero():
    assert Site("O1", Species({"O": 1.0}), (-1e-17, 1 - 1e-12, 0)).frac == (0.0, 0.0, 0.0)


def test_a_site_turns_a_mapping_into_species():
    assert Site("O1", {"O": 0.5}, (0, 0, 0)).species == Species({"O": 0.5})


@pytest.mark.parametrize("x", [math.nan, math.inf, -math.inf])
def test_a_site_without_a_finite_position_is_refused_by_its_label(x):
    with pytest.raises(CrystalError, match="O1"):
        Site("O1", Species({"O": 1.0}), (0, x, 0))


def test_a_position_needs_three_coordinates():
    with pytest.raises(CrystalError, match="position"):
        Site("O1", Species({"O": 1.0}), (0, 0))


def test_crystal_and_site_are_frozen(mgb2):
    with pytest.raises(dataclasses.FrozenInstanceError):
        mgb2.sites = ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        mgb2.sites[0].frac = (0, 0, 0)


@pytest.mark.parametrize("array", ["lattice", "frac_coords"])
def test_the_arrays_of_a_crystal_cannot_be_written_to(mgb2, array):
    with pytest.raises(ValueError, match="read-only"):
        getattr(mgb2, array)[0, 0] = 1.0


def test_the_array_given_as_lattice_stays_the_callers():
    given = np.eye(3) * 4
    crystal = Crystal(given, (MAGNESIUM,))
    given[0, 0] = 5
    assert crystal.lattice[0, 0] == 4


def test_equal_content_is_equal_whatever_the_name_findings_and_block(mgb2):
    other = dataclasses.replace(mgb2, name="other", findings=(repaired("code", "note"),), block="b")
    assert other == mgb2
    assert hash(other) == hash(mgb2)
    assert other.key == mgb2.key


def test_each_part_of_the_content_takes_part_in_equality(mgb2):
    first = mgb2.sites[0]
    doped = dataclasses.replace(first, species=Species({"Mg": 0.999}))
    moved = dataclasses.replace(first, frac=(0, 0, 1e-6))
    stretched = dataclasses.replace(mgb2, lattice=mgb2.lattice * (1 + 1e-9))
    for other in (mgb2.with_sites({0: doped}), mgb2.with_sites({0: moved}), stretched):
        assert other != mgb2
        assert other.key != mgb2.key
    assert mgb2 != "MgB2"


@REPEATABLE
@given(crystals())
def test_pickling_keeps_content_and_key(crystal):
    key = crystal.key
    again = pickle.loads(pickle.dumps(crystal))
    assert again == crystal
    assert again.key == key
    assert again.name == crystal.name


def test_with_sites_replaces_only_the_sites_named(mgb2):
    new = dataclasses.replace(mgb2.sites[1], species=Species({"C": 1.0}))
    changed = mgb2.with_sites({1: new})
    assert changed.sites == (mgb2.sites[0], new, mgb2.sites[2])
    assert "C" not in mgb2.composition


def test_the_composition_counts_the_atoms_of_the_cell(lsco):
    assert lsco.composition == pytest.approx({"La": 3.7, "Sr": 0.3, "Cu": 2, "O": 8})


def test_a_crystal_is_ordered_only_without_mixing_and_without_vacancies():
    assert simple_crystal({"Mg": 1.0}, {"O": 1.0}).is_ordered
    assert not simple_crystal({"Mg": 1.0}, {"O": 0.99}).is_ordered
    assert not simple_crystal({"Mg": 0.5, "Ca": 0.5}).is_ordered


def test_a_crystal_needs_a_site():
    with pytest.raises(CrystalError, match="no sites"):
        Crystal(np.eye(3) * 4, ())


def test_cell_parameters_give_back_the_six_numbers_of_the_lattice():
    cell = (3.1, 4.2, 5.3, 75.0, 85.0, 110.0)
    crystal = Crystal(lattice_from_parameters(*cell), (MAGNESIUM,))
    assert crystal.cell_parameters == pytest.approx(cell)
    a, b, c = cell[:3]
    ca, cb, cg = (math.cos(math.radians(x)) for x in cell[3:])
    volume = a * b * c * math.sqrt(1 - ca**2 - cb**2 - cg**2 + 2 * ca * cb * cg)
    assert crystal.volume == pytest.approx(volume)


def test_lattice_vectors_are_rows():
    lattice = lattice_from_parameters(3, 4, 5, 90, 90, 120)
    np.testing.assert_allclose(lattice[0], [3, 0, 0])
    np.testing.assert_allclose(lattice[1], [-2, 2 * math.sqrt(3), 0])
    crystal = Crystal(lattice, (Site("X", Species({"O": 1.0}), (0, 0.5, 0)),))
    np.testing.assert_allclose(crystal.cart_coords, [[-1, math.sqrt(3), 0]])


ABSURD_CELLS = {
    "nan": (math.nan, 4, 4, 90, 90, 90),
    "infinite": (4, math.inf, 4, 90, 90, 90),
    "nan angle": (4, 4, 4, 90, math.nan, 90),
    "zero": (4, 0, 4, 90, 90, 90),
    "negative": (-4, 4, 4, 90, 90, 90),
    "tiny": (4, 4, 0.01, 90, 90, 90),
    "huge": (4, 4, 1e6, 90, 90, 90),
    "beyond floats": (1e308, 1e308, 1e308, 90, 90, 90),
    "flat": (4, 4, 4, 120, 120, 120),
    "impossible angles": (4, 4, 4, 30, 30, 90),
    "angle 0": (4, 4, 4, 90, 90, 0),
    "angle 180": (4, 4, 4, 90, 90, 180),
    "angle 270": (4, 4, 4, 270, 90, 90),
    "negative angle": (4, 4, 4, 90, -90, 90),
}


@pytest.mark.parametrize("cell", ABSURD_CELLS.values(), ids=ABSURD_CELLS)
def test_absurd_cell_parameters_are_refused(cell):
    with pytest.raises(CrystalError, match=r"(?i)cell") as caught:
        lattice_from_parameters(*cell)
    assert caught.value.hint


ABSURD_LATTICES = {
    "nan": np.diag([4, 4, math.nan]),
    "infinite": np.diag([4, 4, math.inf]),
    "zero": np.zeros((3, 3)),
    "beyond floats": np.eye(3) * 1e200,
    "flat": [[4, 0, 0], [0, 4, 0], [4, 4, 0]],
    "nearly flat": [[4, 0, 0], [0, 4, 0], [4, 4, 1e-3]],
    "two vectors": np.eye(3)[:2] * 4,
    "tiny": np.eye(3) * 0.1,
}


@pytest.mark.parametrize("lattice", ABSURD_LATTICES.values(), ids=ABSURD_LATTICES)
def test_absurd_lattices_are_refused_before_any_library_sees_them(lattice):
    with pytest.raises(CrystalError, match=r"cell"):
        Crystal(lattice, (MAGNESIUM,))
