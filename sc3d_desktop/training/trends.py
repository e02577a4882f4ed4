"""Doping trends: whether a model has the slope right along a series, whatever its values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.doping_series import DopingSeries, load_series, series_of_3dsc

Array = NDArray[np.float64]
Predict = Callable[[Sequence[Crystal]], Array]
"""Crystals to ln(Tc / K), in order."""

FLANK_POINTS = 3
FLANK_CHANGE = 0.1
"""A flank on which ln Tc changes by less says nothing about a sign."""

FLAT = 1e-3
"""A predicted change of ln Tc below this is no change."""


@dataclass(frozen=True)
class Flank:
    """Points ``start`` to ``stop`` of a series, on which Tc rises to or falls from its highest.

    ``change`` and ``predicted`` are the changes of ln Tc over the flank, measured and predicted:
    slope of the least-squares line in x times the width of the flank.
    """

    start: int
    stop: int
    change: float
    predicted: float

    @property
    def right(self) -> bool:
        """Whether the prediction changes (by 0.001 at least) in the measured direction."""
        return abs(self.predicted) >= FLAT and (self.predicted > 0) == (self.change > 0)


@dataclass(frozen=True)
class SeriesResult:
    """A series as judged.

    ``rank_correlation`` is Spearman's, between measured and predicted Tc over all points with
    Tc > 0, ties sharing their mean rank; 0 where the prediction is constant. ``flanks`` may be
    empty where the measured Tc has no clear direction.
    """

    series: DopingSeries
    predicted_ln_tc: tuple[float, ...]
    flanks: tuple[Flank, ...]
    rank_correlation: float

    @property
    def right(self) -> bool | None:
        """Whether every flank is right; None without flanks."""
        return all(flank.right for flank in self.flanks) if self.flanks else None


@dataclass(frozen=True)
class TrendReport:
    """The results of all series, and their summary.

    Results of several models (one a fold, each judged on the series it has not seen) are joined as
    ``TrendReport(a.results + b.results)``.
    """

    results: tuple[SeriesResult, ...]

    @property
    def n_flanks(self) -> int:
        return sum(len(r.flanks) for r in self.results)

    @property
    def right_flanks(self) -> float:
        """Share of all flanks with the right sign: a dome counts twice. nan without flanks."""
        return _mean([float(flank.right) for r in self.results for flank in r.flanks])

    @property
    def right_series(self) -> float:
        """Share of the series with flanks of which every flank is right. nan without any."""
        return _mean([float(r.right) for r in self.results if r.right is not None])

    @property
    def rank_correlation(self) -> float:
        """Mean of the rank correlations, each series counting once. nan without series."""
        return _mean([r.rank_correlation for r in self.results])

    @property
    def median_rank_correlation(self) -> float:
        values = [r.rank_correlation for r in self.results]
        return float(np.median(values)) if values else float("nan")

    def as_json(self) -> dict[str, Any]:
        """The figures, overall and a series, as plain values."""
        return {
            "series": len(self.results),
            "flanks": self.n_flanks,
            "right_flanks": self.right_flanks,
            "right_series": self.right_series,
            "rank_correlation": self.rank_correlation,
            "median_rank_correlation": self.median_rank_correlation,
            "by_series": [_result_json(r) for r in self.results],
        }


def judge(series: Iterable[DopingSeries], predict: Predict) -> TrendReport:
    """Judge a model on series; ``predict`` gives ln(Tc / K) of one series' crystals at a time.

    The flanks of a series are the points up to its highest measured Tc (the first of equals) and
    the points from there on. One counts when it has at least 3 points and the least-squares line of
    the measured ln Tc against x changes by at least 0.1 over it, rising before the highest point
    and falling after it. So a dome has two flanks, a monotonic series one, and a series without
    direction none.
    """
    return TrendReport(tuple(_judged(s, predict) for s in series))


def _judged(series: DopingSeries, predict: Predict) -> SeriesResult:
    predicted = np.asarray(predict(series.crystals), dtype=np.float64)
    if predicted.shape != (len(series.crystals),) or not np.isfinite(predicted).all():
        raise TrainingError(
            f"The model gives no value for every crystal of {series.name}.",
            "It must return one finite ln Tc a crystal.",
        )
    flanks = tuple(_flanks(np.array(series.x), series.ln_tc, predicted))
    correlation = rank_correlation(series.ln_tc, predicted)
    return SeriesResult(series, tuple(predicted.tolist()), flanks, correlation)


def _flanks(x: Array, ln_tc: Array, predicted: Array) -> Iterator[Flank]:
    top = int(ln_tc.argmax())
    for start, stop, sign in ((0, top + 1, 1), (top, len(x), -1)):
        part = slice(start, stop)
        if stop - start < FLANK_POINTS:
            continue
        change = _change(x[part], ln_tc[part])
        if sign * change >= FLANK_CHANGE:
            yield Flank(start, stop, change, _change(x[part], predicted[part]))


def _change(x: Array, y: Array) -> float:
    """Change of the least-squares line of y over the range of x."""
    from_mean = x - x.mean()
    return float(from_mean @ y / (from_mean @ from_mean) * np.ptp(x))


def rank_correlation(a: Array, b: Array) -> float:
    """Spearman's rank correlation, ties sharing their mean rank; 0 where a or b is constant."""
    ranks = [_ranks(v) for v in (a, b)]
    centred = [r - r.mean() for r in ranks]
    norms = [float(c @ c) for c in centred]
    if min(norms) == 0:
        return 0.0
    return float(centred[0] @ centred[1] / np.sqrt(norms[0] * norms[1]))


def _ranks(values: Array) -> Array:
    below = (values[None, :] < values[:, None]).sum(axis=1)
    equal = (values[None, :] == values[:, None]).sum(axis=1)
    return np.asarray(below + (equal - 1) / 2, dtype=np.float64)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _result_json(result: SeriesResult) -> dict[str, Any]:
    return {
        "name": result.series.name,
        "source": result.series.source,
        "right": [flank.right for flank in result.flanks],
        "rank_correlation": result.rank_correlation,
        "x": list(result.series.x),
        "tc_kelvin": list(result.series.tc_kelvin),
        "predicted_kelvin": np.exp(result.predicted_ln_tc).tolist(),
    }


__all__ = [
    "DopingSeries",
    "Flank",
    "Predict",
    "SeriesResult",
    "TrendReport",
    "judge",
    "load_series",
    "rank_correlation",
    "series_of_3dsc",
]
