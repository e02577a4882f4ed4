"""Draw the whole report from a folder of runs: ``report.md``, ``report.json`` and ``plots/``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.report.checks_page import load_checks
from sc3d_desktop.training.report.page import LABEL_WORDS, SPLIT_WORDS, page
from sc3d_desktop.training.report.series import Series, errors, group
from sc3d_desktop.training.report.tables import find, report_of
from sc3d_desktop.training.results import (
    LABELS,
    SPLITS,
    LabelKind,
    load_folds,
    load_probabilities,
)

Row = dict[str, Any]


@dataclass(frozen=True)
class ReportSettings:
    """What the report is drawn from and how.

    ``references``: the variant the others are compared with, for each kind of labels. ``shown``:
    variants that are plotted; without any, the best one and the reference of each split and labels.
    """

    runs: Path
    out: Path
    references: dict[LabelKind, str] = field(
        default_factory=lambda: {"supercon3d": "mean-geo", "extra": "mean-c"}
    )
    shown: Sequence[str] = ()


def write_report(settings: ReportSettings) -> Row:
    """Write the report and return what ``report.json`` holds.

    Raises ``TrainingError`` where the folder has no results, or results that disagree.
    """
    series = group(load_folds(settings.runs))
    if not series:
        raise TrainingError(
            f"There are no results in {settings.runs}.",
            "Run `sc3d train baselines` or `sc3d train sodnet` first.",
        )
    _check_names(settings, series)
    report = report_of(series, load_probabilities(settings.runs), settings.references)
    report |= load_checks(settings.runs)
    settings.out.mkdir(parents=True, exist_ok=True)
    report["plots"] = [f"plots/{name}" for name in _draw(settings, series, report)]
    (settings.out / "report.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    (settings.out / "report.md").write_text(page(report, report["plots"]), "utf-8")
    return report


def _check_names(settings: ReportSettings, series: Sequence[Series]) -> None:
    there = {s.variant for s in series}
    for name in settings.shown:
        if name not in there:
            raise TrainingError(
                f"There are no results of “{name}” in {settings.runs}.",
                f"There are {', '.join(sorted(there))}.",
            )


def _draw(settings: ReportSettings, series: Sequence[Series], report: Row) -> list[str]:
    from sc3d_desktop.training.report import plots

    names = []
    for name, figure in _figures(settings, series, report):
        plots.save(figure, settings.out / "plots" / f"{name}.png")
        names.append(f"{name}.png")
    return names


def _figures(
    settings: ReportSettings, series: Sequence[Series], report: Row
) -> Iterator[tuple[str, Any]]:
    from sc3d_desktop.training.report import plots

    for split in SPLITS:
        for labels in LABELS:
            shown = _shown(settings, series, split, labels)
            for s in shown:
                name = f"{split}_{labels}_{s.variant}"
                yield f"parity_{name}", plots.parity(s)
                row = _row_of(report["coverage"], s)
                if row:
                    yield f"interval_{name}", plots.interval(s, row)
            rows = [row for s in shown if (row := _row_of(report["by_family"], s))]
            if rows:
                title = f"{SPLIT_WORDS[split]}, {LABEL_WORDS[labels]}"
                yield f"families_{split}_{labels}", plots.by_family(rows, title)
        curves = [c for c in report["learning_curves"] if c["split"] == split]
        if curves:
            yield f"learning_{split}", plots.learning_curves(curves, SPLIT_WORDS[split])
    if report["probability"]:
        yield "reliability", plots.reliability(report["probability"])


def _shown(
    settings: ReportSettings, series: Sequence[Series], split: str, labels: LabelKind
) -> list[Series]:
    """What is plotted; a variant with fewer folds than another may win by luck and is left out."""
    there = [s for s in series if (s.split, s.labels) == (split, labels)]
    if settings.shown:
        return [s for s in there if s.variant in settings.shown]
    whole = [s for s in there if s.on_whole_training_set]
    most = max((len(s.folds) for s in whole), default=0)
    best = sorted((s for s in whole if len(s.folds) == most), key=_mae)[:1]
    reference = find(whole, split, labels, settings.references[labels])
    return best + ([reference] if reference and reference not in best else [])


def _mae(series: Series) -> float:
    measured = errors(series)
    assert measured is not None
    return measured.mae


def _row_of(rows: Sequence[Row], s: Series) -> Row | None:
    key = (s.variant, s.labels, s.split)
    return next((r for r in rows if (r["variant"], r["labels"], r["split"]) == key), None)
