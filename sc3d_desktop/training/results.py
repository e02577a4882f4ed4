"""What a model answered on one test fold, kept as one JSON file, and read back for the report."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.paths import write_whole

Array = NDArray[np.float64]
LabelKind = Literal["supercon3d", "extra"]
SplitKind = Literal["fold_random", "fold_grouped", "fold_paper_sorted"]
LABELS: tuple[LabelKind, ...] = get_args(LabelKind)
SPLITS: tuple[SplitKind, ...] = get_args(SplitKind)
FOLDS = range(10)
ALL_CLASSES = "O/SD/PD/SPD"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_NUMBERS = ("true_ln_tc", "predicted_ln_tc", "low_ln_tc", "high_ln_tc")
_PROBABILITY_FILE = "probability.json"


def variant_name(method: str, trained_on: str = ALL_CLASSES, size: int | None = None) -> str:
    """The name of a method that was trained on a part of the training set: "rf-c.O-SD.n400"."""
    classes = "" if trained_on == ALL_CLASSES else "." + trained_on.replace("/", "-")
    return method + classes + ("" if size is None else f".n{size}")


@dataclass(frozen=True, eq=False)
class FoldResult:
    """Truth and prediction, ln(Tc / K), of every entry of one test fold.

    ``labels`` says what was trained on: the SuperCon3D entries alone, or further formulas as well.
    ``low_ln_tc`` and ``high_ln_tc`` bound the 90 % interval; both are None for a model without.
    ``about`` describes the run. The report reads from it, where given: ``n_train`` (rows trained
    on), ``trained_on`` (disorder classes, as in "O/SD"; all by default), ``train_size`` (where only
    a part of the training set was used, its size), ``curve`` (the learning curve this result is a
    point of) and ``seconds``.
    """

    variant: str
    labels: LabelKind
    split: SplitKind
    fold: int
    ids: list[str]
    true_ln_tc: Array
    predicted_ln_tc: Array
    low_ln_tc: Array | None
    high_ln_tc: Array | None
    family: list[str]
    disorder: list[str]
    about: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in _NUMBERS:
            object.__setattr__(self, name, _numbers(getattr(self, name)))
        problem = self._problem()
        if problem:
            raise TrainingError(f"The result of {self.variant}, fold {self.fold}: {problem}.")

    def _problem(self) -> str:
        """What is wrong with the result, or nothing."""
        if not _NAME.fullmatch(self.variant):
            return "the name of a variant is letters, digits and . _ + -"
        if self.labels not in LABELS or self.split not in SPLITS or self.fold not in FOLDS:
            return f"there is no fold {self.fold} of {self.split} with labels {self.labels}"
        if (self.low_ln_tc is None) != (self.high_ln_tc is None):
            return "an interval needs both its ends"
        columns: list[Sequence[str] | Array] = [self.ids, self.family, self.disorder]
        columns += [x for name in _NUMBERS if (x := getattr(self, name)) is not None]
        if {len(column) for column in columns} != {len(self.ids)} or not self.ids:
            return "its columns differ in length or are empty"
        if len(set(self.ids)) != len(self.ids):
            return "an entry stands in it twice"
        if not all(np.isfinite(x).all() for x in columns[3:] if isinstance(x, np.ndarray)):
            return "a number is not finite"
        return ""

    @property
    def trained_on(self) -> str:
        """The disorder classes trained on, such as "O/SD"."""
        return str(self.about.get("trained_on", ALL_CLASSES))


def _numbers(values: ArrayLike | None) -> Array | None:
    return None if values is None else np.asarray(values, dtype=np.float64)


def fold_file(folder: Path, split: str, labels: str, variant: str, fold: int) -> Path:
    """Where the result of a fold lies in a folder of runs."""
    return folder / split / labels / variant / f"fold-{fold}.json"


def save_fold(folder: Path, result: FoldResult) -> Path:
    """Write the result to its place in ``folder``; whoever reads sees the old file or the new."""
    file = fold_file(folder, result.split, result.labels, result.variant, result.fold)
    written = {f.name: _plain(getattr(result, f.name)) for f in fields(result)}
    write_json(file, written)
    return file


def load_folds(folder: Path) -> list[FoldResult]:
    """Every result in ``folder``, in the order split, labels, variant, fold.

    Raises ``TrainingError`` where a file is damaged or lies where another result belongs.
    """
    if not folder.is_dir():
        raise TrainingError(f"There is no folder {folder}.", "Give the folder of runs with --runs.")
    files = [f for s in SPLITS for kind in LABELS for f in folder.glob(f"{s}/{kind}/*/fold-*.json")]
    results = [_read_fold(folder, file) for file in files]
    order = {split: n for n, split in enumerate(SPLITS)}
    return sorted(results, key=lambda r: (order[r.split], r.labels, r.variant, r.fold))


def _read_fold(folder: Path, file: Path) -> FoldResult:
    result = FoldResult(**_read(file, {f.name for f in fields(FoldResult)}))
    if file != fold_file(folder, result.split, result.labels, result.variant, result.fold):
        raise TrainingError(
            f"{file} holds another result: {result.split}, {result.labels}, {result.variant}, "
            f"fold {result.fold}.",
            "Move it to where that belongs.",
        )
    return result


@dataclass(frozen=True, eq=False)
class ProbabilityResult:
    """Predicted probability that a compound superconducts, and whether one with a Tc is known.

    Over all test folds of ``split`` together. ``label`` is 1 where a Tc is reported, else 0.
    """

    split: SplitKind
    probability: Array
    label: Array

    def __post_init__(self) -> None:
        for name in ("probability", "label"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64))
        if self.split not in SPLITS or len(self.probability) != len(self.label):
            raise TrainingError(f"The probabilities of {self.split} do not belong to their labels.")
        if not ((self.probability >= 0) & (self.probability <= 1)).all():
            raise TrainingError(f"A probability of {self.split} is not between 0 and 1.")
        if set(np.unique(self.label)) != {0.0, 1.0}:
            raise TrainingError(f"The labels of {self.split} are not 0 and 1, with some of each.")

    @cached_property
    def auc(self) -> float:
        """The chance that a superconductor gets a higher probability than another compound."""
        from scipy.stats import rankdata

        positive = self.label == 1
        n, m = int(positive.sum()), int((~positive).sum())
        ranks = rankdata(self.probability)
        return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m))


def save_probability(folder: Path, result: ProbabilityResult) -> Path:
    """Write ``folder/<split>/probability.json``, with the AUC for who reads it by eye."""
    file = folder / result.split / _PROBABILITY_FILE
    written = {"split": result.split, "auc": result.auc}
    arrays = {"probability": result.probability.tolist(), "label": result.label.tolist()}
    write_json(file, written | arrays)
    return file


def load_probabilities(folder: Path) -> list[ProbabilityResult]:
    """Every probability result in ``folder``; the AUC is worked out anew."""
    files = [folder / split / _PROBABILITY_FILE for split in SPLITS]
    found = [_read(f, {"split", "auc", "probability", "label"}) for f in files if f.is_file()]
    return [ProbabilityResult(r["split"], r["probability"], r["label"]) for r in found]


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def write_json(file: Path, written: Any) -> None:
    """Write ``file`` at once, with its folder; whoever reads sees the old one or the new."""
    write_whole(file, f"{json.dumps(written)}\n".encode())


def _read(file: Path, names: set[str]) -> dict[str, Any]:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TrainingError(f"{file} is damaged ({error}).", "Delete it and run again.") from error
    if not isinstance(read, dict) or not names <= set(read):
        raise TrainingError(f"{file} is not a result.", "Delete it and run again.")
    return {name: read[name] for name in names}
