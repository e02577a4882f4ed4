"""What is asked for next, the run that is shown, and its candidates in order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from generated_cases import Stored, ordered, random_candidate, random_run
from sodnet_cases import random_crystal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data.query import Sort
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.request import Request
from sc3d_desktop.state.found_candidates import FoundCandidates, Wanted
from sc3d_desktop.state.generation import Generation, network_calls
from sc3d_desktop.state.request_plan import USUALLY_EXCLUDED, RequestPlan
from sc3d_desktop.state.screening import Phase

ALL = Wanted(valid=False)


def is_valid(candidate: Candidate) -> bool:
    said = candidate.judgement
    return not said.faults and said.balanced is not False


def shown(found: FoundCandidates) -> list[Candidate]:
    rows = [found.row(place) for place in range(len(found.ids))]
    return [row for row in rows if row is not None]


@pytest.fixture
def candidates() -> list[Candidate]:
    return [random_candidate(i, seed=5) for i in range(1, 81)]


# Candidates


def test_only_valid_candidates_are_shown_at_first(candidates: list[Candidate]) -> None:
    found = FoundCandidates()
    found.show(candidates)
    assert found.ids.tolist() == [c.index for c in candidates if is_valid(c)]
    assert 0 < len(found.ids) < len(candidates)


@pytest.mark.parametrize(
    "wanted",
    [
        ALL,
        Wanted(valid=False, novel=True),
        Wanted(valid=False, unique=True),
        Wanted(valid=True, novel=True, unique=True),
        Wanted(valid=False, tc_kelvin=12.0),
    ],
)
def test_each_filter_leaves_what_it_says(wanted: Wanted, candidates: list[Candidate]) -> None:
    found = FoundCandidates()
    found.show(candidates)
    found.want(wanted)
    kept = {c.index for c in shown(found)}
    for candidate in candidates:
        said = candidate.judgement
        fits = True
        if wanted.valid and not is_valid(candidate):
            fits = False
        if wanted.novel and said.novel is not True:
            fits = False
        if wanted.unique and said.duplicate_of is not None:
            fits = False
        if wanted.tc_kelvin and (said.tc_kelvin is None or said.tc_kelvin < wanted.tc_kelvin):
            fits = False
        assert (candidate.index in kept) == fits
    assert kept


def test_text_means_elements_where_it_names_some_and_else_a_part_of_the_formula(
    candidates: list[Candidate],
) -> None:
    found = FoundCandidates()
    found.show(candidates)
    first, second = list(candidates[3].crystal.composition)[:2]
    found.want(replace(ALL, text=f"{first}, {second}"))
    by_elements = {c.index for c in candidates if {first, second} <= set(c.crystal.composition)}
    assert set(found.ids.tolist()) == by_elements
    piece = candidates[3].formula[1:5].lower()
    found.want(replace(ALL, text=piece))
    by_text = {c.index for c in candidates if piece in c.formula.lower()}
    assert set(found.ids.tolist()) == by_text
    assert candidates[3].index in by_text


@pytest.mark.parametrize("falls", [False, True])
@pytest.mark.parametrize("column", ["id", "formula", "tc", "p_superconductor", "above_hull"])
def test_what_comes_one_by_one_stands_as_if_all_had_been_sorted_with_missing_values_last(
    column: str, falls: bool, candidates: list[Candidate]
) -> None:
    found = FoundCandidates()
    found.want(ALL)
    found.sort_by(Sort(column, falls))
    for candidate in candidates:
        found.add(candidate)

    def value(c: Candidate) -> float | str | None:
        said = c.judgement
        above = said.stability.above_hull if said.stability else None
        return {
            "id": c.index, "formula": c.formula, "tc": said.tc_kelvin,
            "p_superconductor": said.p_superconductor, "above_hull": above,
        }[column]  # fmt: skip

    known = [value(c) for c in candidates if value(c) is not None]
    expected = sorted(known, reverse=falls) + [None] * (len(candidates) - len(known))  # type: ignore[type-var]
    assert [value(c) for c in shown(found)] == expected


def test_a_candidate_that_is_told_again_takes_the_place_of_the_old_one(
    candidates: list[Candidate],
) -> None:
    found = FoundCandidates()
    found.want(ALL)
    found.show(candidates)
    better = replace(candidates[4], judgement=replace(candidates[4].judgement, tc_kelvin=999.0))
    found.sort_by(Sort("tc", True))
    found.add(better)
    assert len(found.ids) == len(candidates)
    assert found.row(0) is better


def test_what_is_filtered_out_is_no_longer_selected(candidates: list[Candidate]) -> None:
    found = FoundCandidates()
    found.want(ALL)
    found.show(candidates)
    found.select(np.array([1, 2, 3, 4, 5, 6, 500]))
    assert found.selection.tolist() == [1, 2, 3, 4, 5, 6]
    found.want(Wanted(valid=True))
    valid = [c.index for c in candidates[:6] if is_valid(c)]
    assert found.selection.tolist() == valid
    assert len(valid) < 6


# The run


def test_a_run_that_is_awaited_shows_each_candidate_as_it_is_told(tmp_path: Path) -> None:
    generation = Generation()
    assert generation.phase is Phase.NONE
    generation.await_run(tmp_path / "a", Request(count=3))
    generation.set_running(tmp_path / "a")
    assert generation.phase is Phase.WAITING
    generation.set_running(tmp_path / "a", started=True)
    assert generation.phase is Phase.RUNNING
    told = [random_candidate(i, seed=1) for i in (1, 2)]
    for candidate in told:
        generation.add(candidate)
    assert list(generation.found.all.values()) == told
    assert generation.valid == sum(map(is_valid, told))
    generation.set_running(None)
    assert generation.phase is Phase.STOPPED


def test_candidates_of_a_run_that_goes_on_do_not_come_into_another_that_is_shown(
    tmp_path: Path,
) -> None:
    generation = Generation()
    generation.await_run(tmp_path / "a", Request(count=3))
    generation.set_running(tmp_path / "a", started=True)
    other: Stored = random_run(tmp_path / "b", 4)
    generation.show_run(other)
    generation.add(random_candidate(9))
    assert sorted(generation.found.all) == [1, 2, 3, 4]
    assert generation.phase is Phase.FINISHED


def test_the_end_of_a_run_takes_its_animation_away(tmp_path: Path) -> None:
    generation = Generation()
    generation.set_running(tmp_path, started=True)
    told: list[object] = []
    generation.denoising_changed.connect(lambda: told.append(generation.denoising))
    step = object()
    generation.show_denoising(step)  # type: ignore[arg-type]
    generation.set_running(None)
    assert told == [step, None]


def test_a_candidate_costs_calls_as_its_steps_and_guidance_say() -> None:
    guided = network_calls(Request(guidance=2.0))
    assert network_calls(Request(guidance=2.0, sampling="paper")) == 10 * guided
    assert network_calls(Request(guidance=1.0)) == guided / 2
    assert network_calls(Request(guidance=2.0, energy=1.0)) > guided


# The request


@pytest.fixture
def plan(tmp_path: Path) -> RequestPlan:
    return RequestPlan(tmp_path / "generated")


@pytest.fixture
def crystal() -> Crystal:
    return ordered(7, 3)


def test_at_first_twenty_candidates_without_toxic_or_radioactive_elements_can_be_made(
    plan: RequestPlan,
) -> None:
    assert plan.ready
    assert plan.request.count == 20
    assert {"Hg", "Tl", "As", "U", "Pu", "Tc"} <= set(plan.request.excluded)


def test_what_cannot_be_made_is_told_and_a_change_mends_it(plan: RequestPlan) -> None:
    plan.ask(formula="HgBa2CuO4")
    assert not plan.ready
    assert "Hg" in plan.problem.message
    plan.ask(excluded=())
    assert plan.ready
    plan.ask(tc_kelvin=700.0)
    assert plan.ready
    assert any("700 K" in warning for warning in plan.warnings)


def test_a_structure_is_begun_with_only_where_one_is_open(
    plan: RequestPlan, crystal: Crystal
) -> None:
    plan.begin_with(wanted=True, change=0.25, keep_symmetry=True)
    assert "No structure is open" in plan.problem.message
    plan.use_crystal(crystal)
    assert plan.ready
    start = plan.request.start
    assert (start.crystal, start.change, start.keep_symmetry) == (crystal, 0.25, True)
    disordered = next(c for c in map(random_crystal, range(50)) if not c.is_ordered)
    plan.use_crystal(disordered)
    assert "disordered" in plan.problem.message
    plan.begin_with(wanted=False)
    assert plan.ready
    assert plan.request.start is None


def test_a_run_gets_a_folder_of_its_own(plan: RequestPlan) -> None:
    first = plan.folder
    first.mkdir(parents=True)
    assert plan.folder != first
    assert plan.folder.parent == plan.root
    plan.call("../mine/x")
    assert plan.folder.parent == plan.root
    plan.call("   ")
    assert plan.folder.name.endswith("-2")


def test_the_request_is_the_same_after_a_restart(plan: RequestPlan, tmp_path: Path) -> None:
    plan.ask(count=7, tc_kelvin=77.0, required=("H", "La"), excluded=(), most_atoms=12, seed=5)
    plan.begin_with(change=0.7, keep_elements=True)
    again = RequestPlan(tmp_path)
    again.restore(plan.as_text())
    assert again.asked == plan.asked
    assert again.beginning == plan.beginning


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"request": {"count": -1}, "beginning": [0.4, false, false]}', "null"],
)
def test_a_damaged_memory_leaves_the_usual_request(plan: RequestPlan, text: str) -> None:
    plan.restore(text)
    assert plan.request == Request(excluded=USUALLY_EXCLUDED)
