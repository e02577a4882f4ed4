"""Edits give a new crystal or a clear error, and never touch the one they are given."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from crystal_cases import REPEATABLE, crystals, simple_crystal, species
from hypothesis import given
from hypothesis import strategies as st

from sc3d_desktop.crystal import Crystal, Species
from sc3d_desktop.crystal.edits import (
    VACANCY,
    doping_line,
    make_vacancy,
    scale_cell,
    set_cell,
    set_species,
    site_indices,
    substitute,
)
from sc3d_desktop.errors import CrystalError


def test_set_species_changes_a_whole_orbit(lsco):
    orbit = site_indices(lsco, "La1")
    edited = set_species(lsco, orbit, {"La": 0.9, "Ba": 0.1})
    assert len(orbit) == 4
    assert all(edited.sites[i].species == Species({"La": 0.9, "Ba": 0.1}) for i in orbit)
    assert edited.composition == pytest.approx({"La": 3.6, "Ba": 0.4, "Cu": 2, "O": 8})


def test_set_species_changes_a_single_site_and_no_other(mgb2):
    edited = set_species(mgb2, (1,), {"C": 1.0})
    assert [dict(s.species) for s in edited.sites] == [{"Mg": 1.0}, {"C": 1.0}, {"B": 1.0}]
    assert [s.frac for s in edited.sites] == [s.frac for s in mgb2.sites]
    assert edited.name == mgb2.name


def test_substitute_takes_the_dopant_from_the_host(mgb2):
    edited = substitute(mgb2, (0,), "Mg", "Al", 0.1)
    assert dict(edited.sites[0].species) == pytest.approx({"Mg": 0.9, "Al": 0.1})


def test_substitute_leaves_a_third_species_as_it_is():
    crystal = simple_crystal({"La": 0.6, "Sr": 0.1, "Ba": 0.3})
    edited = substitute(crystal, (0,), "La", "Sr", 0.25)
    assert dict(edited.sites[0].species) == pytest.approx({"La": 0.45, "Sr": 0.25, "Ba": 0.3})


def test_substitute_with_a_vacancy_lowers_the_host():
    crystal = simple_crystal({"O": 0.9})
    edited = substitute(crystal, (0,), "O", VACANCY, 0.25)
    assert dict(edited.sites[0].species) == pytest.approx({"O": 0.75})


def test_substituting_the_whole_host_removes_it(mgb2):
    assert dict(substitute(mgb2, (0,), "Mg", "Al", 1.0).sites[0].species) == {"Al": 1.0}


def test_substituting_nothing_gives_the_same_crystal(mgb2):
    assert substitute(mgb2, (0,), "Mg", "Al", 0.0) == mgb2
    assert substitute(mgb2, (), "Mg", "Al", 0.5) == mgb2


def test_make_vacancy_takes_from_all_species_in_proportion(lsco):
    edited = make_vacancy(lsco, (0,), 0.2)
    assert dict(edited.sites[0].species) == pytest.approx({"La": 0.74, "Sr": 0.06})
    assert edited.sites[0].species.vacancy == pytest.approx(0.2)
    assert edited.sites[1:] == lsco.sites[1:]


def test_set_cell_keeps_fractional_coordinates(mgb2):
    cell = (3.2, 3.3, 3.6, 88.0, 92.0, 119.0)
    edited = set_cell(mgb2, *cell)
    assert edited.cell_parameters == pytest.approx(cell)
    assert edited.sites == mgb2.sites


def test_scale_cell_stretches_edges_and_keeps_angles(mgb2):
    a, b, c, *angles = mgb2.cell_parameters
    edited = scale_cell(mgb2, (1.01, 1.02, 0.95))
    assert edited.cell_parameters == pytest.approx((1.01 * a, 1.02 * b, 0.95 * c, *angles))
    assert edited.volume == pytest.approx(mgb2.volume * 1.01 * 1.02 * 0.95)


def test_site_indices_finds_every_site_of_a_label(mgb2):
    assert site_indices(mgb2, "B1") == (1, 2)
    with pytest.raises(CrystalError, match="Mg2") as caught:
        site_indices(mgb2, "Mg2")
    assert "Mg1, B1" in caught.value.hint


FAILING: dict[str, tuple[Callable[[Crystal], object], str]] = {
    "sum above 1": (lambda c: set_species(c, (0,), {"Mg": 0.9, "Al": 0.2}), r"add up to 1\.1"),
    "unknown element": (lambda c: set_species(c, (0,), {"Xx": 1.0}), "Xx"),
    "nan occupancy": (lambda c: set_species(c, (0,), {"Mg": math.nan}), "nan"),
    "nothing left": (lambda c: set_species(c, (0,), {}), "at least one species"),
    "no such site": (lambda c: set_species(c, (3,), {"Al": 1.0}), "no site 3"),
    "negative site": (lambda c: set_species(c, (-1,), {"Al": 1.0}), "no site -1"),
    "good site beside a bad": (lambda c: set_species(c, (0, 9), {"Al": 1.0}), "no site 9"),
    "x above budget": (lambda c: substitute(c, (0,), "Mg", "Al", 1.1), r"x = 1\.1"),
    "x below 0": (lambda c: substitute(c, (0,), "Mg", "Al", -0.1), r"x = -0\.1"),
    "x is nan": (lambda c: substitute(c, (0,), "Mg", "Al", math.nan), "x = nan"),
    "host absent": (lambda c: substitute(c, (0,), "La", "Sr", 0.1), "Mg1 holds no La"),
    "dopant is the host": (lambda c: substitute(c, (0,), "Mg", "Mg", 0.1), "replace itself"),
    "dopant unknown": (lambda c: substitute(c, (0,), "Mg", "Xx", 0.0), "Xx"),
    "unlike sites": (lambda c: substitute(c, (0, 1), "Mg", "Al", 0.1), "all sites"),
    "vacancy of all": (lambda c: substitute(c, (0,), "Mg", VACANCY, 1.0), "at least one species"),
    "vacancy fraction 1": (lambda c: make_vacancy(c, (0,), 1.0), r"\[0, 1\)"),
    "vacancy fraction nan": (lambda c: make_vacancy(c, (0,), math.nan), r"\[0, 1\)"),
    "vacancy below 0": (lambda c: make_vacancy(c, (0,), -0.1), r"\[0, 1\)"),
    "flat cell": (lambda c: set_cell(c, 3, 3, 3, 60, 60, 120), "cell"),
    "negative edge": (lambda c: set_cell(c, -3, 3, 3, 90, 90, 90), "cell"),
    "nan cell": (lambda c: set_cell(c, math.nan, 3, 3, 90, 90, 90), "cell"),
    "scale by 0": (lambda c: scale_cell(c, (1, 0, 1)), "cell"),
    "scale by a mirror": (lambda c: scale_cell(c, (1, -1, 1)), "cell"),
    "scale by nan": (lambda c: scale_cell(c, (1, math.nan, 1)), "cell"),
    "scale beyond reason": (lambda c: scale_cell(c, (1, 1e5, 1)), "cell"),
    "line without sites": (lambda c: doping_line(c, (), "Al"), "No site"),
    "line of the only species": (lambda c: doping_line(c, (0,), "Mg"), "only species on Mg1"),
    "line of an unknown element": (lambda c: doping_line(c, (0,), "Xx"), "Xx"),
}


@pytest.mark.parametrize(("edit", "message"), FAILING.values(), ids=FAILING)
def test_a_failing_edit_says_why_and_leaves_the_crystal_as_it_was(edit, message, mgb2):
    before = (mgb2.key, mgb2.sites, mgb2.lattice.copy())
    with pytest.raises(CrystalError, match=message) as caught:
        edit(mgb2)
    assert caught.value.hint
    assert (mgb2.key, mgb2.sites) == before[:2]
    assert (mgb2.lattice == before[2]).all()


@REPEATABLE
@given(crystals(), species(), st.data())
def test_set_species_touches_only_what_it_is_given(crystal, new, data):
    chosen = data.draw(st.sets(st.integers(0, len(crystal) - 1)))
    edited = set_species(crystal, chosen, new)
    for i, (before, after) in enumerate(zip(crystal.sites, edited.sites, strict=True)):
        assert after.species == (new if i in chosen else before.species)
        assert after.frac == before.frac
    assert (edited.lattice == crystal.lattice).all()


@REPEATABLE
@given(crystals(), st.floats(0, 0.99))
def test_make_vacancy_leaves_that_vacancy_and_the_ratios(crystal, fraction):
    edited = make_vacancy(crystal, (0,), fraction)
    before, after = crystal.sites[0].species, edited.sites[0].species
    assert after.vacancy == pytest.approx(fraction, abs=1e-9)
    for element in before:
        assert after[element] / after.total == pytest.approx(before[element] / before.total)
