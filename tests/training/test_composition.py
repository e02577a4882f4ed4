"""The composition branch is fitted: a Gaussian process teaches it, and no row is in it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from composition_cases import random_fractions

from sc3d_desktop.models.sodnet import CompositionKernel
from sc3d_desktop.models.sodnet.composition import distances, kernel, scaled_features
from sc3d_desktop.training.composition import (
    CompositionSettings,
    CompositionTeacher,
    fit_composition,
    group_numbers,
    left_out_novelty,
)
from sc3d_desktop.training.metrics import mean_absolute_error

SETTINGS = CompositionSettings()
NOISE = 0.1
N = 120


def smooth(x: np.ndarray) -> np.ndarray:
    """A smooth function of the fractions, standing in for ln Tc."""
    weights = np.random.default_rng(8).normal(0, 1.5, 104)
    return 2 + np.sin(2 * x @ weights) + x @ np.roll(weights, 7)


@pytest.fixture(scope="module")
def known() -> tuple[np.ndarray, np.ndarray]:
    x = random_fractions(N, seed=4)
    return x, smooth(x) + np.random.default_rng(0).normal(0, 0.1, N)


@pytest.fixture(scope="module")
def groups() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 25, N)


def pairs(a: np.ndarray, b: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    return distances(*(scaled_features(torch.from_numpy(x)) for x in (a, b)))


def likeness(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return kernel(*pairs(a, b)).numpy()


def process(x: np.ndarray, y: np.ndarray, queries: np.ndarray, mean: float) -> np.ndarray:
    """The posterior mean of a Gaussian process, by the textbook's formula in double precision."""
    matrix = likeness(x, x) + NOISE * np.eye(len(x))
    return mean + likeness(queries, x) @ np.linalg.inv(matrix) @ (y - mean)


# --- the teacher --------------------------------------------------------------------------------


def test_the_teacher_is_a_gaussian_process(known):
    x, y = known
    queries = random_fractions(40, seed=5)
    expected = process(x, y, queries, y.mean())
    found = CompositionTeacher(x, y, NOISE).predict(queries)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    given = CompositionTeacher(x, y, NOISE, mean=-0.2).predict(queries)
    np.testing.assert_allclose(given, process(x, y, queries, -0.2), atol=1e-4)


def test_more_queries_than_fit_at_once_are_answered_in_order(known):
    x, y = known
    teacher = CompositionTeacher(x, y, NOISE)
    queries = random_fractions(1500, seed=6)
    together = teacher.predict(queries)
    for i in (0, 1023, 1024, 1499):
        assert together[i] == pytest.approx(float(teacher.predict(queries[i : i + 1])[0]), abs=1e-5)


def test_it_is_close_to_its_labels_and_better_than_the_mean_elsewhere(known):
    x, y = known
    teacher = CompositionTeacher(x[:90], y[:90], 0.02)
    assert mean_absolute_error(teacher.predict(x[:90]), y[:90]) < 0.15
    elsewhere = mean_absolute_error(teacher.predict(x[90:]), y[90:])
    assert elsewhere < 0.7 * mean_absolute_error(np.full(30, y[:90].mean()), y[90:])


def test_a_row_left_out_is_predicted_as_by_a_process_without_it(known):
    x, y = known
    found = CompositionTeacher(x, y, NOISE).left_out(np.arange(N))
    for i in range(0, N, 9):
        rest = np.arange(N) != i
        (expected,) = process(x[rest], y[rest], x[i : i + 1], y.mean())
        assert found[i] == pytest.approx(expected, abs=1e-3)


def test_a_group_left_out_is_predicted_as_by_a_process_without_it(known, groups):
    x, y = known
    found = CompositionTeacher(x, y, NOISE).left_out(groups)
    for group in range(0, 25, 3):
        out = groups == group
        assert out.any()
        expected = process(x[~out], y[~out], x[out], y.mean())
        np.testing.assert_allclose(found[out], expected, atol=1e-3)


def test_what_is_said_of_a_group_left_out_does_not_see_its_labels(known, groups):
    x, y = known
    out = groups == groups[7]
    changed = y + 3.0 * out
    before, after = (
        CompositionTeacher(x, v, NOISE, mean=2.0).left_out(groups) for v in (y, changed)
    )
    np.testing.assert_allclose(after[out], before[out], atol=1e-3)
    assert np.abs(after[~out] - before[~out]).max() > 0.05


def test_after_its_inverse_is_forgotten_the_teacher_says_the_same(known, groups):
    teacher = CompositionTeacher(*known, NOISE)
    before = teacher.left_out(groups)
    teacher.forget_inverse()
    assert "_inverse" not in vars(teacher)
    teacher.forget_inverse()
    np.testing.assert_array_equal(teacher.left_out(groups), before)


# --- novelty ------------------------------------------------------------------------------------


def test_novelty_is_the_distance_to_the_nearest_row_of_another_group(known, groups):
    x, _ = known
    every = sum(pairs(x, x)).numpy()
    expected = [
        min(d for d, g in zip(row, groups, strict=True) if g != own)
        for row, own in zip(every, groups, strict=True)
    ]
    np.testing.assert_allclose(left_out_novelty(x, groups, x, groups), expected, atol=1e-4)


def test_novelty_of_more_queries_than_fit_at_once(known, groups):
    x, _ = known
    queries = random_fractions(1300, seed=7)
    nobody = np.full(1300, -1)
    expected = sum(pairs(queries, x)).numpy().min(axis=1)
    found = left_out_novelty(queries, nobody, x, groups)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_same_label_has_the_same_number_in_every_list():
    one, two = group_numbers(["a", "b", "a"], ["c", "b"])
    assert one.tolist() == [0, 1, 0]
    assert two.tolist() == [2, 1]


