from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from compare_cases import along_c, mgb2

from sc3d_desktop.crystal import Site, Species
from sc3d_desktop.crystal.difference import Quantity, difference_of, group_name
from sc3d_desktop.crystal.matching import match
from sc3d_desktop.crystal.symmetry import find_symmetry


def by_name(quantities: tuple[Quantity, ...]) -> dict[str, Quantity]:
    return {q.name: q for q in quantities}


def test_a_dopant_changes_its_orbit_and_nothing_else() -> None:
    a, b = mgb2(), mgb2(0.1)
    found = difference_of(a, b, match(a, b), find_symmetry(b))
    (only,) = found.occupied
    assert (only.label, only.letter, only.count) == ("Mg1", "a", 1)
    assert only.before == Species({"Mg": 1.0})
    assert only.after == Species({"Mg": 0.9, "Al": 0.1})
    amounts = by_name(found.composition)
    assert amounts["Al"].change == pytest.approx(0.1)
    assert amounts["Al"].percent is None
    assert amounts["Mg"].percent == pytest.approx(-10)
    assert all(q.change == 0 for q in found.cell)
    assert found.moved is not None
    assert (found.moved.largest, found.moved.rms, found.moved.count) == (0, 0, 3)


def test_the_cell_is_compared_in_numbers_and_percent() -> None:
    a, b = mgb2(a=3.0), mgb2(a=3.03)
    cell = by_name(difference_of(a, b, match(a, b), find_symmetry(b)).cell)
    assert cell["a"].change == pytest.approx(0.03)
    assert cell["a"].percent == pytest.approx(1.0)
    assert cell["c"].percent == 0
    assert cell["γ"].percent is None
    assert cell["Volume"].percent == pytest.approx(100 * (1.01**2 - 1))
    assert cell["Volume an atom"].before == pytest.approx(a.volume / 3)


def test_the_largest_way_and_its_site_are_told() -> None:
    a = mgb2()
    moved = Site("B2", a.sites[2].species, (2 / 3, 1 / 3, 0.53))
    b = a.with_sites({2: moved})
    found = difference_of(a, b, match(a, b), find_symmetry(b)).moved
    assert found is not None
    way = 0.03 * 3.524
    assert found.furthest == "B2"
    assert found.largest == pytest.approx(way * 2 / 3)
    assert found.rms == pytest.approx(way * np.sqrt(2 / 9))
    assert found.shift == pytest.approx(way / 3)


def test_sites_in_one_of_the_two_only_are_told() -> None:
    a = mgb2()
    b = replace(a, sites=(*a.sites, Site("O1", Species({"O": 0.5}), (0.5, 0.5, 0))))
    gained = difference_of(a, b, match(a, b), find_symmetry(b)).occupied
    assert [(o.label, o.before, o.after) for o in gained] == [("O1", None, Species({"O": 0.5}))]
    lost = difference_of(b, a, match(b, a), find_symmetry(a)).occupied
    assert [(o.label, o.count, o.before, o.after) for o in lost] == [
        ("O1", 1, Species({"O": 0.5}), None)
    ]


def test_of_a_supercell_only_what_does_not_need_sites_is_compared() -> None:
    a = mgb2()
    b = along_c(a, 2)
    found = difference_of(a, b, match(a, b), find_symmetry(b))
    assert found.moved is None
    assert found.occupied == ()
    assert by_name(found.cell)["Volume an atom"].change == pytest.approx(0)
    assert by_name(found.composition)["Mg"].before == pytest.approx(100 / 3)
    assert by_name(found.composition)["Mg"].change == pytest.approx(0)


def test_rounding_in_a_file_is_no_change_of_an_occupancy() -> None:
    a, b = mgb2(0.1), mgb2(0.10004)
    assert difference_of(a, b, match(a, b), find_symmetry(b)).occupied == ()


def test_a_space_group_is_named_with_its_number() -> None:
    assert group_name(find_symmetry(mgb2())) == "P6/mmm (191)"
