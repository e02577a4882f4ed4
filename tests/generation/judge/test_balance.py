"""Oxidation states that can add up to zero, or not."""

from __future__ import annotations

import pytest

from sc3d_desktop.crystal.formula import parse_formula
from sc3d_desktop.generation.judge.balance import charges_balance


def balance(formula: str) -> bool:
    composition = parse_formula(formula)
    assert composition is not None
    return charges_balance(composition)


@pytest.mark.parametrize(
    "formula",
    ["NaCl", "La2CuO4", "SrTiO3", "CaH2", "Al2O3", "FeSe", "H2O", "D2O", "Li2O", "CeO2"],
)
def test_usual_ionic_compounds_balance(formula: str) -> None:
    assert balance(formula)


@pytest.mark.parametrize("formula", ["NaCl2", "Na2Cl", "LiO3", "AlO3", "CaF3", "LaH10", "H3S"])
def test_compositions_that_no_states_explain_do_not(formula: str) -> None:
    assert not balance(formula)


@pytest.mark.parametrize("formula", ["YBa2Cu3O7", "Fe3O4", "Pb3O4", "HgBa2Ca2Cu3O8"])
def test_an_element_may_be_in_two_neighbouring_states(formula: str) -> None:
    assert balance(formula)


@pytest.mark.parametrize("formula", ["Nb3Sn", "MgB2", "BaFe2As2", "V3Si", "Nb", "H", "S8"])
def test_alloys_with_metalloids_and_lone_elements_balance(formula: str) -> None:
    assert balance(formula)


def test_the_more_electronegative_element_has_to_be_the_negative_one() -> None:
    # Cl+7 and F-1 balance, Cl-1 with F+1 would be needed for ClF the other way round.
    assert balance("ClF7")
    assert not balance("Cl7F")


def test_multiples_of_a_formula_are_judged_alike() -> None:
    for formula in ("NaCl2", "YBa2Cu3O7", "LaH10"):
        composition = parse_formula(formula) or {}
        for k in (2, 3, 5):
            larger = {el: n * k for el, n in composition.items()}
            assert charges_balance(larger) == charges_balance(composition)
