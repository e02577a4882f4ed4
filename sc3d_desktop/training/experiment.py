"""SODNet fold by fold: train, answer the test entries, keep what was answered.

Nothing of a fold's validation and test entries is trained on, and the width of the intervals comes
from training entries that were left out, so the test entries judge it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.branch import CompositionBranch
from sc3d_desktop.models.sodnet.composition import CompositionAnswer
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.ensemble import SodnetEnsemble
from sc3d_desktop.models.sodnet.network import Sodnet
from sc3d_desktop.models.sodnet.trust import Trust
from sc3d_desktop.training import parallel
from sc3d_desktop.training.calibration import LeftOut, fit_width
from sc3d_desktop.training.composition import (
    CompositionSettings,
    CompositionTeacher,
    fit_composition,
    group_numbers,
    left_out_novelty,
)
from sc3d_desktop.training.entries import Entries, extra_rows
from sc3d_desktop.training.forest import fit_forest
from sc3d_desktop.training.forest import left_out as forest_left_out
from sc3d_desktop.training.labels import Labels, chemical_systems, contradicted
from sc3d_desktop.training.metrics import mean_absolute_error
from sc3d_desktop.training.results import (
    FOLDS,
    FoldResult,
    LabelKind,
    SplitKind,
    fold_file,
    save_fold,
    variant_name,
)
from sc3d_desktop.training.sodnet import TrainSettings, predict_ln_tc, train, training_graph
from sc3d_desktop.training.supercon3d import Split, load_split

Array = NDArray[np.float64]
Report = Callable[[str], None]

VARIANTS = ("composition", "sodnet")

LARGEST_RESIDUAL = 3.0
"""What the branch leaves over is cut here, in ln K: a few Tc of millikelvin would rule the rest."""


@dataclass(frozen=True)
class Experiment:
    """What is trained on what, and where results go.

    ``variants``: "composition", the branch alone, and "sodnet", with a network on what it leaves
    over. The network counts by ``share``: what it learns of the branch's errors is mostly noise.
    ``train_size`` keeps to a random part of the training rows, for a learning curve, and marks the
    variant's name.
    """

    data: Path
    runs: Path
    splits: Sequence[SplitKind] = ("fold_random", "fold_grouped")
    folds: Sequence[int] = FOLDS
    labels: Sequence[LabelKind] = ("extra",)
    variants: Sequence[str] = VARIANTS
    train_size: int | None = None
    share: float = 0.5
    config: SodnetConfig = field(default_factory=SodnetConfig)
    settings: TrainSettings = field(default_factory=TrainSettings)
    composition: CompositionSettings = field(default_factory=CompositionSettings)

    def name_of(self, variant: str) -> str:
        return variant_name(variant, size=self.train_size)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A composition branch, and what it says of the training entries when they are left out: their
    formula alone or, for grouped folds, their whole chemical system.
    """

    branch: CompositionBranch
    left_out: LeftOut


@dataclass(frozen=True)
class Place:
    """A fold and what is trained on; the name of its checkpoint."""

    split: SplitKind
    labels: LabelKind
    fold: int
    train_size: int | None = None

    def __str__(self) -> str:
        return variant_name(f"{self.split}-{self.labels}-{self.fold}", size=self.train_size)


def run_experiment(experiment: Experiment, report: Report = lambda _: None) -> list[Path]:
    """Run the folds that are not on disk yet and return the files written."""
    entries = Entries(experiment.data)
    graphs = _Graphs(entries, experiment.config)
    written = []
    for split in experiment.splits:
        for fold in experiment.folds:
            for labels in experiment.labels:
                place = Place(split, labels, fold, experiment.train_size)
                if not _is_done(experiment, place):
                    written += _run_fold(experiment, entries, graphs, place, report)
    return written


def _is_done(experiment: Experiment, place: Place) -> bool:
    files = (
        fold_file(experiment.runs, place.split, place.labels, experiment.name_of(v), place.fold)
        for v in experiment.variants
    )
    return all(file.is_file() for file in files)


class _Graphs:
    """The graphs of the entries, built when first asked for: the branch alone needs none."""

    def __init__(self, entries: Entries, config: SodnetConfig) -> None:
        self._entries, self._config = entries, config

    def of(self, indices: NDArray[np.int64]) -> list[GraphBatch]:
        return [self._all[i] for i in indices]

    @cached_property
    def _all(self) -> list[GraphBatch]:
        return [training_graph(e.crystal, self._config) for e in self._entries.read.entries]


def _run_fold(
    experiment: Experiment, entries: Entries, graphs: _Graphs, place: Place, report: Report
) -> list[Path]:
    began = time.perf_counter()
    split = load_split(experiment.data, place.split, place.fold, entries.ids)
    extra = extra_rows(entries, split, place.split)
    rows = training_rows(entries, split.train, extra, place.labels)
    train_on, rows = _part(split.train, rows, place)
    groups = _groups(rows, place.split)
    fitted = fit_branch(rows, len(train_on), groups, experiment.composition)
    trust = Trust()
    trust.width.copy_(fit_width(fitted.left_out))
    with torch.no_grad():
        said = fitted.branch(torch.from_numpy(entries.fractions[split.test]).float())
    written = []
    for variant in experiment.variants:
        answered = said.ln_tc.double().numpy()
        if variant == "sodnet":
            network = train_network(experiment, graphs.of(train_on), fitted.left_out, str(place))
            alone = SodnetEnsemble([network], None).eval()
            answered = answered + experiment.share * predict_ln_tc(alone, graphs.of(split.test))
        seconds = round(time.perf_counter() - began, 1)
        result = _result(entries, split, variant, answered, said, trust, place)
        result.about.update(_about(experiment, entries, rows, place, seconds))
        result.about.update(train_size=place.train_size, curve=variant)
        if parallel.is_first():
            written.append(save_fold(experiment.runs, result))
        error = mean_absolute_error(result.predicted_ln_tc, result.true_ln_tc)
        report(f"{place} {variant}: MAE {error:.3f} ln K, {seconds} s")
    return written


