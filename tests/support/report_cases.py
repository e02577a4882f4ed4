"""Results of a fold with errors of a chosen size, for tests of results and report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sc3d_desktop.training.report import ReportSettings
from sc3d_desktop.training.report.page import page as page_of
from sc3d_desktop.training.report.series import group
from sc3d_desktop.training.report.tables import report_of
from sc3d_desktop.training.results import FoldResult, load_folds, load_probabilities, save_fold

FAMILIES = ("cuprate", "h_rich", "heavy_fermion", "iron_based", "others")
CLASSES = ("O", "SD", "PD", "SPD")


def fold_result(
    variant: str,
    fold: int,
    *,
    split: str = "fold_random",
    labels: str = "supercon3d",
    error: float = 0.5,
    width: float | None = 2.0,
    n: int = 20,
    about: dict[str, Any] | None = None,
) -> FoldResult:
    """Every prediction is ``error`` off, alternately above and below; the interval is ``width``
    wide around it. The entries and their truth depend on split and fold only.
    """
    true = np.random.default_rng([fold, len(split)]).normal(1.5, 1.2, n)
    predicted = true + error * np.resize([1, -1], n)
    return FoldResult(
        variant=variant,
        labels=labels,  # type: ignore[arg-type]  # tests pass wrong ones too
        split=split,  # type: ignore[arg-type]  # tests pass wrong ones too
        fold=fold,
        ids=[f"e{fold}-{i}" for i in range(n)],
        true_ln_tc=true,
        predicted_ln_tc=predicted,
        low_ln_tc=None if width is None else predicted - width / 2,
        high_ln_tc=None if width is None else predicted + width / 2,
        family=[FAMILIES[i % 5] for i in range(n)],
        disorder=[CLASSES[i % 4] for i in range(n)],
        about=about or {},
    )


def save(runs: Path, variant: str, errors_by_fold: dict[int, float], **options) -> None:
    """A result of every fold given."""
    for fold, error in errors_by_fold.items():
        save_fold(runs, fold_result(variant, fold, error=error, **options))


def report(runs: Path, references: dict | None = None) -> tuple[dict, str]:
    """What is worked out, and the page without plots."""
    references = references or ReportSettings(runs, runs).references
    made = report_of(group(load_folds(runs)), load_probabilities(runs), references)
    return made, page_of(made, [])
