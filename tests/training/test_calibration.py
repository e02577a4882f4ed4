"""What ``Trust`` holds is fitted: intervals cover, probabilities are honest, limits are set."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from composition_cases import random_fractions

from sc3d_desktop.models.sodnet import Trust
from sc3d_desktop.training.calibration import (
    LeftOut,
    domain_limits,
    fit_probability,
    fit_width,
)

HYDROGEN = 1


def compounds(n: int, seed: int) -> LeftOut:
    """Errors grow with novelty, from about 0.2 to 1.1, and with hydrogen."""
    rng = np.random.default_rng(seed)
    x, novelty = random_fractions(n, seed=seed), rng.uniform(0, 2, n)
    predicted = rng.normal(2, 1, n)
    scale = np.exp(-1.6 + 0.85 * novelty + 1.5 * x[:, HYDROGEN])
    return LeftOut(x, predicted + scale * rng.standard_t(4, n), predicted, novelty)


def half_widths(trust: Trust, of: LeftOut) -> np.ndarray:
    columns = (of.fractions, of.predicted, of.novelty)
    return trust.half_width(*(torch.from_numpy(c).float() for c in columns)).numpy()


@pytest.fixture(scope="module")
def trust() -> Trust:
    fitted = Trust()
    fitted.width.copy_(fit_width(compounds(3000, seed=1)))
    return fitted


@pytest.fixture(scope="module")
def fresh() -> LeftOut:
    return compounds(6000, seed=2)


def covered(trust: Trust, of: LeftOut) -> np.ndarray:
    return np.abs(of.true - of.predicted) <= half_widths(trust, of)


def test_the_interval_covers_nine_of_ten_new_compounds(trust, fresh):
    assert 0.88 <= covered(trust, fresh).mean() <= 0.92


def test_it_covers_them_wherever_they_lie(trust, fresh):
    """A constant width covers nearly all that is known, and too little of what is novel."""
    inside = covered(trust, fresh)
    for low in (0.0, 0.5, 1.0, 1.5):
        part = (fresh.novelty >= low) & (fresh.novelty < low + 0.5)
        assert 0.85 <= inside[part].mean() <= 0.95, low
    assert 0.82 <= inside[fresh.fractions[:, HYDROGEN] > 0.4].mean() <= 0.97
    constant = np.quantile(np.abs(fresh.true - fresh.predicted), 0.9)
    novel = fresh.novelty > 1.5
    assert (np.abs(fresh.true - fresh.predicted) <= constant)[novel].mean() < 0.82


def test_it_is_narrow_where_errors_are_small(trust, fresh):
    widths = half_widths(trust, fresh)
    known, novel = widths[fresh.novelty < 0.3], widths[fresh.novelty > 1.7]
    assert np.median(known) < 0.5 * np.median(novel)
    constant = np.quantile(np.abs(fresh.true - fresh.predicted), 0.9)
    assert np.median(widths) < 0.9 * constant
    assert np.median(known) < 0.6 * constant


def test_the_share_to_cover_can_be_chosen(fresh):
    half = Trust()
    half.width.copy_(fit_width(compounds(3000, seed=1), coverage=0.5))
    assert 0.47 <= covered(half, fresh).mean() <= 0.53


def test_errors_that_depend_on_nothing_get_one_width():
    rng = np.random.default_rng(3)
    x, novelty, predicted = random_fractions(3000), rng.uniform(0, 2, 3000), rng.normal(2, 1, 3000)
    of = LeftOut(x, predicted + rng.laplace(0, 0.4, 3000), predicted, novelty)
    flat = Trust()
    flat.width.copy_(fit_width(of))
    widths = half_widths(flat, of)
    assert np.median(widths) == pytest.approx(-0.4 * math.log(0.1), rel=0.1)
    assert widths.std() < 0.15 * widths.mean()


def test_too_few_compounds_promise_nothing():
    with pytest.raises(ValueError, match="too few"):
        fit_width(compounds(8, seed=0))


def test_joined_compounds_stand_behind_one_another():
    one, other = compounds(4, seed=1), compounds(3, seed=2)
    both = one.join(other)
    for name in ("fractions", "true", "predicted", "novelty"):
        joined = getattr(both, name)
        np.testing.assert_array_equal(joined[:4], getattr(one, name))
        np.testing.assert_array_equal(joined[4:], getattr(other, name))
    assert both.features().shape == (7, 8)


# --- superconductor or not ----------------------------------------------------------------------


def test_a_logistic_is_recovered():
    rng = np.random.default_rng(5)
    score = rng.uniform(-1.5, 1.5, 20_000)
    label = (rng.random(20_000) < 1 / (1 + np.exp(-(2.5 * score - 0.7)))).astype(float)
    slope, offset = fit_probability(score, label).tolist()
    assert slope == pytest.approx(2.5, abs=0.12)
    assert offset == pytest.approx(-0.7, abs=0.1)


def test_a_score_that_says_nothing_gives_the_share_of_superconductors():
    rng = np.random.default_rng(6)
    score, label = rng.normal(size=20_000), (rng.random(20_000) < 0.8).astype(float)
    trust = Trust()
    trust.probability.copy_(fit_probability(score, label))
    p = trust.p_superconductor(torch.tensor([-1.0, 0.0, 1.0])).numpy()
    np.testing.assert_allclose(p, 0.8, atol=0.02)


# --- domain -------------------------------------------------------------------------------------


def test_seven_of_ten_are_inside_and_three_of_a_hundred_outside():
    novelty = np.random.default_rng(7).gamma(2.0, 0.4, 5000)
    trust = Trust()
    trust.domain.copy_(domain_limits(novelty))
    states = [trust.domain_of(d) for d in novelty]
    assert states.count("inside") == pytest.approx(3500, abs=5)
    assert states.count("outside") == pytest.approx(150, abs=5)
    assert states.count("edge") == pytest.approx(1350, abs=5)
