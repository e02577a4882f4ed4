"""One experiment: an ensemble trained on one split, its interval, and its report.

Everything is kept in one folder: a checkpoint a member (training resumes there),
``sodnet.safetensors``, ``report.json`` and ``report.md``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from sc3d_desktop import __version__
from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.composition import CompositionBranch, fractions_of
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.ensemble import SodnetEnsemble
from sc3d_desktop.models.sodnet.network import Sodnet
from sc3d_desktop.models.sodnet.weights import ModelCard, save_weights
from sc3d_desktop.training.composition import (
    CompositionSettings,
    cross_fitted,
    fractions,
    saved_branch,
    teach_branch,
)
from sc3d_desktop.training.metrics import (
    conformal_half_width,
    nearest_composition,
    summary,
    summary_by,
)
from sc3d_desktop.training.report import markdown
from sc3d_desktop.training.sodnet import (
    Report,
    TrainSettings,
    predict_ln_tc,
    train,
    training_graph,
)
from sc3d_desktop.training.supercon3d import Entry, Split, SuperCon3D, load_split, load_supercon3d

Array = NDArray[np.float64]
CROSS_FITS = 10


@dataclass(frozen=True)
class Experiment:
    """What is trained on what. The ``members`` networks differ in their seed only."""

    data: Path
    out: Path
    split: str = "fold_random"
    fold: int = 0
    members: int = 1
    config: SodnetConfig = field(default_factory=SodnetConfig)
    settings: TrainSettings = field(default_factory=TrainSettings)
    composition: CompositionSettings = field(default_factory=CompositionSettings)


def run_experiment(experiment: Experiment, report: Report = lambda _: None) -> dict[str, Any]:
    """Train, judge and save; returns the report. Resumes from what the folder holds."""
    data = load_supercon3d(experiment.data)
    entries = data.entries
    split = load_split(experiment.data, experiment.split, experiment.fold, [e.id for e in entries])
    report(f"{split.name}: {len(split.train)} to train on, {len(split.test)} to test")
    experiment.out.mkdir(parents=True, exist_ok=True)
    ln_tc = np.array([e.ln_tc for e in entries])
    known = np.stack([fractions(e.crystal) for e in entries])
    branch = _composition_branch(experiment, known[split.train], ln_tc[split.train], report)
    graphs = [training_graph(e.crystal, experiment.config) for e in entries]
    members = _members(experiment, graphs, known, ln_tc, split, report)
    network = SodnetEnsemble(members, branch).eval()
    result = _judged(entries, split, ln_tc, network, graphs)
    training = _training_facts(experiment, data, split)
    card = ModelCard(
        version=__version__,
        config=experiment.config.as_json(),
        half_width=result["half_width"],
        members=len(members),
        composition_width=experiment.composition.width,
        training=training,
        metrics=result,
    )
    save_weights(experiment.out / "sodnet.safetensors", network, card)
    written = {"training": training} | result
    (experiment.out / "report.json").write_text(json.dumps(written, indent=1) + "\n")
    (experiment.out / "report.md").write_text(markdown(written))
    return written


def _composition_branch(
    experiment: Experiment, known: Array, ln_tc: Array, report: Report
) -> CompositionBranch:
    file = experiment.out / "composition.safetensors"
    branch = saved_branch(file, experiment.composition)
    if branch is None:
        report(f"composition branch: {experiment.composition.virtual} virtual compositions")
        branch = teach_branch(known, ln_tc, experiment.composition)
        save_file(branch.state_dict(), file)
    return branch


def _members(
    experiment: Experiment,
    graphs: list[GraphBatch],
    known: Array,
    ln_tc: Array,
    split: Split,
    report: Report,
) -> list[Sodnet]:
    """Networks trained on what the cross-fitted teacher leaves over."""
    rows = split.train
    base = cross_fitted(known[rows], ln_tc[rows], experiment.composition, CROSS_FITS)
    members = []
    for seed in range(experiment.members):
        settings = replace(experiment.settings, seed=seed)
        checkpoint = experiment.out / f"member{seed}.safetensors"
        told = partial(_tell, report, seed)
        chosen = _chosen(graphs, rows)
        members.append(
            train(chosen, ln_tc[rows] - base, experiment.config, settings, checkpoint, told)
        )
    return members


def _tell(report: Report, seed: int, text: str) -> None:
    report(f"network {seed}  {text}")


def _chosen(graphs: list[GraphBatch], indices: NDArray[np.int64]) -> list[GraphBatch]:
    return [graphs[i] for i in indices]


def _training_facts(experiment: Experiment, data: SuperCon3D, split: Split) -> dict[str, Any]:
    return {
        "data": "SuperCon3D (P. Chen et al., NeurIPS 2024 Datasets and Benchmarks)",
        "data_sha256": data.sha256,
        "split": split.name,
        "n_train": len(split.train),
        "members": experiment.members,
        "config": experiment.config.as_json(),
        "settings": asdict(experiment.settings),
        "composition": asdict(experiment.composition),
    }


def _judged(
    entries: tuple[Entry, ...],
    split: Split,
    ln_tc: Array,
    network: SodnetEnsemble,
    graphs: list[GraphBatch],
) -> dict[str, Any]:
    """Errors on the test set and the interval from the validation set, which no weight has seen."""
    true = ln_tc[split.test]
    predicted = predict_ln_tc(network, _chosen(graphs, split.test))
    validated = predict_ln_tc(network, _chosen(graphs, split.validation))
    width = conformal_half_width(validated - ln_tc[split.validation])
    tested = [entries[i] for i in split.test]
    inside = np.abs(predicted - true) <= width
    families = np.array([e.family for e in tested])
    return {
        "half_width": width,
        "test": summary(predicted, true),
        "validation": summary(validated, ln_tc[split.validation]),
        "parts": _parts(network, _chosen(graphs, split.test), true),
        "by_family": summary_by(families.tolist(), predicted, true),
        "by_disorder": summary_by([e.disorder for e in tested], predicted, true),
        "references": _references(entries, split, ln_tc),
        "coverage": float(inside.mean()),
        "coverage_by_family": {
            str(f): float(inside[families == f].mean()) for f in np.unique(families)
        },
    }


def _parts(
    network: SodnetEnsemble, graphs: list[GraphBatch], true: Array
) -> dict[str, dict[str, float]]:
    """The composition branch alone, and with one network instead of all."""
    branch = network.composition
    assert branch is not None
    with torch.no_grad():
        base = torch.cat([branch(fractions_of(graph)) for graph in graphs]).double().numpy()
    parts = {"composition branch alone": summary(base, true)}
    several = list(network.members) if len(network.members) > 1 else []
    for n, member in enumerate(several):
        one = SodnetEnsemble([cast(Sodnet, member)], branch).eval()
        parts[f"with network {n} only"] = summary(predict_ln_tc(one, graphs), true)
    return parts


def _references(
    entries: tuple[Entry, ...], split: Split, ln_tc: Array
) -> dict[str, dict[str, float]]:
    known, true = ln_tc[split.train], ln_tc[split.test]
    compositions = [e.crystal.composition for e in entries]
    nearest = nearest_composition(
        [compositions[i] for i in split.test], [compositions[i] for i in split.train], known
    )
    return {
        "mean of the training set": summary(np.full_like(true, known.mean()), true),
        "median of the training set": summary(np.full_like(true, np.median(known)), true),
        "nearest composition": summary(nearest, true),
    }
