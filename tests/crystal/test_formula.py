"""Formulas with fractional amounts."""

from __future__ import annotations

import pytest
from crystal_cases import REPEATABLE, crystals
from hypothesis import given

from sc3d_desktop.crystal.edits import VACANCY, doping_line
from sc3d_desktop.crystal.formula import formula, formula_html, reduced

CASES = [
    ({"Mg": 1, "B": 2}, "MgB2"),
    ({"Mg": 0.9, "Al": 0.1, "B": 2}, "Mg0.9Al0.1B2"),
    ({"Mg": 0.9, "B": 2}, "Mg0.9B2"),
    ({"Mg": 2, "B": 3.8, "C": 0.2}, "MgB1.9C0.1"),
    ({"Y": 1, "Ba": 2, "Cu": 3, "O": 6.95}, "Ba2YCu3O6.95"),
    ({"La": 3.7, "Sr": 0.3, "Cu": 2, "O": 8}, "Sr0.15La1.85CuO4"),
    ({"La": 4, "Cu": 2, "O": 7.9}, "La2CuO3.95"),
    ({"La": 4, "Cu": 2, "O": 8.2}, "La2CuO4.1"),
    ({"Nb": 6, "Sn": 1.9}, "Nb3Sn0.95"),
    ({"Hg": 1, "Ba": 2, "Ca": 2, "Cu": 3, "O": 8.4}, "Ba2Ca2Cu3HgO8.4"),
    ({"Cs": 8, "Rb": 4, "C": 240}, "Cs2RbC60"),
    ({"Nb": 2}, "Nb"),
    ({"La": 1, "D": 10}, "LaD10"),
    ({"O": 0.333333}, "O0.3333"),
    ({"Mg": 0.99999, "Al": 0.00001, "B": 2}, "MgAl1e-05B2"),
    ({"Mg": 0.999, "Al": 0.001, "B": 2}, "Mg0.999Al0.001B2"),
]


@pytest.mark.parametrize(("composition", "expected"), CASES, ids=[c[1] for c in CASES])
def test_the_formula_is_reduced_and_starts_with_the_most_electropositive(composition, expected):
    assert formula(composition) == expected


@pytest.mark.parametrize(("x", "expected"), [(0, "MgB2"), (0.1, "Mg0.9B2"), (0.25, "Mg0.75B2")])
def test_a_vacancy_does_not_change_the_formula_unit(mgb2, x, expected):
    line = doping_line(mgb2, (0,), VACANCY)
    assert formula(line.at(mgb2, x).composition) == expected


def test_html_sets_amounts_as_subscripts_and_leaves_out_one():
    doped = {"Mg": 0.9, "Al": 0.1, "B": 2}
    assert formula_html(doped) == "Mg<sub>0.9</sub>Al<sub>0.1</sub>B<sub>2</sub>"
    assert formula_html({"Fe": 2, "Se": 2}) == "FeSe"


@REPEATABLE
@given(crystals())
def test_reducing_keeps_the_ratios(crystal):
    whole, unit = crystal.composition, reduced(crystal.composition)
    scale = sum(whole.values()) / sum(unit.values())
    assert scale >= 1 - 1e-9
    assert {el: n * scale for el, n in unit.items()} == pytest.approx(whole)
