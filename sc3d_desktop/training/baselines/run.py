"""Run the baselines fold by fold; a fold whose result is on disk is not run again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sc3d_desktop.crystal.disorder import DisorderClass
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.baselines.fold import VARIANTS, Fold, Rows, StructuredEntries
from sc3d_desktop.training.entries import extra_rows
from sc3d_desktop.training.metrics import conformal_quantile, mean_absolute_error
from sc3d_desktop.training.results import (
    ALL_CLASSES,
    FOLDS,
    LABELS,
    SPLITS,
    FoldResult,
    LabelKind,
    SplitKind,
    fold_file,
    save_fold,
    variant_name,
)
from sc3d_desktop.training.supercon3d import Split, load_split

Report = Callable[[str], None]


@dataclass(frozen=True)
class Baselines:
    """Which baselines run on what, and where their results go.

    ``trained_on`` keeps to entries of some disorder classes, such as "O/SD"; ``train_size`` to a
    random part of the training set, for a learning curve. Both mark the variant's name.
    """

    data: Path
    runs: Path
    splits: Sequence[SplitKind] = SPLITS
    folds: Sequence[int] = FOLDS
    labels: Sequence[LabelKind] = LABELS
    variants: Sequence[str] = tuple(VARIANTS)
    trained_on: str = ALL_CLASSES
    train_size: int | None = None
    threads: int = 2

    def name_of(self, variant: str) -> str:
        return variant_name(variant, self.trained_on, self.train_size)


def run_baselines(baselines: Baselines, report: Report = lambda _: None) -> list[Path]:
    """Run what is not there yet and return the files written."""
    _check(baselines)
    entries = StructuredEntries(baselines.data)
    written = []
    for split in baselines.splits:
        for fold in baselines.folds:
            for labels in baselines.labels:
                written += _run_fold(baselines, entries, split, fold, labels, report)
    return written


def _check(baselines: Baselines) -> None:
    unknown = set(baselines.variants) - set(VARIANTS)
    if unknown:
        raise TrainingError(
            f"There is no baseline “{sorted(unknown)[0]}”.", f"Use {', '.join(VARIANTS)}."
        )
    classes = baselines.trained_on.split("/")
    if classes != [c for c in DisorderClass if c in classes]:
        raise TrainingError(
            f"“{baselines.trained_on}” are no classes of disorder.",
            f"Use some of {ALL_CLASSES}, in this order.",
        )
    if baselines.trained_on != ALL_CLASSES and "extra" in baselines.labels:
        raise TrainingError(
            "Formulas without a structure have no class of disorder.",
            "Use --labels supercon3d with --trained-on.",
        )


def _run_fold(
    baselines: Baselines,
    entries: StructuredEntries,
    kind: SplitKind,
    fold: int,
    labels: LabelKind,
    report: Report,
) -> list[Path]:
    wanted = [v for v in baselines.variants if _missing(baselines, kind, fold, labels, v)]
    if not wanted:
        return []
    split = load_split(baselines.data, kind, fold, entries.ids)
    rows = _training_rows(baselines, entries, split, kind, labels)
    fitted = Fold(entries, split, rows, baselines.threads)
    files = []
    for name in wanted:
        began = time.perf_counter()
        result = _result(baselines, fitted, name, kind, fold, labels)
        files.append(save_fold(baselines.runs, result))
        error = mean_absolute_error(result.predicted_ln_tc, result.true_ln_tc)
        seconds = time.perf_counter() - began
        report(f"{split.name} {labels} {result.variant}: MAE {error:.3f} ln K, {seconds:.1f} s")
    return files


def _missing(
    baselines: Baselines, kind: SplitKind, fold: int, labels: LabelKind, variant: str
) -> bool:
    """Whether this can be run and has not been."""
    if labels == "extra" and VARIANTS[variant].features == "geo":
        return False
    name = baselines.name_of(variant)
    return not fold_file(baselines.runs, kind, labels, name, fold).is_file()


def _training_rows(
    baselines: Baselines,
    entries: StructuredEntries,
    split: Split,
    kind: SplitKind,
    labels: LabelKind,
) -> Rows:
    classes = baselines.trained_on.split("/")
    own = split.train[np.isin(entries.disorder[split.train], classes)]
    rows = Rows(own, np.empty((0, entries.fractions.shape[1])), np.empty(0))
    if labels == "extra":
        extra = extra_rows(entries, split, kind)
        rows = replace(rows, extra_fractions=extra.fractions, extra_ln_tc=extra.ln_tc)
    if baselines.train_size is None:
        return rows
    return rows.part(baselines.train_size, np.random.default_rng(baselines.train_size))


def _result(
    baselines: Baselines,
    fitted: Fold,
    name: str,
    kind: SplitKind,
    fold: int,
    labels: LabelKind,
) -> FoldResult:
    began = time.perf_counter()
    predicted, validated = fitted.predict(VARIANTS[name])
    entries, split = fitted.entries, fitted.split
    width = conformal_quantile(validated - entries.ln_tc[split.validation])
    tested = [entries.read.entries[i] for i in split.test]
    return FoldResult(
        variant=baselines.name_of(name),
        labels=labels,
        split=kind,
        fold=fold,
        ids=[e.id for e in tested],
        true_ln_tc=entries.ln_tc[split.test],
        predicted_ln_tc=predicted,
        low_ln_tc=predicted - width,
        high_ln_tc=predicted + width,
        family=[e.family for e in tested],
        disorder=[e.disorder for e in tested],
        about={
            "regressors": list(VARIANTS[name].regressors),
            "n_features": fitted.features(VARIANTS[name].features)[0].shape[1],
            "n_train": len(fitted.rows),
            "n_extra": len(fitted.rows.extra_ln_tc),
            "trained_on": baselines.trained_on,
            "train_size": baselines.train_size,
            "curve": name if baselines.trained_on == ALL_CLASSES else "",
            "interval": "constant width, from the validation fold",
            "data_sha256": entries.read.sha256,
            "seconds": round(time.perf_counter() - began, 2),
        },
    )
