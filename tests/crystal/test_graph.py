"""The periodic graph, against loops written plainly and against its own symmetries."""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import replace

import numpy as np
import pytest
from crystal_cases import REPEATABLE, crystals, simple_crystal, supercell
from hypothesis import given
from hypothesis import strategies as st

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.edits import set_species
from sc3d_desktop.crystal.graph import PeriodicGraph, periodic_graph

Edge = tuple[int, int, tuple[int, int, int]]


def reference_edges(crystal: Crystal, cutoff: float = 8.0, neighbours: int = 12) -> set[Edge]:
    """(target, source, image of the source), found by looking at every image within reach."""
    heights = 1 / np.linalg.norm(np.linalg.inv(crystal.lattice), axis=0)
    ranges = [range(-n, n + 1) for n in (math.ceil(cutoff / h) + 1 for h in heights)]
    near: list[list[tuple[float, int, tuple[int, int, int]]]] = [[] for _ in crystal.sites]
    for image in itertools.product(*ranges):
        moved = (crystal.frac_coords + image) @ crystal.lattice
        distances = np.linalg.norm(moved[None] - crystal.cart_coords[:, None], axis=-1)
        for i, j in np.argwhere((distances <= cutoff + 1e-6) & (distances > 1e-3)):
            near[i].append((float(distances[i, j]), int(j), image))
    edges = set()
    for i, found in enumerate(near):
        found.sort()
        reach = found[:neighbours][-1][0] + 0.01 if found else 0.0
        edges |= {(i, j, image) for distance, j, image in found if distance <= reach}
    return edges


def edges_of(graph: PeriodicGraph, crystal: Crystal) -> set[Edge]:
    """The same of a graph; its vectors must lead from the target to an image of the source."""
    between = crystal.frac_coords[graph.source] - crystal.frac_coords[graph.target]
    images = graph.vectors @ np.linalg.inv(crystal.lattice) - between
    np.testing.assert_allclose(images, np.round(images), atol=1e-6)
    rows = np.round(images).astype(int).tolist()
    pairs = zip(graph.target.tolist(), graph.source.tolist(), rows, strict=True)
    edges = [(i, j, tuple(image)) for i, j, image in pairs]
    assert len(set(edges)) == len(edges)
    return set(edges)


def environments(graph: PeriodicGraph) -> list[list[float]]:
    """The sorted distances of each site's edges."""
    return [sorted(graph.distances[graph.target == i].tolist()) for i in range(graph.n_sites)]


def assert_same_environments(one: list[list[float]], other: list[list[float]]) -> None:
    assert [len(d) for d in one] == [len(d) for d in other]
    for mine, theirs in zip(one, other, strict=True):
        assert mine == pytest.approx(theirs, abs=1e-6)


def test_it_equals_loops_over_all_images_on_random_entries(supercon3d):
    for entry in random.Random(7).sample(supercon3d, 50):
        found = edges_of(periodic_graph(entry.crystal), entry.crystal)
        assert found == reference_edges(entry.crystal), entry.id


@REPEATABLE
@given(crystals(), st.sampled_from([2.0, 5.0, 8.0]), st.sampled_from([1, 4, 12, 30]))
def test_it_equals_loops_over_all_images_on_made_crystals(crystal, cutoff, neighbours):
    found = edges_of(periodic_graph(crystal, cutoff, neighbours), crystal)
    assert found == reference_edges(crystal, cutoff, neighbours)


def test_edges_are_sorted_by_target_then_distance_and_are_as_long_as_they_say(example):
    graph = periodic_graph(example)
    order = np.lexsort((graph.distances, graph.target))
    assert (order == np.arange(len(order))).all()
    np.testing.assert_allclose(np.linalg.norm(graph.vectors, axis=1), graph.distances)
    assert graph.n_sites == len(example)
    assert graph.target.dtype == graph.source.dtype == np.int64


def test_ties_with_the_last_neighbour_are_all_kept():
    cube = simple_crystal({"Fe": 1.0}, edge=3.0)
    assert len(periodic_graph(cube, neighbours=1).target) == 6
    assert len(periodic_graph(cube, neighbours=6).target) == 6
    assert len(periodic_graph(cube, neighbours=7).target) == 6 + 12
    assert len(periodic_graph(cube, neighbours=12).target) == 6 + 12


def test_neighbours_on_both_sides_at_a_distance_rounded_in_the_file_are_a_tie():
    fe = Species({"Fe": 1.0})
    sites = (Site("Fe1", fe, (0, 0, 0)), Site("Fe2", fe, (0.4998, 0, 0)))
    graph = periodic_graph(Crystal(np.diag([9.0, 20.0, 20.0]), sites), neighbours=1)
    assert graph.distances == pytest.approx([4.4982, 4.5018] * 2)


