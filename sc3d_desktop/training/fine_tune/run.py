"""Improve a version of the model on records, judge it, and write it as a version of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, replace
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
from sc3d_desktop.training.fine_tune.base import Said, branch_of, say
from sc3d_desktop.training.fine_tune.judge import (
    Known,
    left_out,
    load_known,
    new_width,
    verdict,
)
from sc3d_desktop.training.fine_tune.learner import Learner, Learnt
from sc3d_desktop.training.fine_tune.network import Networks, TeachSettings
from sc3d_desktop.training.fine_tune.observation import (
    Observation,
    check_all,
    fractions,
    records_hash,
)
from sc3d_desktop.training.fine_tune.trial import Trial, Tried, can_learn, not_tried
from sc3d_desktop.training.fine_tune.verdict import Verdict
from sc3d_desktop.training.fine_tune.words import summary
from sc3d_desktop.training.fine_tune.work import Work

At = tuple[int, int, str]
"""Steps done, of all, and what is being done."""

TEACH = TeachSettings()
NOTHING_KEPT = Work(None, "")


@dataclass(frozen=True)
class Task:
    """Improve ``parent`` on ``records``, and write the version ``name`` to ``out``. ``data`` says
    for people where the records come from. The networks are tried as well where ``network`` says
    so, on ``device``.
    """

    parent: Version
    records: Sequence[Observation]
    name: str
    out: Path
    data: str = ""
    network: bool = True
    device: str = "cpu"


def task_key(task: Task) -> str:
    """SHA-256 of all that the result depends on but its name."""
    depends_on = [
        __version__,
        task.parent.sha256,
        [asdict(TEACH), task.device] if task.network else None,
        [_of_record(record) for record in task.records],
    ]
    return hashlib.sha256(json.dumps(depends_on).encode()).hexdigest()


def fine_tune(task: Task, work: Work = NOTHING_KEPT) -> Generator[At, None, Verdict]:
    """Raises ``TrainingError`` for records that nothing can be learnt from, before anything else.
    Where it is stopped no version is written, and what is finished stays in ``work``.
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
    blind = yield from retell(left_out(learner, work), lambda at: (*at, "judging: leaving out"))
    tried = yield from _try_networks(task, weights, learner, known, blind, work)
    learnt = learner.learn(np.arange(len(task.records)))
    judged, blind = _judged(weights, learner, learnt, blind, known, tried)
    trust = new_width(weights.network.trust, learner, learnt.trust, blind, known, learnt.rows)
    yield 0, 0, "writing the version"
    taught = tried.network if tried and judged.network and judged.network.kept else None
    network = improved(weights, learner, learnt, trust, taught)
    task.out.parent.mkdir(parents=True, exist_ok=True)
    save_weights(task.out, network, _card(task, weights, network, judged))
    work.remove()
    return judged


def _try_networks(
    task: Task, weights: Weights, learner: Learner, known: Known, blind: Said, work: Work
) -> Generator[At, None, Tried | None]:
    """None where they are not wanted to be."""
    if not task.network:
        return None
    if (nothing := not_tried(learner, len(known.ln_tc))) is not None:
        return nothing
    yield 0, 0, "preparing the network"
    crystals = [task.records[i].crystal for i in can_learn(learner)]
    whole = [crystal for crystal in crystals if crystal is not None]
    networks = Networks(weights, whole, known.crystals, task.device, TEACH)
    trial = Trial(learner, networks, len(known.crystals), TEACH, work)
    steps = trial.run(blind)
    return (yield from retell(steps, lambda at: (*at, "judging: teaching the network")))


def _judged(
    weights: Weights,
    learner: Learner,
    learnt: Learnt,
    blind: Said,
    known: Known,
    tried: Tried | None,
) -> tuple[Verdict, Said]:
    """With the networks taught where that is a gain and forgets nothing, else with the parent's;
    and what is then said of records left out.
    """
    trial = tried.trial if tried else None
    if tried and trial and trial.kept:
        taught = tried.added_to(blind)
        found = verdict(weights, learner, learnt, taught, known, tried.of_known)
        if not found.forgotten:
            return replace(found, network=trial), taught
        trial = replace(trial, forgets=True)
    return replace(verdict(weights, learner, learnt, blind, known), network=trial), blind


def improved(
    weights: Weights,
    learner: Learner,
    learnt: Learnt,
    trust: Trust,
    taught: SodnetEnsemble | None = None,
) -> SodnetEnsemble:
    """The parent with the records as anchors, and what they change, and with the networks that were
    ``taught``, where there are any; the rest as it was.
    """
    branch = branch_of(weights)
    kernel = _with_anchors(branch.kernel, learner)
    changed = CompositionBranch(
        kernel, branch.forest, branch.judge, float(branch.share), _weights(branch, learner, learnt)
    )
    parent = weights.network
    keys = np.union1d(trust.training_keys.numpy(), composition_keys(learner.said.fractions))
    told = Trust(len(keys))
    told.load_state_dict(trust.state_dict() | {"training_keys": torch.from_numpy(keys)})
    members: Any = (taught or parent).members
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


def _of_record(o: Observation) -> list[object]:
    crystal = o.crystal
    structure = None
    if crystal is not None:
        species = [sorted(site.species.items()) for site in crystal.sites]
        structure = [crystal.lattice.tolist(), crystal.frac_coords.tolist(), species]
    return [o.formula, structure, o.tc_kelvin, o.down_to_kelvin, o.weight]


def _ancestors(card: ModelCard) -> list[str]:
    return list(card.training.get("fine_tune", {}).get("ancestors", []))
