"""Faults of crystals in words: distances and cells."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from crystal_cases import simple_crystal, supercell

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.generation.judge.distances import distances
from sc3d_desktop.generation.judge.validity import validity
from sc3d_desktop.models.known import known_structure, known_superconductors


def random_crystal(rng: np.random.Generator, n: int) -> Crystal:
    """In a cell that may be skewed badly."""
    lattice = np.triu(rng.normal(0, 6, (3, 3)), 1) + np.diag(rng.uniform(2, 6, 3))
    frac = rng.random((n, 3)).tolist()
    return Crystal(
        lattice, tuple(Site(f"H{i}", Species({"H": 1}), tuple(f)) for i, f in enumerate(frac))
    )


def plain_distances(crystal: Crystal, reach: int) -> np.ndarray:
    images = np.array(list(product(range(-reach, reach + 1), repeat=3)))
    away = crystal.frac_coords[:, None] - crystal.frac_coords
    lengths = np.linalg.norm((away[:, :, None] + images) @ crystal.lattice, axis=-1)
    lengths[lengths < 1e-9] = np.inf
    return lengths.min(axis=-1)


def test_distances_are_those_of_a_plain_search_over_many_images() -> None:
    rng = np.random.default_rng(0)
    for n in (1, 2, 5) * 6:
        crystal = random_crystal(rng, n)
        np.testing.assert_allclose(distances(crystal), plain_distances(crystal, 6), atol=1e-9)


def test_two_atoms_on_top_of_each_other_are_named_with_their_distance() -> None:
    crystal = simple_crystal({"Cu": 1}, {"O": 1}, edge=4.0)
    near = replace(crystal.sites[1], frac=(0.0, 0.0, 0.2))
    valid = validity(crystal.with_sites({1: near}))
    assert valid.shortest_angstrom == pytest.approx(0.8)
    assert valid.faults == ("Cu1 and O2 are 0.80 Å apart; a bond of theirs is about 1.98 Å long.",)


def test_an_atom_too_near_its_own_image_is_a_fault() -> None:
    valid = validity(Crystal(np.diag([1.2, 4.0, 4.0]), simple_crystal({"Nb": 1}).sites))
    assert valid.faults[0].startswith("Copies of Nb1 are 1.20 Å apart")


def test_hydrogens_are_held_to_half_an_angstrom() -> None:
    for apart, faults in ((0.49, 1), (0.51, 0)):
        sites = simple_crystal({"H": 1}, {"H": 1}).sites
        near = (sites[0], replace(sites[1], frac=(apart / 4, 0.0, 0.0)))
        assert len(validity(Crystal(np.eye(3) * 4, near)).faults) == faults


@pytest.mark.parametrize(("edge", "said"), [(1.2, "1.7 Å³"), (5.1, "132.7 Å³"), (3.0, "")])
def test_volumes_that_no_crystal_has_are_faults(edge: float, said: str) -> None:
    faults = validity(simple_crystal({"H": 1}, edge=edge)).faults
    assert len(faults) == bool(said)
    assert all(f"The cell has {said} an atom" in fault for fault in faults)


def test_needles_are_faults_however_their_cell_is_described() -> None:
    sites = tuple(Site(f"H{i}", Species({"H": 1}), (0, 0, i / 40)) for i in range(40))
    needle = Crystal(np.diag([3.0, 3.0, 120.0]), sites)
    skewed = Crystal(needle.lattice + np.array([[0, 0, 0], [0, 0, 0], [30, 30, 0]]), sites)
    for crystal in (needle, skewed):
        assert "120.0 Å long and 3.0 Å wide" in validity(crystal).faults[0]


def test_a_supercell_has_the_faults_of_its_crystal() -> None:
    rng = np.random.default_rng(1)
    for n in (2, 3):
        crystal = random_crystal(rng, n)
        larger = validity(supercell(crystal, (2, 1, 1)))
        assert larger.shortest_angstrom == pytest.approx(validity(crystal).shortest_angstrom)


def test_known_superconductors_have_no_faults() -> None:
    names = {known.structure for known in known_superconductors() if known.structure}
    ordered = [c for c in map(known_structure, sorted(names)[::3]) if c.is_ordered]
    assert len(ordered) > 50
    assert [c.name for c in ordered if validity(c).faults] == []
