"""Facts of a set against plain counting, and the verdict on goals when judges disagree."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from report_crystals import candidate, crystal_of, ordered_crystal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.generation.candidate import Judgement
from sc3d_desktop.generation.report.facts import set_facts, success
from sc3d_desktop.generation.report.goals import FIRST, disagreement, goals
from sc3d_desktop.generation.report.metrics import TOPS, rate
from sc3d_desktop.generation.report.samples import (
    Known,
    SampleSet,
    TrainingSet,
    of_crystals,
    of_run,
    repeated,
)
from sc3d_desktop.generation.report.second_judge import NAME, Judged
from sc3d_desktop.generation.request import Request

ABOVE = dict(zip(TOPS, (10.0, 5.0, 2.0), strict=True))


def random_set(seed: int, n: int = 200) -> tuple[SampleSet, Judged]:
    rng = np.random.default_rng(seed)
    flags = (rng.random((3, n)) < [[0.8], [0.3], [0.6]]).astype(bool)
    crystals = tuple(ordered_crystal(rng) for _ in range(n))
    samples = SampleSet("a run", "", crystals, *flags, made=n + 30, asked_kelvin=20.0)
    return samples, Judged(rng.lognormal(1, 1, n), rng.random(n))


@pytest.mark.parametrize("seed", range(3))
def test_success_is_counted_as_in_the_paper(seed: int) -> None:
    samples, judged = random_set(seed)
    found = success(samples, judged, ABOVE)
    for top, above in ABOVE.items():
        sr = nsr = distinct = likely = 0
        for i in range(len(samples.crystals)):
            if not samples.valid[i] or judged.tc_kelvin[i] <= above:
                continue
            sr += 1
            nsr += bool(samples.new[i])
            distinct += bool(samples.new[i] and not samples.repeated[i])
            likely += judged.p_superconductor[i] >= 0.5
        assert found[f"sr{top}"]["value"] == sr / samples.made
        assert found[f"nsr{top}"]["value"] == nsr / samples.made
        assert found[f"nsr_distinct{top}"]["value"] == distinct / samples.made
        assert found[f"sr_likely{top}"]["value"] == likely / samples.made


def test_a_set_tells_of_all_its_samples() -> None:
    samples, judged = random_set(5)
    training = TrainingSet(samples.crystals[:50], np.linspace(1, 20, 50))
    found = set_facts(samples, {"one": judged}, ABOVE, training)
    assert (found["made"], found["came_to_nothing"]) == (230, 30)
    assert found["valid"]["value"] == samples.valid.sum() / 230
    assert found["unique"]["value"] == pytest.approx(1 - samples.repeated.mean())
    assert found["diversity"]["of"] == samples.valid.sum()
    tc = judged.tc_kelvin[samples.valid]
    asked = found["asked"]["one"]
    assert asked["median_kelvin"] == np.median(tc)
    assert asked["within_a_factor_of_2"]["value"] == np.mean((tc >= 10) & (tc <= 40))
    hits = samples.valid & (judged.tc_kelvin > 10)
    assert found["diversity_of_successes"]["one"]["of"] == hits.sum()
    assert found["distance"]["elements_bits"] < found["distance"]["elements_bits_top_decile"]


def test_a_set_that_came_to_nothing_is_told_as_such() -> None:
    none = np.zeros(0, dtype=bool)
    samples = SampleSet("none", "", (), none, none, none, made=5)
    training = TrainingSet((ordered_crystal(np.random.default_rng(0)),), np.ones(1))
    found = set_facts(samples, {"one": Judged(np.empty(0), np.empty(0))}, ABOVE, training)
    assert found["success"]["one"]["sr10"] == asdict(rate([], 5))
    assert found["distance"] == {}
    assert found["asked"]["one"]["median_kelvin"] is None


def rock_salt(edge: float = 4.0) -> Crystal:
    return crystal_of(["Na", "Cl"], np.array([[0.0, 0, 0], [0.5, 0.5, 0.5]]), edge)


def test_known_structures_are_known_in_another_setting_and_size() -> None:
    moved = crystal_of(["Cl", "Na"], np.array([[0.7, 0.7, 0.7], [0.2, 0.2, 0.2]]), 4.3)
    other = crystal_of(["K", "Cl"], np.array([[0.0, 0, 0], [0.5, 0.5, 0.5]]), 4.0)
    known = Known([rock_salt()])
    assert known.holds(moved)
    assert not known.holds(other)
    assert repeated([rock_salt(), other, moved]).tolist() == [False, False, True]


def test_a_run_is_new_where_neither_judgement_nor_training_set_know_it() -> None:
    rng = np.random.default_rng(1)
    made = [rock_salt(), ordered_crystal(rng), ordered_crystal(rng), ordered_crystal(rng)]
    judgements = (
        Judgement(novel=True),
        Judgement(novel=False, faults=("Too close.",)),
        Judgement(novel=None, duplicate_of=1),
        Judgement(novel=True),
    )
    candidates = [candidate(i, c, j) for i, (c, j) in enumerate(zip(made, judgements, strict=True))]
    found = of_run("run", candidates, 6, Request(guidance=0), Known([rock_salt(4.2)]))
    assert found.new.tolist() == [False, False, True, True]
    assert found.valid.tolist() == [True, False, True, True]
    assert found.repeated.tolist() == [False, False, True, False]
    assert (found.made, found.asked_kelvin) == (10, None)


def test_crystals_on_top_of_each_other_are_not_valid() -> None:
    close = crystal_of(["Na", "Cl"], np.array([[0.0, 0, 0], [0.05, 0, 0]]), 4.0)
    found = of_crystals("set", "", [rock_salt(), close], Known([]))
    assert found.valid.tolist() == [True, False]
    assert found.new.all()


def run_facts(first: float, second: float, systems: float | None = 80.0) -> dict[str, Any]:
    keys = ("sr10", "nsr10", "sr50")
    return {
        "success": {
            name: {key: asdict(rate([True] * round(1000 * x), 1000)) for key in keys}
            for name, x in ((FIRST, first), (NAME, second))
        },
        "valid": asdict(rate([True] * 950, 1000)),
        "unique": asdict(rate([True] * 850, 1000)),
        "diversity": {"systems_in_100": systems},
    }


def verdicts(first: float, second: float, systems: float | None = 80.0) -> dict[str, str]:
    rows = goals(run_facts(first, second, systems), run_facts(0, 0, 70.0))
    return {row["goal"]: row["verdict"] for row in rows}


def test_a_goal_is_reached_only_where_both_judges_say_so() -> None:
    assert verdicts(0.7, 0.7)["SR10"] == "reached"
    assert verdicts(0.7, 0.1)["SR10"] == f"missed: reached by the {FIRST} alone"
    assert verdicts(0.1, 0.7)["SR10"] == f"missed: reached by the {NAME} alone"
    assert verdicts(0.1, 0.1)["SR10"] == "missed"


def test_other_goals_do_not_depend_on_the_judges() -> None:
    found = verdicts(0.1, 0.1)
    assert (found["validity"], found["uniqueness"]) == ("reached", "missed")
    kind = "chemical systems in 100, against the top decile"
    assert found[kind] == "reached"
    assert verdicts(0, 0, 60.0)[kind] == "missed"
    assert verdicts(0, 0, None)[kind] == "too few samples to say"


def test_a_contradiction_stands_beside_the_number() -> None:
    many, few = (asdict(rate([True] * n, 1000)) for n in (500, 200))
    assert f"the {NAME} contradicts this and says 0.20" in disagreement(many, few)
    assert f"the {NAME} says more, 0.50" in disagreement(few, many)
    assert disagreement(many, many) == ""
    row = next(r for r in goals(run_facts(0.7, 0.1), run_facts(0, 0)) if r["goal"] == "SR10")
    assert "contradicts" in row["disagreement"]
