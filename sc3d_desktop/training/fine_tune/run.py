"""Improve a version of the model on records, judge it, and write it as a version of its own."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sc3d_desktop import __version__
from sc3d_desktop.models.registry import Version
from sc3d_desktop.models.sodnet import (
    CompositionBranch,
    CompositionKernel,
    ModelCard,
    SodnetEnsemble,
    Trust,
    Weights,
    load_weights,
    save_weights,
)
from sc3d_desktop.models.sodnet.trust import composition_keys
from sc3d_desktop.steps import retell
from sc3d_desktop.training.fine_tune.base import branch_of, say
from sc3d_desktop.training.fine_tune.judge import left_out, load_known, new_width, verdict
from sc3d_desktop.training.fine_tune.learner import Learner, Learnt
from sc3d_desktop.training.fine_tune.observation import (
    Observation,
    check_all,
    fractions,
    records_hash,
)
from sc3d_desktop.training.fine_tune.verdict import Verdict
from sc3d_desktop.training.fine_tune.words import summary

At = tuple[int, int, str]
"""Steps done, of all, and what is being done."""


@dataclass(frozen=True)
class Task:
    """Improve ``parent`` on ``records``, and write the version ``name`` to ``out``. ``data`` says
    for people where the records come from.
    """

    parent: Version
    records: Sequence[Observation]
    name: str
    out: Path
    data: str = ""


def fine_tune(task: Task) -> Generator[At, None, Verdict]:
    """Raises ``TrainingError`` for records that nothing can be learnt from, before anything else.
    Nothing is written where it is stopped.
    """
    check_all(task.records)
    yield 0, 0, "loading the model"
    weights = load_weights(task.parent.path)
    compositions = fractions(task.records)
    yield 0, 0, "predicting your records"
    said = say(weights, compositions, [r.crystal for r in task.records])
    yield 0, 0, "predicting known superconductors"
    known = load_known(weights, compositions)
    yield 0, 0, "learning"
    learner = Learner(weights, said, task.records)
    blind = yield from retell(left_out(learner), lambda at: (*at, "judging: leaving out"))
    learnt = learner.learn(np.arange(len(task.records)))
    judged = verdict(weights, learner, learnt, blind, known)
    trust = new_width(weights.network.trust, learner, learnt.trust, blind, known, learnt.rows)
    yield 0, 0, "writing the version"
    network = improved(weights, learner, learnt, trust)
    task.out.parent.mkdir(parents=True, exist_ok=True)
    save_weights(task.out, network, _card(task, weights, network, judged))
    return judged


def improved(weights: Weights, learner: Learner, learnt: Learnt, trust: Trust) -> SodnetEnsemble:
    """The parent with the records as anchors, and what they change; the rest as it was."""
    branch = branch_of(weights)
    kernel = _with_anchors(branch.kernel, learner)
    changed = CompositionBranch(
        kernel, branch.forest, branch.judge, float(branch.share), _weights(branch, learner, learnt)
    )
    parent = weights.network
    keys = np.union1d(trust.training_keys.numpy(), composition_keys(learner.said.fractions))
    told = Trust(len(keys))
    told.load_state_dict(trust.state_dict() | {"training_keys": torch.from_numpy(keys)})
    members: Any = parent.members
    return SodnetEnsemble(members, changed, told, float(parent.share)).eval()


def _with_anchors(old: CompositionKernel, learner: Learner) -> CompositionKernel:
    kept = len(old.anchors)
    kernel = CompositionKernel(kept + len(learner.records))
    kernel.anchors[:kept] = old.anchors
    kernel.anchors[kept:] = torch.from_numpy(learner.said.fractions)
    kernel.weights[:kept] = old.weights
    kernel.means.copy_(old.means)
    kernel.superconducting[:kept] = old.superconducting
    kernel.superconducting[kept:] = torch.from_numpy(learner.superconducts)
    return kernel


def _weights(branch: CompositionBranch, learner: Learner, learnt: Learnt) -> torch.Tensor:
    kept = len(branch.kernel.anchors)
    found = torch.zeros(kept + len(learner.records), 2, dtype=torch.float64)
    for column, reach in enumerate(learner.reaches(learnt)):
        found[torch.from_numpy(reach.anchors), column] = torch.from_numpy(reach.anchor_weights)
        found[kept:, column] = torch.from_numpy(reach.weights)
    if branch.learnt is not None:
        found[:kept] += branch.learnt
    return found.float()


def _card(task: Task, weights: Weights, network: SodnetEnsemble, judged: Verdict) -> ModelCard:
    old = weights.card
    assert isinstance(network.composition, CompositionBranch)
    sizes = old.sizes | {
        "anchors": len(network.composition.kernel.anchors),
        "training_keys": len(network.trust.training_keys),
        "learnt": 1,
    }
    about = {
        "name": task.name,
        "parent": task.parent.name,
        "parent_sha256": weights.sha256,
        "program": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": task.data,
        "data_sha256": records_hash(task.records),
        "summary": summary(judged),
        "verdict": judged.as_json(),
        "ancestors": [*_ancestors(old), task.parent.name],
    }
    version = f"{old.version.split(' + ')[0]} + {task.name}"
    return replace(old, version=version, sizes=sizes, training=old.training | {"fine_tune": about})


def _ancestors(card: ModelCard) -> list[str]:
    return list(card.training.get("fine_tune", {}).get("ancestors", []))
