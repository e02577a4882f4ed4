"""Judging slopes along doping series: definitions on predictors whose result is known."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy.stats import spearmanr
from sodnet_cases import random_crystal

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.trends import (
    DopingSeries,
    TrendReport,
    judge,
    load_series,
    rank_correlation,
)


def _series(tc, x=None) -> DopingSeries:
    xs = tuple(x if x is not None else np.linspace(0, 1, len(tc)))
    crystals = tuple(random_crystal(i) for i in range(len(tc)))
    return DopingSeries("A1-xBx", "nowhere", xs, tuple(tc), crystals)


def _judge(series: DopingSeries, predicted):
    return judge([series], lambda _: np.asarray(predicted, dtype=float)).results[0]


def _all(transform) -> TrendReport:
    """The shipped series, predicted from their own Tc."""
    known = {s.crystals: transform(s.ln_tc) for s in load_series()}
    return judge(load_series(), lambda crystals: known[tuple(crystals)])


def test_a_perfect_model_is_right_everywhere():
    report = _all(lambda ln_tc: ln_tc)
    assert report.right_flanks == report.right_series == 1
    assert report.rank_correlation == report.median_rank_correlation == pytest.approx(1)
    assert all(f.predicted == f.change for r in report.results for f in r.flanks)


def test_any_rising_function_of_the_measured_tc_keeps_every_rank():
    assert _all(lambda ln_tc: 0.3 * ln_tc**3 - 7).rank_correlation == pytest.approx(1)


def test_a_reversed_model_is_wrong_everywhere():
    report = _all(lambda ln_tc: -ln_tc)
    assert report.right_flanks == report.right_series == 0
    assert report.rank_correlation == pytest.approx(-1)


def test_a_constant_model_is_wrong_everywhere_and_correlates_with_nothing():
    report = _all(lambda ln_tc: np.full_like(ln_tc, 2.0))
    assert report.right_flanks == report.right_series == 0
    assert report.rank_correlation == report.median_rank_correlation == 0


def test_a_dome_has_two_flanks_that_meet_at_the_highest_tc():
    dome = _series([8, 20, 37, 30, 15])
    result = _judge(dome, [0.0, 1, 2, 3, 4])
    assert [(f.start, f.stop, f.change > 0) for f in result.flanks] == [(0, 3, True), (2, 5, False)]
    assert [f.right for f in result.flanks] == [True, False]
    assert result.right is False
    report = TrendReport((result,))
    assert (report.n_flanks, report.right_flanks, report.right_series) == (2, 0.5, 0.0)


@pytest.mark.parametrize(("tc", "rising"), [([1, 2, 3, 4], True), ([9, 6, 4, 1], False)])
def test_a_monotonic_series_has_one_flank(tc, rising):
    (flank,) = _judge(_series(tc), [0, 0, 0, 0]).flanks
    assert (flank.start, flank.stop) == (0, 4)
    assert (flank.change > 0) == rising


def test_a_flank_of_two_points_does_not_count():
    (flank,) = _judge(_series([5, 9, 6, 4, 2]), np.zeros(5)).flanks
    assert (flank.start, flank.stop) == (1, 5)


def test_a_series_without_direction_has_no_flank_but_a_rank_correlation():
    result = _judge(_series([10, 10.2, 10.1, 10.3]), [0, 2, 1, 3])
    assert result.flanks == ()
    assert result.right is None
    assert result.rank_correlation == pytest.approx(1)
    assert math.isnan(TrendReport((result,)).right_series)


def test_the_change_over_a_flank_is_that_of_the_least_squares_line():
    x, tc = (0.0, 0.1, 0.4, 1.0), (2.0, 3.0, 5.0, 30.0)
    predicted = np.array([0.0, 1.0, -0.5, 2.0])
    (flank,) = _judge(_series(tc, x), predicted).flanks
    assert flank.change == pytest.approx(np.polyfit(x, np.log(tc), 1)[0])
    assert flank.predicted == pytest.approx(np.polyfit(x, predicted, 1)[0])


@pytest.mark.parametrize(("slope", "right"), [(9e-4, False), (1.1e-3, True), (-0.5, False)])
def test_a_change_below_a_thousandth_counts_as_none(slope, right):
    series = _series([1, 2, 3, 4])
    assert _judge(series, slope * np.array(series.x)).right is right


def test_rank_correlation_is_spearmans_with_ties():
    rng = np.random.default_rng(1)
    for _ in range(20):
        a, b = rng.integers(0, 5, 12).astype(float), rng.integers(0, 5, 12).astype(float)
        assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic)


def test_every_series_counts_once_and_reports_of_folds_join():
    good = judge([_series([1, 2, 3, 4])], lambda c: np.arange(4.0))
    bad = judge([_series([9, 20, 30, 20, 10])], lambda c: np.zeros(5))
    joined = TrendReport(good.results + bad.results)
    assert joined.right_flanks == pytest.approx(1 / 3)
    assert joined.right_series == 0.5
    assert joined.rank_correlation == pytest.approx(0.5)


@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0], [1.0, 2.0, math.nan, 3.0]])
def test_a_model_that_leaves_values_out_is_refused(values):
    with pytest.raises(TrainingError, match="A1-xBx"):
        _judge(_series([1, 2, 3, 4]), values)


def test_the_report_as_json_holds_the_figures_and_each_series():
    report = json.loads(json.dumps(_all(lambda ln_tc: ln_tc).as_json()))
    assert report["series"] == len(report["by_series"]) == len(load_series())
    assert report["right_flanks"] == 1
    first = report["by_series"][0]
    assert first["predicted_kelvin"] == pytest.approx(first["tc_kelvin"])
