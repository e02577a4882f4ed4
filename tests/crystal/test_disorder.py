"""Classes of disorder, Eq. 1-2 of the paper."""

from __future__ import annotations

import pytest
from crystal_cases import simple_crystal

from sc3d_desktop.crystal import Species
from sc3d_desktop.crystal.disorder import DisorderClass, classify, classify_site

O, SD, PD, SPD = DisorderClass  # noqa: E741 - the paper's name


@pytest.mark.parametrize(
    ("occupancies", "expected"),
    [
        ({"Mg": 1.0}, O),
        ({"Mg": 0.99995}, O),
        ({"Mg": 0.999}, PD),
        ({"O": 0.5}, PD),
        ({"La": 0.9, "Sr": 0.1}, SD),
        ({"La": 0.333, "Sr": 0.333, "Ba": 0.333}, SD),
        ({"La": 0.5, "Sr": 0.496}, SD),
        ({"La": 0.5, "Sr": 0.494}, SPD),
        ({"La": 0.5, "Sr": 0.2}, SPD),
        ({"D": 0.5, "H": 0.5}, SD),
    ],
)
def test_a_site_is_classed_by_its_species_and_their_sum(occupancies, expected):
    assert classify_site(Species(occupancies)) is expected


MG, MIXED, LACKING, BOTH = {"Mg": 1.0}, {"La": 0.9, "Sr": 0.1}, {"O": 0.5}, {"F": 0.3, "Cl": 0.3}


@pytest.mark.parametrize(
    ("sites", "expected"),
    [
        ((MG, MG), O),
        ((MG, MIXED), SD),
        ((MG, LACKING), PD),
        ((MIXED, LACKING), SPD),
        ((MG, BOTH), SPD),
        ((MIXED, MIXED), SD),
        ((BOTH, LACKING), SPD),
    ],
)
def test_a_crystal_is_spd_when_both_kinds_of_disorder_occur(sites, expected):
    assert classify(simple_crystal(*sites)) is expected


def test_classes_are_written_as_in_the_paper():
    assert [str(c) for c in DisorderClass] == ["O", "SD", "PD", "SPD"]


def test_every_entry_of_supercon3d_has_the_class_of_its_table(supercon3d):
    assert len(supercon3d) == 1578
    differing = {
        e.id: (str(classify(e.crystal)), e.row["disorder_class"])
        for e in supercon3d
        if classify(e.crystal) != e.row["disorder_class"]
    }
    assert differing == {}
