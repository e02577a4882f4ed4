"""The methods the networks are judged by, each with a ``fit`` and a ``predict``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.errors import TrainingError

Array = NDArray[np.float64]
INSTALL_HINT = "Install scikit-learn, lightgbm and matplotlib, the optional part “train”."


class Regressor(Protocol):
    def fit(self, features: Array, ln_tc: Array) -> Any: ...

    def predict(self, features: Array) -> Array: ...


@dataclass
class Median:
    """The same value for everything."""

    _value: float = 0.0

    def fit(self, features: Array, ln_tc: Array) -> Self:
        self._value = float(np.median(ln_tc))
        return self

    def predict(self, features: Array) -> Array:
        return np.full(len(features), self._value)


@dataclass
class Nearest:
    """The value of the row nearest in the sum of absolute differences."""

    _known: Array = field(default_factory=lambda: np.empty((0, 0)))
    _ln_tc: Array = field(default_factory=lambda: np.empty(0))

    def fit(self, features: Array, ln_tc: Array) -> Self:
        self._known, self._ln_tc = features, ln_tc
        return self

    def predict(self, features: Array) -> Array:
        nearest = [np.abs(self._known - row).sum(axis=1).argmin() for row in features]
        return np.asarray(self._ln_tc[nearest])


@dataclass
class Boosting:
    """LightGBM, each tree on a part of rows and features.

    On one thread: several wait for each other after every split, which on a busy machine took 25
    times as long.
    """

    library: Any
    rounds: int = 1000
    _trees: Any = None

    def fit(self, features: Array, ln_tc: Array) -> Self:
        settings = {
            "objective": "regression",
            "learning_rate": 0.04,
            "num_leaves": 63,
            "min_data_in_leaf": 3,
            "feature_fraction": 0.3,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "num_threads": 1,
            "seed": 0,
            "deterministic": True,
            "force_row_wise": True,
            "verbosity": -1,
        }
        rows = self.library.Dataset(features, ln_tc)
        self._trees = self.library.train(settings, rows, num_boost_round=self.rounds)
        return self

    def predict(self, features: Array) -> Array:
        return np.asarray(self._trees.predict(features, num_threads=1))


def _random_forest(threads: int) -> Regressor:
    """With the paper's settings (appendix C.1.1)."""
    from sklearn.ensemble import RandomForestRegressor

    forest: Regressor = RandomForestRegressor(
        n_estimators=100,
        criterion="squared_error",
        min_samples_split=2,
        min_samples_leaf=1,
        max_features=1.0,
        n_jobs=threads,
        random_state=0,
    )
    return forest


def _svm(threads: int) -> Regressor:
    """With the paper's settings."""
    from sklearn.svm import SVR

    return _standardised(SVR(kernel="rbf", gamma="scale", cache_size=1000))


def _svr(threads: int) -> Regressor:
    """With what did better than the paper's settings on validation folds."""
    from sklearn.svm import SVR

    return _standardised(SVR(C=3, epsilon=0.1, gamma=0.01, cache_size=1000))


def _standardised(regressor: Any) -> Regressor:
    """Clipped, because a rare element's fraction lies many deviations off its mean."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    clip = FunctionTransformer(np.clip, kw_args={"a_min": -2, "a_max": 2})
    pipeline: Regressor = make_pipeline(StandardScaler(), clip, regressor)
    return pipeline


def _extra_trees(threads: int) -> Regressor:
    from sklearn.ensemble import ExtraTreesRegressor

    trees: Regressor = ExtraTreesRegressor(300, max_features=0.3, n_jobs=threads, random_state=0)
    return trees


def _boosting(threads: int) -> Regressor:
    import lightgbm

    return Boosting(lightgbm)


_MAKERS: dict[str, Callable[[int], Regressor]] = {
    "rf": _random_forest,
    "svm": _svm,
    "svr": _svr,
    "extratrees": _extra_trees,
    "boosting": _boosting,
    "nearest": lambda threads: Nearest(),
    "median": lambda threads: Median(),
}


def make_regressor(name: str, threads: int) -> Regressor:
    """A fresh regressor; raises ``TrainingError`` where its library is not installed."""
    try:
        return _MAKERS[name](threads)
    except ImportError as error:
        raise TrainingError(
            f"The baselines need a library that is not installed ({error.name}).", INSTALL_HINT
        ) from error
