"""How far an answer is trusted: width, probability, domain, and whether it was trained on."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from composition_cases import random_fractions

from sc3d_desktop.models.sodnet import Trust
from sc3d_desktop.models.sodnet.trust import N_WIDTH_FEATURES, composition_keys, width_features
from sc3d_desktop.training.labels import formula_fractions

KEYS = [-1138254763879506993, 8708734437121722288]


def rows(*formulas: str) -> np.ndarray:
    return np.stack([formula_fractions(f) for f in formulas])


# --- the interval -------------------------------------------------------------------------------


def test_the_width_depends_on_what_the_docstring_says():
    x = torch.from_numpy(rows("LaH10", "YBa2Cu3O7", "FeSe", "CeCoIn5", "Cu", "MgB2"))
    ln_tc, novelty = torch.arange(6.0).double(), torch.tensor([0.0, 0.5, 1.0, 2.0, 3.0, 4.0])
    features = width_features(x, ln_tc, novelty.double()).numpy()
    assert features.shape == (6, N_WIDTH_FEATURES)
    np.testing.assert_allclose(features[:, 0], 1)
    np.testing.assert_allclose(features[:, 1], novelty)
    np.testing.assert_allclose(features[:, 2], novelty**2)
    np.testing.assert_allclose(features[:, 3], [10 / 11, 0, 0, 0, 0, 0])
    both = math.sqrt(3 / 13 * 7 / 13 + 1e-4) - 1e-2
    np.testing.assert_allclose(features[:, 4], [0, both, 0, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(features[:, 5], [0, 0, 0.5, 0, 0, 0])
    np.testing.assert_allclose(features[:, 6], [0, 0, 0, 1 / 7, 0, 0])
    np.testing.assert_allclose(features[:, 7], ln_tc)


def test_the_half_width_is_the_exponential_of_a_sum_over_the_features():
    trust = Trust()
    trust.width.copy_(torch.linspace(-0.3, 0.4, 8))
    x = torch.from_numpy(random_fractions(9)).float()
    ln_tc, novelty = torch.linspace(0, 4, 9), torch.linspace(0, 2, 9)
    expected = np.exp(width_features(x, ln_tc, novelty).numpy() @ trust.width.numpy())
    np.testing.assert_allclose(trust.half_width(x, ln_tc, novelty).numpy(), expected, rtol=1e-5)


@pytest.mark.parametrize(("logarithm", "expected"), [(40.0, math.exp(2)), (-40.0, math.exp(-3))])
def test_a_half_width_stays_within_reason(logarithm, expected):
    trust = Trust()
    trust.width[1] = logarithm
    x, ones = torch.from_numpy(random_fractions(1)).float(), torch.ones(1)
    assert float(trust.half_width(x, ones, ones)) == pytest.approx(expected)


# --- superconductor or not ----------------------------------------------------------------------


def test_the_probability_is_a_logistic_of_the_score():
    trust = Trust()
    trust.probability.copy_(torch.tensor([2.0, -1.0]))
    p = trust.p_superconductor(torch.tensor([-100.0, 0.0, 0.5, 1.0, 100.0])).tolist()
    assert p == pytest.approx([0, 1 / (1 + math.e), 0.5, 1 / (1 + math.exp(-1)), 1])


# --- domain -------------------------------------------------------------------------------------


def test_the_domain_changes_at_its_limits():
    trust = Trust()
    trust.domain.copy_(torch.tensor([0.5, 1.5]))
    found = [trust.domain_of(d) for d in (0.0, 0.5, 0.51, 1.5, 1.51, 9.0)]
    assert found == ["inside", "inside", "edge", "edge", "outside", "outside"]


# --- trained on ---------------------------------------------------------------------------------

DIFFERENT = ("MgB2", "MgB4", "Mg2B", "Mg0.99Al0.01B2", "AlB2", "YBa2Cu3O7", "YBa2Cu3O6.9", "Nb")


@pytest.mark.parametrize(
    "same",
    [
        ("MgB2", "Mg2B4", "B2Mg", "Mg0.5B"),
        ("YBa2Cu3O6.9", "Cu3O6.9Ba2Y", "Y2Ba4Cu6O13.8"),
        ("SmFeAsO0.85F0.15", "Sm2Fe2As2O1.7F0.3", "F0.15O0.85AsFeSm"),
    ],
)
def test_neither_the_unit_nor_the_order_of_a_formula_changes_its_key(same):
    assert len(set(composition_keys(rows(*same)).tolist())) == 1


def test_different_compounds_have_different_keys():
    assert len(set(composition_keys(rows(*DIFFERENT)).tolist())) == len(DIFFERENT)
    many = random_fractions(2000, seed=9, most_elements=5)
    n = len(np.unique(np.round(many, 3), axis=0))
    assert len(np.unique(composition_keys(many))) == pytest.approx(n, abs=2)


def test_keys_survive_single_precision_where_a_fraction_is_half_of_the_last_digit():
    """0.15 / 4 = 0.0375 lies between two thousandths."""
    formulas = [f"SmFeAsO{1 - x:.3f}F{x:.3f}" for x in np.arange(0.01, 0.5, 0.01)]
    formulas += [f"La{1 - x:.4f}Pr{x:.4f}Pb3" for x in np.arange(0.05, 0.6, 0.05)]
    exact = rows(*formulas)
    single = exact.astype(np.float32).astype(np.float64)
    assert composition_keys(single).tolist() == composition_keys(exact).tolist()
    assert len(set(composition_keys(exact).tolist())) == len(formulas)


def test_a_key_is_the_same_in_every_program_run():
    """It is stored in the weights."""
    assert composition_keys(rows("MgB2", "YBa2Cu3O7")).tolist() == KEYS


def test_fractions_of_another_width_are_refused():
    with pytest.raises(ValueError, match="104"):
        composition_keys(np.zeros((2, 103)))


def test_what_was_trained_on_is_recognised():
    known, new = rows("MgB2", "YBa2Cu3O7", "Nb3Sn"), rows("MgB4", "YBa2Cu3O6.5", "Nb3Ge")
    trust = Trust(3)
    trust.training_keys.copy_(torch.from_numpy(np.sort(composition_keys(known))))
    both = np.concatenate([new, known])
    assert trust.trained_on(both).tolist() == [False] * 3 + [True] * 3


def test_without_keys_nothing_was_trained_on():
    assert Trust().trained_on(rows("MgB2")).tolist() == [False]
