"""The forest of ramps: its definition, its continuity, and what a damaged one must not do."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from composition_cases import random_forest, random_fractions

from sc3d_desktop.models.sodnet import RampForest
from sc3d_desktop.models.sodnet.features import element_properties
from sc3d_desktop.models.sodnet.forest import N_FEATURES, forest_features


@pytest.fixture(scope="module")
def forest() -> RampForest:
    return random_forest(trees=7, seed=1)


def said(forest: RampForest, x: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return forest(torch.from_numpy(x).float()).double().numpy()


def by_recursion(forest: RampForest, x: np.ndarray) -> list[float]:
    """What each tree says of one composition, node by node."""
    features = forest_features(torch.from_numpy(x[None]).float())[0].double().numpy()
    bits = np.unpackbits(forest.is_split.numpy(), count=forest.n_nodes)

    def node(at: int) -> float:
        before = int(bits[:at].sum())
        if not bits[at]:
            return float(forest.values[at - before])
        seen, half = features[forest.feature[before]], float(forest.half_width[before])
        z = np.clip((seen - float(forest.centre[before])) / half, -1, 1)
        up = (2 + 3 * z - z**3) / 4
        first = forest.n_trees + 2 * before
        return (1 - up) * node(first) + up * node(first + 1)

    return [node(root) for root in range(forest.n_trees)]


@pytest.mark.parametrize("trees", [7, 8])
@pytest.mark.parametrize("median_share", [0.0, 0.3, 1.0])
def test_it_is_the_centre_over_its_trees_of_what_their_ramps_mix(trees, median_share):
    x, forest = random_fractions(25, seed=3), random_forest(trees=trees, seed=1)
    forest.median_share.fill_(median_share)
    by_tree = np.array([by_recursion(forest, row) for row in x])
    mean, median = by_tree.mean(axis=1), np.median(by_tree, axis=1)
    assert np.abs(mean - median).max() > 0.1
    # Shares below 1e-4 are dropped.
    expected = (1 - median_share) * mean + median_share * median
    np.testing.assert_allclose(said(forest, x), expected, atol=2e-3)


def test_a_batch_is_answered_as_each_alone(forest):
    x = random_fractions(40, seed=4)
    alone = np.concatenate([said(forest, row[None]) for row in x])
    np.testing.assert_allclose(said(forest, x), alone, atol=1e-5)
    assert len(said(forest, x[:0])) == 0


@pytest.mark.parametrize("seed", range(6, 10))
def test_it_is_continuous_along_a_doping_line(forest, seed):
    """On a fine line there are small steps only. (Where an element arrives it is steep.)"""
    start, end = random_fractions(2, seed)

    def largest_step(n: int) -> float:
        share = np.linspace(0.02, 0.98, n)[:, None]
        return np.abs(np.diff(said(forest, (1 - share) * start + share * end))).max()

    assert largest_step(40_001) < min(6e-4, largest_step(11) / 5)


@pytest.mark.parametrize("dopant", [1, 9, 29, 92])
def test_a_trace_changes_no_feature_by_a_jump(dopant):
    parent = random_fractions(1, seed=5)
    trace = np.eye(104)[[dopant]]
    rows = np.concatenate([(1 - x) * parent + x * trace for x in (0, 1e-9, 1e-6)])
    features = forest_features(torch.from_numpy(rows)).numpy()
    assert np.abs(features[1] - features[0]).max() < 1e-5
    assert np.abs(features[2] - features[0]).max() < 2e-2


def test_features_are_those_of_their_definition():
    x = random_fractions(12, seed=7)
    features = forest_features(torch.from_numpy(x)).numpy()
    assert features.shape == (12, N_FEATURES)
    known = element_properties()
    table = (known - known[1:].mean(axis=0)) / known[1:].std(axis=0)
    roots = np.sqrt(x + 1e-4) - 1e-2
    np.testing.assert_allclose(features[:, :103], x[:, 1:], atol=1e-12)
    for i, w in enumerate((x, roots, x**2)):
        w = w / w.sum(axis=1, keepdims=True)
        mean = w @ table
        spread = np.stack([r @ (table - m) ** 2 for r, m in zip(w, mean, strict=True)])
        at = 103 + 32 * i
        np.testing.assert_allclose(features[:, at : at + 16], mean, atol=1e-5)
        np.testing.assert_allclose(
            features[:, at + 16 : at + 32], np.sqrt(spread + 1e-4), atol=1e-4
        )
    away = np.stack([r @ np.abs(table - r @ table) for r in x])
    np.testing.assert_allclose(features[:, 199:215], away, atol=1e-5)
    norms = [(x**p).sum(axis=1) ** (1 / p) for p in (2, 3, 5)]
    expected = np.stack([*norms, roots.sum(axis=1)], axis=1)
    np.testing.assert_allclose(features[:, 215:], expected, atol=1e-9)


def test_a_sound_forest_is_sound(forest):
    assert forest.is_sound()


@pytest.mark.parametrize("name", ["is_split", "feature", "half_width"])
def test_a_damaged_forest_is_not(name):
    forest = random_forest(trees=7, seed=1)
    getattr(forest, name).fill_(0 if name == "half_width" else 255)
    assert not forest.is_sound()


def test_splits_that_lead_back_to_themselves_are_not_sound():
    """The first tree a leaf, all splits last: nothing leads to them."""
    forest = RampForest(1, 2)
    forest.is_split.copy_(torch.from_numpy(np.packbits([0, 0, 0, 1, 1])))
    assert not forest.is_sound()
