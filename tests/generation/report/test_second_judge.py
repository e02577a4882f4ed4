"""The second judge learns what it may, and nothing of what it judges the generator by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from generated_cases import crystal_of, ordered_crystal

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.generation.report.metrics import TOPS
from sc3d_desktop.generation.report.second_judge import SecondJudge, compounds_with_structures
from sc3d_desktop.training.labels import (
    FormulaTables,
    Labels,
    crystal_fractions,
    load_labels,
    same_compositions,
)

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
ABOVE = dict(zip(TOPS, (10.0, 5.0, 2.0), strict=True))


def tables(n: int = 150) -> FormulaTables:
    """Tc rises with the share of copper; what holds carbon has none."""
    rng = np.random.default_rng(5)
    made = [ordered_crystal(rng, atoms=2 + k % 5, kinds=2) for k in range(3 * n)]
    known = np.unique(crystal_fractions([c for c in made if "C" not in c.composition]), axis=0)
    without = np.unique(crystal_fractions([c for c in made if "C" in c.composition]), axis=0)
    copper = known[:, 29]
    return FormulaTables(Labels(known, 1 + 3 * copper), without, "")


def test_no_row_of_what_is_left_out_is_learned_from() -> None:
    whole = tables()
    left_out = whole.superconductors.fractions[::3]
    judge = SecondJudge(whole, left_out, trees=5)
    assert len(judge.learned) == len(whole.superconductors) - len(left_out)
    assert not same_compositions(judge.learned.fractions, left_out).any()


def test_what_is_left_out_has_no_influence() -> None:
    """Labels of the rows left out may be anything."""
    whole = tables()
    left_out = whole.superconductors.fractions[::3]
    wrong = whole.superconductors.ln_tc.copy()
    wrong[::3] = 99.0
    other = FormulaTables(Labels(whole.superconductors.fractions, wrong), whole.unreported, "")
    crystals = [ordered_crystal(np.random.default_rng(k)) for k in range(10)]
    one, two = (SecondJudge(t, left_out, trees=5).judge(crystals) for t in (whole, other))
    np.testing.assert_array_equal(one.tc_kelvin, two.tc_kelvin)
    np.testing.assert_array_equal(one.p_superconductor, two.p_superconductor)


def test_it_learns_what_the_labels_say() -> None:
    judge = SecondJudge(tables(), np.empty((0, 104)), trees=30)
    places = np.random.default_rng(0).random((4, 3))
    rich, poor, none = (
        crystal_of(els, places, 5.0)
        for els in (["Cu", "Cu", "Cu", "O"], ["Fe", "Fe", "Li", "O"], ["C", "C", "Li", "C"])
    )
    said = judge.judge([rich, poor, none])
    assert said.tc_kelvin[0] > 2 * said.tc_kelvin[1]
    assert said.p_superconductor[0] > 0.5 > said.p_superconductor[2]


def test_nothing_is_said_of_nothing() -> None:
    assert len(SecondJudge(tables(), np.empty((0, 104)), trees=3).judge([]).tc_kelvin) == 0


def test_its_error_is_that_on_systems_it_has_not_seen() -> None:
    """Labels that only tell systems apart cannot be foretold; seen ones would be known by heart."""
    whole = tables()
    known = whole.superconductors.fractions
    rng = np.random.default_rng(1)
    of_system = {s: rng.normal(1, 1) for s in {tuple(np.flatnonzero(row)) for row in known}}
    drawn = np.array([of_system[tuple(np.flatnonzero(row))] for row in known])
    judge = SecondJudge(FormulaTables(Labels(known, drawn), whole.unreported, ""), known[:0], 10)
    error = judge.error(ABOVE)
    by_heart = np.abs(np.log(judge.judge_fractions(known).tc_kelvin) - drawn).mean()
    assert by_heart < 0.1
    assert error.mae_ln_kelvin > 0.6
    assert error.r_squared < 0.2
    assert error.above[50] == pytest.approx((drawn > np.log(2)).mean())
    assert error.systems <= len(known) + len(whole.unreported)


def test_too_little_to_learn_from_is_said() -> None:
    whole = tables()
    with pytest.raises(TrainingError, match="left to train"):
        SecondJudge(whole, whole.superconductors.fractions, trees=3)


@pytest.mark.skipif(not DATA.is_dir(), reason="the data folder is not there")
def test_no_compound_with_a_structure_is_left_in_the_tables() -> None:
    left_out = compounds_with_structures(DATA)
    learned = load_labels(DATA).superconductors.without_formulas(left_out)
    assert len(learned) > 5000
    assert len(left_out) > 3500
    distance = np.abs(left_out[::40, None] - learned.fractions[None]).max(axis=2).min(axis=1)
    assert distance.min() > 1e-3
