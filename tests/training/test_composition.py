"""The composition branch is taught: its teacher interpolates, and it learns the teacher."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sc3d_desktop.training.composition import (
    CompositionSettings,
    CompositionTeacher,
    cross_fitted,
    teach_branch,
    virtual_compositions,
)
from sc3d_desktop.training.metrics import mean_absolute_error

SETTINGS = CompositionSettings(width=64, virtual=6000, epochs=20, batch_size=128)


@pytest.fixture(scope="module")
def known() -> tuple[np.ndarray, np.ndarray]:
    """Compositions of a few elements whose ln Tc is a smooth function of the fractions."""
    rng = np.random.default_rng(0)
    elements = rng.choice(np.arange(3, 84), 12, replace=False)
    x = np.zeros((150, 104))
    for row in x:
        chosen = rng.choice(elements, 3, replace=False)
        row[chosen] = rng.dirichlet(np.ones(3))
    return x, 2 + np.sin(3 * x[:, elements[:6]].sum(axis=1)) + x[:, elements[0]]


def test_virtual_compositions_are_compositions(known):
    x, _ = known
    made = virtual_compositions(x, 2000, np.random.default_rng(1))
    assert made.shape == (2000, 104)
    assert (made >= 0).all()
    np.testing.assert_allclose(made.sum(axis=1), 1)
    assert not made[:, 0].any()


def test_virtual_compositions_use_known_elements_and_differ_from_the_known(known):
    x, _ = known
    made = virtual_compositions(x, 2000, np.random.default_rng(1))
    assert not made[:, x.sum(axis=0) == 0].any()
    nearest = [np.abs(x - row).sum(axis=1).min() for row in made[:200]]
    assert np.median(nearest) > 0.05


def test_the_teacher_is_close_to_its_labels_and_better_than_the_mean_elsewhere(known):
    x, y = known
    teacher = CompositionTeacher(x[:100], y[:100], SETTINGS)
    assert mean_absolute_error(teacher.predict(x[:100]), y[:100]) < 0.1
    elsewhere = mean_absolute_error(teacher.predict(x[100:]), y[100:])
    assert elsewhere < 0.9 * mean_absolute_error(np.full(50, y[:100].mean()), y[100:])


def test_cross_fitted_values_do_not_see_their_own_label(known):
    x, y = known
    changed = y.copy()
    changed[7] += 50
    before, after = cross_fitted(x, y, SETTINGS, 5), cross_fitted(x, changed, SETTINGS, 5)
    assert after[7] == pytest.approx(before[7])
    assert not np.allclose(after, before)


def test_the_branch_learns_its_teacher(known):
    x, y = known
    teacher = CompositionTeacher(x[:100], y[:100], SETTINGS)
    branch = teach_branch(x[:100], y[:100], SETTINGS)
    with torch.no_grad():
        learnt = branch(torch.from_numpy(x[100:]).float()).double().numpy()
    difference = mean_absolute_error(learnt, teacher.predict(x[100:]))
    assert difference < 0.5 * np.abs(y - y.mean()).mean()


def test_the_branch_is_the_same_from_the_same_seed(known):
    x, y = known
    few = CompositionSettings(width=8, virtual=500, epochs=1, batch_size=64)
    one, two = teach_branch(x, y, few), teach_branch(x, y, few)
    for a, b in zip(one.state_dict().values(), two.state_dict().values(), strict=True):
        assert torch.equal(a, b)
