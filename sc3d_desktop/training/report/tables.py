"""Everything the report says, worked out from the results: plain dictionaries, ready for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.disorder import DisorderClass
from sc3d_desktop.training.report.ablations_page import ablation_rows
from sc3d_desktop.training.report.paper import GOALS, SOURCE, TABLE_1, TABLE_2, PaperRow
from sc3d_desktop.training.report.series import (
    Choice,
    Errors,
    Series,
    coverage,
    errors,
    everything,
    paired,
    pooled_errors,
)
from sc3d_desktop.training.results import (
    ALL_CLASSES,
    FOLDS,
    SPLITS,
    FoldResult,
    LabelKind,
    ProbabilityResult,
    SplitKind,
    variant_name,
)
from sc3d_desktop.training.supercon3d import FAMILIES

Row = dict[str, Any]
References = Mapping[LabelKind, str]
TESTED_ON = ("O", "O/SD", ALL_CLASSES)
SPLITS_BESIDE_THE_PAPER: tuple[SplitKind, ...] = ("fold_paper_sorted", "fold_random")


def report_of(
    series: Sequence[Series], probabilities: Sequence[ProbabilityResult], references: References
) -> Row:
    """The whole report; figures are None where nothing ran."""
    return {
        "overall": _overall(series, references),
        "extra_against_supercon3d": list(_extra_against_own(series)),
        "by_family": [_by(s, _family, FAMILIES) for s in _whole(series)],
        "by_disorder": [_by(s, _disorder, [str(d) for d in DisorderClass]) for s in _whole(series)],
        "trained_tested": list(_trained_tested(series)),
        "coverage": [_coverage(s) for s in _whole(series) if s.has_interval],
        "learning_curves": list(_curves(series)),
        "ablations": ablation_rows(series),
        "probability": [_probability(p) for p in probabilities],
        "paper": {
            "source": SOURCE,
            "table_1": [_beside(row, series) for row in TABLE_1],
            "table_2": [_beside(row, series) for row in TABLE_2],
        },
        "not_run": list(_not_run(series)),
    }


def _whole(series: Sequence[Series]) -> list[Series]:
    return [s for s in series if s.on_whole_training_set]


def _name(s: Series) -> Row:
    return {"variant": s.variant, "labels": s.labels, "split": s.split}


def find(series: Sequence[Series], split: str, labels: str, variant: str) -> Series | None:
    for s in series:
        if (s.split, s.labels, s.variant) == (split, labels, variant):
            return s
    return None


def _overall(series: Sequence[Series], references: References) -> list[Row]:
    """By split and labels; those with most folds first, and of these the best first."""
    rows = []
    for s in _whole(series):
        reference = find(series, s.split, s.labels, references[s.labels])
        compared = paired(s, reference) if reference is not None and reference is not s else None
        measured = errors(s)
        assert measured is not None
        rows.append(
            _name(s)
            | asdict(measured)
            | {"n_train": s.n_train, "seconds": _seconds(s), "goal": _goal(s, measured)}
            | {"paired": asdict(compared) if compared else None}
        )
    order = {split: n for n, split in enumerate(SPLITS)}
    return sorted(rows, key=lambda r: (order[r["split"]], r["labels"], -r["folds"], r["mae"]))


def _seconds(s: Series) -> float | None:
    known = [r.about["seconds"] for r in s.folds.values() if "seconds" in r.about]
    return float(np.mean(known)) if len(known) == len(s.folds) else None


def _goal(s: Series, measured: Errors) -> Row | None:
    """The goal for these labels on this split; reached only by all folds."""
    if (s.labels, s.split) not in GOALS:
        return None
    mae, r2 = GOALS[s.labels, s.split]
    good = measured.mae <= mae and measured.r2 is not None and measured.r2 >= r2
    return {"mae": mae, "r2": r2, "reached": good and not s.missing}


def _extra_against_own(series: Sequence[Series]) -> Iterator[Row]:
    """What further labels bring to the same variant."""
    for s in _whole(series):
        own = find(series, s.split, "supercon3d", s.variant)
        if s.labels == "extra" and own is not None:
            compared = paired(s, own)
            if compared is not None:
                yield _name(s) | {"paired": asdict(compared)}


def _family(result: FoldResult, value: str) -> NDArray[np.bool_]:
    return np.array(result.family) == value


def _disorder(result: FoldResult, value: str) -> NDArray[np.bool_]:
    return np.isin(result.disorder, value.split("/"))


def _by(s: Series, column: Any, values: Sequence[str]) -> Row:
    groups = {value: pooled_errors(s, _where(column, value)) for value in values}
    return _name(s) | {"groups": {v: asdict(e) for v, e in groups.items() if e is not None}}


def _where(column: Any, value: str) -> Choice:
    def chosen(result: FoldResult) -> NDArray[np.bool_]:
        mask: NDArray[np.bool_] = column(result, value)
        return mask

    return chosen


def _trained_tested(series: Sequence[Series]) -> Iterator[Row]:
    """Variants of which some training set was limited to some classes, on each set of classes."""
    limited = {_method(s) for s in series if s.trained_on != ALL_CLASSES}
    for s in series:
        if _method(s) in limited and s.variant == variant_name(_method(s), s.trained_on):
            tested = {t: errors(s, _where(_disorder, t)) for t in TESTED_ON}
            shown = {t: asdict(e) for t, e in tested.items() if e is not None}
            yield _name(s) | {"trained_on": s.trained_on, "tested_on": shown}


def _method(s: Series) -> str:
    return s.variant.removesuffix(variant_name("", s.trained_on))


def _coverage(s: Series) -> Row:
    groups = {f: coverage(s, _where(_family, f)) for f in FAMILIES}
    whole = coverage(s, everything)
    assert whole is not None
    shown = {f: asdict(c) for f, c in groups.items() if c is not None}
    return _name(s) | {"overall": asdict(whole), "families": shown, "folds": len(s.folds)}


def _curves(series: Sequence[Series]) -> Iterator[Row]:
    """Curves of at least two sizes of training set."""
    curves: dict[tuple[str, str, str], list[Series]] = {}
    for s in series:
        if s.curve and s.n_train is not None and s.trained_on == ALL_CLASSES:
            curves.setdefault((s.curve, s.labels, s.split), []).append(s)
    for (name, labels, split), members in curves.items():
        points = sorted((_point(s) for s in members), key=lambda p: p["n_train"])
        if len({p["n_train"] for p in points}) > 1:
            yield {"curve": name, "labels": labels, "split": split, "points": points}


def _point(s: Series) -> Row:
    measured = errors(s)
    assert measured is not None
    return {"n_train": s.n_train, "variant": s.variant} | asdict(measured)


def _probability(p: ProbabilityResult) -> Row:
    bins = reliability(p)
    gap = sum(b["n"] * abs(b["mean_probability"] - b["share"]) for b in bins) / len(p.label)
    return {
        "split": p.split,
        "n": len(p.label),
        "share": float(p.label.mean()),
        "auc": p.auc,
        "brier": float(((p.probability - p.label) ** 2).mean()),
        "expected_calibration_error": gap,
        "bins": bins,
    }


def reliability(p: ProbabilityResult, bins: int = 10) -> list[Row]:
    """Mean probability and share of superconductors in bins of equal width that are not empty."""
    which = np.minimum((p.probability * bins).astype(int), bins - 1)
    return [
        {
            "centre": (int(b) + 0.5) / bins,
            "n": int((which == b).sum()),
            "mean_probability": float(p.probability[which == b].mean()),
            "share": float(p.label[which == b].mean()),
        }
        for b in np.unique(which)
    ]


def _beside(row: PaperRow, series: Sequence[Series]) -> Row:
    """The paper's row with ours on each split, None where it has not run."""
    ours: Row = {}
    for split in SPLITS_BESIDE_THE_PAPER:
        name = variant_name(row.ours, row.trained_on)
        found = find(series, split, "supercon3d", name) if row.ours else None
        measured = errors(found, _where(_disorder, row.tested_on)) if found else None
        ours[split] = asdict(measured) if measured else None
    return asdict(row) | {"by_split": ours}


def _not_run(series: Sequence[Series]) -> Iterator[Row]:
    """Folds without a result, of what has some and of what stands beside the paper's rows."""
    for (variant, labels), splits in _expected(series).items():
        for split in SPLITS:
            found = find(series, split, labels, variant)
            missing = found.missing if found else list(FOLDS)
            if split in splits and missing:
                yield {"variant": variant, "labels": labels, "split": split, "folds": missing}


def _expected(series: Sequence[Series]) -> dict[tuple[str, str], set[str]]:
    """The splits each variant should have: all for one trained on the whole training set."""
    expected: dict[tuple[str, str], set[str]] = {}
    for s in series:
        splits = SPLITS if s.on_whole_training_set else (s.split,)
        expected.setdefault((s.variant, s.labels), set()).update(splits)
    for row in (*TABLE_1, *TABLE_2):
        if row.ours:
            name = variant_name(row.ours, row.trained_on)
            expected.setdefault((name, "supercon3d"), set()).update(SPLITS_BESIDE_THE_PAPER)
    return dict(sorted(expected.items(), key=lambda item: (item[0][1] == "extra", item[0])))
