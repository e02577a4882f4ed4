"""Species: what may occupy a site, and what may not."""

from __future__ import annotations

import pickle

import pytest
from crystal_cases import REPEATABLE, species
from hypothesis import given

from sc3d_desktop.crystal import Species
from sc3d_desktop.errors import CrystalError


def test_the_order_of_the_elements_does_not_matter():
    one, other = Species({"La": 0.9, "Sr": 0.1}), Species({"Sr": 0.1, "La": 0.9})
    assert one == other
    assert hash(one) == hash(other)
    assert list(one) == list(other) == ["Sr", "La"]


def test_different_occupancies_are_different_species():
    assert Species({"La": 0.9}) != Species({"La": 0.8})
    assert Species({"La": 0.9}) != Species({"Sr": 0.9})


def test_it_reads_like_a_mapping():
    mixed = Species({"La": 0.9, "Sr": 0.05})
    assert dict(mixed) == {"La": 0.9, "Sr": 0.05}
    assert mixed["Sr"] == 0.05
    assert "Cu" not in mixed
    assert mixed.get("Cu", 0.0) == 0.0
    with pytest.raises(KeyError):
        mixed["Cu"]


def test_it_cannot_be_changed():
    mixed = Species({"La": 0.9})
    with pytest.raises(TypeError):
        mixed["La"] = 0.5
    with pytest.raises(AttributeError):
        mixed.total = 0.5


def test_two_halves_of_one_element_add_up():
    assert Species((("O", 0.5), ("O", 0.25))) == Species({"O": 0.75})


def test_the_vacancy_is_what_is_left_of_one():
    assert Species({"La": 0.5, "Sr": 0.2}).vacancy == pytest.approx(0.3)
    assert Species({"La": 1.0}).vacancy == 0.0


def test_rounded_thirds_may_exceed_one_by_a_thousandth_and_leave_no_vacancy():
    thirds = Species({"La": 0.334, "Sr": 0.333, "Ba": 0.334})
    assert thirds.total == pytest.approx(1.001)
    assert thirds.vacancy == 0.0


def test_a_sum_above_one_is_refused_with_the_elements_and_the_sum():
    with pytest.raises(CrystalError, match=r"La 0\.9 \+ Sr 0\.2 add up to 1\.1") as caught:
        Species({"La": 0.9, "Sr": 0.2})
    assert caught.value.hint


@pytest.mark.parametrize("name", ["Xx", "", "la", "LA", "Cu2+", "Vac"])
def test_an_unknown_element_is_refused_by_name(name):
    with pytest.raises(CrystalError, match="not a chemical element"):
        Species({name: 1.0})


@pytest.mark.parametrize(
    "occupancy", [0.0, -0.1, float("nan"), float("inf"), -float("inf"), 1.5, 1e300]
)
def test_occupancies_outside_zero_to_one_are_refused(occupancy):
    with pytest.raises(CrystalError, match=r"occupanc"):
        Species({"La": occupancy})


def test_a_site_without_species_is_refused():
    with pytest.raises(CrystalError, match="at least one species"):
        Species({})


@pytest.mark.parametrize("isotope", ["D", "T"])
def test_isotopes_of_hydrogen_are_kept_apart_from_hydrogen(isotope):
    mixed = Species({isotope: 0.5, "H": 0.5})
    assert mixed[isotope] == 0.5
    assert len(mixed) == 2
    assert Species({isotope: 1.0}) != Species({"H": 1.0})


@REPEATABLE
@given(species())
def test_it_survives_pickling_and_its_own_dict(mixed):
    assert pickle.loads(pickle.dumps(mixed)) == mixed
    assert Species(dict(mixed)) == mixed
    assert mixed.total + mixed.vacancy == pytest.approx(1.0)
