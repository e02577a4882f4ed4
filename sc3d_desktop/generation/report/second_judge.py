"""A second judge of Tc: trees on compositions that the generator has not learned from.

It shares no weights with anything, and no compound with the training data of the generator and of
its guide: nothing of 3DSC, and of SuperCon3D only what was held out there, since the tables have no
calculated hydrides. It does share formulas with the shipped predictor, which was trained on the
whole of the same tables.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.generation.report.metrics import TOPS, Floats
from sc3d_desktop.models.sodnet.features import N_ELEMENTS
from sc3d_desktop.training.baselines.composition import composition_features
from sc3d_desktop.training.baselines.regressors import INSTALL_HINT
from sc3d_desktop.training.generator.data import held_out_ids
from sc3d_desktop.training.labels import (
    FormulaTables,
    Labels,
    chemical_systems,
    crystal_fractions,
    formula_fractions,
    same_compositions,
)
from sc3d_desktop.training.metrics import mean_absolute_error, r_squared
from sc3d_desktop.training.supercon3d import load_supercon3d

NAME = "second judge"
_TREES = 200
_PARTS = 5


@dataclass(frozen=True)
class Judged:
    """Tc in K, and the probability that a Tc is reported at all, of each sample."""

    tc_kelvin: Floats
    p_superconductor: Floats


@dataclass(frozen=True)
class JudgeError:
    """What cross-validation with whole chemical systems left out says: errors in ln K, the AUC of
    superconductor or not, and for each threshold the share of compounds above it and the share of
    them that the judge puts above it, with how much of either is right.
    """

    mae_ln_kelvin: float
    r_squared: float
    auc: float
    superconductors: int
    unreported: int
    systems: int
    above: dict[int, float]
    called_above: dict[int, float]
    precision: dict[int, float]
    recall: dict[int, float]


@dataclass(frozen=True)
class Independent:
    """What the judge must not learn from, compositions (k, 104), and what it may besides."""

    left_out: Floats
    besides: Labels


def independent(data: Path) -> Independent:
    """All of SuperCon3D, by formula and by structure, and of 3DSC with a Tc is left out. The
    ordered superconductors held out from the generator come back with their Tc, but for those that
    are in 3DSC.

    Raises ``TrainingError`` where they are missing.
    """
    entries = load_supercon3d(data).entries
    held_out = held_out_ids(data)
    apart = np.array([entry.id in held_out for entry in entries])
    crystals = crystal_fractions([entry.crystal for entry in entries])
    named = _formulas(data / "supercon3d" / "supercon3d.csv", "formula")
    trained = np.concatenate(
        [crystals[~apart], named[~apart], _formulas(data / "3dsc_mp" / "3dsc_mp.csv", "formula_sc")]
    )
    held = Labels(crystals, np.array([entry.ln_tc for entry in entries])).kept(apart)
    return Independent(
        np.unique(np.concatenate([trained, crystals, named]), axis=0),
        held.without_formulas(trained),
    )


def _formulas(path: Path, column: str) -> Floats:
    """Compositions (n, 104) of the rows with a Tc."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            named = [row[column] for row in csv.DictReader(lines) if float(row["tc_K"]) > 0]
    except FileNotFoundError:
        raise TrainingError(f"There is no {path}.", "Give the data folder with --data.") from None
    read = {text: formula_fractions(text) for text in set(named)}
    empty = np.zeros(N_ELEMENTS)
    return np.stack([empty if (row := read[text]) is None else row for text in named])


