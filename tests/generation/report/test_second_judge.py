"""The second judge learns what it may, and nothing of what it judges the generator by."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from report_crystals import crystal_of, ordered_crystal

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.generation.report.metrics import TOPS
from sc3d_desktop.generation.report.second_judge import Independent, SecondJudge, independent
from sc3d_desktop.training.labels import (
    Array,
    FormulaTables,
    Labels,
    crystal_fractions,
    formula_fractions,
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


def without(fractions: Array) -> Independent:
    return Independent(fractions, Labels(fractions[:0], np.empty(0)))


def test_what_may_be_learned_besides_is() -> None:
    whole = tables()
    hydride = crystal_fractions([crystal_of(["La", "H", "H", "H"], np.eye(4)[:, :3] / 2, 4.0)])
    besides = Labels(hydride, np.array([5.0]))
    judge = SecondJudge(whole, Independent(hydride[:0], besides), trees=30)
    assert judge.judge_fractions(hydride).tc_kelvin[0] > 100


def test_no_row_of_what_is_left_out_is_learned_from() -> None:
    whole = tables()
    left_out = whole.superconductors.fractions[::3]
    judge = SecondJudge(whole, without(left_out), trees=5)
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
    one, two = (SecondJudge(t, without(left_out), trees=5).judge(crystals) for t in (whole, other))
    np.testing.assert_array_equal(one.tc_kelvin, two.tc_kelvin)
    np.testing.assert_array_equal(one.p_superconductor, two.p_superconductor)


def test_it_learns_what_the_labels_say() -> None:
    judge = SecondJudge(tables(), without(np.empty((0, 104))), trees=30)
    places = np.random.default_rng(0).random((4, 3))
    rich, poor, none = (
        crystal_of(els, places, 5.0)
        for els in (["Cu", "Cu", "Cu", "O"], ["Fe", "Fe", "Li", "O"], ["C", "C", "Li", "C"])
    )
    said = judge.judge([rich, poor, none])
    assert said.tc_kelvin[0] > 2 * said.tc_kelvin[1]
    assert said.p_superconductor[0] > 0.5 > said.p_superconductor[2]


def test_nothing_is_said_of_nothing() -> None:
    assert len(SecondJudge(tables(), without(np.empty((0, 104))), trees=3).judge([]).tc_kelvin) == 0


def test_its_error_is_that_on_systems_it_has_not_seen() -> None:
    """Labels that only tell systems apart cannot be foretold; seen ones would be known by heart."""
    whole = tables()
    known = whole.superconductors.fractions
    rng = np.random.default_rng(1)
    of_system = {s: rng.normal(1, 1) for s in {tuple(np.flatnonzero(row)) for row in known}}
    drawn = np.array([of_system[tuple(np.flatnonzero(row))] for row in known])
    judge = SecondJudge(
        FormulaTables(Labels(known, drawn), whole.unreported, ""), without(known[:0]), 10
    )
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
        SecondJudge(whole, without(whole.superconductors.fractions), trees=3)


@pytest.mark.skipif(not DATA.is_dir(), reason="the data folder is not there")
def test_it_shares_no_compound_with_the_generator() -> None:
    """Each tenth formula of what the generator learned from, compared with every row."""
    judge = SecondJudge(load_labels(DATA), independent(DATA), trees=1)
    assert len(judge.learned) > 5000
    for row in _trained_on()[::10]:
        assert np.abs(judge.learned.fractions - row).max(axis=1).min() > 1e-3
    with_hydrogen = judge.learned.fractions[:, 1] >= 0.5
    assert np.exp(judge.learned.ln_tc[with_hydrogen]).max() > 100


def _trained_on() -> list[Array]:
    """SuperCon3D but for its held-out part, and 3DSC."""
    part = {r["id"]: r["generator_split"] for r in _rows("splits/supercon3d_10fold.csv")}
    entries = _rows("supercon3d/supercon3d.csv")
    formulas = [r["formula"] for r in entries if part[r["id"]] not in ("val", "test")]
    formulas += [r["formula_sc"] for r in _rows("3dsc_mp/3dsc_mp.csv") if float(r["tc_K"]) > 0]
    return [f for text in sorted(set(formulas)) if (f := formula_fractions(text)) is not None]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
