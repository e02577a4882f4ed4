"""The name of a structure does not depend on how it was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from crystal_cases import simple_crystal, supercell

from sc3d_desktop.crystal import Crystal, Site
from sc3d_desktop.crystal.files import Read, read_all
from sc3d_desktop.paths import examples
from sc3d_desktop.screening.standard import standard_key

CRYSTALS = [outcome.crystal for outcome in read_all([examples()]) if isinstance(outcome, Read)]
IDS = [crystal.name for crystal in CRYSTALS]


def written_anew(crystal: Crystal, rng: np.random.Generator) -> Crystal:
    """Another origin, another order, other labels, turned in space."""
    shift = rng.random(3)
    q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    turn = q * np.sign(np.linalg.det(q))
    sites = [
        Site(f"X{i}", site.species, tuple((np.array(site.frac) + shift).tolist()))
        for i, site in enumerate(crystal.sites)
    ]
    order = rng.permutation(len(sites))
    return Crystal(crystal.lattice @ turn, tuple(sites[i] for i in order))


@pytest.mark.parametrize("crystal", CRYSTALS, ids=IDS)
def test_origin_order_orientation_and_labels_do_not_matter(crystal: Crystal) -> None:
    rng = np.random.default_rng(1)
    key = standard_key(crystal)
    assert all(standard_key(written_anew(crystal, rng)) == key for _ in range(5))


@pytest.mark.parametrize("crystal", CRYSTALS, ids=IDS)
def test_a_supercell_is_the_same_structure(crystal: Crystal) -> None:
    assert standard_key(supercell(crystal, (1, 2, 1))) == standard_key(crystal)


def test_other_structures_have_other_names() -> None:
    keys = {standard_key(crystal) for crystal in CRYSTALS}
    assert len(keys) == len(CRYSTALS)


def test_occupancy_element_cell_and_position_matter() -> None:
    one = simple_crystal({"La": 0.9, "Sr": 0.1}, {"Cu": 1.0}, {"O": 1.0})
    moved = list(one.sites)
    moved[2] = replace(moved[2], frac=(0.7, 0.66, 0.66))
    others = [
        simple_crystal({"La": 0.89, "Sr": 0.11}, {"Cu": 1.0}, {"O": 1.0}),
        simple_crystal({"La": 0.9, "Ba": 0.1}, {"Cu": 1.0}, {"O": 1.0}),
        Crystal(one.lattice * 1.1, one.sites),
        Crystal(one.lattice, tuple(moved)),
    ]
    assert len({standard_key(crystal) for crystal in [one, *others]}) == 5


def test_the_examples_are_there() -> None:
    assert len(CRYSTALS) == len(list(Path(examples()).glob("*.cif"))) >= 7
