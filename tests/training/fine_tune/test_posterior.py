"""The update of the composition branch is that of a Gaussian process, worked out another way."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from composition_cases import random_fractions
from numpy.testing import assert_allclose

from sc3d_desktop.models.sodnet.composition import distances, kernel, scaled_features
from sc3d_desktop.training.fine_tune import posterior
from sc3d_desktop.training.fine_tune.posterior import Posterior, solve
from sc3d_desktop.training.fine_tune.robust import fit, trust_in

NOISE, OWN_NOISE = 0.05, 0.08


def plain_kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    features = (scaled_features(torch.from_numpy(x).double()) for x in (a, b))
    return kernel(*distances(*features)).numpy()


def dense(known, labels, noise, at):
    """The mean of the process at ``at``, from all rows at once."""
    matrix = plain_kernel(known, known) + np.diag(noise)
    return plain_kernel(at, known) @ np.linalg.solve(matrix, labels)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_conditioning_the_posterior_equals_the_process_on_old_and_new_rows(seed):
    rng = np.random.default_rng(seed)
    old, new, at = (random_fractions(n, seed * 10 + n) for n in (60, 9, 25))
    old_labels, new_labels = rng.normal(size=60), rng.normal(size=9)
    old_noise, new_noise = np.full(60, NOISE), rng.uniform(0.02, 0.2, 9)
    found = Posterior(old, new, NOISE)
    before = dense(old, old_labels, old_noise, new)
    weights = solve(found.covariance(), new_noise, new_labels - before)
    after = dense(old, old_labels, old_noise, at) + found.with_others(at) @ weights
    both, labels = np.concatenate([old, new]), np.concatenate([old_labels, new_labels])
    expected = dense(both, labels, np.concatenate([old_noise, new_noise]), at)
    assert_allclose(after, expected, atol=1e-6)


def test_the_reach_says_the_same_as_the_covariance():
    old, new, at = random_fractions(50, 1), random_fractions(6, 2), random_fractions(20, 3)
    weights = np.random.default_rng(0).normal(size=6)
    found = Posterior(old, new, NOISE)
    reach = found.reach(weights)
    change = plain_kernel(at, old[reach.anchors]) @ reach.anchor_weights
    change += plain_kernel(at, new) @ reach.weights
    assert_allclose(change, found.with_others(at) @ weights, atol=1e-9)


def test_of_many_anchors_those_that_are_left_out_are_hardly_missed(monkeypatch):
    old, new = random_fractions(400, 1), random_fractions(5, 2)
    whole = Posterior(old, new, NOISE).covariance()
    for name in ("NEAREST_ANCHORS", "OTHER_ANCHORS"):
        monkeypatch.setattr(posterior, name, 120)
    assert_allclose(Posterior(old, new, NOISE).covariance(), whole, atol=0.02)


def test_what_is_known_already_is_moved_less_than_what_is_not():
    known = random_fractions(50, 1)
    observed = np.stack([known[0], random_fractions(1, 77)[0]])
    variance = np.diag(Posterior(known, observed, NOISE).covariance())
    assert variance[0] < NOISE < variance[1]


def family(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Covariance of records alike, and their noise."""
    x = np.linspace(0, 1, n)
    return 0.4 * np.exp(-np.abs(x[:, None] - x) / 3), np.full(n, OWN_NOISE)


def test_one_record_that_no_other_supports_hardly_counts():
    covariance, noise = family(8)
    residual = np.full(8, 1.2)
    residual[3] = -7.0
    trust = trust_in(covariance, noise, residual, 1.0)
    assert trust[3] < 0.1
    assert (np.delete(trust, 3) > 0.6).all()
    weights, _ = fit(covariance, noise, residual, 1.0)
    clean, _ = fit(covariance, noise, np.full(8, 1.2), 1.0)
    change, expected = covariance @ weights, covariance @ clean
    assert np.abs(change - expected).max() < 0.25
    plain = covariance @ solve(covariance, noise, residual)
    assert np.abs(plain - expected).max() > 1.0


def test_records_that_agree_count_however_far_they_are_from_the_model():
    covariance, noise = family(8)
    trust = trust_in(covariance, noise, np.full(8, 4.0), 1.0)
    assert trust.min() > 0.5
