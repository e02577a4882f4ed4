"""The ranking of a run against plain loops, and how it grows."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from line_cases import line_of, other, random_lines, run_of

from sc3d_desktop.data.query import Sort
from sc3d_desktop.screening.filters import FLAGS
from sc3d_desktop.screening.ranking import (
    LIKELY,
    SORTABLE,
    Ranking,
    Wanted,
    load_ranking,
    ranking_of,
)
from sc3d_desktop.screening.store import Line, RunStore

Numbered = list[tuple[int, Line]]


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ranking, Numbered]:
    path = run_of(tmp_path_factory.mktemp("run") / "r.sqlite", random_lines(400, 1))
    with RunStore.read(path) as store:
        ids = [i for (i,) in store.all("SELECT id FROM line WHERE status = 'predicted'")]
        lines = [line for start in range(0, 400, 100) for line in store.lines(ids[start:][:100])]
        known = np.array([line.composition for _, line in lines[:60]])
        return ranking_of(store).knowing(known), lines


def elements(line: Line) -> set[str]:
    return set(line.chemical_system.split("-"))


def number(value: float | None) -> float:
    return math.nan if value is None else value


def plain_order(lines: Numbered, column: str, descending: bool) -> list[int]:
    words = {"domain": ("inside", "edge", "outside"), "disorder": ("O", "SD", "PD", "SPD")}

    def key(numbered: tuple[int, Line]) -> tuple[bool, float, int]:
        line_id, line = numbered
        value = line_id if column == "id" else getattr(line, column)
        if value is None:
            return True, 0.0, line_id
        value = words[column].index(value) if column in words else value
        return False, -float(value) if descending else float(value), line_id

    return [line_id for line_id, _ in sorted(lines, key=key)]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", SORTABLE)
def test_the_order_is_that_of_a_plain_sort(
    some: tuple[Ranking, Numbered], column: str, descending: bool
) -> None:
    ranking, lines = some
    found = ranking.find(sort=Sort(column, descending)).tolist()
    assert found == plain_order(lines, column, descending)


def usual(line: Line) -> tuple[bool, float]:
    """Likely ones first, then the highest lower end."""
    unlikely = line.p_superconductor is not None and line.p_superconductor < LIKELY
    return unlikely, -number(line.tc_low)


def test_by_default_what_is_likely_comes_first_by_its_lower_end_and_ties_go_by_id(
    some: tuple[Ranking, Numbered],
) -> None:
    ranking, lines = some
    assert {usual(line)[0] for _, line in lines} == {True, False}
    order = sorted(lines, key=lambda one: (*usual(one[1]), one[0]))
    lows = [line.tc_low for _, line in order]
    assert len(set(lows)) < len(lows), "there are ties"
    assert ranking.find().tolist() == [line_id for line_id, _ in order]


QUESTIONS: list[tuple[Wanted, Callable[[Line], bool]]] = [
    (Wanted(p_superconductor=0.6), lambda one: number(one.p_superconductor) >= 0.6),
    (Wanted(tc_low=12.0), lambda one: number(one.tc_low) >= 12),
    (Wanted(domains=frozenset({"inside", "edge"})), lambda one: one.domain in ("inside", "edge")),
    (Wanted(disorders=frozenset({"SD"})), lambda one: one.disorder == "SD"),
    (Wanted(hide_trained=True), lambda one: one.in_training is not True),
    (Wanted(must=frozenset({"Cu", "O"})), lambda one: elements(one) >= {"Cu", "O"}),
    (Wanted(must_not=frozenset({"Hg"})), lambda one: "Hg" not in elements(one)),
    (
        Wanted(must=frozenset({"Fe"}), may=frozenset({"As", "La", "U"})),
        lambda one: "Fe" in elements(one) and elements(one) <= {"Fe", "As", "La", "U"},
    ),
    (
        Wanted(no_flags=frozenset({"toxic", "radioactive"})),
        lambda one: not elements(one) & {*FLAGS["toxic"], *FLAGS["radioactive"]},
    ),
    (
        Wanted(p_superconductor=0.2, no_flags=frozenset({"air-sensitive"}), hide_trained=True),
        lambda one: (
            number(one.p_superconductor) >= 0.2
            and one.in_training is not True
            and not elements(one) & set(FLAGS["air-sensitive"])
        ),
    ),
]


@pytest.mark.parametrize(("wanted", "fits"), QUESTIONS)
def test_what_fits_is_what_a_plain_loop_finds(
    some: tuple[Ranking, Numbered], wanted: Wanted, fits: Callable[[Line], bool]
) -> None:
    ranking, lines = some
    expected = [line_id for line_id, line in lines if fits(line)]
    assert 0 < len(expected) < len(lines)
    assert sorted(ranking.find(wanted).tolist()) == expected
    assert ranking.ids[ranking.rows_of(wanted)].tolist() == expected


def test_known_compositions_can_be_hidden(some: tuple[Ranking, Numbered]) -> None:
    ranking, lines = some
    known = {line.composition for _, line in lines[:60]}
    expected = [line_id for line_id, line in lines if line.composition not in known]
    assert sorted(ranking.find(Wanted(hide_known=True)).tolist()) == expected
    assert len(ranking) - int(ranking.known.sum()) == len(expected) < len(lines) - 59


@pytest.mark.parametrize("kind", FLAGS)
def test_flags_are_those_of_the_elements(some: tuple[Ranking, Numbered], kind: str) -> None:
    ranking, lines = some
    expected = [bool(elements(line) & set(FLAGS[kind])) for _, line in lines]
    assert ranking.flagged(kind).tolist() == expected


def test_positions_lead_back_to_the_columns(some: tuple[Ranking, Numbered]) -> None:
    ranking, _ = some
    ids = ranking.find()
    assert ranking.ids[ranking.positions(ids)].tolist() == ids.tolist()
    assert ranking.positions(np.array([-5, 10**9])).tolist() == []


def test_growing_reads_only_what_is_new_and_leaves_the_older_one_alone(tmp_path: Path) -> None:
    path = run_of(tmp_path / "r.sqlite", random_lines(50, 2), finished=False)
    with RunStore.resume(path) as writer, RunStore.read(path) as reader:
        of_either = [line.composition for line in (*random_lines(5, 2), *random_lines(9, 3, 50))]
        first = ranking_of(reader).knowing(np.array(of_either))
        kept = first.tc.copy()
        assert ranking_of(reader, first) is first, "nothing is new"
        writer.write(random_lines(70, 3, start=50), 120)
        asked: list[str] = []
        reader.connection.set_trace_callback(asked.append)
        second = ranking_of(reader, first)
        reader.connection.set_trace_callback(None)
        assert f"id > {first.ids[-1]}" in asked[0]
        whole = ranking_of(reader)
    assert first.tc.tolist() == kept.tolist()
    np.testing.assert_array_equal(second.known, np.isin(second.composition, of_either))
    assert second.known[: len(first)].sum() < second.known.sum(), "new ones are known as well"
    assert len(second) > len(first)
    for name in ("ids", "composition", "domain", "tc_low", "in_training", "elements_high"):
        np.testing.assert_array_equal(getattr(second, name), getattr(whole, name))


def test_what_is_refused_or_the_same_again_is_no_candidate(tmp_path: Path) -> None:
    one = line_of("MgB2", 0)
    lines = [one, other(line_of("NbN", 1), "refused", "No cell."), other(one, "same")]
    lines[2] = other(line_of("MgB2", 2, key=one.key), "same")
    with RunStore.read(run_of(tmp_path / "r.sqlite", lines)) as store:
        assert ranking_of(store).find().tolist() == [1]


def test_a_run_without_lines_has_an_empty_ranking(tmp_path: Path) -> None:
    with RunStore.read(run_of(tmp_path / "r.sqlite", [])) as store:
        ranking = ranking_of(store)
        assert list(load_ranking(store)) == []
    assert ranking.find(Wanted(hide_known=True)).tolist() == []
    assert ranking.positions(np.array([1])).tolist() == []
