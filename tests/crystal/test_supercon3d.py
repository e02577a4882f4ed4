"""All of SuperCon3D, read from its CIFs, against the columns of its table."""

from __future__ import annotations

import re

import pytest

from sc3d_desktop.crystal.elements import is_element

HYDRIDES_WITH_REPEATED_METAL = ("Hf1H10", "Zr1H10")


def test_every_entry_has_the_sites_of_its_table(supercon3d):
    differing = {
        e.id: (len(e.crystal), e.row["n_sites"])
        for e in supercon3d
        if len(e.crystal) != int(e.row["n_sites"])
    }
    assert set(differing) == set(HYDRIDES_WITH_REPEATED_METAL)


@pytest.mark.parametrize("name", HYDRIDES_WITH_REPEATED_METAL)
def test_a_metal_that_a_file_lists_three_times_is_counted_once_and_noted(supercon3d, name):
    crystal = next(e.crystal for e in supercon3d if e.id == name)
    metal = name[:2]
    assert crystal.composition == {metal: 2.0, "H": 20.0}
    assert any(metal in note and "counted once" in note for note in crystal.notes)


def codes(supercon3d, *wanted: str) -> dict[str, set[str]]:
    """Entries with any finding of these codes → their codes."""
    found = {e.id: {f.code for f in e.crystal.findings} & set(wanted) for e in supercon3d}
    return {i: c for i, c in found.items() if c}


def test_no_other_entry_needed_repair_and_every_site_holds_elements(supercon3d):
    repeated = codes(supercon3d, "listed twice", "formula")
    assert set(repeated) == set(HYDRIDES_WITH_REPEATED_METAL)
    assert all(found == {"listed twice", "formula"} for found in repeated.values())
    other = {f.code for e in supercon3d for f in e.crystal.findings}
    assert other == {"charges", "listed twice", "formula", "overlap", "special position"}
    assert all(is_element(el) for e in supercon3d for s in e.crystal.sites for el in s.species)


def test_cells_and_volumes_are_those_of_the_table(supercon3d):
    tags = ("a", "b", "c", "alpha", "beta", "gamma")
    for e in supercon3d:
        cell = [float(e.row[tag]) for tag in tags]
        assert e.crystal.cell_parameters == pytest.approx(cell, abs=1e-3), e.id
        assert e.crystal.volume == pytest.approx(float(e.row["volume_A3"]), rel=1e-4), e.id


def test_kinds_and_totals_of_the_sites_are_those_of_the_table(supercon3d):
    for e in supercon3d:
        totals = [s.species.total for s in e.crystal.sites]
        assert min(totals) == pytest.approx(float(e.row["min_site_occupancy"]), abs=1e-3), e.id
        assert max(totals) == pytest.approx(float(e.row["max_site_occupancy"]), abs=1e-3), e.id


def test_compositions_are_those_of_the_table(supercon3d):
    for e in supercon3d:
        if e.id in HYDRIDES_WITH_REPEATED_METAL:
            continue
        parts = re.findall(r"([A-Z][a-z]?)([0-9.]+)", e.row["cif_formula"])
        assert e.crystal.composition == pytest.approx(
            {el: float(amount) for el, amount in parts}, abs=0.01
        ), e.id


def test_overlapping_atoms_are_those_the_table_flags(supercon3d):
    """Of the hydrides whose metal is listed three times nothing overlaps once that is mended."""
    flagged = {e.id for e in supercon3d if "overlapping_sites" in e.row["anomaly"]}
    found = set(codes(supercon3d, "overlap"))
    assert found == flagged - set(HYDRIDES_WITH_REPEATED_METAL)
    assert len(found) == 3
