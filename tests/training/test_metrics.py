"""Metrics against their definitions, and the interval against what it promises."""

from __future__ import annotations

import numpy as np
import pytest

from sc3d_desktop.training.metrics import (
    conformal_quantile,
    mean_absolute_error,
    r_squared,
)


def test_errors_of_known_numbers():
    true, predicted = np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0, 2.0])
    assert mean_absolute_error(predicted, true) == pytest.approx(1.0)
    assert r_squared(predicted, true) == pytest.approx(1 - 5 / (14 / 3))


def test_r_squared_of_the_mean_is_zero():
    true = np.random.default_rng(0).normal(size=50)
    assert r_squared(np.full(50, true.mean()), true) == pytest.approx(0)


def test_the_conformal_rank_counts_the_new_entry():
    residuals = np.arange(1.0, 20.0)
    assert conformal_quantile(residuals, 0.9) == 18.0
    assert conformal_quantile(-residuals, 0.9) == 18.0


def test_too_few_residuals_promise_nothing():
    with pytest.raises(ValueError, match="too few"):
        conformal_quantile(np.ones(8), 0.9)


def test_the_interval_covers_new_entries_as_often_as_it_says():
    rng = np.random.default_rng(1)
    covered = []
    for _ in range(400):
        residuals = rng.standard_t(3, size=120)
        width = conformal_quantile(residuals[:60], 0.9)
        covered.append((np.abs(residuals[60:]) <= width).mean())
    assert 0.89 <= np.mean(covered) <= 0.93