@pytest.mark.parametrize("shape", [(2, 1, 1), (1, 2, 3), (2, 2, 2)])
def test_a_supercell_gives_every_site_the_same_surroundings(example, shape):
    small = environments(periodic_graph(example))
    big = environments(periodic_graph(supercell(example, shape)))
    assert_same_environments(big, small * math.prod(shape))


@REPEATABLE
@given(crystals(most_sites=3), st.sampled_from([(2, 1, 1), (1, 1, 3), (2, 2, 1)]))
def test_a_supercell_of_any_crystal_gives_the_same_surroundings(crystal, shape):
    small = environments(periodic_graph(crystal))
    big = environments(periodic_graph(supercell(crystal, shape)))
    assert_same_environments(big, small * math.prod(shape))


@pytest.mark.parametrize("shift", [(0.5, 0, 0), (0.123, 0.777, 0.31), (-3, 5, 1), (1e-9, 0, 0)])
def test_a_moved_and_wrapped_crystal_has_the_same_surroundings(example, shift):
    moved = tuple(
        replace(s, frac=tuple((np.array(s.frac) + shift).tolist())) for s in example.sites
    )
    graph = periodic_graph(replace(example, sites=moved))
    assert_same_environments(environments(graph), environments(periodic_graph(example)))


def test_another_choice_of_cell_vectors_gives_the_same_surroundings(lsco):
    skewed = np.array([[1, 0, 0], [1, 1, 0], [0, -2, 1]])
    frac = lsco.frac_coords @ np.linalg.inv(skewed)
    sites = tuple(replace(s, frac=tuple(f)) for s, f in zip(lsco.sites, frac.tolist(), strict=True))
    graph = periodic_graph(Crystal(skewed @ lsco.lattice, sites))
    assert_same_environments(environments(graph), environments(periodic_graph(lsco)))


def test_an_isolated_atom_has_no_edges():
    graph = periodic_graph(simple_crystal({"He": 1.0}, edge=20.0))
    assert graph.n_sites == 1
    assert len(graph.target) == len(graph.source) == len(graph.distances) == 0
    assert graph.vectors.shape == (0, 3)


def test_a_site_out_of_reach_of_all_others_takes_no_neighbours_edges():
    fe = Species({"Fe": 1.0})
    places = [(0, 0, 0), (0.5, 0.5, 0.5), (0.1, 0, 0), (0.9, 0.9, 0.1)]
    sites = tuple(Site("Fe", fe, frac) for frac in places)
    crystal = Crystal(np.eye(3) * 20, sites)
    graph = periodic_graph(crystal)
    assert np.bincount(graph.target, minlength=4).tolist() == [2, 0, 2, 2]
    assert edges_of(graph, crystal) == reference_edges(crystal)


@pytest.mark.parametrize("cutoff", [2.9, 3.0, 4.0, 8.0])
def test_no_edge_is_longer_than_the_cutoff(cutoff):
    graph = periodic_graph(simple_crystal({"Fe": 1.0}, edge=3.0), cutoff, neighbours=1000)
    assert (graph.distances <= cutoff + 1e-6).all()
    assert len(graph.target) == {2.9: 0, 3.0: 6, 4.0: 6, 8.0: 80}[cutoff]


@pytest.mark.parametrize("start", [0.0, 0.1, 0.37, 0.777])
def test_a_neighbour_exactly_at_the_cutoff_is_in_wherever_the_atom_lies(start):
    site = Site("Fe", Species({"Fe": 1.0}), (start, start / 3, start))
    assert len(periodic_graph(Crystal(np.eye(3) * 8, (site,)), cutoff_angstrom=8.0).target) == 6


def test_occupancies_play_no_part(lsco):
    doped = set_species(lsco, (0, 1), {"La": 0.3, "Ba": 0.1})
    one, other = periodic_graph(lsco), periodic_graph(doped)
    for name in ("target", "source", "vectors", "distances"):
        assert (getattr(one, name) == getattr(other, name)).all()


def test_sites_at_one_point_get_no_edge_between_them():
    fe = Site("Fe", Species({"Fe": 0.5}), (0, 0, 0))
    graph = periodic_graph(Crystal(np.eye(3) * 3, (fe, fe)), neighbours=3)
    assert (graph.distances > 2.9).all()
    assert len(graph.target) == 2 * 2 * 6
