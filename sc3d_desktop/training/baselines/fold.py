"""One fold: what is trained on, its features, and each regressor fitted once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.baselines.composition import composition_features
from sc3d_desktop.training.baselines.regressors import make_regressor
from sc3d_desktop.training.baselines.structure import structure_features
from sc3d_desktop.training.entries import Entries
from sc3d_desktop.training.supercon3d import Split

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Variant:
    """The mean of some regressors on one kind of features.

    ``features``: "fractions" alone, "c" for composition, "geo" for composition and structure.
    """

    regressors: tuple[str, ...]
    features: str


VARIANTS = {
    "median": Variant(("median",), "fractions"),
    "nearest": Variant(("nearest",), "fractions"),
    "rf-c": Variant(("rf",), "c"),
    "svm-c": Variant(("svm",), "c"),
    "extratrees-c": Variant(("extratrees",), "c"),
    "boosting-c": Variant(("boosting",), "c"),
    "mean-c": Variant(("extratrees", "boosting"), "c"),
    "rf-geo": Variant(("rf",), "geo"),
    "svm-geo": Variant(("svm",), "geo"),
    "extratrees-geo": Variant(("extratrees",), "geo"),
    "boosting-geo": Variant(("boosting",), "geo"),
    "mean-geo": Variant(("extratrees", "boosting", "svr"), "geo"),
}
"""By name. "rf" and "svm" are the paper's; only "c" can use formulas that have no structure."""


class StructuredEntries(Entries):
    """The entries with their structure features, worked out when first asked for."""

    @cached_property
    def structure(self) -> Array:
        return np.stack([structure_features(e.crystal) for e in self.read.entries])


@dataclass(frozen=True, eq=False)
class Rows:
    """What is trained on: entries of SuperCon3D, then formulas without structure."""

    entries: Indices
    extra_fractions: Array
    extra_ln_tc: Array

    def __len__(self) -> int:
        return len(self.entries) + len(self.extra_ln_tc)

    def part(self, size: int, rng: np.random.Generator) -> Rows:
        """A random part; raises ``TrainingError`` where there are not as many."""
        if not 1 <= size <= len(self):
            raise TrainingError(f"The training set has {len(self)} rows, not {size}.")
        chosen = np.sort(rng.permutation(len(self))[:size])
        own, extra = chosen[chosen < len(self.entries)], chosen[chosen >= len(self.entries)]
        extra = extra - len(self.entries)
        return Rows(self.entries[own], self.extra_fractions[extra], self.extra_ln_tc[extra])


class Fold:
    """Predictions on the test and validation entries of one fold, each regressor fitted once."""

    def __init__(self, entries: StructuredEntries, split: Split, rows: Rows, threads: int) -> None:
        self.entries, self.split, self.rows, self.threads = entries, split, rows, threads
        self.judged = np.concatenate([split.test, split.validation])
        self._features: dict[str, tuple[Array, Array]] = {}
        self._predicted: dict[tuple[str, str], Array] = {}

    def predict(self, variant: Variant) -> tuple[Array, Array]:
        """ln(Tc / K) of the test and of the validation entries."""
        parts = [self._predict(name, variant.features) for name in variant.regressors]
        mean = np.mean(parts, axis=0)
        return mean[: len(self.split.test)], mean[len(self.split.test) :]

    def features(self, kind: str) -> tuple[Array, Array]:
        """Features of the training rows and of the judged entries."""
        if kind not in self._features:
            own, judged = (self._of_entries(kind, i) for i in (self.rows.entries, self.judged))
            extra = self.rows.extra_fractions
            further = [_of_fractions(kind, extra)] if len(extra) else []
            self._features[kind] = np.concatenate([own, *further]), judged
        return self._features[kind]

    def _of_entries(self, kind: str, indices: Indices) -> Array:
        composition = _of_fractions(kind, self.entries.fractions[indices])
        if kind != "geo":
            return composition
        return np.concatenate([composition, self.entries.structure[indices]], axis=1)

    def _predict(self, name: str, kind: str) -> Array:
        if (name, kind) not in self._predicted:
            known, judged = self.features(kind)
            ln_tc = np.concatenate([self.entries.ln_tc[self.rows.entries], self.rows.extra_ln_tc])
            regressor = make_regressor(name, self.threads)
            regressor.fit(known, ln_tc)
            self._predicted[name, kind] = regressor.predict(judged)
        return self._predicted[name, kind]


def _of_fractions(kind: str, amounts: Array) -> Array:
    return amounts if kind == "fractions" else composition_features(amounts)
