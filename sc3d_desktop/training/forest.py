"""Fit the forest of the composition branch: extremely randomised trees, their steps made ramps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.sodnet.forest import RampForest, centre, forest_features

Array = NDArray[np.float64]
_CHUNK = 1024


@dataclass(frozen=True)
class ForestSettings:
    """``features_tried`` is the share of the features looked at for a split, ``leaf`` the fewest
    rows in a leaf. No ramp is narrower than ``narrowest``, to either side, in standard deviations
    of its feature: rows nearer than that differ by chance. The median over the trees counts by
    ``median_share``, their mean by the rest.
    """

    trees: int = 100
    features_tried: float = 0.3
    leaf: int = 1
    narrowest: float = 0.01
    median_share: float = 0.5
    seed: int = 0


def fit_forest(fractions: Array, targets: Array, settings: ForestSettings) -> RampForest:
    """Trees on the features of ``fractions`` (n, 104), with labels ``targets`` (n,)."""
    features = _features(fractions)
    narrowest = settings.narrowest * features.std(axis=0) + 1e-6
    trees = [_Tree(grown, features, narrowest) for grown in _grow(features, targets, settings)]
    forest = _one_forest(trees)
    forest.median_share.fill_(settings.median_share)
    return forest


def left_out(
    fractions: Array,
    targets: Array,
    groups: NDArray[np.int64],
    settings: ForestSettings,
    parts: int = 4,
) -> Array:
    """What a forest says of each row when its whole group is left out, shape (n,).

    The groups are left out a quarter of them at a time, by forests of half as many trees.
    """
    settings = replace(settings, trees=max(1, settings.trees // 2))
    rng = np.random.default_rng(settings.seed)
    _, number = np.unique(groups, return_inverse=True)
    part = (rng.permutation(number.max() + 1) % parts)[number]
    features, answers = _features(fractions), np.empty(len(targets))
    for k in range(parts):
        judged = part == k
        grown = _grow(features[~judged], targets[~judged], settings)
        said = np.stack([tree.predict(features[judged]) for tree in grown], axis=1)
        answers[judged] = centre(torch.from_numpy(said), settings.median_share).numpy()
    return answers


def _features(fractions: Array) -> NDArray[np.float32]:
    rows = torch.from_numpy(fractions).float()
    parts = [forest_features(rows[i : i + _CHUNK]) for i in range(0, len(rows), _CHUNK)]
    return torch.cat(parts).numpy()


def _grow(features: NDArray[np.float32], targets: Array, settings: ForestSettings) -> list[Any]:
    """Extremely randomised trees."""
    try:
        from sklearn.ensemble import ExtraTreesRegressor
    except ImportError as error:
        raise TrainingError(
            "Training needs scikit-learn, which is not installed.",
            "Install scikit-learn, lightgbm and matplotlib, the optional part “train”.",
        ) from error
    forest = ExtraTreesRegressor(
        settings.trees,
        max_features=settings.features_tried,
        min_samples_leaf=settings.leaf,
        random_state=settings.seed,
    )
    grown: list[Any] = forest.fit(features, targets).estimators_
    return grown


class _Tree:
    """A grown tree with its ramps. Arrays are over its nodes, the root first."""

    def __init__(
        self, grown: Any, features: NDArray[np.float32], narrowest: NDArray[np.float32]
    ) -> None:
        tree = grown.tree_
        self.children = np.stack([tree.children_left, tree.children_right], axis=1)
        self.is_split = tree.children_left >= 0
        self.feature = np.where(self.is_split, tree.feature, 0)
        self.value = tree.value[:, 0, 0]
        below, above = self._gaps(features, tree.threshold)
        half, least = (above - below) / 2, narrowest[self.feature]
        narrow = ~(half > least)
        self.centre = np.where(narrow, tree.threshold, (below + above) / 2)
        self.half_width = np.where(narrow, least, half)

    def _gaps(self, features: NDArray[np.float32], threshold: Array) -> tuple[Array, Array]:
        """The largest value below every threshold and the smallest above it."""
        below, above = np.full(len(threshold), np.nan), np.full(len(threshold), np.nan)
        row, node = np.arange(len(features)), np.zeros(len(features), dtype=np.int64)
        while len(row):
            seen = features[row, self.feature[node]]
            up = seen > threshold[node]
            np.fmax.at(below, node[~up], seen[~up])
            np.fmin.at(above, node[up], seen[up])
            node = self.children[node, up.astype(np.int64)]
            inner = self.is_split[node]
            row, node = row[inner], node[inner]
        return below, above


def _one_forest(trees: list[_Tree]) -> RampForest:
    """All nodes in the order of ``RampForest``: level by level, over all trees together."""
    offsets = np.cumsum([0, *(len(t.value) for t in trees)])
    is_split, feature, centre, half_width, value = (
        np.concatenate([getattr(t, name) for t in trees])
        for name in ("is_split", "feature", "centre", "half_width", "value")
    )
    children = np.concatenate([t.children + o for t, o in zip(trees, offsets[:-1], strict=True)])
    levels = [offsets[:-1]]
    while len(splits := levels[-1][is_split[levels[-1]]]):
        levels.append(children[splits].ravel())
    order = np.concatenate(levels)
    splits = order[is_split[order]]
    forest = RampForest(len(trees), len(splits))
    forest.is_split.copy_(torch.from_numpy(np.packbits(is_split[order])))
    for name, values in (("feature", feature), ("centre", centre), ("half_width", half_width)):
        getattr(forest, name).copy_(torch.from_numpy(values[splits]))
    forest.values.copy_(torch.from_numpy(value[order[~is_split[order]]]))
    return forest.eval()
