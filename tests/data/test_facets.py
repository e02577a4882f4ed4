"""Counts for charts, against plain loops over the lines of the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from browser_cases import fill, fill_fast, some_drafts

from sc3d_desktop.crystal.elements import symbols
from sc3d_desktop.crystal.formula import parse_formula
from sc3d_desktop.data import facets
from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.columns import Columns, Ints
from sc3d_desktop.data.entry import DISORDER, FAMILIES, Draft, Row, StoredPrediction

Case = tuple[Columns, Ints, list[Row]]
MODEL = "m"
EVERY_ELEMENT = [Draft(f"{a}{b}2") for a, b in pairwise(symbols()[1:])]


@pytest.fixture(params=["by hand", "every element", "at random"])
def case(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Case]:
    path = tmp_path / "c.sqlite"
    if request.param == "at random":
        fill_fast(path, 700)
    else:
        fill(path, some_drafts() if request.param == "by hand" else EVERY_ELEMENT)
    rng = np.random.default_rng(3)
    with Catalogue.open(path) as catalogue:
        ids = catalogue.columns().ids
        guesses = {int(i): float(rng.lognormal(2, 1)) for i in ids[::2]}
        catalogue.put_predictions(
            MODEL,
            [
                (i, StoredPrediction(tc, tc / 2, tc * 2, in_training=i % 3 == 0))
                for i, tc in guesses.items()
            ],
        )
        columns = catalogue.columns(MODEL)
        rows = rng.permutation(len(columns))[: max(1, len(columns) * 2 // 3)]
        yield columns, rows, catalogue.rows(columns.ids[rows], MODEL)


def elements(row: Row) -> set[str]:
    return set(parse_formula(row.formula) or {})


def test_elements_are_counted_by_atomic_number(case: Case) -> None:
    columns, rows, lines = case
    plain = Counter(el for line in lines for el in elements(line))
    counts = facets.element_counts(columns, rows)
    assert {symbols()[z]: n for z, n in enumerate(counts.tolist()) if n} == dict(plain)


def test_families_and_classes_are_counted(case: Case) -> None:
    columns, rows, lines = case
    families = Counter(line.family for line in lines)
    assert facets.family_counts(columns, rows).tolist() == [families[f] for f in (*FAMILIES, "")]
    kinds = Counter(line.disorder for line in lines)
    assert facets.disorder_counts(columns, rows).tolist() == [kinds[d] for d in (*DISORDER, "")]


def test_a_histogram_counts_each_tc_once(case: Case) -> None:
    columns, rows, lines = case
    edges = np.array([0.5, 2.0, 9.25, 38.0, 100.0, 274.0])
    counts = facets.tc_histogram(columns, rows, edges)
    for k, family in enumerate((*FAMILIES, "")):
        tc = [r.tc_high_kelvin for r in lines if r.family == family and r.tc_high_kelvin]
        bins = [sum(a <= t < b for t in tc) for a, b in pairwise(edges.tolist())]
        bins[-1] += sum(t == edges[-1] for t in tc)
        assert counts[k].tolist() == bins


def test_a_mark_of_a_chart_stands_for_its_rows(case: Case) -> None:
    columns, rows, lines = case
    found = facets.with_tc(columns, rows, 5.0, 40.0)
    inside = [r for r in lines if r.tc_high_kelvin and 5 <= r.tc_high_kelvin < 40]
    assert found.tolist() == [r.id for r in inside]
    iron = facets.with_tc(columns, rows, 5.0, 40.0, "iron_based")
    assert iron.tolist() == [r.id for r in inside if r.family == "iron_based"]
    for element in ("Fe", "O", "Pb", "La"):
        held = facets.with_element(columns, rows, element)
        assert held.tolist() == [r.id for r in lines if element in elements(r)]
    for kind in (*DISORDER, ""):
        of_kind = facets.with_word(columns, rows, "disorder", kind)
        assert of_kind.tolist() == [r.id for r in lines if r.disorder == kind]


def test_pairs_have_both_a_measured_and_a_predicted_tc(
    case: Case,
) -> None:
    columns, rows, lines = case
    both = [r for r in lines if r.tc_high_kelvin is not None and r.predicted_kelvin is not None]
    found = facets.pairs(columns, rows)
    assert found.ids.tolist() == [r.id for r in both]
    assert found.measured_kelvin.tolist() == [r.tc_high_kelvin for r in both]
    assert found.predicted_kelvin.tolist() == [r.predicted_kelvin for r in both]
    assert found.trained_on.tolist() == [r.in_training for r in both]
