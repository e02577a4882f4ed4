"""A variant over its folds: errors, paired differences, and how often its interval holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.metrics import mean_absolute_error, r_squared
from sc3d_desktop.training.results import (
    ALL_CLASSES,
    FOLDS,
    FoldResult,
    LabelKind,
    SplitKind,
)

Array = NDArray[np.float64]
Choice = Callable[[FoldResult], NDArray[np.bool_]]
"""Which entries of a fold are looked at."""


@dataclass(frozen=True, eq=False)
class Series:
    """The folds of one variant that ran; no other fold enters any figure."""

    variant: str
    labels: LabelKind
    split: SplitKind
    folds: dict[int, FoldResult]

    @property
    def missing(self) -> list[int]:
        return [k for k in FOLDS if k not in self.folds]

    @property
    def trained_on(self) -> str:
        return self._first.trained_on

    @property
    def on_whole_training_set(self) -> bool:
        return self.trained_on == ALL_CLASSES and self._first.about.get("train_size") is None

    @property
    def curve(self) -> str:
        """The learning curve this is a point of; empty where it is of none."""
        return str(self._first.about.get("curve") or "")

    @property
    def n_train(self) -> float | None:
        """Rows trained on, mean over the folds; None where a fold does not say."""
        sizes = [r.about.get("n_train") for r in self.folds.values()]
        known = [float(n) for n in sizes if n is not None]
        return float(np.mean(known)) if len(known) == len(sizes) else None

    @property
    def has_interval(self) -> bool:
        return all(r.low_ln_tc is not None for r in self.folds.values())

    @property
    def _first(self) -> FoldResult:
        return next(iter(self.folds.values()))

    def column(self, of: Callable[[FoldResult], Sequence[str] | Array | None]) -> NDArray:
        """One column over all folds that ran."""
        return np.concatenate([np.asarray(of(r)) for r in self.folds.values()])


def group(results: Sequence[FoldResult]) -> list[Series]:
    """Results as series, in the order they come; raises ``TrainingError`` where folds disagree."""
    found: dict[tuple[str, str, str], Series] = {}
    for r in results:
        key = (r.split, r.labels, r.variant)
        series = found.setdefault(key, Series(r.variant, r.labels, r.split, {}))
        series.folds[r.fold] = r
    for series in found.values():
        _check(series)
    return list(found.values())


def _check(series: Series) -> None:
    where = f"{series.variant} ({series.split}, {series.labels})"
    uses = Counter(i for r in series.folds.values() for i in r.ids)
    entry, folds = uses.most_common(1)[0]
    if folds > 1:
        raise TrainingError(f"{folds} test folds of {where} share the entry {entry}.")
    kinds = {(r.trained_on, r.about.get("train_size")) for r in series.folds.values()}
    if len(kinds) > 1:
        raise TrainingError(f"The folds of {where} were trained on different parts of the data.")


@dataclass(frozen=True)
class Errors:
    """MAE in ln K and R²: mean over folds, with the sample standard deviation between folds."""

    folds: int
    n: int
    mae: float
    mae_std: float | None
    r2: float | None
    r2_std: float | None


def everything(result: FoldResult) -> NDArray[np.bool_]:
    return np.ones(len(result.ids), dtype=bool)


def errors(series: Series, choice: Choice = everything) -> Errors | None:
    """Errors of the chosen test entries, fold by fold; None where no fold has any."""
    chosen = [(r, m) for r in series.folds.values() if (m := choice(r)).any()]
    if not chosen:
        return None
    pairs = [(r.predicted_ln_tc[m], r.true_ln_tc[m]) for r, m in chosen]
    mae = [mean_absolute_error(*pair) for pair in pairs]
    r2 = [x for pair in pairs if np.isfinite(x := r_squared(*pair))]
    n = sum(len(true) for _, true in pairs)
    return Errors(len(mae), n, float(np.mean(mae)), _std(mae), _mean(r2), _std(r2))


def pooled_errors(series: Series, choice: Choice) -> Errors | None:
    """Errors of the chosen test entries of all folds together, for groups of a few in a fold."""
    masks = {k: choice(r) for k, r in series.folds.items()}
    if not any(m.any() for m in masks.values()):
        return None
    predicted, true = (
        np.concatenate([of(r)[masks[k]] for k, r in series.folds.items()])
        for of in (lambda r: r.predicted_ln_tc, lambda r: r.true_ln_tc)
    )
    r2 = r_squared(predicted, true)
    mae = mean_absolute_error(predicted, true)
    folds = sum(bool(m.any()) for m in masks.values())
    return Errors(folds, len(true), mae, None, r2 if np.isfinite(r2) else None, None)


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _std(values: Sequence[float]) -> float | None:
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


@dataclass(frozen=True)
class Paired:
    """Difference of MAE (the variant's less the reference's) over the folds both have.

    ``p_t`` is two-sided, from a t statistic whose variance is raised for training sets that overlap
    (Nadeau and Bengio, Machine Learning 52, 239 (2003)); ``p_wilcoxon`` from the signed ranks.
    """

    reference: str
    folds: int
    difference: float
    std: float | None
    better_in: int
    p_t: float | None
    p_wilcoxon: float | None


def paired(series: Series, reference: Series) -> Paired | None:
    """None where no fold ran for both."""
    common = [k for k in series.folds if k in reference.folds]
    if not common:
        return None
    differences = np.array([_difference(series.folds[k], reference.folds[k]) for k in common])
    return Paired(
        f"{reference.variant} ({reference.labels})",
        len(common),
        float(differences.mean()),
        _std(differences.tolist()),
        int((differences < 0).sum()),
        _corrected_t(differences),
        _wilcoxon(differences),
    )


def _difference(one: FoldResult, other: FoldResult) -> float:
    if dict(zip(one.ids, one.true_ln_tc, strict=True)) != dict(
        zip(other.ids, other.true_ln_tc, strict=True)
    ):
        raise TrainingError(
            f"{one.variant} and {other.variant} have other test entries in fold {one.fold} "
            f"of {one.split}, or other values of Tc.",
            "Run one of them again on the same data.",
        )
    return mean_absolute_error(one.predicted_ln_tc, one.true_ln_tc) - mean_absolute_error(
        other.predicted_ln_tc, other.true_ln_tc
    )


TEST_TO_TRAIN = 1 / 8
"""One fold in ten is tested on and eight are trained on."""

FEWEST_FOLDS = 5
"""With fewer there is no p-value: it would say nothing."""


def _corrected_t(differences: Array) -> float | None:
    from scipy.stats import t

    n = len(differences)
    if n < FEWEST_FOLDS or not differences.std():
        return None
    variance = differences.var(ddof=1) * (1 / n + TEST_TO_TRAIN)
    return float(2 * t.sf(abs(differences.mean()) / np.sqrt(variance), n - 1))


def _wilcoxon(differences: Array) -> float | None:
    from scipy.stats import wilcoxon

    if len(differences) < FEWEST_FOLDS or not differences.any():
        return None
    return float(wilcoxon(differences).pvalue)


@dataclass(frozen=True)
class Coverage:
    """Share of entries inside the 90 % interval, and its mean width in ln K."""

    n: int
    share: float
    width: float


def coverage(series: Series, choice: Choice = everything) -> Coverage | None:
    """Over all folds together; None for a variant without intervals."""
    if not series.has_interval:
        return None
    low, high, true = (
        series.column(of)
        for of in (lambda r: r.low_ln_tc, lambda r: r.high_ln_tc, lambda r: r.true_ln_tc)
    )
    chosen = np.concatenate([choice(r) for r in series.folds.values()])
    if not chosen.any():
        return None
    inside = ((low <= true) & (true <= high))[chosen]
    return Coverage(len(inside), float(inside.mean()), float((high - low)[chosen].mean()))
