"""Sites are matched as plain trial of all ways finds, whatever their order, origin and images."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sc3d_desktop.crystal import Crystal, Site, Species, lattice_from_parameters
from sc3d_desktop.crystal.matching import (
    TOLERANCE_ANGSTROM,
    assign,
    match,
    shift_and_ways,
    shortest,
    turned_onto,
)

_SEEDS = st.integers(0, 2**32 - 1)


def _cell(rng: np.random.Generator, low: float = 6.0, high: float = 9.0) -> np.ndarray:
    return lattice_from_parameters(*rng.uniform(low, high, 3), *rng.uniform(65, 115, 3))


def _plain_distance(one: np.ndarray, other: np.ndarray, lattice: np.ndarray) -> float:
    step = (other - one + 0.5) % 1 - 0.5
    images = np.array(list(product(range(-3, 4), repeat=3)))
    return float(np.linalg.norm((step + images) @ lattice, axis=1).min())


def _apart(rng: np.random.Generator, n: int, lattice: np.ndarray, room: float) -> np.ndarray:
    """Random positions that keep ``room`` Å from each other."""
    kept: list[np.ndarray] = []
    while len(kept) < n:
        new = rng.random(3)
        if all(_plain_distance(new, old, lattice) > room for old in kept):
            kept.append(new)
    return np.array(kept)


def _crystal(lattice: np.ndarray, frac: np.ndarray, elements: list[str]) -> Crystal:
    pairs = enumerate(zip(frac.tolist(), elements, strict=True), start=1)
    sites = [Site(f"{el}{i}", Species({el: 1.0}), tuple(at)) for i, (at, el) in pairs]
    return Crystal(lattice, tuple(sites))


@settings(max_examples=40, deadline=None)
@given(_SEEDS)
def test_the_shortest_image_is_that_of_plain_trial(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lattice = _cell(rng, 1.5, 8.0)
    start, end = rng.random((6, 3)), rng.random((6, 3))
    plain = [_plain_distance(s, e, lattice) for s, e in zip(start, end, strict=True)]
    np.testing.assert_allclose(np.linalg.norm(shortest(end - start, lattice), axis=1), plain)


@settings(max_examples=40, deadline=None)
@given(_SEEDS, st.floats(0.3, 2.0))
def test_images_within_a_reach_are_exact(seed: int, reach: float) -> None:
    rng = np.random.default_rng(seed)
    lattice = _cell(rng, 1.5, 8.0)
    steps = rng.random((40, 3))
    found = np.linalg.norm(shortest(steps, lattice, reach), axis=1)
    plain = np.array([_plain_distance(np.zeros(3), s, lattice) for s in steps])
    assert np.array_equal(found <= reach, plain <= reach)
    np.testing.assert_allclose(found[found <= reach], plain[plain <= reach])


def _plain_assignment(distance: np.ndarray, likeness: np.ndarray) -> tuple[int, float]:
    """The most pairs, and the least cost of so many, by trying every way."""
    n, m = distance.shape
    best = (0, 0.0)
    for columns in permutations([*range(m), *[-1] * n], n):
        pairs = [(i, j) for i, j in enumerate(columns) if j >= 0]
        if all(distance[p] <= TOLERANCE_ANGSTROM for p in pairs):
            cost = sum((distance[p] / TOLERANCE_ANGSTROM) ** 2 + 1 - likeness[p] for p in pairs)
            best = min(best, (-len(pairs), cost))
    return -best[0], best[1]


@settings(max_examples=25, deadline=None)
@given(_SEEDS, st.integers(1, 4), st.integers(1, 4))
def test_the_assignment_is_the_best_there_is(seed: int, n: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    distance, likeness = rng.uniform(0, 1.6, (n, m)), rng.choice([0.0, 0.5, 1.0], (n, m))
    i, j = assign(distance, likeness)
    assert len(set(i.tolist())) == len(i)
    assert len(set(j.tolist())) == len(j)
    assert (distance[i, j] <= TOLERANCE_ANGSTROM).all()
    count, cost = _plain_assignment(distance, likeness)
    assert len(i) == count
    found = ((distance[i, j] / TOLERANCE_ANGSTROM) ** 2 + 1 - likeness[i, j]).sum()
    assert found == pytest.approx(cost)


@settings(max_examples=25, deadline=None)
@given(_SEEDS, st.booleans())
def test_sites_are_found_again_after_moving_shifting_straining_and_shuffling(
    seed: int, far: bool
) -> None:
    rng = np.random.default_rng(seed)
    lattice = _cell(rng)
    n = 7
    frac = _apart(rng, n, lattice, 2.2)
    elements = [str(el) for el in rng.choice(["O", "Cu", "La"], n)]
    strained = lattice @ (np.eye(3) + rng.uniform(-0.02, 0.02, (3, 3)))
    moved = rng.uniform(-0.15, 0.15, (n, 3))
    shift = rng.random(3) if far else rng.uniform(-0.02, 0.02, 3)
    order = rng.permutation(n)
    end = frac + shift + moved @ np.linalg.inv(strained)
    a = _crystal(lattice, frac, elements)
    b = _crystal(strained, end[order], [elements[k] for k in order])
    found = match(a, b)
    assert found.problem == ""
    assert [found.in_b(i) for i in range(n)] == [order.tolist().index(i) for i in range(n)]
    assert [found.in_a(found.in_b(i)) for i in range(n)] == list(range(n))
    np.testing.assert_allclose(found.ways, moved - moved.mean(axis=0), atol=1e-7)
    whole = shortest((shift + moved.mean(axis=0) @ np.linalg.inv(strained))[None], strained)[0]
    np.testing.assert_allclose(found.shift, whole, atol=1e-7)


def test_a_shift_by_half_the_cell_tears_nothing_apart() -> None:
    rng = np.random.default_rng(2)
    lattice, frac = _cell(rng), rng.random((5, 3))
    shift, ways = shift_and_ways(frac, (frac + 0.5 + rng.uniform(-1e-9, 1e-9, (5, 3))) % 1, lattice)
    assert np.abs(ways).max() < 1e-7
    assert np.linalg.norm(shift) == pytest.approx(
        _plain_distance(np.zeros(3), np.full(3, 0.5), lattice), abs=1e-6
    )


def test_a_substituted_site_is_matched_and_a_lost_one_is_not() -> None:
    rng = np.random.default_rng(5)
    lattice = _cell(rng)
    frac = _apart(rng, 6, lattice, 2.2)
    a = _crystal(lattice, frac, ["Mg", "O", "O", "O", "O", "O"])
    b = _crystal(lattice, frac[:5] + 1e-3, ["Al", "O", "O", "O", "O"])
    found = match(a, b)
    assert found.in_b(0) == 0
    assert found.in_b(5) == -1
    assert len(found.pairs) == 5


def test_an_occupancy_leaves_each_site_its_own_partner() -> None:
    a = _crystal(np.eye(3) * 4, np.array([[0, 0, 0], [0.5, 0.5, 0.5]]), ["Mg", "Mg"])
    b = a.with_sites({1: replace(a.sites[1], species=Species({"Mg": 0.9, "Al": 0.1}))})
    found = match(a, b)
    assert found.pairs.tolist() == [[0, 0], [1, 1]]
    assert not found.ways.any()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (_crystal(np.diag([8.0, 4, 4]), np.array([[0, 0, 0], [0.5, 0, 0]]), ["Mg"] * 2), "B has 2"),
        (_crystal(np.diag([4.0, 4, 5]), np.zeros((1, 3)), ["Mg"]), "different shape"),
        (
            _crystal(lattice_from_parameters(4, 4, 4, 90, 90, 99), np.zeros((1, 3)), ["Mg"]),
            "different shape",
        ),
    ],
)
def test_sites_of_another_cell_are_not_matched(other: Crystal, said: str) -> None:
    plain = _crystal(np.eye(3) * 4.0, np.zeros((1, 3)), ["Mg"])
    found = match(plain, other)
    assert said in found.problem
    assert not len(found.pairs)
    assert found.in_b(0) == found.in_a(0) == -1


def test_strangers_in_like_cells_are_not_matched() -> None:
    rng = np.random.default_rng(11)
    lattice = np.eye(3) * 9.0
    a, b = (_crystal(lattice, _apart(rng, 8, lattice, 2.2), ["O"] * 4 + ["Cu"] * 4) for _ in "ab")
    assert "sites are not matched" in match(a, b).problem


def test_a_crystal_is_turned_onto_another_and_keeps_its_cell() -> None:
    rng = np.random.default_rng(3)
    lattice = _cell(rng)
    a = _crystal(lattice, rng.random((4, 3)), ["O"] * 4)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    b = replace(a, lattice=lattice @ turn)
    turned = turned_onto(a, b)
    np.testing.assert_allclose(turned.lattice, b.lattice, atol=1e-9)
    assert turned_onto(b, b) is b
    mirrored = replace(a, lattice=lattice @ -np.eye(3))
    assert turned_onto(a, mirrored) is a
