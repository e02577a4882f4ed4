"""A small model improved on records: it learns them, keeps the rest, and is judged blind."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from fine_tune_cases import ANCHORS, nickelates, small_model
from sodnet_cases import random_crystal

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.registry import Version
from sc3d_desktop.models.sodnet import load_model, load_weights
from sc3d_desktop.steps import finish
from sc3d_desktop.training.fine_tune import judge
from sc3d_desktop.training.fine_tune.base import branch_of
from sc3d_desktop.training.fine_tune.observation import Observation, fractions
from sc3d_desktop.training.fine_tune.run import Task, fine_tune
from sc3d_desktop.training.fine_tune.verdict import (
    Figures,
    Line,
    Replay,
    Verdict,
    verdict_from_json,
)
from sc3d_desktop.training.fine_tune.words import comparison, headline, sentences, summary
from sc3d_desktop.training.labels import formula_fractions


@pytest.fixture(scope="module", autouse=True)
def _few_known(request):
    """Twenty known superconductors are enough to see what is forgotten."""
    with pytest.MonkeyPatch.context() as patch:
        known = judge.known_superconductors()
        patch.setattr(judge, "known_superconductors", lambda: known[::20])
        yield


@pytest.fixture(scope="module")
def parent(tmp_path_factory) -> Version:
    return small_model(tmp_path_factory.mktemp("models") / "small.safetensors")


def improve(parent: Version, records, name: str = "mine") -> tuple[Verdict, Version]:
    out = parent.path.with_name(f"{name}.safetensors")
    judged = finish(fine_tune(Task(parent, records, name, out, "ten nickelates")))
    return judged, Version(name, out)


@pytest.fixture(scope="module")
def improved(parent) -> tuple[Verdict, Version]:
    return improve(parent, nickelates())


def ln_tc(version: Version, compositions) -> np.ndarray:
    with torch.no_grad():
        said = branch_of(load_weights(version.path))(torch.from_numpy(compositions).float())
    return said.ln_tc.double().numpy()


def test_records_left_out_are_predicted_better_than_before(improved):
    judged, _ = improved
    assert judged.folds == judged.n_compounds == 10
    assert judged.after.mae_ln_kelvin < 0.3 * judged.before.mae_ln_kelvin
    assert judged.better


def test_the_version_on_disk_says_what_was_learnt(improved):
    judged, version = improved
    records = nickelates()
    said = ln_tc(version, fractions(records))
    measured = np.array([r.ln_kelvin for r in records])
    assert np.abs(said - measured).mean() < 0.2
    blind = np.log([line.after_kelvin for line in judged.lines])
    assert np.abs(said - measured).mean() < np.abs(blind - measured).mean()


def test_what_is_far_from_every_record_stays_as_it_was(parent, improved):
    far = np.stack([formula_fractions(f) for f in ("UPt3", "H3S", "LiFeAs")])
    near = np.stack([formula_fractions("La2.5Sr0.5Ni2O6.9")])
    change = [np.abs(ln_tc(improved[1], x) - ln_tc(parent, x)).max() for x in (far, near)]
    assert change[0] < 0.4 * change[1]


def test_kernel_forests_and_network_are_those_of_the_parent(parent, improved):
    old, new = (load_weights(v.path) for v in (parent, improved[1]))
    before, after = old.network.state_dict(), new.network.state_dict()
    changed = {
        name for name in after
        if name not in before or before[name].shape != after[name].shape
        or not torch.equal(before[name], after[name])
    }  # fmt: skip
    assert changed == {
        "composition.learnt", "composition.kernel.anchors", "composition.kernel.weights",
        "composition.kernel.superconducting", "trust.width", "trust.training_keys",
    }  # fmt: skip
    kept = after["composition.kernel.weights"]
    assert torch.equal(kept[:ANCHORS], before["composition.kernel.weights"])
    assert not kept[ANCHORS:].any()


def test_the_contributions_of_the_sites_still_add_up(improved):
    crystal = random_crystal(3)
    p = load_model(improved[1].path, "cpu").predict([crystal])[0]
    occupied = np.array([sum(site.species.values()) for site in crystal.sites])
    mean = np.average(p.site_contributions, weights=occupied)
    assert mean == pytest.approx(math.log(p.tc_kelvin), abs=1e-4)


def test_the_card_tells_parent_data_and_verdict(parent, improved):
    judged, version = improved
    weights = load_weights(version.path)
    about = weights.card.training["fine_tune"]
    assert about["parent_sha256"] == load_weights(parent.path).sha256
    assert verdict_from_json(about["verdict"]).as_json() == judged.as_json()
    text = dict(load_model(version.path, "cpu").card_lines)
    assert "ten nickelates" in text["Improved on"]
    assert summary(judged) == text["Before and after"]
    assert "mine" in load_model(version.path, "cpu").name


def test_the_compounds_count_as_trained_on_afterwards(parent, improved):
    compositions = fractions(nickelates())
    before, after = (load_weights(v.path).network.trust for v in (parent, improved[1]))
    assert not before.trained_on(compositions).any()
    assert after.trained_on(compositions).all()


def test_a_second_step_goes_on_from_the_first(improved):
    later = [replace(r, tc_kelvin=r.tc_kelvin * 1.2) for r in nickelates()]
    judged, second = improve(improved[1], later, "second")
    about = load_weights(second.path).card.training["fine_tune"]
    assert about["ancestors"] == ["small", "mine"]
    said = np.exp(ln_tc(second, fractions(later)))
    first = np.exp(ln_tc(improved[1], fractions(later)))
    assert (said > first).all()
    assert judged.n_trained_on == 10


def test_five_records_are_enough(parent):
    judged, version = improve(parent, nickelates(n=5), "five")
    assert judged.n_records == 5
    assert version.path.is_file()


def test_records_without_a_transition_lower_the_probability_and_no_tc(parent):
    none = [replace(r, tc_kelvin=None, down_to_kelvin=0.3) for r in nickelates()]
    judged, version = improve(parent, none, "none")
    assert judged.after.p_of_none < judged.before.p_of_none
    assert math.isnan(judged.after.mae_ln_kelvin)
    compositions = fractions(none)
    assert ln_tc(version, compositions) == pytest.approx(ln_tc(parent, compositions), abs=1e-5)
    assert not load_weights(version.path).network.composition.kernel.superconducting[ANCHORS:].any()


def test_a_search_that_could_not_have_seen_the_transition_says_little(parent):
    searched = [
        [replace(r, tc_kelvin=None, down_to_kelvin=t) for r in nickelates()] for t in (200.0, 0.3)
    ]
    warm, cold = (improve(parent, records, "searched")[0] for records in searched)
    drop = [v.before.p_of_none - v.after.p_of_none for v in (warm, cold)]
    assert drop[0] < 0.2 * drop[1]


def test_a_single_bad_record_is_named_and_hardly_counts(parent, improved):
    records = nickelates()
    records[4] = replace(records[4], tc_kelvin=0.005)
    judged, version = improve(parent, records, "bad")
    assert [line.formula for line in judged.doubted] == [records[4].formula]
    assert records[4].formula in " ".join(sentences(judged))
    others = fractions(records[:4] + records[5:])
    assert np.abs(ln_tc(version, others) - ln_tc(improved[1], others)).max() < 0.35


def test_the_interval_widens_where_the_errors_are_large(parent):
    rng = np.random.default_rng(3)
    wild = [replace(r, tc_kelvin=float(np.exp(rng.uniform(-2, 5)))) for r in nickelates(n=20)]
    _, version = improve(parent, wild, "wild")
    before, after = (load_weights(v.path).network.trust.width for v in (parent, version))
    assert after[0] > before[0] + 0.1


def test_absurd_records_of_known_families_trip_the_guard_and_are_not_proposed(parent):
    known = judge.known_superconductors()
    absurd = [
        Observation(f"{k.formula.replace('(', '').replace(')', '')}", tc_kelvin=290.0, weight=100.0)
        for k in known if formula_fractions(k.formula) is not None
    ]  # fmt: skip
    near = [Observation(_shifted(o.formula), tc_kelvin=290.0, weight=100.0) for o in absurd]
    judged, version = improve(parent, near, "absurd")
    assert judged.forgotten
    assert not judged.proposed
    assert "forgets" in headline(judged)
    assert version.path.is_file()


def _shifted(formula: str) -> str:
    """A little oxygen more: near the compound, but another."""
    return f"{formula}O0.3"


def test_too_few_or_bad_records_leave_nothing_behind(parent):
    for records in (nickelates(n=4), [*nickelates(), Observation("Nb", tc_kelvin=math.nan)]):
        with pytest.raises(TrainingError):
            improve(parent, records, "refused")
    assert not parent.path.with_name("refused.safetensors").exists()


def test_one_that_is_stopped_leaves_nothing_behind(parent):
    out = parent.path.with_name("stopped.safetensors")
    steps = fine_tune(Task(parent, nickelates(), "stopped", out))
    for _ in range(8):
        next(steps)
    steps.close()
    assert not out.exists()


def a_verdict(before: float, after: float, **replay) -> Verdict:
    facts = {"n": 40, "mae": (0.2, 0.2), "families": {}, "brier": (0.05, 0.05)}
    figures = (Figures(mae, 0.9, 2.0, math.nan) for mae in (before, after))
    lines = [
        Line("X", 10.0, None, 10 * math.exp(before), 10 * math.exp(after), 0.5, 0.5, 1.0)
        for _ in range(5)
    ]
    return Verdict(5, 5, 0, 5, *figures, Replay(**(facts | replay)), tuple(lines))


@pytest.mark.parametrize(
    ("verdict", "proposed", "said"),
    [
        (a_verdict(1.0, 0.5), True, "nothing forgotten"),
        (a_verdict(0.5, 0.6), False, "No better on your records:"),
        (a_verdict(1.0, 0.5, mae=(0.2, 0.23)), False, "but it forgets"),
        (a_verdict(1.0, 0.5, families={"iron_based": (9, 0.2, 0.4)}), False, "but it forgets"),
        (a_verdict(1.0, 0.5, brier=(0.05, 0.08)), False, "but it forgets"),
        (a_verdict(1.0, 1.5, mae=(0.2, 0.3)), False, "and it forgets"),
    ],
)
def test_only_what_is_better_and_forgets_nothing_is_proposed(verdict, proposed, said):
    assert verdict.proposed is proposed
    assert said in headline(verdict)
    assert verdict_from_json(verdict.as_json()).proposed is proposed


def test_a_gain_that_chance_may_give_is_told_as_such_and_not_proposed():
    verdict = a_verdict(1.0, 0.9)
    one, *others = verdict.lines
    uneven = replace(verdict, lines=(replace(one, after_kelvin=10 * math.exp(1.35)), *others))
    assert uneven.better
    assert not uneven.proposed
    assert "no more than chance" in headline(uneven)
    assert "4 of 5 come closer" in " ".join(sentences(uneven))
    assert verdict.proposed


@pytest.mark.parametrize(("after", "proposed"), [(0.84, False), (0.12, True), (0.02, True)])
def test_a_version_that_takes_what_is_none_for_a_superconductor_is_not_proposed(after, proposed):
    verdict = a_verdict(1.0, 0.5)
    figures = [replace(f, p_of_none=p) for f, p in ((verdict.before, 0.06), (verdict.after, after))]
    judged = replace(verdict, before=figures[0], after=figures[1])
    assert judged.proposed is proposed
    assert ("worse on what you recorded as not superconducting" in headline(judged)) != proposed


def test_figures_that_there_are_none_of_have_no_row():
    rows = [row[0] for row in comparison(a_verdict(1.0, 0.5))]
    assert "Error on your records, ln K" in rows
    assert "P(superconductor) of those without" not in rows
