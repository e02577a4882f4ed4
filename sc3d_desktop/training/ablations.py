"""SODNet alone, as the paper has it, and what becomes of it when a part is left out or done
otherwise: the ablations of the paper's Table 2 and the choices the paper leaves open.

Trained on SuperCon3D's entries and on nothing else, with one set of settings for all. The interval
is of one width, from the validation fold.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.ensemble import SodnetEnsemble
from sc3d_desktop.models.sodnet.network import Sodnet
from sc3d_desktop.training.entries import Entries
from sc3d_desktop.training.metrics import conformal_quantile, mean_absolute_error
from sc3d_desktop.training.results import (
    ALL_CLASSES,
    FOLDS,
    FoldResult,
    SplitKind,
    fold_file,
    save_fold,
    variant_name,
)
from sc3d_desktop.training.sodnet import TrainSettings, predict_ln_tc, train, training_graph
from sc3d_desktop.training.supercon3d import Split, load_split

Report = Callable[[str], None]

ALONE, WIDE = "sodnet-alone", "sodnet-degree-2"

ABLATIONS: Mapping[str, Mapping[str, Any]] = {
    ALONE: {},
    "sodnet-no-node-occupancy": {"node_occupancy": False},
    "sodnet-no-edge-occupancy": {"edge_occupancy": False},
    "sodnet-no-equivariance": {"equivariant": False},
    "sodnet-megnet-mixing": {"mixing": "embedding"},
    "sodnet-nonlinear-mixing": {"mixing": "nonlinear"},
    "sodnet-edge-removal-hard": {"edge_removal": "hard"},
    "sodnet-edge-removal-soft": {"edge_removal": "soft"},
    "sodnet-no-context": {"composition_context": False},
    WIDE: {},
}
"""By name, what differs from ``SodnetConfig``'s defaults."""

WORDS = {
    ALONE: "SODNet alone",
    "sodnet-no-node-occupancy": "every species of a site counts the same (paper's ablation)",
    "sodnet-no-edge-occupancy": "edges do not know of occupancies (paper's ablation)",
    "sodnet-no-equivariance": "no features of degree 1 (paper's ablation)",
    "sodnet-megnet-mixing": "species embedded, then averaged, as MEGNet does",
    "sodnet-nonlinear-mixing": "with the spread of the species on a site",
    "sodnet-edge-removal-hard": "edges shorter than R_i + R_j removed, as in the paper",
    "sodnet-edge-removal-soft": "the same by a smooth step",
    "sodnet-no-context": "sites do not see the mean of their crystal",
    WIDE: "features up to degree 2 in place of 1",
}
"""What each is, for the report."""


@dataclass(frozen=True)
class AblationRun:
    """Which variants run on what, and where results go. ``trained_on`` keeps to entries of some
    disorder classes, such as "O/SD", and marks the variant's name.
    """

    data: Path
    runs: Path
    splits: Sequence[SplitKind] = ("fold_random",)
    folds: Sequence[int] = FOLDS
    variants: Sequence[str] = tuple(ABLATIONS)
    trained_on: str = ALL_CLASSES
    settings: TrainSettings = field(default_factory=lambda: TrainSettings(epochs=30))


def run_ablations(run: AblationRun, report: Report = lambda _: None) -> list[Path]:
    """Train what has no result on disk yet, fold by fold; returns the files written."""
    if unknown := set(run.variants) - set(ABLATIONS):
        raise TrainingError(
            f"There is no ablation “{sorted(unknown)[0]}”.", f"Use {', '.join(ABLATIONS)}."
        )
    entries = Entries(run.data)
    graphs: list[GraphBatch] = []
    written = []
    for split in run.splits:
        for fold in run.folds:
            for variant in run.variants:
                name = variant_name(variant, run.trained_on)
                if fold_file(run.runs, split, "supercon3d", name, fold).is_file():
                    continue
                # The same for all: no ablation changes the cutoff or the neighbours.
                graphs = graphs or [
                    training_graph(e.crystal, SodnetConfig()) for e in entries.read.entries
                ]
                result = _run(run, entries, graphs, variant, split, fold)
                written.append(save_fold(run.runs, result))
                error = mean_absolute_error(result.predicted_ln_tc, result.true_ln_tc)
                seconds = result.about["seconds"]
                report(f"{split} {fold} {name}: MAE {error:.3f} ln K, {seconds} s")
    return written


def _run(
    run: AblationRun,
    entries: Entries,
    graphs: Sequence[GraphBatch],
    variant: str,
    kind: SplitKind,
    fold: int,
) -> FoldResult:
    began = time.perf_counter()
    split = load_split(run.data, kind, fold, entries.ids)
    train_on = _of_classes(entries, split, run.trained_on)
    config = replace(SodnetConfig(), **ABLATIONS[variant])
    name = variant_name(variant, run.trained_on)
    checkpoint = run.runs / "checkpoints" / f"{kind}-{name}-{fold}.safetensors"
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    own = [graphs[i] for i in train_on]
    network = train(
        own, entries.ln_tc[train_on], config, run.settings, checkpoint, make=_maker(variant)
    )
    alone = SodnetEnsemble([network], None).eval()
    predicted, validated = (
        predict_ln_tc(alone, [graphs[i] for i in part]) for part in (split.test, split.validation)
    )
    width = conformal_quantile(validated - entries.ln_tc[split.validation])
    checkpoint.unlink()
    return FoldResult(
        variant=name,
        labels="supercon3d",
        split=kind,
        fold=fold,
        ids=[entries.ids[i] for i in split.test],
        true_ln_tc=entries.ln_tc[split.test],
        predicted_ln_tc=predicted,
        low_ln_tc=predicted - width,
        high_ln_tc=predicted + width,
        family=entries.family[split.test].tolist(),
        disorder=entries.disorder[split.test].tolist(),
        about={
            "n_train": len(train_on),
            "trained_on": run.trained_on,
            "settings": asdict(run.settings),
            "config": config.as_json(),
            "interval": "constant width, from the validation fold",
            "data_sha256": entries.read.sha256,
            "seconds": round(time.perf_counter() - began, 1),
        },
    )


def _maker(variant: str) -> Callable[[SodnetConfig], Sodnet]:
    if variant != WIDE:
        return Sodnet
    from sc3d_desktop.training.wide import WideSodnet

    return WideSodnet


def _of_classes(entries: Entries, split: Split, trained_on: str) -> NDArray[np.int64]:
    return split.train[np.isin(entries.disorder[split.train], trained_on.split("/"))]
