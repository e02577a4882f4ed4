"""Special positions written in few digits are meant exactly; others stay as they are."""

from __future__ import annotations

import gemmi
import numpy as np
import pytest
from crystal_cases import cif

from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.crystal.cif.special import special_positions

LARGE_HEXAGONAL = (18.0, 18.0, 12.0, 90, 90, 120)
FOUR = np.array([[4, 4, 4]])
CUBE = np.diag([10.0, 10.0, 10.0])


def sites_of(x: str, y: str, z: str, number: int = 191, cell=LARGE_HEXAGONAL):
    (crystal,) = parse_cif(
        cif(f"B1 B {x} {y} {z} 1", cell, symmetry=f"_symmetry_Int_Tables_number {number}")
    )
    return crystal


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("0.333", "0.667"),
        ("0.3333", "0.6667"),
        ("0.3333", "0.6666"),
        (".33333", ".66667"),
        ("-0.6667", "0.66667"),
        ("0.3333(4)", "0.6667(4)"),
    ],
)
def test_thirds_are_thirds_however_large_the_cell(x, y):
    crystal = sites_of(x, y, "0.5")
    assert len(crystal) == 2
    thirds = np.sort(crystal.frac_coords[:, 0])
    np.testing.assert_allclose(thirds, [1 / 3, 2 / 3], atol=1e-12)
    (finding,) = crystal.findings
    assert finding.code == "special position"


def test_two_digits_are_believed_in_a_small_cell_only():
    small = (3.1, 3.1, 3.5, 90, 90, 120)
    assert len(sites_of("0.33", "0.67", "0.5", cell=small)) == 2
    assert len(sites_of("0.33", "0.67", "0.5")) == 6


def test_a_coordinate_tied_to_another_follows_it():
    crystal = sites_of("0.1667", "0.3333", "0")
    assert len(crystal) == 6
    x, y, _ = crystal.sites[0].frac
    assert y == pytest.approx(2 * x, abs=1e-12)


@pytest.mark.parametrize(
    ("x", "y", "z"),
    [("0.34", "0.66", "0.5"), ("0.32", "0.6667", "0.5"), ("0.01", "0", "0"), ("0.002", "0", "0")],
)
def test_an_atom_beside_a_special_position_stays_there(x, y, z):
    crystal = sites_of(x, y, z)
    assert np.abs(crystal.sites[0].frac[0] - float(x)) < 1e-12


def test_a_position_in_full_digits_is_no_finding():
    assert sites_of("0.33333333", "0.66666667", "0.5").findings == ()


@pytest.mark.parametrize("number", [2, 47, 99, 123, 147, 166, 191, 194, 221, 225, 227, 229, 230])
def test_any_special_position_is_found_again_from_its_rounding(number):
    group = gemmi.find_spacegroup_by_number(number)
    operations = list(group.operations())
    rotations = np.array([op.rot for op in operations], dtype=float) / gemmi.Op.DEN
    translations = np.array([op.tran for op in operations], dtype=float) / gemmi.Op.DEN
    rng = np.random.default_rng(number)
    for _ in range(40):
        start = rng.integers(0, 24, 3) / 24
        away = rotations @ start + translations - start
        keeping = np.abs(away - np.round(away)).max(axis=1) < 1e-9
        free = start + rng.normal(0, 0.05, 3)
        moved = rotations[keeping] @ free + translations[keeping]
        exact = free + np.mean(moved - free - np.round(moved - free), axis=0)
        written = np.round(exact, 4)
        (found,) = special_positions(written[None], FOUR, rotations, translations, CUBE)
        fixed = rotations[keeping] @ found + translations[keeping] - found
        assert np.abs(fixed - np.round(fixed)).max() < 1e-9
        assert np.abs(found - written).max() <= 1.01e-4


def test_without_symmetry_nothing_moves():
    frac = np.array([[0.3333, 0.6667, 0.5]])
    identity, none = np.eye(3)[None], np.zeros((1, 3))
    np.testing.assert_array_equal(special_positions(frac, FOUR, identity, none, CUBE), frac)
