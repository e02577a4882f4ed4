"""What cells are offered for a composition, and what is said where none is near enough."""

from __future__ import annotations

import itertools
import time
from math import comb

import pytest
from hand_off_cases import cubic, example, known

from sc3d_desktop.dft.approximants import Method, plan
from sc3d_desktop.errors import HandOffError

ORIGIN, MIDDLE = (0.0, 0.0, 0.0), (0.5, 0.5, 0.5)


def test_the_smallest_cell_with_the_exact_composition_is_found():
    found = plan(known("Mg0.9Al0.1B2"))
    assert found.target == pytest.approx({"Mg": 0.9, "Al": 0.1, "B": 2})
    assert found.chosen.composition == {"Mg": 9, "Al": 1, "B": 20}
    assert found.chosen.exact
    assert list(found.rows()) == [("Mg1", "Mg", 0.9, 0.9), ("Mg1", "Al", 0.1, 0.1)]


def test_target_and_achieved_stand_side_by_side_where_they_differ():
    found = plan(example("La1.85Sr0.15CuO4"))
    shares = {el: (wanted, got) for _, el, wanted, got in found.rows()}
    assert shares["Sr"] == pytest.approx((0.075, 1 / 14))
    assert found.chosen.deviation == pytest.approx(0.075 - 1 / 14)
    assert not found.chosen.exact
    assert found.target_formula == "Sr0.15La1.85CuO4"
    assert found.chosen.formula == "SrLa13Cu7O28"


def test_a_tolerance_of_nothing_asks_for_the_exact_cell():
    found = plan(example("La1.85Sr0.15CuO4"), tolerance=0.0)
    assert found.chosen.composition == {"La": 37, "Sr": 3, "Cu": 20, "O": 80}


def test_each_option_is_larger_and_nearer_than_the_one_before():
    options = plan(example("La1.85Sr0.15CuO4"), tolerance=0.0).options
    for one, next_ in itertools.pairwise(options):
        assert next_.n_sites > one.n_sites
        assert next_.deviation < one.deviation


def test_no_smaller_cell_is_within_the_tolerance():
    for share in (0.07, 0.135, 0.21, 0.48):
        chosen = plan(cubic(({"Mg": 1 - share, "Al": share}, ORIGIN)), tolerance=0.01).chosen
        near = [
            n
            for n in range(1, 200)
            if abs(round(n * share) / n - share) <= 0.01 and round(n * share)
        ]
        assert chosen.size == near[0]


def test_vacancies_are_counted_as_a_species():
    found = plan(cubic(({"Ba": 1.0}, ORIGIN), ({"O": 0.75}, MIDDLE)))
    assert found.chosen.composition == {"Ba": 4, "O": 3}
    assert ("O2", "vacancy", 0.25, 0.25) in list(found.rows())
    assert found.chosen.configurations == 4


def test_configurations_are_counted_without_listing_them():
    chosen = plan(cubic(({"Mg": 0.5, "Al": 0.5}, ORIGIN)), min_sites=40).chosen
    assert chosen.configurations == comb(40, 20)


def test_alternative_positions_count_as_choices():
    crystal = cubic(({"O": 0.5}, (0.0, 0.0, 0.1)), ({"O": 0.5}, (0.0, 0.0, 0.9)))
    assert plan(crystal, min_sites=3).chosen.configurations == 2**3


def test_the_method_is_chosen_and_said():
    assert plan(example("MgB2")).method is Method.ORDERED
    assert plan(known("Mg0.9Al0.1B2")).method is Method.ENUMERATION
    assert plan(example("La1.85Sr0.15CuO4")).method is Method.EWALD
    many = plan(cubic(({"Mg": 0.5, "Al": 0.5}, ORIGIN)), min_sites=30)
    assert many.method is Method.QUASIRANDOM
    assert f"{comb(30, 15):.1e}" in many.why


def test_a_request_that_explodes_is_answered_at_once_with_the_alternative():
    crystal = cubic(({"Mg": 0.5, "Al": 0.5}, ORIGIN))
    begin = time.perf_counter()
    with pytest.raises(HandOffError, match=r"1\.0e\+29 ways") as caught:
        plan(crystal, min_sites=100, method=Method.ENUMERATION)
    assert time.perf_counter() - begin < 1
    assert "quasirandom" in caught.value.hint
    assert plan(crystal, min_sites=100).method is Method.QUASIRANDOM


def test_numbers_beyond_any_float_are_counted_and_written():
    third = {"Mg": 1 / 3, "Al": 1 / 3, "Zn": 1 / 3}
    found = plan(cubic((third, ORIGIN)), min_sites=960, max_sites=1000)
    assert found.chosen.configurations > 10**400
    assert "over 1e300" in found.why


def test_a_composition_out_of_reach_is_refused_with_what_is_possible():
    with pytest.raises(HandOffError, match="Possible:") as caught:
        plan(example("La1.85Sr0.15CuO4"), tolerance=0.001, max_sites=100)
    assert "49 atoms, SrLa13Cu7O28 (off by 0.0036)" in caught.value.message
    assert "(--tolerance)" in caught.value.hint
    allowed = float(caught.value.hint.split("of ")[1].split(" ")[0])
    again = plan(example("La1.85Sr0.15CuO4"), tolerance=allowed + 1e-4, max_sites=100)
    assert again.chosen.n_sites <= 100


def test_a_cell_too_small_for_the_concentration_is_refused_with_the_size_that_would_do():
    crystal = known("SrTi0.99Nb0.01O3")
    with pytest.raises(HandOffError, match="too small for the concentration of Nb") as caught:
        plan(crystal, max_sites=100)
    needed = int(caught.value.hint.split("Allow ")[1].split(" ")[0])
    assert plan(crystal, max_sites=needed, tolerance=0.02).chosen.composition["Nb"] == 1
    with pytest.raises(HandOffError, match="too small"):
        plan(crystal, max_sites=needed - 1, tolerance=0.02)


def test_a_primitive_cell_above_the_limit_and_an_empty_range_are_refused():
    with pytest.raises(HandOffError, match=r"primitive cell .* has about 7 atoms"):
        plan(example("La1.85Sr0.15CuO4"), max_sites=6)
    mixed = cubic(({"Mg": 0.5, "Al": 0.5}, ORIGIN), ({"B": 1.0}, MIDDLE))
    with pytest.raises(HandOffError, match="has 5 to 5 atoms"):
        plan(mixed, min_sites=5, max_sites=5)


def test_electrostatic_ranking_of_a_metal_is_refused():
    with pytest.raises(HandOffError, match="Oxidation states make no sense"):
        plan(known("Mg0.9Al0.1B2"), method=Method.EWALD)


@pytest.mark.parametrize(
    "wrong", [{"tolerance": -0.1}, {"tolerance": 0.9}, {"max_sites": 0}, {"max_sites": 10**6}]
)
def test_senseless_limits_are_refused(wrong):
    with pytest.raises(HandOffError):
        plan(known("Mg0.9Al0.1B2"), **wrong)
