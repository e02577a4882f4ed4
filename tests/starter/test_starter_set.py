"""What a newcomer finds: every family, every class of disorder, and compounds that are none."""

from __future__ import annotations

from collections import Counter

import pytest

from sc3d_desktop.crystal.disorder import DisorderClass, classify
from sc3d_desktop.models.known import (
    KnownSuperconductor,
    known_non_superconductors,
    known_structure,
    known_superconductors,
)

FAMILIES = ("cuprate", "iron_based", "heavy_fermion", "h_rich", "others")
NAMED = {
    "cuprate": "La1.85Sr0.15CuO4 YBa2Cu3O7 Bi2Sr2CaCu2O8 Nd1.85Ce0.15CuO4 HgBa2Ca2Cu3O8.3",
    "iron_based": "LaFeAsO0.89F0.11 Ba0.6K0.4Fe2As2 FeSe LiFeAs K0.8Fe2Se2 CaKFe4As4",
    "heavy_fermion": "CeCu2Si2 UPt3 UBe13 CeCoIn5 PuCoGa5 CePt3Si UTe2 PrOs4Sb12",
    "h_rich": "PdH H3S LaH10 CaH6 YH9",
    "others": "Nb Nb3Sn MgB2 CaC6 YNi2B2C NbSe2 Ba0.6K0.4BiO3 K3C60 Sr2RuO4 La3Ni2O7 BaNi2P2",
}


def complete() -> tuple[KnownSuperconductor, ...]:
    """Measured ones with a structure and a DOI."""
    return tuple(k for k in known_superconductors() if k.structure and k.doi)


def test_every_known_superconductor_is_of_one_of_the_five_families():
    counts = Counter(k.family for k in known_superconductors())
    assert set(counts) == set(FAMILIES)
    assert min(counts.values()) >= 15


@pytest.mark.parametrize("family", FAMILIES)
def test_well_known_ones_are_in_the_family_they_are_known_for(family: str):
    families = {k.formula: k.family for k in complete()}
    assert {f: families.get(f) for f in NAMED[family].split()} == dict.fromkeys(
        NAMED[family].split(), family
    )


def test_at_least_150_have_a_structure_and_a_doi_with_each_family_and_class_of_disorder():
    found = complete()
    families = Counter(k.family for k in found)
    classes = Counter(classify(known_structure(k.structure)) for k in found)
    assert len(found) >= 150
    assert set(families) == set(FAMILIES)
    assert min(families.values()) >= 10
    assert set(classes) == set(DisorderClass)


def test_at_least_25_well_known_compounds_are_none_and_have_a_structure():
    none = known_non_superconductors()
    assert len(none) >= 25
    assert sum(bool(k.doi) for k in none) >= 25
    assert all(len(known_structure(k.structure)) > 0 for k in none)


def test_no_compound_is_both_at_ambient_pressure_with_the_same_structure_and_formula():
    known = {k.formula for k in known_superconductors() if k.pressure_gpa is None}
    assert not known & {k.formula for k in known_non_superconductors()}


def test_a_search_that_found_nothing_went_to_low_temperature():
    coldest = [k.down_to_kelvin for k in known_non_superconductors() if k.down_to_kelvin]
    assert coldest
    assert max(coldest) < 5
