"""Composition branches with random weights, and compositions to try them on."""

from __future__ import annotations

import numpy as np
import torch

from sc3d_desktop.models.sodnet import CompositionKernel

ELEMENTS = (1, 3, 5, 8, 12, 13, 23, 26, 29, 34, 38, 41, 50, 56, 57, 80, 92)


def random_fractions(n: int, seed: int = 0, most_elements: int = 4) -> np.ndarray:
    """Atomic fractions (n, 104) of one to ``most_elements`` elements."""
    rng = np.random.default_rng(seed)
    rows = np.zeros((n, 104))
    for row in rows:
        chosen = rng.choice(ELEMENTS, rng.integers(1, most_elements + 1), replace=False)
        row[chosen] = rng.dirichlet(np.full(len(chosen), 2.0))
    return rows


def kernel_branch(n_anchors: int = 30, seed: int = 0) -> CompositionKernel:
    """Two of three anchors are superconductors."""
    rng = np.random.default_rng(seed)
    branch = CompositionKernel(n_anchors)
    branch.anchors.copy_(torch.from_numpy(random_fractions(n_anchors, seed)))
    branch.weights.copy_(torch.from_numpy(rng.normal(0, 0.5, (n_anchors, 2))))
    branch.means.copy_(torch.tensor([2.0, -0.2]))
    branch.superconducting.copy_(torch.arange(n_anchors) % 3 != 0)
    return branch.eval()
