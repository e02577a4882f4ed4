"""Approximants: exact books, no twins, the same again from one seed, cancel and time limit."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from crystal_cases import supercell
from hand_off_cases import cubic, example, finished, known

from sc3d_desktop.dft.approximants import Method, Step, approximants, plan
from sc3d_desktop.dft.approximants.matching import same_structure
from sc3d_desktop.errors import HandOffError

ORIGIN, MIDDLE = (0.0, 0.0, 0.0), (0.5, 0.5, 0.5)
ALLOY = cubic(({"Mg": 0.5, "Al": 0.5}, ORIGIN))
DEFECTIVE = cubic(({"Sr": 0.5, "La": 0.5}, ORIGIN), ({"O": 0.75}, MIDDLE))


def made(crystal, count=4, seed=0, **limits):
    return finished(approximants(plan(crystal, **limits), count, seed))


@pytest.mark.parametrize(
    "crystal",
    [known("Mg0.9Al0.1B2"), known("Ba0.6K0.4Fe2As2"), example("HgBa2Ca2Cu3O8"), DEFECTIVE],
    ids=["MgB2", "122", "Hg-1223", "two kinds"],
)
def test_every_approximant_is_ordered_and_has_the_planned_atoms(crystal):
    found = made(crystal)
    for item in found.items:
        assert item.crystal.is_ordered
        assert item.crystal.composition == found.plan.chosen.composition
        assert item.crystal.volume == pytest.approx(
            found.plan.model.cell.volume * found.plan.chosen.size
        )
    assert sum(item.weight for item in found.items) == pytest.approx(1)


def test_the_count_and_the_degeneracies_of_all_configurations_are_told():
    found = made(known("BaFe2As1.4P0.6"), count=50)
    assert found.inequivalent >= len(found.items) > 1
    assert sum(item.degeneracy for item in found.items) == found.plan.chosen.configurations
    shares = [i.degeneracy / found.plan.chosen.configurations for i in found.items]
    assert [i.weight for i in found.items] == pytest.approx(shares)


def test_no_two_approximants_are_the_same_structure():
    found = made(ALLOY, count=6, min_sites=8)
    for n, one in enumerate(found.items):
        assert not any(same_structure(one.crystal, other.crystal) for other in found.items[:n])


def test_one_structure_in_two_settings_is_recognised():
    crystal = example("BaFe2As2")
    assert same_structure(supercell(crystal, (2, 1, 1)), supercell(crystal, (1, 2, 1)))


def test_the_lowest_electrostatic_energy_comes_first_where_charges_make_sense():
    found = made(known("Y0.8Ca0.2Ba2Cu3O6.9"))
    assert found.plan.method is Method.EWALD
    energies = [item.energy_ev for item in found.items]
    assert energies == sorted(energies)
    assert energies[0] == 0


def test_an_alloy_is_ranked_by_its_pair_errors_and_has_no_energies():
    found = made(ALLOY, min_sites=8)
    assert [i.pair_error for i in found.items] == sorted(i.pair_error for i in found.items)
    assert all(item.energy_ev is None for item in found.items)


def test_quasirandom_structures_are_nearer_to_random_than_most_random_ones():
    found = made(ALLOY, min_sites=24)
    assert found.plan.method is Method.QUASIRANDOM
    assert len(found.items) == 4
    from sc3d_desktop.dft.approximants.correlations import correlations
    from sc3d_desktop.dft.approximants.filling import compact_cell

    chosen = found.plan.chosen
    cell = compact_cell(found.plan.model, chosen.size, chosen.counts)
    rng = np.random.default_rng(1)
    row = np.array([1] * 12 + [2] * 12, dtype=np.uint8)
    drawn = np.array([rng.permutation(row) for _ in range(500)])
    typical = np.quantile(correlations(cell).errors(drawn), 0.1)
    assert max(item.pair_error for item in found.items) <= typical


def test_split_positions_and_vacancies_go_through_the_quasirandom_search():
    split = cubic(
        ({"Tl": 0.5}, (0.0, 0.0, 0.1)), ({"Tl": 0.5}, (0.0, 0.0, 0.9)), ({"O": 0.5}, MIDDLE)
    )
    found = made(split, min_sites=24, method=Method.QUASIRANDOM)
    for item in found.items:
        assert item.crystal.composition == found.plan.chosen.composition
        cart = item.crystal.cart_coords[[("Tl" in s.species) for s in item.crystal.sites]]
        apart = (cart[:, None] - cart[None]) @ np.linalg.inv(item.crystal.lattice)
        distance = np.linalg.norm((apart - np.rint(apart)) @ item.crystal.lattice, axis=-1)
        assert distance[distance > 1e-6].min() > 2


@pytest.mark.parametrize("crystal", [ALLOY, DEFECTIVE])
def test_one_seed_gives_the_same_structures_and_another_seed_others(crystal):
    one, again, other = (made(crystal, seed=s, min_sites=24) for s in (3, 3, 4))
    assert [i.crystal for i in one.items] == [i.crystal for i in again.items]
    assert one.seed == 3
    if one.plan.method is Method.QUASIRANDOM:
        assert [i.crystal for i in one.items] != [i.crystal for i in other.items]


def test_progress_grows_and_a_closed_generator_stops():
    steps = approximants(plan(ALLOY, min_sites=24))
    seen = [next(steps) for _ in range(4)]
    assert all(isinstance(step, Step) for step in seen)
    assert [s.done for s in seen[1:]] == [1, 2, 3]
    steps.close()
    assert list(steps) == []


@pytest.mark.parametrize("min_sites", [8, 24])
def test_when_time_is_over_the_best_so_far_are_returned_and_it_is_said(min_sites):
    found = finished(approximants(plan(ALLOY, min_sites=min_sites), 2, 0, 0.0))
    assert found.items
    assert not found.complete


def test_an_ordered_crystal_is_its_own_approximant():
    found = made(example("MgB2"))
    assert [item.crystal for item in found.items] == [example("MgB2")]
    assert found.items[0].weight == 1


def test_senseless_counts_are_refused():
    for count in (0, 101):
        with pytest.raises(HandOffError, match="--count"):
            next(approximants(plan(ALLOY), count))


def test_no_warning_of_a_library_reaches_the_user(capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made(known("La1.6Sr0.4CaCu2O6"))
        made(cubic(({"O": 0.5}, ORIGIN), ({"O": 0.5}, MIDDLE)), min_sites=30)
    assert "shell" not in capfd.readouterr().err


def test_a_missing_library_is_named_with_the_way_to_get_it(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "sqsgenerator", None)
    with pytest.raises(HandOffError, match="need the package sqsgenerator") as caught:
        made(ALLOY, min_sites=24)
    assert "pip install" in caught.value.hint
