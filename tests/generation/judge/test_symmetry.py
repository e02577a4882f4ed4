"""Symmetries that a crystal almost has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from crystal_cases import supercell

from sc3d_desktop.crystal import Crystal, Site, Species, lattice_from_parameters
from sc3d_desktop.crystal.formula import reduced
from sc3d_desktop.crystal.symmetry import find_symmetry, primitive
from sc3d_desktop.data.alike import same_structure
from sc3d_desktop.generation.judge.symmetry import MOST_MOVED_ANGSTROM, symmetrise
from sc3d_desktop.models.known import known_structure, known_superconductors


def ordered_structures(n: int) -> list[Crystal]:
    """Some with few atoms and at least an inversion."""
    names = sorted({known.structure for known in known_superconductors() if known.structure})
    found = []
    for name in names[::5]:
        cell = primitive(known_structure(name))
        if cell.is_ordered and 2 <= len(cell) <= 14 and find_symmetry(cell).number > 2:
            found.append(cell)
    return found[:n]


def shaken(crystal: Crystal, angstrom: float, rng: np.random.Generator) -> Crystal:
    """Every coordinate moved by a normal deviate, and the cell strained a little."""
    lattice = crystal.lattice @ (np.eye(3) + rng.normal(0, angstrom / 5, (3, 3)))
    frac = crystal.frac_coords + rng.normal(0, angstrom, (len(crystal), 3)) @ np.linalg.inv(lattice)
    sites = zip(crystal.sites, frac.tolist(), strict=True)
    return Crystal(lattice, tuple(replace(s, frac=tuple(f)) for s, f in sites), "shaken")


def test_a_shaken_crystal_gets_its_space_group_back() -> None:
    rng = np.random.default_rng(0)
    crystals = ordered_structures(20)
    found = 0
    for crystal in crystals:
        almost = shaken(crystal, 0.03, rng)
        wanted = find_symmetry(crystal).number
        assert find_symmetry(almost).number < wanted
        higher = symmetrise(almost)
        if higher is None or higher.number != wanted:
            continue
        found += 1
        assert higher.moved_angstrom <= MOST_MOVED_ANGSTROM
        assert higher.crystal.name == "shaken"
        assert reduced(higher.crystal.composition) == reduced(crystal.composition)
        assert len(higher.crystal) <= len(crystal)
        assert same_structure(higher.crystal, crystal)
    assert len(crystals) >= 15
    assert found >= 0.9 * len(crystals)


def test_what_is_symmetric_already_is_left_alone() -> None:
    for crystal in ordered_structures(8):
        assert symmetrise(crystal) is None


def test_a_crystal_without_any_near_symmetry_is_left_alone() -> None:
    rng = np.random.default_rng(3)
    lattice = lattice_from_parameters(5, 6.3, 7.7, 77, 84, 68)
    for _ in range(5):
        frac = rng.random((7, 3)).tolist()
        elements = ["La", "Cu", "O", "O", "Fe", "Sr", "H"]
        sites = tuple(
            Site(f"{el}{i}", Species({el: 1.0}), tuple(f))
            for i, (el, f) in enumerate(zip(elements, frac, strict=True))
        )
        assert symmetrise(Crystal(lattice, sites)) is None


def test_the_primitive_cell_is_given_for_a_supercell() -> None:
    crystal = shaken(known_structure("MgB2"), 0.002, np.random.default_rng(1))
    larger = supercell(crystal, (2, 1, 1))
    higher = symmetrise(shaken(larger, 0.01, np.random.default_rng(2)))
    assert higher is not None
    assert (higher.space_group, higher.number, len(higher.crystal)) == ("P6/mmm", 191, 3)


@pytest.mark.parametrize(("apart", "moved"), [(0.15, True), (0.6, False)])
def test_atoms_are_not_moved_farther_than_is_said(apart: float, moved: bool) -> None:
    """Titanium off the centre of a cubic perovskite."""
    at = {"Ba": (0, 0, 0), "Ti": (0.5, 0.5, 0.5 + apart / 4)}
    oxygens = {"O1": (0.5, 0.5, 0), "O2": (0.5, 0, 0.5), "O3": (0, 0.5, 0.5)}
    sites = [Site(k, Species({k: 1.0}), v) for k, v in at.items()]
    sites += [Site(k, Species({"O": 1.0}), v) for k, v in oxygens.items()]
    crystal = Crystal(np.eye(3) * 4.0, tuple(sites))
    assert find_symmetry(crystal).space_group == "P4mm"
    higher = symmetrise(crystal)
    assert (higher is not None) == moved
    if higher is not None:
        assert higher.space_group == "Pm-3m"
        assert higher.moved_angstrom <= apart
