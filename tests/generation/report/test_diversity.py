"""Variety and distance from data, against plain reference implementations."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from report_crystals import crystal_of, ordered_crystal

from sc3d_desktop.generation.report.diversity import (
    distinct_systems,
    element_distance,
    entropy_bits,
    systems,
    volume_distance,
)


def test_systems_do_not_depend_on_order_or_amount() -> None:
    places = np.random.default_rng(0).random((3, 3))
    made = [crystal_of(els, places, 5.0) for els in (["Cu", "O", "O"], ["O", "Cu", "Cu"])]
    assert systems(made) == ["Cu-O", "Cu-O"]


def test_distinct_systems_are_the_mean_over_every_way_to_draw() -> None:
    names = [str(n) for n in np.random.default_rng(1).integers(5, size=9)]
    plain = np.mean([len(set(drawn)) for drawn in combinations(names, 4)])
    assert distinct_systems(names, 4) == pytest.approx(plain)


def test_variety_is_not_said_of_too_few() -> None:
    assert distinct_systems(["a", "b"], 3) is None
    assert entropy_bits(["a", "b"], 3) is None


def test_entropy_is_full_where_all_differ_and_none_where_all_are_alike() -> None:
    assert entropy_bits([str(n) for n in range(64)], 64) == pytest.approx(6)
    assert entropy_bits(["a"] * 64, 16) == 0


def test_entropy_of_a_draw_is_below_that_of_all() -> None:
    names = [str(n % 20) for n in range(400)]
    found = entropy_bits(names, 100)
    assert found is not None
    assert 0.9 * np.log2(20) < found < np.log2(20)


def test_volumes_are_as_far_apart_as_they_were_moved() -> None:
    rng = np.random.default_rng(2)
    data = [ordered_crystal(rng) for _ in range(40)]
    larger = [crystal_of(["Li"] * 4, rng.random((4, 3)), 9.0)]
    per_atom = [c.volume / 4 for c in data]
    assert volume_distance(data, data) == 0
    assert volume_distance(larger, data) == pytest.approx(larger[0].volume / 4 - np.mean(per_atom))


def test_elements_are_apart_by_the_divergence_of_their_shares() -> None:
    places = np.array([[0.0] * 3, [0.5] * 3])
    salt, metal, both = (
        [crystal_of(els, places, 4.0)] for els in (["Na", "Cl"], ["Fe", "Fe"], ["Na", "Fe"])
    )
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.0, 0.5])
    mean = (p + q) / 2
    plain = sum(x * np.log2(x / m) / 2 for v in (p, q) for x, m in zip(v, mean, strict=True) if x)
    assert element_distance(salt, metal) == pytest.approx(1)
    assert element_distance(salt, both) == pytest.approx(plain)
