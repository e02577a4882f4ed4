"""Success rates and their intervals, against plain reference implementations."""

from __future__ import annotations

import numpy as np
import pytest

from sc3d_desktop.generation.report.metrics import TOPS, median_with_interval, rate, thresholds


@pytest.mark.parametrize("seed", range(3))
def test_the_share_above_each_threshold_is_that_of_its_name(seed: int) -> None:
    tc = np.random.default_rng(seed).lognormal(1, 2, 1000)
    for top, above in thresholds(tc).items():
        assert np.mean(tc > above) == pytest.approx(top / 100)
    assert tuple(thresholds(tc)) == TOPS


@pytest.mark.parametrize(("hits", "of"), [(3, 40), (450, 1000), (999, 1000)])
def test_the_interval_is_that_of_resampled_flags(hits: int, of: int) -> None:
    flags = np.arange(of) < hits
    rng = np.random.default_rng(7)
    plain = [flags[rng.integers(of, size=of)].mean() for _ in range(4000)]
    found = rate(flags, of)
    assert found.value == hits / of
    assert found.low == pytest.approx(np.percentile(plain, 5), abs=1.5 / of + 0.001)
    assert found.high == pytest.approx(np.percentile(plain, 95), abs=1.5 / of + 0.001)


def test_what_came_to_nothing_counts_among_all_that_was_made() -> None:
    assert rate([True, True], 8).value == 0.25


def test_a_rate_of_nothing_is_zero() -> None:
    found = rate([], 0)
    assert (found.value, found.of) == (0.0, 0)


def test_rates_are_apart_only_where_their_intervals_do_not_meet() -> None:
    few, alike, many = (rate([True] * n, 1000) for n in (100, 110, 300))
    assert few.apart_from(many)
    assert many.apart_from(few)
    assert not few.apart_from(alike)


def test_the_median_lies_within_its_interval() -> None:
    values = np.random.default_rng(0).normal(5, 1, 400)
    median, low, high = median_with_interval(values)
    assert median == np.median(values)
    # 1.64 standard errors of a median, 1.25 σ / √n, to either side.
    assert high - low == pytest.approx(2 * 1.64 * 1.25 / 20, rel=0.3)
    assert low < median < high
    assert all(np.isnan(median_with_interval(np.empty(0))))