def _about(
    experiment: Experiment, entries: Entries, rows: Labels, place: Place, seconds: float
) -> dict[str, Any]:
    about = {
        "n_train": len(rows),
        "share": experiment.share,
        "settings": asdict(experiment.settings),
        "composition": asdict(experiment.composition),
        "config": experiment.config.as_json(),
        "data_sha256": entries.read.sha256,
        "seconds": seconds,
    }
    return about | ({"tables_sha256": entries.tables.sha256} if place.labels == "extra" else {})


def _part(
    train_on: NDArray[np.int64], rows: Labels, place: Place
) -> tuple[NDArray[np.int64], Labels]:
    """Entries and rows to train on where only ``train_size`` rows are; a smaller part of the same
    fold is a part of every larger one.
    """
    size = place.train_size
    if size is None:
        return train_on, rows
    if not 0 < size <= len(rows):
        raise TrainingError(f"The training set has {len(rows)} rows, not {size}.")
    chosen = np.sort(np.random.default_rng(place.fold).permutation(len(rows))[:size])
    own = chosen[chosen < len(train_on)]
    return train_on[own], Labels(rows.fractions[chosen], rows.ln_tc[chosen])


def training_rows(
    entries: Entries, train_on: NDArray[np.int64], extra: Labels, labels: LabelKind
) -> Labels:
    """The training entries, and behind them, with labels "extra", the further formulas but those
    that contradict their neighbours.
    """
    own = Labels(entries.fractions[train_on], entries.ln_tc[train_on])
    if labels == "supercon3d":
        return own
    rows = own.joined(extra)
    kept = ~contradicted(rows)
    kept[: len(own)] = True
    return rows.kept(kept)


def _groups(rows: Labels, split: SplitKind) -> NDArray[np.int64]:
    """What is left out together to see how the branch does on what it does not know, (n,)."""
    if split != "fold_grouped":
        return np.arange(len(rows))
    (systems,) = group_numbers(chemical_systems(rows.fractions))
    return systems


def fit_branch(
    rows: Labels, n_entries: int, groups: NDArray[np.int64], settings: CompositionSettings
) -> Fitted:
    """Fit to all ``rows``, and leave the first ``n_entries`` of them out, with their ``groups``
    (n,), in turn.
    """
    teacher = CompositionTeacher(rows.fractions, rows.ln_tc, settings.noise)
    everything = np.ones(len(rows), dtype=bool)
    kernel = fit_composition([teacher], rows.fractions, everything, settings)
    forest = fit_forest(rows.fractions, rows.ln_tc, settings.forest)
    branch = CompositionBranch(kernel, forest, share=settings.forest_share)
    return Fitted(branch.eval(), left_out(rows, n_entries, teacher, groups, settings))


def left_out(
    rows: Labels,
    n: int,
    teacher: CompositionTeacher,
    groups: NDArray[np.int64],
    settings: CompositionSettings,
) -> LeftOut:
    """What teacher and forest together say of the first ``n`` rows when their group is left out."""
    said = settings.blend(
        teacher.left_out(groups),
        forest_left_out(rows.fractions, rows.ln_tc, groups, settings.forest),
    )
    novelty = left_out_novelty(rows.fractions[:n], groups[:n], rows.fractions, groups)
    return LeftOut(rows.fractions[:n], rows.ln_tc[:n], said[:n], novelty)


def train_network(
    experiment: Experiment,
    graphs: list[GraphBatch],
    left_out: LeftOut,
    name: str,
) -> Sodnet:
    """A network that has learnt what the branch leaves over on compounds it does not know."""
    residual = np.clip(left_out.true - left_out.predicted, -LARGEST_RESIDUAL, LARGEST_RESIDUAL)
    checkpoint = experiment.runs / "checkpoints" / f"{name}.safetensors"
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    return train(graphs, residual, experiment.config, experiment.settings, checkpoint)


def _result(
    entries: Entries,
    split: Split,
    variant: str,
    predicted: Array,
    said: CompositionAnswer,
    trust: Trust,
    place: Place,
) -> FoldResult:
    assert said.novelty is not None
    fractions = torch.from_numpy(entries.fractions[split.test]).float()
    ln_tc = torch.from_numpy(predicted).float()
    width = trust.half_width(fractions, ln_tc, said.novelty).double().numpy()
    return FoldResult(
        variant_name(variant, size=place.train_size),
        place.labels,
        place.split,
        place.fold,
        [entries.ids[i] for i in split.test],
        entries.ln_tc[split.test],
        predicted,
        predicted - width,
        predicted + width,
        entries.family[split.test].tolist(),
        entries.disorder[split.test].tolist(),
    )