# --- the branch ---------------------------------------------------------------------------------


def series(n_systems: int = 60, seed: int = 2) -> np.ndarray:
    """Compositions along doping lines, as they stand in the tables: each has near neighbours."""
    ends = random_fractions(2 * n_systems, seed=seed, most_elements=3)
    shares = np.array([0.0, 0.05, 0.1, 0.15, 0.2])[:, None, None]
    return ((1 - shares) * ends[:n_systems] + shares * ends[n_systems:]).reshape(-1, 104)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return series()


@pytest.fixture(scope="module")
def marks(rows) -> np.ndarray:
    return np.arange(len(rows)) % 4 != 0


@pytest.fixture(scope="module")
def teachers(rows, marks) -> list[CompositionTeacher]:
    tc = CompositionTeacher(rows[marks], smooth(rows[marks]), SETTINGS.noise)
    score = CompositionTeacher(rows, np.where(marks, 1.0, -1.0), 0.1, SETTINGS.unknown_score)
    return [tc, score]


@pytest.fixture(scope="module")
def branch(rows, marks, teachers) -> CompositionKernel:
    return fit_composition(teachers, rows, marks, SETTINGS)


def said_by(branch: CompositionKernel, x: np.ndarray):
    with torch.no_grad():
        return branch(torch.from_numpy(x).float())


@pytest.mark.parametrize(("which", "name"), [(0, "ln_tc"), (1, "score")])
def test_the_branch_says_what_its_teachers_say_near_their_rows(branch, teachers, rows, which, name):
    between = (rows[:-1] + rows[1:])[np.arange(len(rows) - 1) % 5 != 4] / 2
    for x in (rows, between):
        taught = teachers[which].predict(x)
        learnt = getattr(said_by(branch, x), name).double().numpy()
        assert mean_absolute_error(learnt, taught) < 0.05 * taught.std()


def test_far_from_everything_the_branch_says_the_means(branch, teachers):
    assert branch.means.tolist() == pytest.approx([t.mean for t in teachers])


def test_with_one_teacher_there_is_no_score(rows, marks, teachers):
    one = fit_composition(teachers[:1], rows, marks, SETTINGS)
    assert not said_by(one, rows).score.any()


def test_no_anchor_is_a_row(branch, rows):
    """In half precision, as it is shipped, and also when its fractions are made to add up to 1."""
    anchors = branch.anchors.double().numpy()
    for kept in (anchors, anchors / anchors.sum(axis=1, keepdims=True)):
        nearest = np.array([np.abs(rows - anchor).max(axis=1).min() for anchor in kept])
        assert nearest.min() > 1e-5
        assert np.median(nearest) > 1e-3
    rounded = {row.tobytes() for row in rows.astype(np.float16)}
    assert not any(anchor.tobytes() in rounded for anchor in branch.anchors.numpy())
    assert len(anchors) > 0.7 * len(rows)


def test_anchors_are_compositions_without_traces(branch):
    anchors = branch.anchors.double()
    np.testing.assert_allclose(anchors.sum(dim=1).numpy(), 1, atol=2e-3)
    assert (anchors[anchors > 0] > 9e-6).all()
    assert not anchors[:, 0].any()


def test_rows_that_coincide_with_their_neighbours_leave_no_anchor(rows):
    """Between two entries of one formula there is nothing but that formula."""
    twins = np.repeat(random_fractions(3, seed=11), 5, axis=0)
    x = np.concatenate([rows, twins])
    teacher = CompositionTeacher(x, smooth(x), NOISE)
    branch = fit_composition([teacher], x, np.ones(len(x), dtype=bool), SETTINGS)
    anchors = branch.anchors.double().numpy()
    assert len(anchors) <= len(rows)
    assert all(np.abs(anchors - twin).max(axis=1).min() > 1e-3 for twin in twins)


def test_anchors_lie_between_rows_of_their_kind(branch, rows, marks):
    """So each anchor's elements are those of two rows that are both superconductors, or neither."""
    sets = [frozenset(np.flatnonzero(r)) for r in rows]
    for anchor, superconducting in zip(branch.anchors.numpy(), branch.superconducting, strict=True):
        elements = frozenset(np.flatnonzero(anchor))
        kind = [s for s, m in zip(sets, marks, strict=True) if m == bool(superconducting)]
        assert any(a <= elements for a in kind)


def test_novelty_is_measured_from_superconductors_only(branch, rows, marks):
    anchors = branch.anchors.double().numpy()[branch.superconducting.numpy()]
    expected = sum(pairs(rows, anchors)).numpy().min(axis=1)
    np.testing.assert_allclose(said_by(branch, rows).novelty.numpy(), expected, atol=1e-4)
    assert 0 < branch.superconducting.double().mean() < 1


def test_a_seed_decides_the_branch(rows, marks, teachers, branch):
    same = fit_composition(teachers, rows, marks, SETTINGS)
    other = fit_composition(teachers, rows, marks, CompositionSettings(seed=1))
    assert all(
        torch.equal(a, b)
        for a, b in zip(same.state_dict().values(), branch.state_dict().values(), strict=True)
    )
    n = min(len(other.anchors), len(branch.anchors))
    assert not torch.equal(other.anchors[:n], branch.anchors[:n])
