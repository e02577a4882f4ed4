"""What is written reads back as the same crystal, here and in other programs."""

from __future__ import annotations

import random
from dataclasses import replace

import gemmi
import numpy as np
import pytest
from crystal_cases import (
    REPEATABLE,
    assert_same_crystal,
    assert_same_labels,
    crystals,
    simple_crystal,
    supercell,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.cif import parse_cif, write_cif
from sc3d_desktop.crystal.edits import set_species
from sc3d_desktop.crystal.symmetry import find_symmetry


def read_back(crystal: Crystal) -> Crystal:
    (again,) = parse_cif(write_cif(crystal))
    return again


def test_the_examples_read_back_the_same(example):
    again = read_back(example)
    assert_same_crystal(example, again)
    assert again.name == example.name
    assert again.notes == ()


def test_the_examples_are_written_once_an_orbit_with_their_symmetry(example):
    block = gemmi.cif.read_string(write_cif(example)).sole_block()
    orbits = find_symmetry(example).orbits
    rows = block.find_values("_atom_site_label")
    assert len(rows) == sum(len(o.species) for o in orbits)
    assert find_symmetry(read_back(example)).number == find_symmetry(example).number


def test_random_entries_read_back_the_same(supercon3d):
    for entry in random.Random(3).sample(supercon3d, 60):
        again = read_back(entry.crystal)
        assert_same_crystal(entry.crystal, again)
        assert_same_labels(entry.crystal, again)


@settings(REPEATABLE, max_examples=100)
@given(crystals(), st.booleans())
def test_any_crystal_reads_back_the_same(crystal, one_label_a_species):
    if one_label_a_species:
        named = (replace(s, label="".join(s.species)) for s in crystal.sites)
        crystal = replace(crystal, sites=tuple(named))
    again = read_back(crystal)
    assert_same_crystal(crystal, again)
    if not one_label_a_species:
        assert_same_labels(crystal, again)


def test_labels_are_kept_with_the_symmetry_that_keeps_them(mgb2):
    apart = replace(mgb2, sites=tuple(replace(s, label=f"X{i}") for i, s in enumerate(mgb2.sites)))
    for crystal, operations in ((mgb2, 24), (apart, 12)):
        block = gemmi.cif.read_string(write_cif(crystal)).sole_block()
        assert len(block.find_values("_space_group_symop_operation_xyz")) == operations
        assert_same_labels(crystal, read_back(crystal))


def test_sites_of_one_orbit_keep_their_labels(lsco):
    again = read_back(lsco)
    assert_same_labels(lsco, again)
    assert len({s.label for s in again.sites}) < len(again)


def test_an_edit_of_one_site_of_an_orbit_reads_back_the_same(lsco):
    assert_same_crystal(lsco, read_back(lsco))
    edited = set_species(lsco, (2,), {"La": 0.5, "Ba": 0.25})
    assert_same_crystal(edited, read_back(edited))


@pytest.mark.parametrize("shape", [(2, 1, 1), (3, 1, 2), (5, 1, 1), (1, 7, 1)])
def test_a_supercell_reads_back_the_same_whatever_its_translations(mgb2, shape):
    big = supercell(mgb2, shape)
    assert_same_crystal(big, read_back(big))


def test_occupancies_that_differ_in_the_sixth_digit_are_kept_apart(lsco):
    close = set_species(lsco, (0,), {"La": 0.925004, "Sr": 0.074996})
    assert_same_crystal(close, read_back(close))
    assert len({s.species for s in read_back(close).sites if "La" in s.species}) == 2


@pytest.mark.parametrize("trace", [1e-3, 1e-6, 1e-9])
def test_a_trace_is_written_with_its_occupancy(mgb2, trace):
    doped = set_species(mgb2, (0,), {"Mg": 0.9, "Al": trace})
    assert read_back(doped).sites[0].species["Al"] == pytest.approx(trace, rel=1e-6)


def test_isotopes_are_written_as_they_are():
    crystal = simple_crystal({"D": 0.75, "H": 0.25}, {"La": 1.0})
    assert_same_crystal(crystal, read_back(crystal))


NAMES = [
    "MgB2",
    'it\'s “quoted” "both" ways',
    "a 'b c",
    "first\nsecond",
    "sneaky\n;\ndata_other",
    "tab\tand\rreturn",
    "Müllerite Å 硼",
    "loop_",
    "data_x",
    "_cell_length_a",
    "#comment",
    "; text",
    "?",
    ".",
    "null\x00byte",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_and_label_leave_the_file_whole(mgb2, name):
    crystal = replace(mgb2, name=name, sites=tuple(replace(s, label=name) for s in mgb2.sites))
    again = read_back(crystal)
    words = "".join(ch if ch.isprintable() else " " for ch in name).split()
    assert again.name == " ".join(words)
    assert again.sites[0].label == " ".join(words)
    assert_same_crystal(crystal, again)


@settings(REPEATABLE, max_examples=40)
@given(st.text())
def test_no_text_in_a_name_breaks_the_file(name):
    crystal = simple_crystal({"Mg": 1.0}, {"O": 0.5})
    named = tuple(replace(s, label=name) for s in crystal.sites)
    again = read_back(replace(crystal, name=name, sites=named))
    assert_same_crystal(crystal, again)


def test_without_a_name_the_block_is_named_after_the_formula(mgb2):
    assert write_cif(replace(mgb2, name="")).startswith("data_MgB2\n")
    assert write_cif(replace(mgb2, name="硼")).startswith("data_MgB2\n")


def test_labels_are_unique_in_the_file_and_tell_the_species_of_a_site(mgb2):
    same = replace(mgb2, sites=tuple(replace(s, label="X") for s in mgb2.sites))
    mixed = set_species(same, (0,), {"Mg": 0.5, "Al": 0.25, "Ca": 0.25})
    block = gemmi.cif.read_string(write_cif(mixed)).sole_block()
    labels = [gemmi.cif.as_string(v) for v in block.find_values("_atom_site_label")]
    assert labels == ["X", "X_Al", "X_Ca", "X_2"]


def test_lines_end_plainly_and_the_text_is_short(example):
    text = write_cif(example)
    assert "\r" not in text
    assert text.endswith("\n")
    assert max(len(line) for line in text.splitlines()) <= 128


def test_two_sites_at_one_place_are_one_site_with_both_species():
    halves = (
        Site("La1", Species({"La": 0.5}), (0, 0, 0)),
        Site("Sr1", Species({"Sr": 0.5}), (0, 0, 0)),
    )
    again = read_back(Crystal(np.eye(3) * 4, halves))
    assert [s.species for s in again.sites] == [Species({"La": 0.5, "Sr": 0.5})]


ROUNDED_THIRDS = pytest.mark.filterwarnings(
    "ignore:Issues encountered while parsing CIF. [0-9]+ fractional coordinates rounded:UserWarning"
)


def read_by_pymatgen(text: str):
    from pymatgen.core import Structure

    return Structure.from_str(text, fmt="cif")


def pymatgen_composition(text: str) -> dict[str, float]:
    amounts: dict[str, float] = {}
    for species, amount in read_by_pymatgen(text).composition.items():
        amounts[species.symbol] = amounts.get(species.symbol, 0.0) + amount
    return amounts


@ROUNDED_THIRDS
def test_pymatgen_reads_the_examples_with_the_same_sites(example):
    structure = read_by_pymatgen(write_cif(example))
    assert len(structure) == len(example)
    assert pymatgen_composition(write_cif(example)) == pytest.approx(example.composition, abs=1e-5)
    assert structure.lattice.parameters == pytest.approx(example.cell_parameters, abs=1e-6)


@ROUNDED_THIRDS
def test_pymatgen_reads_random_entries_with_the_same_composition(supercon3d):
    small = [e for e in supercon3d if len(e.crystal) <= 60]
    for entry in random.Random(4).sample(small, 30):
        found = pymatgen_composition(write_cif(entry.crystal))
        assert found == pytest.approx(entry.crystal.composition, abs=1e-4), entry.id
