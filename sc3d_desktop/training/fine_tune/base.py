"""What the parent model says of compositions and crystals, in the terms it is improved in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.sodnet import CompositionBranch, SodnetConfig, SodnetEnsemble, Weights
from sc3d_desktop.training.sodnet import predict_ln_tc, training_graph

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Said:
    """Of compounds: atomic ``fractions`` (n, 104), ``ln_tc`` (n,), the ``score`` (n,) behind the
    probability, and the ``novelty`` (n,).
    """

    fractions: Array
    ln_tc: Array
    score: Array
    novelty: Array

    def part(self, rows: NDArray[np.int64]) -> Said:
        return Said(self.fractions[rows], self.ln_tc[rows], self.score[rows], self.novelty[rows])

    def with_ln_tc(self, ln_tc: Array) -> Said:
        return replace(self, ln_tc=ln_tc)


def branch_of(weights: Weights) -> CompositionBranch:
    """Raises ``TrainingError`` for weights too old to be improved."""
    branch = weights.network.composition
    if not isinstance(branch, CompositionBranch) or branch.judge is None:
        raise TrainingError(
            f"{weights.card.version} has no composition branch that could learn.",
            "Start from the shipped model.",
        )
    return branch


@torch.no_grad()
def say(weights: Weights, fractions: Array, crystals: Sequence[Crystal | None]) -> Said:
    """By composition and network; by composition alone where there is no crystal."""
    answer = branch_of(weights)(torch.from_numpy(fractions).float())
    known = [i for i, crystal in enumerate(crystals) if crystal is not None]
    ln_tc = answer.ln_tc.double().numpy()
    if known:
        ln_tc[known] += _network(weights, [c for c in crystals if c is not None])
    return Said(fractions, ln_tc, answer.score.double().numpy(), answer.novelty.double().numpy())


def _network(weights: Weights, crystals: list[Crystal]) -> Array:
    ensemble, config = weights.network, SodnetConfig.from_json(weights.card.config)
    share = float(ensemble.share)
    alone = SodnetEnsemble(ensemble.members, None, share=share).eval()  # type: ignore[arg-type]  # a list of them
    return predict_ln_tc(alone, [training_graph(c, config) for c in crystals])
