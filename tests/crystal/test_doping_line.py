"""The doping line: one species for another, at a constant sum."""

from __future__ import annotations

import pytest
from crystal_cases import REPEATABLE, crystals, simple_crystal
from hypothesis import assume, given
from hypothesis import strategies as st

from sc3d_desktop.crystal.edits import VACANCY, DopingLine, doping_line, set_species
from sc3d_desktop.errors import CrystalError


def test_the_host_is_the_majority_species_other_than_the_dopant():
    crystal = simple_crystal({"La": 0.3, "Sr": 0.2, "Ba": 0.5})
    assert doping_line(crystal, (0,), "Al").host == "Ba"
    assert doping_line(crystal, (0,), "Ba").host == "La"
    assert doping_line(crystal, (0,), VACANCY).host == "Ba"


def test_the_budget_is_what_host_and_dopant_have_together(lsco):
    line = doping_line(lsco, (0,), "Sr")
    assert (line.host, line.budget) == ("La", pytest.approx(1.0))
    assert line.x_of(lsco) == pytest.approx(0.075)
    three = simple_crystal({"La": 0.6, "Sr": 0.1, "Ba": 0.3})
    assert doping_line(three, (0,), "Sr").budget == pytest.approx(0.7)


def test_the_budget_of_a_vacancy_is_the_host_and_the_empty_part():
    crystal = simple_crystal({"O": 0.6, "F": 0.1})
    line = doping_line(crystal, (0,), VACANCY)
    assert line.budget == pytest.approx(0.9)
    assert line.x_of(crystal) == pytest.approx(0.3)


def test_a_new_dopant_starts_at_zero(mgb2):
    line = doping_line(mgb2, (0,), "Al")
    assert line == DopingLine((0,), "Mg", "Al", 1.0)
    assert line.x_of(mgb2) == 0.0
    assert line.at(mgb2, 0.0) == mgb2


def test_the_ends_of_the_line_hold_one_species(mgb2):
    line = doping_line(mgb2, (1, 2), "C")
    assert dict(line.at(mgb2, line.maximum).sites[1].species) == {"C": 1.0}
    assert dict(line.at(mgb2, 0).sites[2].species) == {"B": 1.0}


def test_a_vacancy_stops_short_of_an_empty_site(mgb2):
    line = doping_line(mgb2, (0,), VACANCY)
    assert 0.98 < line.maximum < 1.0
    emptied = line.at(mgb2, line.maximum)
    assert emptied.sites[0].species["Mg"] == pytest.approx(1 - line.maximum)


def test_crystals_are_the_points_in_order(mgb2):
    line = doping_line(mgb2, (0,), "Al")
    points = line.crystals(mgb2, (0.3, 0.0, 0.15))
    assert points == tuple(line.at(mgb2, x) for x in (0.3, 0.0, 0.15))
    assert all(c.frac_coords.tolist() == mgb2.frac_coords.tolist() for c in points)


def test_a_line_fits_as_long_as_its_budget_stands(lsco):
    orbit = tuple(range(4))
    line = doping_line(lsco, orbit, "Sr")
    assert line.fits(lsco)
    assert line.fits(line.at(lsco, 0.5))
    assert not line.fits(set_species(lsco, (3,), {"La": 0.8}))
    assert not line.fits(set_species(lsco, orbit, {"La": 0.6, "Ba": 0.4}))


def test_a_vacancy_line_fits_as_long_as_host_and_vacancy_share_the_budget():
    crystal = simple_crystal({"O": 0.6})
    line = doping_line(crystal, (0,), VACANCY)
    assert line.fits(set_species(crystal, (0,), {"O": 0.9}))
    assert not line.fits(set_species(crystal, (0,), {"O": 0.6, "F": 0.1}))


@pytest.mark.parametrize("x", [-1e-9, 1.001, float("nan"), float("inf")])
def test_a_point_off_the_line_is_refused_with_its_range(mgb2, x):
    line = doping_line(mgb2, (0,), "Al")
    with pytest.raises(CrystalError, match=r"outside 0 to 1"):
        line.at(mgb2, x)
    with pytest.raises(CrystalError):
        line.crystals(mgb2, (0.1, x))


@REPEATABLE
@given(crystals(), st.data())
def test_the_total_and_the_other_species_are_kept_along_a_line(crystal, data):
    dopant = data.draw(st.sampled_from(["Sr", "Zn", "F"]))
    site = data.draw(st.integers(0, len(crystal) - 1))
    before = crystal.sites[site].species
    assume(set(before) != {dopant})
    line = doping_line(crystal, (site,), dopant)
    x = data.draw(st.floats(0, line.maximum))
    after = line.at(crystal, x).sites[site].species
    assert after.total == pytest.approx(before.total, abs=2e-6)
    untouched = set(before) - {line.host, dopant}
    assert {el: before[el] for el in untouched} == {
        el: w for el, w in after.items() if el not in (line.host, dopant)
    }


@REPEATABLE
@given(crystals(), st.data())
def test_x_of_a_point_is_its_x_for_dopants_and_vacancies(crystal, data):
    dopant = data.draw(st.sampled_from(["Sr", "Zn", VACANCY]))
    assume(set(crystal.sites[0].species) != {dopant})
    line = doping_line(crystal, (0,), dopant)
    x = data.draw(st.floats(0, line.maximum))
    point = line.at(crystal, x)
    assert line.x_of(point) == pytest.approx(x, abs=2e-6)
    assert line.fits(point)
    assert line.at(point, line.x_of(crystal)).composition == pytest.approx(
        crystal.composition, abs=4e-6
    )
