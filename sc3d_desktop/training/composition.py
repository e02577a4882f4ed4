"""Fit the composition branch: a Gaussian process on the compositions trained on, carried over to
anchors between them, so that what is shipped holds none of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sc3d_desktop.models.sodnet.composition import (
    CompositionKernel,
    Scaled,
    distances,
    kernel,
    scaled_features,
)
from sc3d_desktop.training.forest import ForestSettings
from sc3d_desktop.training.labels import same_compositions

Array = NDArray[np.float64]

_CHUNK = 1024
_NEIGHBOURS = 3
_TRACE = 1e-5


@dataclass(frozen=True)
class CompositionSettings:
    """``noise`` is that of a label, in units of the kernel's variance, ``score_noise`` that of
    whether there is a Tc at all; ``unknown_score`` the score of a compound like no other, between
    -1 (no Tc reported) and 1; ``mixed`` bounds the share of
    its neighbour in an anchor, and ``anchor_noise`` keeps the anchors' equations solvable. The
    ``forest`` of ln Tc and the ``judge`` of the score count by ``forest_share``.
    """

    noise: float = 0.05
    score_noise: float = 0.1
    unknown_score: float = -0.2
    mixed: tuple[float, float] = (0.05, 0.15)
    anchor_noise: float = 0.002
    forest: ForestSettings = field(default_factory=ForestSettings)
    judge: ForestSettings = field(
        default_factory=lambda: ForestSettings(trees=50, leaf=2, median_share=0.0)
    )
    forest_share: float = 0.6
    seed: int = 0

    def blend(self, kernel: Array, forest: Array) -> Array:
        """What both say together, as ``CompositionBranch`` counts them."""
        return (1 - self.forest_share) * kernel + self.forest_share * forest


class CompositionTeacher:
    """The exact Gaussian process on ``fractions`` (n, 104) with labels ``targets`` (n,); far from
    all of them it answers ``mean``.
    """

    def __init__(
        self, fractions: Array, targets: Array, noise: float, mean: float | None = None
    ) -> None:
        self.mean = float(targets.mean()) if mean is None else mean
        self._targets = targets
        self._features = _features(fractions)
        matrix = _kernel(self._features, self._features)
        matrix.diagonal().add_(noise)
        self._factor = torch.linalg.cholesky(matrix)
        self._weights = torch.cholesky_solve(_single(targets - self.mean)[:, None], self._factor)

    def predict(self, queries: Array) -> Array:
        """The posterior mean at ``queries`` (q, 104), shape (q,)."""
        parts = [_features(queries[i : i + _CHUNK]) for i in range(0, len(queries), _CHUNK)]
        values = [_kernel(part, self._features) @ self._weights for part in parts]
        return torch.cat(values)[:, 0].double().numpy() + self.mean

    def left_out(self, groups: NDArray[np.int64]) -> Array:
        """What the process says of each row when its whole group is left out, shape (n,).

        In closed form: with A = (K + noise)⁻¹ the error on a group G is A_GG⁻¹ (A y)_G.
        """
        values = np.empty(len(self._targets))
        weights = self._weights[:, 0].double().numpy()
        for rows in _members(groups):
            block = self._inverse[rows][:, rows].double().numpy()
            values[rows] = self._targets[rows] - np.linalg.solve(block, weights[rows])
        return values

    def forget_inverse(self) -> None:
        """Free the memory that ``left_out`` needed: as much as the process itself."""
        self.__dict__.pop("_inverse", None)

    @cached_property
    def _inverse(self) -> Tensor:
        return torch.cholesky_inverse(self._factor)


def _members(groups: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    order = np.argsort(groups, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)


def left_out_novelty(
    queries: Array, groups: NDArray[np.int64], known: Array, known_groups: NDArray[np.int64]
) -> Array:
    """Distance of each query (q, 104) to the nearest known composition of another group, (q,)."""
    features, found = _features(known), np.empty(len(queries))
    others = torch.from_numpy(known_groups)
    for i in range(0, len(queries), _CHUNK):
        near = distances(_features(queries[i : i + _CHUNK]), features)
        own = torch.from_numpy(groups[i : i + _CHUNK])[:, None] == others
        found[i : i + _CHUNK] = (near[0] + near[1]).masked_fill(own, torch.inf).amin(dim=1).numpy()
    return found


def group_numbers(*labels: Sequence[object]) -> list[NDArray[np.int64]]:
    """The same number for the same label, over all sequences."""
    numbers: dict[object, int] = {}
    return [np.array([numbers.setdefault(x, len(numbers)) for x in part]) for part in labels]


def fit_composition(
    teachers: Sequence[CompositionTeacher],
    fractions: Array,
    superconducting: NDArray[np.bool_],
    settings: CompositionSettings,
) -> CompositionKernel:
    """A branch that agrees with the teachers (of ln Tc, and of the score) on anchors near the rows
    ``fractions`` (n, 104); novelty is measured from those that are ``superconducting`` (n,).
    """
    placed, marks = _anchors(fractions, superconducting, settings)
    branch = CompositionKernel(len(placed))
    branch.anchors.copy_(torch.from_numpy(placed))
    rounded = branch.anchors.double().numpy()
    said = [teacher.predict(rounded) - teacher.mean for teacher in teachers]
    features = _features(rounded)
    matrix = _kernel(features, features)
    matrix.diagonal().add_(settings.anchor_noise)
    weights = torch.cholesky_solve(_single(np.stack(said, axis=1)), torch.linalg.cholesky(matrix))
    branch.weights[:, : len(teachers)] = weights
    branch.means[: len(teachers)] = torch.tensor([teacher.mean for teacher in teachers])
    branch.superconducting.copy_(torch.from_numpy(marks))
    return branch.eval()


def _anchors(
    fractions: Array, superconducting: NDArray[np.bool_], settings: CompositionSettings
) -> tuple[Array, NDArray[np.bool_]]:
    """Every row moved part of the way to a near one of its kind; what lands on a row is dropped."""
    rng = np.random.default_rng(settings.seed)
    moved = np.empty_like(fractions)
    for kind in (True, False):
        rows = np.flatnonzero(superconducting == kind)
        if len(rows) > _NEIGHBOURS:
            near = _neighbours(fractions[rows])
            chosen = rows[near[np.arange(len(rows)), rng.integers(_NEIGHBOURS, size=len(rows))]]
            share = rng.uniform(*settings.mixed, (len(rows), 1))
            moved[rows] = (1 - share) * fractions[rows] + share * fractions[chosen]
        else:
            moved[rows] = 0.0
    moved = _as_stored(np.where(moved < _TRACE, 0.0, moved))
    # A row that was not moved is dropped by its rounded self: rounding alone would hide it.
    known = np.concatenate([fractions, _as_stored(fractions)])
    kept = (moved.sum(axis=1) > 0) & ~same_compositions(moved, known, _TRACE)
    return moved[kept], superconducting[kept]


def _as_stored(fractions: Array) -> Array:
    """In half precision, and made to add up to 1 again."""
    rounded = fractions.astype(np.float16).astype(np.float64)
    total = rounded.sum(axis=1, keepdims=True)
    return np.divide(rounded, total, out=np.zeros_like(rounded), where=total > 0)


def _neighbours(fractions: Array) -> NDArray[np.int64]:
    """The nearest other rows of every row, shape (n, 3)."""
    features, found = _features(fractions), []
    for i in range(0, len(fractions), _CHUNK):
        near = distances(_part(features, i), features)
        total = near[0] + near[1]
        total[torch.arange(len(total)), torch.arange(i, i + len(total))] = torch.inf
        found.append(total.topk(_NEIGHBOURS, largest=False).indices.numpy())
    return np.concatenate(found)


def _single(values: Array) -> Tensor:
    return torch.from_numpy(values).float()


def _features(fractions: Array) -> Scaled:
    return scaled_features(_single(fractions))


def _part(features: Scaled, start: int) -> Scaled:
    return Scaled(*(x[start : start + _CHUNK] for x in features))


def _kernel(a: Scaled, b: Scaled) -> Tensor:
    """The kernel matrix (n, m), filled row by row: three of them at once would not fit."""
    matrix = torch.empty(len(a.roots), len(b.roots))
    for i in range(0, len(matrix), _CHUNK):
        matrix[i : i + _CHUNK] = kernel(*distances(_part(a, i), b))
    return matrix
