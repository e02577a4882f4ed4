"""Teach the composition branch: a Gaussian process is fitted to the training compositions, and the
branch learns it on many virtual ones, so that it is smooth and holds no training row.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.models.sodnet.composition import CompositionBranch, composition_features
from sc3d_desktop.models.sodnet.features import N_ELEMENTS, property_table

Array = NDArray[np.float64]


@dataclass(frozen=True)
class CompositionSettings:
    """The teacher's kernel (lengths, noise) and how the branch is taught."""

    width: int = 256
    fraction_length: float = 2.0
    property_length: float = 0.5
    noise: float = 0.05
    virtual: int = 100_000
    epochs: int = 16
    batch_size: int = 512
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    seed: int = 0


def fractions(crystal: Crystal) -> Array:
    """Atomic fractions, shape (104,), by atomic number."""
    amounts = np.zeros(N_ELEMENTS)
    for element, amount in crystal.composition.items():
        amounts[atomic_number(element)] += amount
    return np.asarray(amounts / amounts.sum())


class CompositionTeacher:
    """A Gaussian process on compositions: exponential kernels on roots of fractions and on property
    means and spreads, their sum and their product.
    """

    def __init__(self, known: Array, ln_tc: Array, settings: CompositionSettings) -> None:
        self._settings = settings
        self._known = torch.from_numpy(known)
        self._mean = float(ln_tc.mean())
        kernel = self._kernel(self._known)
        kernel.diagonal().add_(settings.noise)
        self._weights = torch.linalg.solve(kernel, torch.from_numpy(ln_tc - self._mean))

    def predict(self, queries: Array, chunk: int = 4096) -> Array:
        """ln(Tc / K) of atomic fractions (n, 104)."""
        parts = torch.from_numpy(queries).split(chunk)
        return np.concatenate([(self._kernel(q) @ self._weights).numpy() for q in parts]) + (
            self._mean
        )

    def _kernel(self, queries: Tensor) -> Tensor:
        q, k = composition_features(queries), composition_features(self._known)
        lengths = self._settings.fraction_length, self._settings.property_length
        root = torch.exp(-torch.cdist(q[0], k[0]) / lengths[0])
        scale = lengths[1] * q[1].shape[1] ** 0.5
        properties = torch.exp(-torch.cdist(q[1], k[1]) / scale)
        return (root + properties + root * properties) / 3


def cross_fitted(known: Array, ln_tc: Array, settings: CompositionSettings, folds: int) -> Array:
    """The teacher's value for each training row from the rows of the other folds: what it leaves
    over is then like what it will leave over on a new compound.
    """
    fold = np.random.default_rng(settings.seed).permutation(len(known)) % folds
    values = np.empty(len(known))
    for k in range(folds):
        rest = fold != k
        teacher = CompositionTeacher(known[rest], ln_tc[rest], settings)
        values[~rest] = teacher.predict(known[~rest])
    return values


def virtual_compositions(known: Array, n: int, rng: np.random.Generator) -> Array:
    """Compositions that surround the known ones, shape (n, 104).

    A third are mixtures of two known ones; in the others one or two elements give way, in part or
    wholly, to a common element or to a similar one. Half of all are jittered by 10 %.
    """
    made = known[rng.integers(len(known), size=n)].copy()
    mixed = rng.random(n) < 1 / 3
    share = rng.beta(0.5, 2, (n, 1))
    partner = known[rng.integers(len(known), size=n)]
    made = np.where(mixed[:, None], (1 - share) * made + share * partner, made)
    common = np.sqrt((known > 0).sum(axis=0))
    made = np.where(mixed[:, None], made, _substituted(made, common, rng))
    again = ~mixed & (rng.random(n) < 0.4)
    made = np.where(again[:, None], _substituted(made, common, rng), made)
    jitter = 0.1 * rng.standard_normal(made.shape) * (rng.random((n, 1)) < 0.5)
    made *= np.exp(jitter)
    return np.asarray(made / made.sum(axis=1, keepdims=True))


def _substituted(made: Array, common: Array, rng: np.random.Generator) -> Array:
    """Every row with one of its elements replaced by another, in part or wholly."""
    n, rows = len(made), np.arange(len(made))
    properties = property_table().astype(np.float64)
    out = _drawn((made > 0).astype(float), rng)
    distance = ((properties[None] - properties[out][:, None]) ** 2).sum(axis=2)
    similar = np.exp(-distance / 2) * (common > 0)
    chances = np.where(rng.random((n, 1)) < 0.6, common[None], similar)
    chosen = _drawn(chances, rng)
    part = np.where(rng.random(n) < 0.6, rng.beta(0.6, 1, n), 1.0) * made[rows, out]
    changed = made.copy()
    changed[rows, out] -= part
    changed[rows, chosen] += part
    return changed


def _drawn(chances: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    """One column of each row, with the row's chances (the Gumbel trick)."""
    with np.errstate(divide="ignore"):
        scores = np.log(chances) + rng.gumbel(size=chances.shape)
    return np.asarray(scores.argmax(axis=1))


def teach_branch(known: Array, ln_tc: Array, settings: CompositionSettings) -> CompositionBranch:
    """A branch that has learnt the teacher.

    It is shown virtual compositions with the teacher's values, and the known ones with values
    half-way between teacher and label.
    """
    rng = np.random.default_rng(settings.seed)
    torch.manual_seed(settings.seed)
    teacher = CompositionTeacher(known, ln_tc, settings)
    repeats = max(1, settings.virtual // (15 * len(known)))
    made = np.concatenate([virtual_compositions(known, settings.virtual, rng)] + [known] * repeats)
    labels = teacher.predict(made)
    labels[settings.virtual :] += np.tile(ln_tc, repeats)
    labels[settings.virtual :] /= 2
    branch = CompositionBranch(settings.width)
    features = torch.cat(composition_features(torch.from_numpy(made)), dim=1).float()
    _standardise(branch, features, torch.from_numpy(labels).float())
    _fit(branch, features, torch.from_numpy(labels).float(), settings)
    return branch.eval()


def _standardise(branch: CompositionBranch, features: Tensor, labels: Tensor) -> None:
    branch.centre.copy_(features.mean(0))
    branch.scale.copy_(features.std(0) + 0.05)
    branch.mean.copy_(labels.mean())
    branch.std.copy_(labels.std())


def _fit(
    branch: CompositionBranch, features: Tensor, labels: Tensor, settings: CompositionSettings
) -> None:
    inputs = (features - branch.centre) / branch.scale
    targets = (labels - branch.mean) / branch.std
    steps = settings.epochs * (len(inputs) // settings.batch_size)
    optimizer = torch.optim.AdamW(branch.layers.parameters(), weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=max(2, steps)
    )
    for step in range(steps):
        if step % (len(inputs) // settings.batch_size) == 0:
            batches = torch.randperm(len(inputs)).split(settings.batch_size)
        rows = batches[step % (len(inputs) // settings.batch_size)]
        predicted = branch.layers(inputs[rows])[:, 0]
        loss = nn.functional.smooth_l1_loss(predicted, targets[rows], beta=0.3)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()


def saved_branch(file: Path, settings: CompositionSettings) -> CompositionBranch | None:
    """The branch an earlier run left in ``file``, or None."""
    from safetensors.torch import load_file

    if not file.is_file():
        return None
    branch = CompositionBranch(settings.width)
    branch.load_state_dict(load_file(file))
    return branch.eval()
