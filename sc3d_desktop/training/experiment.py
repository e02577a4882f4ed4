"""One experiment: an ensemble trained on one split, its interval, and its report.

Everything is kept in one folder: a checkpoint a member (training resumes there),
``sodnet.safetensors``, ``report.json`` and ``report.md``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop import __version__
from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.weights import ModelCard, save_ensemble
from sc3d_desktop.training.metrics import (
    conformal_half_width,
    mean_absolute_error,
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


@dataclass(frozen=True)
class Experiment:
    """What is trained on what. ``members`` networks differ in their seed only."""

    data: Path
    out: Path
    split: str = "fold_random"
    fold: int = 0
    members: int = 3
    config: SodnetConfig = field(default_factory=SodnetConfig)
    settings: TrainSettings = field(default_factory=TrainSettings)


def run_experiment(experiment: Experiment, report: Report = lambda _: None) -> dict[str, Any]:
    """Train, judge and save; returns the report. Resumes from what the folder holds."""
    data = load_supercon3d(experiment.data)
    entries = data.entries
    ids = [e.id for e in entries]
    split = load_split(experiment.data, experiment.split, experiment.fold, ids)
    report(f"{split.name}: {len(split.train)} to train on, {len(split.test)} to test")
    graphs = [training_graph(e.crystal, experiment.config) for e in entries]
    ln_tc = np.array([e.ln_tc for e in entries])
    experiment.out.mkdir(parents=True, exist_ok=True)
    networks = []
    for seed in range(experiment.members):
        settings = TrainSettings(**(asdict(experiment.settings) | {"seed": seed}))
        train_graphs = [graphs[i] for i in split.train]
        checkpoint = experiment.out / f"member{seed}.safetensors"
        networks.append(
            train(
                train_graphs,
                ln_tc[split.train],
                experiment.config,
                settings,
                checkpoint,
                lambda text, seed=seed: report(f"member {seed}  {text}"),  # type: ignore[misc]
            )
        )
    members = {
        name: np.stack([predict_ln_tc(n, _chosen(graphs, indices)) for n in networks])
        for name, indices in (("validation", split.validation), ("test", split.test))
    }
    result = _judged(entries, split, ln_tc, members["validation"], members["test"])
    training = _training_facts(experiment, data, split)
    card = ModelCard(
        __version__, experiment.config.as_json(), result["half_width"], training, result
    )
    save_ensemble(experiment.out / "sodnet.safetensors", networks, card)
    written = {"training": training} | result
    (experiment.out / "report.json").write_text(json.dumps(written, indent=1) + "\n")
    (experiment.out / "report.md").write_text(markdown(written))
    return written


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
    }


def _judged(
    entries: tuple[Entry, ...], split: Split, ln_tc: Array, validation: Array, test: Array
) -> dict[str, Any]:
    """Errors on the test set and the interval from the validation set, which no weight has seen.

    ``validation`` and ``test`` hold ln Tc of every member, shape (members, n).
    """
    true = ln_tc[split.test]
    predicted = test.mean(axis=0)
    width = conformal_half_width(validation.mean(axis=0) - ln_tc[split.validation])
    tested = [entries[i] for i in split.test]
    inside = np.abs(predicted - true) <= width
    families = np.array([e.family for e in tested])
    return {
        "half_width": width,
        "test": summary(predicted, true),
        "validation": summary(validation.mean(axis=0), ln_tc[split.validation]),
        "single_member_mae": [mean_absolute_error(t, true) for t in test],
        "by_family": summary_by(families.tolist(), predicted, true),
        "by_disorder": summary_by([e.disorder for e in tested], predicted, true),
        "references": _references(entries, split, ln_tc),
        "coverage": float(inside.mean()),
        "coverage_by_family": {
            str(f): float(inside[families == f].mean()) for f in np.unique(families)
        },
    }


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
