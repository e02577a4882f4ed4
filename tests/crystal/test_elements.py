"""The table of elements."""

from __future__ import annotations

import pytest

from sc3d_desktop.crystal.elements import atomic_number, element, is_element, symbols


def test_symbols_are_indexed_by_atomic_number():
    assert symbols()[0] == ""
    assert [symbols()[z] for z in (1, 5, 29, 57, 103)] == ["H", "B", "Cu", "La", "Lr"]
    assert all(atomic_number(s) == z for z, s in enumerate(symbols()) if s)


@pytest.mark.parametrize("isotope", ["D", "T"])
def test_deuterium_and_tritium_are_hydrogen(isotope):
    assert is_element(isotope)
    assert element(isotope) == element("H")
    assert atomic_number(isotope) == 1


@pytest.mark.parametrize("name", ["", "Xx", "cu", "CU", "Cu2+", "Vac", "X"])
def test_what_is_no_symbol_is_no_element(name):
    assert not is_element(name)
    with pytest.raises(KeyError):
        element(name)


def test_every_element_has_the_sizes_and_counts_the_models_need():
    for symbol in symbols()[1:]:
        entry = element(symbol)
        assert 0.2 < entry.covalent_radius_angstrom < 3
        assert 1 <= entry.group <= 18
        assert 1 <= entry.period <= 7
        assert entry.block in "spdf"
        assert entry.mass > 1
        assert entry.valence_electrons >= 0


def test_known_values():
    copper = element("Cu")
    assert (copper.number, copper.group, copper.period, copper.block) == (29, 11, 4, "d")
    assert copper.electronegativity == pytest.approx(1.9)
    assert copper.mass == pytest.approx(63.55, abs=0.01)
    assert (element("La").group, element("Ce").block, element("Ce").group) == (3, "f", 3)
