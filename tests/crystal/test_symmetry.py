"""Space groups and orbits that know occupancies."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from crystal_cases import REPEATABLE, crystals, simple_crystal, supercell
from hypothesis import given
from hypothesis import strategies as st

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.edits import scale_cell, set_cell, set_species
from sc3d_desktop.crystal.symmetry import (
    find_symmetry,
    keeps_orbits,
    primitive,
    species_numbers,
)

EXPECTED = {
    "BaFe2As2": ("I4/mmm", 139, "Ba1 2a, Fe1 4d, As1 4e"),
    "FeSe": ("P4/nmm", 129, "Fe1 2a, Se1 2c"),
    "HgBa2Ca2Cu3O8": (
        "P4/mmm",
        123,
        "Hg1 1a, Ba1 2h, Ca1 2h, Cu1 1b, Cu2 2g, O1 2e, O2 4i, O3 2g, O4 1c",
    ),
    "La1.85Sr0.15CuO4": ("I4/mmm", 139, "La1 4e, Cu1 2a, O1 4c, O2 4e"),
    "MgB2": ("P6/mmm", 191, "Mg1 1a, B1 2d"),
    "Nb3Sn": ("Pm-3n", 223, "Nb1 6c, Sn1 2a"),
    "YBa2Cu3O7": ("Pmmm", 47, "Y1 1h, Ba1 2t, Cu1 1a, Cu2 2q, O1 1e, O2 2s, O3 2r, O4 2q"),
}


def test_the_examples_have_their_space_group_and_wyckoff_positions(example):
    symmetry = find_symmetry(example)
    orbits = ", ".join(f"{o.label} {o.multiplicity}{o.letter}" for o in symmetry.orbits)
    assert (symmetry.space_group, symmetry.number, orbits) == EXPECTED[example.block]


def assert_orbits_partition(crystal: Crystal) -> None:
    orbits = find_symmetry(crystal).orbits
    assert sorted(i for o in orbits for i in o.sites) == list(range(len(crystal)))
    numbers = species_numbers(crystal)
    for orbit in orbits:
        assert orbit.multiplicity == len(orbit.sites)
        assert orbit.species == crystal.sites[orbit.sites[0]].species
        assert len({int(numbers[i]) for i in orbit.sites}) == 1
    labels = [o.label for o in orbits]
    assert len(set(labels)) == len(labels)


def test_the_orbits_of_the_examples_partition_the_sites(example):
    assert_orbits_partition(example)


@REPEATABLE
@given(crystals())
def test_the_orbits_of_any_crystal_partition_its_sites(crystal):
    assert_orbits_partition(crystal)


def test_random_entries_have_the_space_group_of_their_table(supercon3d):
    known = [e for e in supercon3d if e.row["spacegroup_number_occupancy_aware"]]
    chosen = random.Random(20).sample(known, 100)
    differing = {
        e.id: (find_symmetry(e.crystal).number, e.row["spacegroup_number_occupancy_aware"])
        for e in chosen
        if find_symmetry(e.crystal).number != int(e.row["spacegroup_number_occupancy_aware"])
    }
    assert differing == {}


def test_sites_with_other_occupancies_are_other_orbits(lsco):
    whole = find_symmetry(lsco)
    lanthanum = next(o for o in whole.orbits if o.label == "La1")
    first = lanthanum.sites[0]
    split = find_symmetry(set_species(lsco, (first,), {"La": 0.8, "Sr": 0.2}))
    assert split.number != whole.number
    assert (first,) in [o.sites for o in split.orbits]


def test_a_difference_of_a_thousandth_splits_an_orbit(lsco):
    split = set_species(lsco, (0,), {"La": 0.926, "Sr": 0.074})
    assert (0,) in [o.sites for o in find_symmetry(split).orbits]


def test_a_difference_below_a_ten_thousandth_does_not_split_an_orbit(lsco):
    close = set_species(lsco, (0,), {"La": 0.925 + 1e-6, "Sr": 0.075 - 1e-6})
    assert find_symmetry(close).number == find_symmetry(lsco).number


def test_one_element_with_other_occupancies_lowers_the_symmetry():
    full = simple_crystal({"Fe": 1.0}, {"Fe": 1.0})
    half = simple_crystal({"Fe": 1.0}, {"Fe": 0.5})
    assert find_symmetry(full).number == 229
    assert find_symmetry(half).number == 221


def test_equal_labels_on_different_orbits_are_told_apart():
    crystal = simple_crystal({"Fe": 1.0}, {"Fe": 0.5})
    same = replace(crystal, sites=tuple(replace(s, label="Fe1") for s in crystal.sites))
    assert [o.label for o in find_symmetry(same).orbits] == ["Fe1", "Fe1′"]


OVERLAPS = [(0, 0, 0), (0, 0, 1e-5), (1e-4, 0, 0), (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)]


def test_overlapping_atoms_give_p1_with_one_orbit_a_site():
    species = Species({"Fe": 1.0})
    sites = tuple(Site(f"Fe{i}", species, frac) for i, frac in enumerate(OVERLAPS))
    crystal = Crystal(np.eye(3) * 3, sites)
    symmetry = find_symmetry(crystal)
    assert (symmetry.space_group, symmetry.number) == ("P1", 1)
    assert [o.sites for o in symmetry.orbits] == [(i,) for i in range(5)]
    assert primitive(crystal) == crystal


@REPEATABLE
@given(st.lists(st.sampled_from(OVERLAPS), min_size=1, max_size=6), st.floats(0.5, 1000))
def test_overlapping_atoms_and_odd_cells_never_crash(places, edge):
    species = Species({"Fe": 0.5})
    sites = tuple(Site("Fe", species, frac) for frac in places)
    symmetry = find_symmetry(Crystal(np.diag([edge, 3.0, 0.5]), sites))
    assert sum(o.multiplicity for o in symmetry.orbits) == len(places)


def test_a_supercell_has_the_space_group_and_bigger_orbits(mgb2):
    symmetry = find_symmetry(supercell(mgb2, (2, 2, 1)))
    assert symmetry.number == 191
    assert sorted(o.multiplicity for o in symmetry.orbits) == [4, 8]


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 3)])
def test_the_primitive_cell_keeps_the_composition_ratio(example, shape):
    big = supercell(example, shape)
    small = primitive(big)
    scale = len(big) / len(small)
    assert len(small) <= len(example)
    assert big.volume / small.volume == pytest.approx(scale, rel=1e-4)
    assert {el: n * scale for el, n in small.composition.items()} == pytest.approx(big.composition)


def test_the_primitive_cell_of_a_centred_lattice_is_half(lsco):
    assert len(primitive(lsco)) == len(lsco) // 2
    assert find_symmetry(primitive(lsco)).number == find_symmetry(lsco).number


def test_orbits_are_kept_by_an_edit_of_whole_orbits_only(lsco):
    symmetry = find_symmetry(lsco)
    orbit = next(o for o in symmetry.orbits if "La" in o.species).sites
    assert keeps_orbits(lsco, set_species(lsco, orbit, {"La": 0.5, "Ba": 0.5}), symmetry)
    assert not keeps_orbits(lsco, set_species(lsco, orbit[:1], {"La": 1.0}), symmetry)


def test_orbits_are_not_kept_by_a_move_another_cell_or_another_number_of_sites(lsco):
    symmetry = find_symmetry(lsco)
    moved = lsco.with_sites({0: replace(lsco.sites[0], frac=(0.1, 0, 0.3606))})
    assert keeps_orbits(lsco, replace(lsco, name="other"), symmetry)
    assert not keeps_orbits(lsco, moved, symmetry)
    assert not keeps_orbits(lsco, scale_cell(lsco, (1, 1, 1.01)), symmetry)
    assert not keeps_orbits(lsco, set_cell(lsco, 4, 4, 13, 90, 90, 91), symmetry)
    assert not keeps_orbits(lsco, replace(lsco, sites=lsco.sites[:-1]), symmetry)


def test_the_orbits_can_be_given_the_species_of_an_edited_crystal(mgb2):
    symmetry = find_symmetry(mgb2)
    doped = set_species(mgb2, (0,), {"Mg": 0.9, "Al": 0.1})
    updated = symmetry.with_species_of(doped)
    assert updated.orbits[0].species == Species({"Mg": 0.9, "Al": 0.1})
    assert [o.sites for o in updated.orbits] == [o.sites for o in symmetry.orbits]
    assert updated.orbits[1] == symmetry.orbits[1]