class SecondJudge:
    """Extremely randomised trees, on ``learned`` and on compounds listed without a Tc."""

    def __init__(self, tables: FormulaTables, apart: Independent, trees: int = _TREES) -> None:
        of_tables = tables.superconductors.without_formulas(apart.left_out)
        self.learned = of_tables.joined(apart.besides)
        self.unreported = tables.unreported[~same_compositions(tables.unreported, apart.left_out)]
        if len(_groups(self.learned.fractions)[1]) < _PARTS:
            raise TrainingError(
                f"{len(self.learned)} compounds are left to train the second judge on.",
                "Give the whole data folder with --data.",
            )
        self._trees = trees
        self._tc = self._fit_tc(self.learned.fractions, self.learned.ln_tc)
        self._known = self._fit_known(*self._both())

    def judge(self, crystals: Sequence[Crystal]) -> Judged:
        """By composition alone."""
        if not crystals:
            return Judged(np.empty(0), np.empty(0))
        return self.judge_fractions(crystal_fractions(crystals))

    def judge_fractions(self, fractions: Floats) -> Judged:
        """Of compositions (n, 104)."""
        features = composition_features(fractions)
        return Judged(np.exp(self._tc.predict(features)), self._known.predict_proba(features)[:, 1])

    def error(self, above_kelvin: dict[int, float]) -> JudgeError:
        """Its own error, on chemical systems it has not seen."""
        from sklearn.metrics import roc_auc_score

        ln_tc, said = self.learned.ln_tc, self._left_out_tc()
        fractions, is_known = self._both()
        called = {t: said > np.log(above_kelvin[t]) for t in TOPS}
        true = {t: ln_tc > np.log(above_kelvin[t]) for t in TOPS}
        both = {t: float((called[t] & true[t]).sum()) for t in TOPS}
        return JudgeError(
            mean_absolute_error(said, ln_tc),
            r_squared(said, ln_tc),
            float(roc_auc_score(is_known, self._left_out_known(fractions, is_known))),
            len(self.learned),
            len(self.unreported),
            len(set(chemical_systems(fractions))),
            {t: float(true[t].mean()) for t in TOPS},
            {t: float(called[t].mean()) for t in TOPS},
            {t: both[t] / max(1, int(called[t].sum())) for t in TOPS},
            {t: both[t] / max(1, int(true[t].sum())) for t in TOPS},
        )

    def _both(self) -> tuple[Floats, NDArray[np.bool_]]:
        fractions = np.concatenate([self.learned.fractions, self.unreported])
        return fractions, np.arange(len(fractions)) < len(self.learned)

    def _left_out_tc(self) -> Floats:
        fractions, said = self.learned.fractions, np.empty(len(self.learned))
        for test in _parts(fractions):
            fitted = self._fit_tc(fractions[~test], self.learned.ln_tc[~test])
            said[test] = fitted.predict(composition_features(fractions[test]))
        return said

    def _left_out_known(self, fractions: Floats, is_known: NDArray[np.bool_]) -> Floats:
        said = np.empty(len(fractions))
        for test in _parts(fractions):
            fitted = self._fit_known(fractions[~test], is_known[~test])
            said[test] = fitted.predict_proba(composition_features(fractions[test]))[:, 1]
        return said

    def _fit_tc(self, fractions: Floats, ln_tc: Floats) -> Any:
        trees = _library().ExtraTreesRegressor(self._trees, max_features=0.3, random_state=1)
        return trees.fit(composition_features(fractions), ln_tc)

    def _fit_known(self, fractions: Floats, is_known: NDArray[np.bool_]) -> Any:
        trees = _library().ExtraTreesClassifier(
            self._trees, max_features=0.3, min_samples_leaf=2, random_state=1
        )
        return trees.fit(composition_features(fractions), is_known)


def _library() -> Any:
    try:
        from sklearn import ensemble
    except ImportError as error:
        raise TrainingError("The second judge needs scikit-learn.", INSTALL_HINT) from error
    return ensemble


def _groups(fractions: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number of its chemical system for each row, and all numbers."""
    numbers: dict[frozenset[int], int] = {}
    rows = np.array([numbers.setdefault(s, len(numbers)) for s in chemical_systems(fractions)])
    return rows, np.arange(len(numbers))


def _parts(fractions: Floats) -> list[NDArray[np.bool_]]:
    """Rows to be left out together; those of one chemical system always are."""
    rows, systems = _groups(fractions)
    part = np.random.default_rng(0).permutation(systems) % _PARTS
    return [part[rows] == k for k in range(_PARTS)]
