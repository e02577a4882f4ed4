"""The networks of a parent, taught what its branch leaves over of records with a structure.

The branch knows formulas alone: two structures of one formula are told apart by the networks or not
at all. Into every step known superconductors are mixed with what the parent's networks say of them,
so that this stays (replay).
"""

from __future__ import annotations

import copy
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.sodnet import SodnetConfig, SodnetEnsemble, Weights
from sc3d_desktop.models.sodnet.batch import GraphBatch, join
from sc3d_desktop.training.sodnet import (
    denormals_flushed,
    predict_ln_tc,
    training_graph,
    update_average,
)

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

LARGEST_RESIDUAL = 3.0
"""In ln K; more is an outlier of which only the direction counts."""

_SMOOTH = 0.3
"""Errors count squared up to here, in standard deviations of what the networks were taught."""


def device_for(wanted: str) -> str:
    """Of ``auto``, the GPU where there is one. Raises ``TrainingError`` where there is none."""
    there = torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise TrainingError("There is no GPU that PyTorch can use.", "Leave --device out.")
    return "cuda" if there and wanted != "cpu" else "cpu"


@dataclass(frozen=True)
class TeachSettings:
    """How the networks are taught: for so many ``steps``, or ``epochs`` where that is more, with
    ``replayed`` known structures in each step, which count ``replay_weight`` times the records.
    Every ``check_every`` steps it is looked how good they are; ``average`` is the decay a step of
    the weight average.
    """

    steps: int = 105
    epochs: int = 10
    check_every: int = 15
    batch_size: int = 16
    replayed: int = 12
    replay_weight: float = 3.0
    learning_rate: float = 1e-3
    gradient_clip: float = 5.0
    average: float = 0.9
    folds: int = 5
    seed: int = 0

    def checks(self, n: int) -> int:
        """How often they are looked at when taught on ``n`` records."""
        steps = max(self.steps, self.epochs * n // self.batch_size)
        return -(-steps // self.check_every)


@dataclass(frozen=True, eq=False)
class Lesson:
    """``rows`` of the records, by how much ln Tc of each is to ``change``, how far each counts
    (``weight``), and the rows of the known structures that are replayed.
    """

    rows: Rows
    change: Array
    weight: Array
    replayed: Rows


class Networks:
    """The networks of a parent, and the graphs of ``records`` and of ``known`` structures."""

    def __init__(
        self,
        weights: Weights,
        records: Sequence[Crystal],
        known: Sequence[Crystal],
        device: str,
        settings: TeachSettings,
    ) -> None:
        config, whole = SodnetConfig.from_json(weights.card.config), weights.network
        self._device, self._settings = torch.device(device), settings
        members = copy.deepcopy(list(whole.members))
        alone = SodnetEnsemble(members, None, share=float(whole.share))  # type: ignore[arg-type]  # a list of them
        self.parent = alone.to(self._device).eval().requires_grad_(False)
        self._records, self._known = (
            [training_graph(c, config).to(self._device, torch.float32) for c in crystals]
            for crystals in (records, known)
        )
        self._said, self._said_of_known = (
            self._say(self.parent, graphs) for graphs in (self._records, self._known)
        )
        spread = [float(m.get_buffer("std")) for m in members]
        self._scale = float(whole.share) * float(np.mean(spread))

    def teach(
        self, lesson: Lesson, checks: int, seed: int
    ) -> Generator[SodnetEnsemble, None, None]:
        """What the networks have become, after every ``check_every`` steps; the same object."""
        taught, average = (copy.deepcopy(self.parent) for _ in range(2))
        taught.members.requires_grad_(True)
        optimizer = torch.optim.AdamW(
            taught.members.parameters(), lr=self._settings.learning_rate, weight_decay=0.0
        )
        rng = np.random.default_rng([self._settings.seed, seed])
        for _ in range(checks):
            with denormals_flushed():
                for _ in range(self._settings.check_every):
                    self._step(taught, optimizer, lesson, rng)
                    update_average(average, taught, self._settings.average)
            yield average

    def change(self, taught: SodnetEnsemble, rows: Rows) -> Array:
        """Of ln Tc of the records ``rows``, by what was taught."""
        return self._say(taught, [self._records[i] for i in rows]) - self._said[rows]

    def change_of_known(self, taught: SodnetEnsemble, rows: Rows) -> Array:
        """The same of known structures."""
        return self._say(taught, [self._known[i] for i in rows]) - self._said_of_known[rows]

    def _say(self, network: SodnetEnsemble, graphs: list[GraphBatch]) -> Array:
        return predict_ln_tc(network, graphs) if graphs else np.zeros(0)

    def _step(
        self,
        taught: SodnetEnsemble,
        optimizer: torch.optim.Optimizer,
        lesson: Lesson,
        rng: np.random.Generator,
    ) -> None:
        optimizer.zero_grad(set_to_none=True)
        self._loss(taught, lesson, *self._drawn(lesson, rng)).backward()
        nn.utils.clip_grad_norm_(taught.members.parameters(), self._settings.gradient_clip)
        optimizer.step()

    def _drawn(self, lesson: Lesson, rng: np.random.Generator) -> tuple[Rows, Rows]:
        """Places in the lesson, and known structures."""
        n, known = len(lesson.rows), lesson.replayed
        size = min(self._settings.batch_size, n)
        again = rng.choice(known, min(self._settings.replayed, len(known)), replace=False)
        return np.sort(rng.choice(n, size, replace=False)), again

    def _loss(self, taught: SodnetEnsemble, lesson: Lesson, at: Rows, again: Rows) -> Tensor:
        graphs = [self._records[i] for i in lesson.rows[at]] + [self._known[i] for i in again]
        change = np.clip(lesson.change[at], -LARGEST_RESIDUAL, LARGEST_RESIDUAL)
        wanted = np.concatenate([self._said[lesson.rows[at]] + change, self._said_of_known[again]])
        away = (taught(join(graphs)).ln_tc - self._tensor(wanted)) / self._scale
        lost = nn.functional.smooth_l1_loss(
            away, torch.zeros_like(away), beta=_SMOOTH, reduction="none"
        )
        weight = self._tensor(lesson.weight[at] / lesson.weight[at].sum())
        of_records = (weight * lost[: len(at)]).sum()
        if not len(again):
            return of_records
        return of_records + self._settings.replay_weight * lost[len(at) :].mean()

    def _tensor(self, values: Array) -> Tensor:
        return torch.tensor(values, dtype=torch.float32, device=self._device)
