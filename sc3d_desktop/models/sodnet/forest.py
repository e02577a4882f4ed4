"""The forest of the composition branch: randomised trees whose splits are ramps, not steps.

A tree's step answers a slider with a staircase. Here every split rises over the gap between the
values trained on at either side of it, much as the mean of many steps put into that gap at random
does (extremely randomised trees: P. Geurts et al., Machine Learning 63, 3 (2006)). So the answer is
continuous in every fraction, and at the values trained on that of the steps.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from sc3d_desktop.models.sodnet.features import wide_property_table

_SOFTENING = 1e-4
"""Square roots are taken of x + this: the slope is finite where x is 0."""

_NEGLIGIBLE_SHARE = 1e-4
_POWERS = (2, 3, 5)

N_FEATURES = 219


def forest_features(fractions: Tensor) -> Tensor:
    """What the splits look at, of atomic fractions (n, 104): shape (n, 219).

    The fractions; mean and spread of sixteen element properties, weighted by the fractions, by
    their roots and by their squares; the mean deviation of every property; and norms of the
    fractions. Nothing jumps when a trace of an element arrives.
    """
    properties = torch.from_numpy(wide_property_table()).to(fractions)
    roots = torch.sqrt(fractions + _SOFTENING) - _SOFTENING**0.5
    parts = [fractions[:, 1:]]
    for weights in (fractions, roots, fractions.square()):
        parts += _mean_and_spread(weights / weights.sum(dim=1, keepdim=True), properties)
    away = (properties - (fractions @ properties)[:, None]).abs()
    parts.append(torch.einsum("ne,nep->np", fractions, away))
    norms = [fractions.pow(p).sum(dim=1).pow(1 / p) for p in _POWERS]
    parts.append(torch.stack([*norms, roots.sum(dim=1)], dim=1))
    return torch.cat(parts, dim=1)


def _mean_and_spread(weights: Tensor, properties: Tensor) -> list[Tensor]:
    mean = weights @ properties
    # Not mean square less squared mean: a pure element's spread would be the rounding error.
    away = (properties - mean[:, None]).square()
    variance = torch.einsum("ne,nep->np", weights, away)
    return [mean, torch.sqrt(variance + _SOFTENING)]


def centre(answers: Tensor, median_share: Tensor | float) -> Tensor:
    """Between mean and median over the trees of ``answers`` (n, n_trees), shape (n,)."""
    ordered, n_trees = answers.sort(dim=1).values, answers.shape[1]
    median = (ordered[:, (n_trees - 1) // 2] + ordered[:, n_trees // 2]) / 2
    return torch.lerp(answers.mean(dim=1), median, median_share)


class RampForest(nn.Module):
    """The centre of what ``n_trees`` trees with ``n_splits`` splits in all answer: by
    ``median_share`` their median, which a few trees that are far off do not move, else their mean.

    The nodes of all trees stand level by level, so the children of split k are the nodes n_trees +
    2 k and n_trees + 2 k + 1. ``is_split`` says of every node, a bit each, whether it is a split.
    A split looks at one ``feature`` (n_splits,) and sends the share of a composition that its ramp
    about ``centre`` (n_splits,), from - to + ``half_width`` (n_splits,), gives to its second child;
    ``values`` (n_splits + n_trees,) are the answers of the leaves.
    """

    is_split: Tensor
    feature: Tensor
    centre: Tensor
    half_width: Tensor
    values: Tensor
    median_share: Tensor

    def __init__(self, n_trees: int, n_splits: int) -> None:
        super().__init__()
        self.n_trees, self.n_splits = n_trees, n_splits
        self.n_nodes = n_trees + 2 * n_splits
        # Half precision: it moves a value by less than a Tc is known.
        half = torch.float16
        self.register_buffer("is_split", torch.zeros((self.n_nodes + 7) // 8, dtype=torch.uint8))
        self.register_buffer("feature", torch.zeros(n_splits, dtype=torch.uint8))
        self.register_buffer("centre", torch.zeros(n_splits))
        self.register_buffer("half_width", torch.ones(n_splits, dtype=half))
        self.register_buffer("values", torch.zeros(n_splits + n_trees, dtype=half))
        self.register_buffer("median_share", torch.tensor(0.0))
        self._nodes: Tensor | None = None

    def forward(self, fractions: Tensor) -> Tensor:
        """The answer to atomic fractions (n, 104), shape (n,)."""
        features = forest_features(fractions)
        nodes = self._node_numbers(features.device)
        # One walk for each tree and composition, numbered composition by composition.
        walk = torch.arange(len(features) * self.n_trees, device=features.device)
        node = nodes[: self.n_trees].repeat(len(features))
        share = features.new_ones(len(walk))
        answer, reached = features.new_zeros(2, len(walk)).unbind(0)
        while len(walk):
            leaf = node < 0
            found, counted = walk[leaf], share[leaf]
            answer = answer.index_add(0, found, counted * self.values[~node[leaf]].to(share))
            reached = reached.index_add(0, found, counted)
            walk, node, share = walk[~leaf], node[~leaf], share[~leaf]
            walk, node, share = self._descend(features, nodes, walk, node, share)
        return centre((answer / reached).view(len(features), self.n_trees), self.median_share)

    def _descend(
        self, features: Tensor, nodes: Tensor, walk: Tensor, split: Tensor, share: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Both children of every split, with the share that reaches each; hardly any is dropped."""
        seen = features[walk // self.n_trees, self.feature[split].long()]
        half_width = self.half_width[split].to(seen)
        x = ((seen - self.centre[split].to(seen)) / half_width).clamp(-1, 1)
        up = 0.5 + 0.75 * x - 0.25 * x**3
        shares = torch.cat([share * (1 - up), share * up])
        first = self.n_trees + 2 * split
        children = nodes[torch.cat([first, first + 1])]
        kept = shares > _NEGLIGIBLE_SHARE
        return walk.repeat(2)[kept], children[kept], shares[kept]

    def is_sound(self) -> bool:
        """Whether every split is reached from a root and looks at a feature there is: a damaged
        file could otherwise send a composition round in circles.
        """
        bits = self._bits()
        positions = np.flatnonzero(bits)
        reached = positions < self.n_trees + 2 * np.arange(len(positions))
        return (
            len(positions) == self.n_splits
            and bool(reached.all())
            and bool((self.feature < N_FEATURES).all())
            and bool((self.half_width > 0).all())
        )

    def _bits(self) -> NDArray[np.bool_]:
        return np.unpackbits(self.is_split.cpu().numpy(), count=self.n_nodes).astype(bool)

    def _node_numbers(self, device: torch.device) -> Tensor:
        """Of every node the number of its split, or ~ the number of its leaf; worked out once."""
        if self._nodes is None or self._nodes.device != device:
            bits = self._bits()
            splits, leaves = np.cumsum(bits) - 1, np.cumsum(~bits) - 1
            self._nodes = torch.from_numpy(np.where(bits, splits, ~leaves)).to(device)
        return self._nodes
