"""Which positions exclude one another, and what is refused because it cannot be told."""

from __future__ import annotations

import pytest
from crystal_cases import supercell
from hand_off_cases import cubic, example, known

from sc3d_desktop.dft.approximants.spots import EMPTY, lattice_model
from sc3d_desktop.errors import HandOffError

ORIGIN = (0.0, 0.0, 0.0)


def kinds(crystal):
    return [
        {kind.element: round(kind.weight, 6) for kind in sublattice.kinds}
        for sublattice in lattice_model(crystal).sublattices
    ]


def test_an_ordered_crystal_has_no_sublattices_of_spots():
    model = lattice_model(example("MgB2"))
    assert model.sublattices == ()
    assert len(model.fixed) == 3


def test_a_mixed_site_is_a_spot_and_a_vacancy_is_one_of_its_kinds():
    assert kinds(cubic(({"Mg": 0.9, "Al": 0.1}, ORIGIN))) == [{"Mg": 0.9, "Al": 0.1}]
    assert kinds(cubic(({"Mg": 0.7, "Al": 0.1}, ORIGIN))) == [{"Mg": 0.7, "Al": 0.1, EMPTY: 0.2}]
    assert kinds(cubic(({"O": 0.4}, ORIGIN))) == [{"O": 0.4, EMPTY: 0.6}]


def test_three_rounded_thirds_leave_no_vacancy():
    assert kinds(cubic(({"Mg": 0.333, "Al": 0.333, "Zn": 0.333}, ORIGIN))) == [
        {"Mg": 0.333, "Al": 0.333, "Zn": 0.333}
    ]


@pytest.mark.parametrize("apart", [0.5, 0.8, 1.2 - 1e-6])
def test_two_half_occupied_positions_close_together_are_one_spot(apart):
    a, b = 0.5 - apart / 8, 0.5 + apart / 8
    crystal = cubic(({"Ba": 1.0}, ORIGIN), ({"O": 0.5}, (0.5, 0.5, a)), ({"O": 0.5}, (0.5, 0.5, b)))
    (sublattice,) = lattice_model(crystal).sublattices
    assert [len(spot.points) for spot in sublattice.spots] == [2]
    assert [(k.element, k.weight) for k in sublattice.kinds] == [("O", 1.0)]


def test_positions_a_bond_apart_are_spots_of_their_own():
    crystal = cubic(({"O": 0.5}, ORIGIN), ({"O": 0.5}, (0.0, 0.0, 1.5 / 4)))
    assert [len(s.points) for sub in lattice_model(crystal).sublattices for s in sub.spots] == [
        1,
        1,
    ]


def test_hydrogen_molecules_are_no_alternatives():
    crystal = cubic(({"H": 0.5}, ORIGIN), ({"H": 0.5}, (0.0, 0.0, 0.8 / 4)))
    assert all(len(s.points) == 1 for sub in lattice_model(crystal).sublattices for s in sub.spots)


def test_alternatives_across_the_cell_boundary_are_one_spot():
    crystal = cubic(({"O": 0.5}, (0.0, 0.0, 0.05)), ({"O": 0.5}, (0.0, 0.0, 0.95)))
    ((spot,),) = (sub.spots for sub in lattice_model(crystal).sublattices)
    assert len({shift for _, shift in spot.points}) == 2


def test_split_thallium_around_its_axis_is_one_spot_of_four():
    sites = [((0.05, 0.0), 0.25), ((-0.05, 0.0), 0.25), ((0.0, 0.05), 0.25), ((0.0, -0.05), 0.25)]
    crystal = cubic(*(({"Tl": w}, (x % 1, y % 1, 0.0)) for (x, y), w in sites))
    (sublattice,) = lattice_model(crystal).sublattices
    assert len(sublattice.spots[0].points) == 4
    assert sublattice.kinds[0].weight == pytest.approx(1.0)


def test_a_supercell_is_brought_back_to_its_primitive_cell():
    crystal = known("Mg0.9Al0.1B2")
    assert lattice_model(supercell(crystal, (2, 2, 1))).n_sites == 3


def test_positions_that_overlap_more_than_they_may_be_occupied_are_refused():
    crystal = cubic(({"O": 0.8}, ORIGIN), ({"O": 0.7}, (0.0, 0.0, 0.1)))
    with pytest.raises(
        HandOffError, match=r"O1 and O2 are 0\.40 Å apart.*occupied 1\.50"
    ) as caught:
        lattice_model(crystal)
    assert "Lower their occupancies" in caught.value.hint


def test_a_group_whose_exclusions_cannot_be_told_is_refused():
    chain = [({"O": 0.4}, (0.0, 0.0, z)) for z in (0.2, 0.4, 0.6)]
    with pytest.raises(HandOffError, match=r"group of 3 that holds 1\.20 atoms"):
        lattice_model(cubic(*chain))


def test_an_endless_chain_of_positions_is_refused():
    chain = [({"O": 0.2}, (0.0, 0.0, z / 4)) for z in range(4)]
    with pytest.raises(HandOffError, match="endless chain"):
        lattice_model(cubic(*chain))
