"""Composition branches with random weights, and compositions to try them on."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from sc3d_desktop.models.sodnet import CompositionBranch, CompositionKernel, RampForest
from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.composition import amounts_of
from sc3d_desktop.models.sodnet.forest import N_FEATURES, forest_features

ELEMENTS = (1, 3, 5, 8, 12, 13, 23, 26, 29, 34, 38, 41, 50, 56, 57, 80, 92)


def random_fractions(n: int, seed: int = 0, most_elements: int = 4) -> np.ndarray:
    """Atomic fractions (n, 104) of one to ``most_elements`` elements."""
    rng = np.random.default_rng(seed)
    rows = np.zeros((n, 104))
    for row in rows:
        chosen = rng.choice(ELEMENTS, rng.integers(1, most_elements + 1), replace=False)
        row[chosen] = rng.dirichlet(np.full(len(chosen), 2.0))
    return rows


def fractions_of(batch: GraphBatch) -> Tensor:
    """Atomic fractions (n_crystals, 104), through which gradients reach the occupancies."""
    amounts = amounts_of(batch)
    return amounts / amounts.sum(dim=1, keepdim=True)


def kernel_branch(n_anchors: int = 30, seed: int = 0) -> CompositionKernel:
    """Two of three anchors are superconductors."""
    rng = np.random.default_rng(seed)
    branch = CompositionKernel(n_anchors)
    branch.anchors.copy_(torch.from_numpy(random_fractions(n_anchors, seed)))
    branch.weights.copy_(torch.from_numpy(rng.normal(0, 0.5, (n_anchors, 2))))
    branch.means.copy_(torch.tensor([2.0, -0.2]))
    branch.superconducting.copy_(torch.arange(n_anchors) % 3 != 0)
    return branch.eval()


_SIZE = {"trees": 5, "splits": 60}


def random_forest(trees: int = 5, splits: int = 60, seed: int = 0) -> RampForest:
    """Trees whose splits lie among the features of random compositions."""
    rng = np.random.default_rng(seed)
    forest = RampForest(trees, splits)
    bits, open_nodes = np.zeros(forest.n_nodes, dtype=np.uint8), trees
    for at in range(forest.n_nodes):
        open_nodes -= 1
        left = splits - int(bits.sum())
        # The last node that is open must be a split as long as there are splits left.
        if left and (open_nodes == 0 or rng.random() < 0.6):
            bits[at], open_nodes = 1, open_nodes + 2
    features = forest_features(torch.from_numpy(random_fractions(200, seed))).numpy()
    chosen = rng.integers(N_FEATURES, size=splits)
    forest.is_split.copy_(torch.from_numpy(np.packbits(bits)))
    forest.feature.copy_(torch.from_numpy(chosen))
    forest.centre.copy_(torch.from_numpy(features[rng.integers(200, size=splits), chosen]))
    forest.half_width.copy_(torch.from_numpy(features.std(axis=0)[chosen] * 0.3 + 0.01))
    forest.values.copy_(torch.from_numpy(rng.normal(2, 1, splits + trees)))
    forest.median_share.fill_(0.5)
    return forest.eval()


FOREST_SIZES = {f"{n}_{what}": k for n in ("forest", "judge") for what, k in _SIZE.items()}
"""Of ``whole_branch``, as the card of its weights has them."""


def whole_branch(n_anchors: int = 30, seed: int = 0) -> CompositionBranch:
    """A kernel, with a forest for ln Tc and one for the score."""
    forests = (random_forest(**_SIZE, seed=seed + k) for k in (1, 2))
    return CompositionBranch(kernel_branch(n_anchors, seed), *forests).eval()
