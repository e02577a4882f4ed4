"""Learn records: how ln Tc and the score of a parent change by them, and how each record counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import ndtr

from sc3d_desktop.models.sodnet import Trust, Weights
from sc3d_desktop.training.fine_tune.base import Said, branch_of
from sc3d_desktop.training.fine_tune.observation import Observation
from sc3d_desktop.training.fine_tune.posterior import Posterior, Reach, solve
from sc3d_desktop.training.fine_tune.robust import fit

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

_90_PERCENT = 1.645
_NOISE, _SCORE_NOISE = 0.05, 0.1
"""Of labels where a card does not state them."""

_LEAST_SEEN = 1e-3


@dataclass(frozen=True, eq=False)
class Learnt:
    """Weights of the records that were learnt from, of ln Tc and of the score; how far each of
    them counts.
    """

    rows: Rows
    of_ln_tc: Array
    of_score: Array
    trust: Array


class Learner:
    """What can be learnt from records whose compounds the parent ``said`` something of.

    A record without a transition lowers the probability, not the Tc that the compound would have
    if it did superconduct, and counts by the chance that the search would have seen that Tc.
    """

    def __init__(self, weights: Weights, said: Said, records: Sequence[Observation]) -> None:
        self.said, self.records = said, tuple(records)
        kernel = branch_of(weights).kernel
        anchors = kernel.anchors.double().numpy()
        marked = kernel.superconducting.numpy()
        settings = weights.card.training.get("composition", {})
        noise = float(settings.get("noise", _NOISE))
        score_noise = float(settings.get("score_noise", _SCORE_NOISE))
        self.marked = np.flatnonzero(marked)
        self.superconducts = np.array([r.superconducts for r in records])
        self.ln_kelvin = np.array([r.ln_kelvin for r in records])
        self.half_width = half_width(weights.network.trust, said)
        self.of_ln_tc = Posterior(anchors[marked], said.fractions, noise)
        self.of_score = Posterior(anchors, said.fractions, score_noise)
        self.covariance, self.score_covariance = (
            self.of_ln_tc.covariance(), self.of_score.covariance(),
        )  # fmt: skip
        count = np.array([r.weight for r in records])
        self._noise = noise / count
        self._score_noise = score_noise / (count * self._seen())
        self._scale = self._standard_deviation(noise)

    def learn(self, rows: Rows) -> Learnt:
        """From some of the records."""
        positive = rows[self.superconducts[rows]]
        weights, trust = np.zeros(len(rows)), np.ones(len(rows))
        if len(positive):
            at = self.superconducts[rows]
            residual = (self.ln_kelvin - self.said.ln_tc)[positive]
            own = self.covariance[np.ix_(positive, positive)]
            weights[at], trust[at] = fit(own, self._noise[positive], residual, self._scale)
        sign = np.where(self.superconducts, 1.0, -1.0)[rows]
        own = self.score_covariance[np.ix_(rows, rows)]
        scores = solve(own, self._score_noise[rows], sign - self.said.score[rows])
        return Learnt(rows, weights, scores, trust)

    def change(self, learnt: Learnt, at: Rows) -> tuple[Array, Array]:
        """Of ln Tc and score of the records ``at``."""
        pairs = np.ix_(at, learnt.rows)
        return (
            self.covariance[pairs] @ learnt.of_ln_tc,
            self.score_covariance[pairs] @ learnt.of_score,
        )

    def change_elsewhere(self, learnt: Learnt, fractions: Array) -> tuple[Array, Array]:
        """Of ln Tc and score of compositions (q, 104)."""
        return (
            self.of_ln_tc.with_others(fractions)[:, learnt.rows] @ learnt.of_ln_tc,
            self.of_score.with_others(fractions)[:, learnt.rows] @ learnt.of_score,
        )

    def reaches(self, learnt: Learnt) -> tuple[Reach, Reach]:
        """Of ln Tc, by the number of the anchor among all, and of the score."""
        n = len(self.records)
        spread = [np.zeros(n), np.zeros(n)]
        spread[0][learnt.rows], spread[1][learnt.rows] = learnt.of_ln_tc, learnt.of_score
        ln_tc, score = self.of_ln_tc.reach(spread[0]), self.of_score.reach(spread[1])
        return Reach(self.marked[ln_tc.anchors], ln_tc.anchor_weights, ln_tc.weights), score

    def _seen(self) -> Array:
        """The chance that the transition of a superconductor would have been seen, (n,)."""
        away = (self.said.ln_tc - self.ln_kelvin) * _90_PERCENT / self.half_width
        return np.where(self.superconducts, 1.0, np.maximum(ndtr(away), _LEAST_SEEN))

    def _standard_deviation(self, noise: float) -> float:
        """Of the process in ln K: what the width of the intervals and the covariance say together.

        The width knows what the covariance does not, so the middle one of all records is taken.
        """
        variance = np.diag(self.covariance) + noise
        return float(np.median(self.half_width / _90_PERCENT / np.sqrt(variance)))


def half_width(trust: Trust, said: Said) -> Array:
    """Of the 90 % interval, (n,), in ln K."""
    parts = (torch.from_numpy(x).float() for x in (said.fractions, said.ln_tc, said.novelty))
    return trust.half_width(*parts).double().numpy()
