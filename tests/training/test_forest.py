"""The forest is fitted: trees whose steps became ramps, and answers for rows left out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from composition_cases import random_fractions
from sklearn.ensemble import ExtraTreesRegressor

from sc3d_desktop.models.sodnet.forest import RampForest, forest_features
from sc3d_desktop.training.forest import ForestSettings, fit_forest, left_out

N = 150
SETTINGS = ForestSettings(trees=6)


def labels(x: np.ndarray) -> np.ndarray:
    weights = np.random.default_rng(8).normal(0, 2, 104)
    return 2 + np.sin(x @ weights) + x @ np.roll(weights, 7)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return random_fractions(N, seed=4)


@pytest.fixture(scope="module")
def forest(rows) -> RampForest:
    return fit_forest(rows, labels(rows), SETTINGS)


def said(forest: RampForest, x: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return forest(torch.from_numpy(x).float()).double().numpy()


def features(x: np.ndarray) -> np.ndarray:
    return forest_features(torch.from_numpy(x).float()).numpy()


def steps(x: np.ndarray, y: np.ndarray) -> ExtraTreesRegressor:
    """The same trees as the library grows them."""
    trees = ExtraTreesRegressor(6, max_features=SETTINGS.features_tried, random_state=0)
    return trees.fit(features(x), y)


def test_a_row_trained_on_takes_the_path_of_the_steps(rows):
    narrow = fit_forest(rows, labels(rows), ForestSettings(trees=6, narrowest=0.0))
    # Between equal labels rows may part ways by less than single precision shows.
    np.testing.assert_allclose(said(narrow, rows), labels(rows), atol=0.03)
    trees = steps(rows, labels(rows))
    np.testing.assert_allclose(said(narrow, rows), trees.predict(features(rows)), atol=0.03)


def test_elsewhere_it_is_between_the_smallest_and_the_largest_label(rows, forest):
    y, elsewhere = labels(rows), said(forest, random_fractions(300, seed=9))
    assert y.min() - 0.01 <= elsewhere.min()
    assert elsewhere.max() <= y.max() + 0.01
    assert elsewhere.std() > 0.2 * y.std()


def test_between_rows_it_draws_no_staircase(rows):
    """On the way from row to row the steps' answer stands still and jumps; the ramps' does not."""
    y = labels(rows)
    trees, ramps = steps(rows, y), fit_forest(rows, y, SETTINGS)
    share = np.linspace(0, 1, 400)[:, None]
    still, largest = [], []
    for a, b in pairwise(rows[:21]):
        line = (1 - share) * a + share * b
        moves = [np.abs(np.diff(x)) for x in (trees.predict(features(line)), said(ramps, line))]
        still.append([np.mean(m < 1e-6) for m in moves])
        largest.append([m.max() for m in moves])
    assert np.mean(still, axis=0)[0] > 0.8
    assert np.mean(still, axis=0)[1] < 0.5
    assert np.mean(largest, axis=0)[1] < 0.5 * np.mean(largest, axis=0)[0]


def test_the_fewest_rows_of_a_leaf_are_kept(rows):
    coarse = fit_forest(rows, labels(rows), ForestSettings(trees=6, leaf=10))
    assert coarse.n_splits + 6 <= 6 * N / 10


def test_the_same_seed_gives_the_same_forest(rows, forest):
    again = fit_forest(rows, labels(rows), SETTINGS)
    for name, tensor in forest.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name]), name


@pytest.mark.parametrize("n", [1, 2])
def test_hardly_any_rows_are_enough(n):
    x = random_fractions(n, seed=2)
    forest = fit_forest(x, labels(x), SETTINGS)
    assert forest.is_sound()
    np.testing.assert_allclose(said(forest, x), labels(x), atol=0.01)


def test_a_row_left_out_is_not_known(rows):
    """A label changed beyond all others must not show where its group is left out."""
    groups, changed = np.arange(N) // 3, labels(rows)
    changed[30:33] += 50
    before = left_out(rows, labels(rows), groups, SETTINGS)
    after = left_out(rows, changed, groups, SETTINGS)
    np.testing.assert_allclose(after[30:33], before[30:33], atol=1e-9)
    assert np.abs(after - before).max() > 1


def test_what_is_left_out_is_answered_from_the_rest(rows):
    y = labels(rows)
    answers = left_out(rows, y, np.arange(N), ForestSettings(trees=40))
    assert np.corrcoef(answers, y)[0, 1] > 0.5
    assert (
        np.abs(answers - y).mean()
        > 10 * np.abs(said(fit_forest(rows, y, SETTINGS), rows) - y).mean()
    )
