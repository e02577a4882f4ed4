"""Ordered crystals that are one of the arrangements of a disordered one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from crystal_cases import simple_crystal, supercell

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.symmetry import primitive
from sc3d_desktop.generation.judge.ordered_child import is_ordered_child
from sc3d_desktop.models.known import known_structure, known_superconductors


def disordered_structures() -> list[Crystal]:
    names = sorted({known.structure for known in known_superconductors() if known.structure})
    cells = [primitive(known_structure(name)) for name in names[::6]]
    return [cell for cell in cells if not cell.is_ordered and 3 <= len(cell) <= 20][:9]


def drawn(parent: Crystal, rng: np.random.Generator) -> Crystal:
    """One species a site, or none, with the atoms and the cell moved a little."""
    sites = []
    for site in parent.sites:
        names = [*site.species, ""]
        odds = np.array([*site.species.values(), site.species.vacancy])
        element = str(rng.choice(names, p=odds / odds.sum()))
        if element:
            place = np.array(site.frac) + rng.normal(0, 0.004, 3)
            sites.append(Site(f"{element}{len(sites)}", Species({element: 1}), tuple(place)))
    order = rng.permutation(len(sites))
    lattice = parent.lattice @ (np.eye(3) * 1.03 + rng.normal(0, 0.01, (3, 3)))
    return Crystal(lattice, tuple(sites[i] for i in order))


@pytest.mark.parametrize("times", [(1, 1, 1), (2, 1, 1)], ids=["one cell", "two cells"])
def test_arrangements_drawn_from_a_parent_are_its_children(times: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(0)
    parents = disordered_structures()
    assert len(parents) >= 6
    for parent in parents:
        assert is_ordered_child(drawn(supercell(parent, times), rng), parent), parent.name


def test_an_element_that_no_site_holds_makes_it_another_material() -> None:
    rng = np.random.default_rng(1)
    for parent in disordered_structures():
        child = drawn(parent, rng)
        stranger = Site("Xe1", Species({"Xe": 1}), child.sites[0].frac)
        assert not is_ordered_child(child.with_sites({0: stranger}), parent)


def layers(*filling: dict[str, float]) -> Crystal:
    """Up to four sites of a perovskite whose third oxygen is missing, in an orthorhombic cell."""
    at = [(0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, 0.5, 0.0), (0.5, 0.0, 0.5)]
    sites = (Site(f"{i}", Species(s), at[i]) for i, s in enumerate(filling))
    return Crystal(np.diag([4.0, 4.1, 4.2]), tuple(sites))


def test_an_element_on_the_wrong_site_makes_it_another_material() -> None:
    parent = layers({"La": 0.5, "Sr": 0.5}, {"Cu": 1}, {"O": 1}, {"O": 1})
    assert is_ordered_child(layers({"La": 1}, {"Cu": 1}, {"O": 1}, {"O": 1}), parent)
    assert is_ordered_child(layers({"Sr": 1}, {"Cu": 1}, {"O": 1}, {"O": 1}), parent)
    assert not is_ordered_child(layers({"O": 1}, {"Cu": 1}, {"La": 1}, {"O": 1}), parent)


@pytest.mark.parametrize(("occupancy", "child"), [(0.5, True), (1.0, False)])
def test_only_a_site_that_is_partly_empty_may_be_left_out(occupancy: float, child: bool) -> None:
    parent = layers({"La": 0.9, "Sr": 0.1}, {"Cu": 1}, {"O": 1}, {"O": occupancy})
    assert is_ordered_child(layers({"La": 1}, {"Cu": 1}, {"O": 1}), parent) is child


def test_a_child_with_a_smaller_cell_than_its_parent_is_found() -> None:
    """As of a parent whose order in the large cell the dopant alone makes."""
    small = simple_crystal({"La": 1}, {"Al": 1}, edge=3.5)
    large = supercell(small, (2, 1, 1))
    parent = large.with_sites({0: replace(large.sites[0], species=Species({"La": 0.8, "Sr": 0.2}))})
    assert len(primitive(parent)) == 4
    assert is_ordered_child(small, parent)
    assert not is_ordered_child(simple_crystal({"Sr": 1}, {"Al": 1}, edge=3.5), parent)


def test_other_positions_make_it_another_material() -> None:
    rng = np.random.default_rng(2)
    for parent in disordered_structures():
        child = drawn(parent, rng)
        if len(child) < 5:
            continue
        places = rng.random((len(child), 3)).tolist()
        moved = [replace(s, frac=tuple(p)) for s, p in zip(child.sites, places, strict=True)]
        assert not is_ordered_child(Crystal(child.lattice, tuple(moved)), parent)
