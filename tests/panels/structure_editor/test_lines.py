from __future__ import annotations

import pytest

from sc3d_desktop.crystal import Species
from sc3d_desktop.crystal.edits import VACANCY, DopingLine
from sc3d_desktop.panels.structure_editor.lines import (
    Choice,
    default_choice,
    fits,
    limit_of,
    line_of,
    listed,
    moving,
    same_line,
    x_for,
)

LA_SR = Species({"La": 0.925, "Sr": 0.075})


def test_the_majority_species_balances_and_the_next_one_moves() -> None:
    assert default_choice(LA_SR) == Choice("La", "Sr")


def test_a_full_single_species_has_no_line_until_a_dopant_is_chosen() -> None:
    species = Species({"Mg": 1.0})
    assert line_of(default_choice(species), (0,), species) is None


def test_an_existing_vacancy_is_what_moves() -> None:
    assert default_choice(Species({"O": 0.8})) == Choice("O", VACANCY)


def test_host_and_dopant_share_their_sum() -> None:
    species = Species({"La": 0.6, "Sr": 0.1, "Ba": 0.2})
    assert line_of(Choice("La", "Sr"), (0, 1), species) == DopingLine((0, 1), "La", "Sr", 0.7)


def test_moving_the_balancing_species_moves_the_dopant_the_other_way() -> None:
    line = line_of(moving(Choice("La", "Sr"), "La", LA_SR), (0,), LA_SR)
    assert line is not None
    assert x_for(line, "La", 0.9) == pytest.approx(0.1)


def test_moving_a_lone_balancing_species_makes_a_vacancy() -> None:
    species = Species({"Mg": 1.0})
    line = line_of(moving(default_choice(species), "Mg", species), (0,), species)
    assert line == DopingLine((0,), "Mg", VACANCY, 1.0)
    assert x_for(line, "Mg", 0.9) == pytest.approx(0.1)


def test_with_the_vacancy_balancing_only_the_moved_species_changes() -> None:
    species = Species({"La": 0.5, "Sr": 0.2})
    line = line_of(Choice(VACANCY, "Sr"), (0,), species)
    assert line == DopingLine((0,), "Sr", VACANCY, 0.5)


def test_no_species_reaches_beyond_what_it_shares_with_the_balancing_one() -> None:
    species = Species({"La": 0.6, "Sr": 0.1, "Ba": 0.3})
    assert limit_of(Choice("La", "Sr"), "Sr", species) == pytest.approx(0.7)
    assert limit_of(Choice("La", "Sr"), "La", species) == pytest.approx(0.7)


def test_a_site_cannot_be_emptied() -> None:
    assert limit_of(Choice("Mg", None), VACANCY, Species({"Mg": 1.0})) < 1


def test_a_dopant_at_zero_is_listed_after_the_species() -> None:
    assert listed(Choice("Mg", "Al"), Species({"Mg": 1.0})) == ("Mg", "Al")


def test_a_host_that_was_replaced_completely_stays_listed() -> None:
    assert listed(Choice("Mg", "Al"), Species({"Al": 1.0})) == ("Al", "Mg")


def test_a_choice_without_anything_on_the_site_does_not_fit() -> None:
    assert not fits(Choice("La", "Sr"), Species({"Mg": 1.0}))


def test_rounding_in_the_budget_is_no_new_line() -> None:
    assert same_line(DopingLine((0,), "La", "Sr", 1.0), DopingLine((0,), "La", "Sr", 1.0 - 1e-9))
    assert not same_line(DopingLine((0,), "La", "Sr", 1.0), None)
