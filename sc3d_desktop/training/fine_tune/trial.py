"""Try whether teaching the networks brings anything on compounds that they have not seen."""

from __future__ import annotations

import copy
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from sc3d_desktop.models.sodnet import SodnetEnsemble
from sc3d_desktop.models.sodnet.trust import composition_keys
from sc3d_desktop.steps import retell
from sc3d_desktop.training.fine_tune.base import Said
from sc3d_desktop.training.fine_tune.learner import Learner
from sc3d_desktop.training.fine_tune.network import Lesson, Networks, TeachSettings
from sc3d_desktop.training.fine_tune.observation import FEWEST_COMPOUNDS
from sc3d_desktop.training.fine_tune.verdict import NetworkTrial
from sc3d_desktop.training.fine_tune.work import Arrays, Work

Array = NDArray[np.float64]
Rows = NDArray[np.int64]
At = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Tried:
    """What the networks change: of every record (n,) and of every known structure (k,), by
    networks that have not seen it; and the ``network`` taught on all, None where nothing is gained.
    """

    trial: NetworkTrial
    of_records: Array
    of_known: Array
    network: SodnetEnsemble | None = None

    def added_to(self, blind: Said) -> Said:
        return blind.with_ln_tc(blind.ln_tc + self.of_records)


def can_learn(learner: Learner) -> Rows:
    """The records that the networks can learn from: with a structure and a Tc."""
    whole = np.array([record.crystal is not None for record in learner.records])
    return np.flatnonzero(whole & learner.superconducts)


class Trial:
    """Records and known structures in so many parts, each of which is left out once; ``networks``
    knows the records ``can_learn`` gives, in that order.
    """

    def __init__(
        self,
        learner: Learner,
        networks: Networks,
        n_known: int,
        settings: TeachSettings,
        work: Work,
    ) -> None:
        self._learner, self._networks, self._work = learner, networks, work
        self._rows = can_learn(learner)
        keys = composition_keys(learner.said.fractions[self._rows])
        _, self._compound = np.unique(keys, return_inverse=True)
        n = self._compound.max() + 1
        self._folds = min(settings.folds, n)
        order, of_known = (
            np.random.default_rng(settings.seed).permutation(count) for count in (n, n_known)
        )
        self._fold = order[self._compound] % self._folds
        self._known_fold = of_known % self._folds
        self._checks = settings.checks(len(self._rows))

    def run(self, blind: Said) -> Generator[At, None, Tried]:
        """``blind`` is what the branch says of every record left out. Yields how often it was
        looked, of all.

        The networks are taught until records left out come out best (early stopping): of a part,
        until those of the other parts do, so that it has no say in it.
        """
        total = (self._folds + 1) * self._checks
        parts = []
        for k in range(self._folds):
            parts.append((yield from retell(self._part(k), lambda at: (at[0], total))))
        changes, known = self._joined(parts)
        errors = np.abs(blind.ln_tc[self._rows] + changes - self._learner.ln_kelvin[self._rows])
        best = [self._best(errors, self._fold != k) for k in range(self._folds)]
        rows = np.arange(len(self._rows))
        taught_until = self._best(errors, rows >= 0)
        of_known = known[np.array(best)[self._known_fold], np.arange(known.shape[1])]
        at = np.array(best)[self._fold]
        of_records = np.zeros(len(blind.ln_tc))
        of_records[self._rows] = changes[at, rows]
        trial = self._told(errors[0], errors[at, rows], taught_until)
        if not trial.beyond_chance or not taught_until:
            return Tried(trial, of_records, of_known)
        whole = yield from retell(self._whole(taught_until), lambda at: (at[0], total))
        return Tried(trial, of_records, of_known, whole)

    def _part(self, k: int) -> Generator[At, None, Arrays]:
        name = f"network-{k}"
        done = self._work.get(name)
        if done is not None:
            return done
        left_out, known = (np.flatnonzero(fold == k) for fold in (self._fold, self._known_fold))
        changes, of_known = [np.zeros(len(left_out))], [np.zeros(len(known))]
        taught = self._networks.teach(self._lesson(k), self._checks, k)
        yield k * self._checks, 0
        for check, network in enumerate(taught, k * self._checks + 1):
            changes.append(self._networks.change(network, left_out))
            of_known.append(self._networks.change_of_known(network, known))
            yield check, 0
        done = {"changes": np.stack(changes), "known": np.stack(of_known)}
        self._work.put(name, done)
        return done

    def _whole(self, checks: int) -> Generator[At, None, SodnetEnsemble]:
        taught, done = copy.deepcopy(self._networks.parent), self._work.get("network")
        if done is None:
            steps = self._networks.teach(self._lesson(-1), checks, self._folds)
            for at in range(checks):
                taught = next(steps)
                yield self._folds * self._checks + at, 0
            done = {k: v.cpu().numpy() for k, v in taught.state_dict().items()}
            self._work.put("network", done)
        taught.load_state_dict({k: torch.from_numpy(v) for k, v in done.items()})
        return taught.cpu().eval().requires_grad_(False)

    def _lesson(self, k: int) -> Lesson:
        """What the branch, having learnt all records but those of part ``k``, leaves over."""
        learner, own = self._learner, np.flatnonzero(self._fold != k)
        others = np.setdiff1d(np.arange(len(learner.records)), self._rows[self._fold == k])
        learnt = learner.learn(others)
        rows = self._rows[own]
        said = learner.said.ln_tc[rows] + learner.change(learnt, rows)[0]
        count = np.array([learner.records[i].weight for i in rows])
        trust = learnt.trust[np.searchsorted(others, rows)]
        replayed = np.flatnonzero(self._known_fold != k)
        return Lesson(own, learner.ln_kelvin[rows] - said, count * trust, replayed)

    def _joined(self, parts: list[Arrays]) -> tuple[Array, Array]:
        """Changes after every look, of all records (looks, n) and of all known (looks, k)."""
        looks = self._checks + 1
        changes, known = (np.zeros((looks, len(f))) for f in (self._fold, self._known_fold))
        for k, part in enumerate(parts):
            changes[:, self._fold == k] = part["changes"]
            known[:, self._known_fold == k] = part["known"]
        return changes, known

    def _best(self, errors: Array, of: NDArray[np.bool_]) -> int:
        """After which look the records ``of`` are predicted best; 0 is the parent."""
        return int(errors[:, of].mean(axis=1).argmin())

    def _told(self, without: Array, taught: Array, checks: int) -> NetworkTrial:
        n = np.bincount(self._compound)
        gains = np.bincount(self._compound, without - taught) / n
        mae = (float(without.mean()), float(taught.mean()))
        return NetworkTrial(len(without), checks, mae, tuple(gains.tolist()))


def not_tried(learner: Learner, n_known: int) -> Tried | None:
    """Where there is too little to learn from; None where there is enough."""
    rows = can_learn(learner)
    n = len(np.unique(composition_keys(learner.said.fractions[rows]))) if len(rows) else 0
    if n >= FEWEST_COMPOUNDS:
        return None
    return Tried(NetworkTrial(len(rows)), np.zeros(len(learner.records)), np.zeros(n_known))
