"""What a query finds, and in which order, against plain loops over the lines of the table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from catalogue_cases import Drafts, filled, import_all, random_drafts
from crystal_cases import REPEATABLE
from hypothesis import given
from hypothesis import strategies as st

from sc3d_desktop.crystal.formula import parse_formula
from sc3d_desktop.data import DISORDER, FAMILIES, Catalogue, Collection, Columns, Query, Row, Sort
from sc3d_desktop.data import StoredPrediction as Answer
from sc3d_desktop.data.query import query_from_json
from sc3d_desktop.errors import Sc3dError

MODEL = "model 1"
ELEMENTS = ("La", "Sr", "Cu", "O", "Fe", "Mg", "B", "H", "Hg", "U")
SORTED_BY = (
    "id", "formula", "chemical_system", "family", "disorder", "collection", "space_group",
    "space_group_number", "n_sites", "tc_low_kelvin", "tc_high_kelvin", "pressure_gpa",
    "n_measurements", "findings", "predicted_kelvin", "p_superconductor", "in_training", "alike",
)  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    catalogue = filled(tmp_path_factory.mktemp("data") / "c.sqlite", random_drafts(300, seed=4))
    import_all(catalogue, Drafts(random_drafts(9, seed=5), Collection("others", "Others")))
    ids = catalogue.columns().ids.tolist()
    catalogue.set_tag(ids[::3], "to make")
    catalogue.set_tag(ids[::7], "made")
    answers = [(i, Answer(i / 3, 1.0, 90.0, i / 999, "inside", i % 4 == 1)) for i in ids[::2]]
    catalogue.put_predictions(MODEL, answers)
    catalogue.put_groups([ids[4:7], ids[20:22]])
    with catalogue:
        yield catalogue


@pytest.fixture(scope="module")
def columns(catalogue: Catalogue) -> Columns:
    return catalogue.columns(MODEL)


@pytest.fixture(scope="module")
def lines(catalogue: Catalogue, columns: Columns) -> list[Row]:
    return catalogue.rows(columns.ids.tolist(), MODEL)


def fits(row: Row, query: Query) -> bool:
    """The meaning of a query, one line at a time."""
    elements = set(row.chemical_system.split("-"))
    low, high = query.tc_kelvin
    tcs = row.tc_low_kelvin, row.tc_high_kelvin
    return all(
        (
            query.must <= elements,
            not query.must_not & elements,
            not query.may or elements <= query.must | query.may,
            not query.formula or _is(row, query.formula),
            not query.families or row.family in query.families,
            not query.disorders or row.disorder in query.disorders,
            query.tags <= set(row.tags),
            low is None or (tcs[1] is not None and tcs[1] >= low),
            high is None or (tcs[0] is not None and tcs[0] <= high),
            query.n_sites[0] is None or row.n_sites >= query.n_sites[0],
            query.n_sites[1] is None or row.n_sites <= query.n_sites[1],
            query.space_group in ("", str(row.space_group_number), row.space_group),
            query.in_training in (None, row.in_training),
            query.superconducting is None
            or (
                row.tc_high_kelvin is not None if query.superconducting else row.not_superconducting
            ),
            query.ids is None or row.id in query.ids,
        )
    )


def _is(row: Row, formula: str) -> bool:
    if "-" in formula:
        return sorted(formula.split("-")) == row.chemical_system.split("-")
    one, other = (parse_formula(text) or {} for text in (row.formula, formula))
    shares = [{el: a / sum(f.values()) for el, a in f.items()} for f in (one, other)]
    return shares[0].keys() == shares[1].keys() and all(
        abs(shares[0][el] - shares[1][el]) < 1e-4 for el in shares[0]
    )


def some(options: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(options), max_size=2)


numbers = st.none() | st.floats(0, 60)
queries = st.builds(
    Query,
    must=some(ELEMENTS),
    may=st.just(frozenset()) | st.just(frozenset(ELEMENTS[:7])),
    must_not=some(ELEMENTS),
    formula=st.sampled_from(["", "", "", "La-Sr-Cu", "Cu-O"]),
    families=some(FAMILIES),
    disorders=some(DISORDER),
    tags=some(("to make", "made", "no such tag")),
    tc_kelvin=st.tuples(numbers, numbers),
    n_sites=st.tuples(st.none() | st.just(2.0), st.none() | st.just(3.0)),
    space_group=st.sampled_from(["", "", "P1", "2"]),
    in_training=st.none() | st.booleans(),
    superconducting=st.none() | st.booleans(),
    ids=st.none() | st.frozensets(st.integers(0, 400), min_size=50),
)


@REPEATABLE
@given(query=queries)
def test_a_query_finds_what_a_plain_loop_finds(
    columns: Columns, lines: list[Row], query: Query
) -> None:
    assert columns.find(query).tolist() == [row.id for row in lines if fits(row, query)]


@REPEATABLE
@given(query=queries)
def test_a_query_survives_json(query: Query) -> None:
    assert query_from_json(query.as_json()) == query


def test_single_conditions_are_not_vacuous(columns: Columns, lines: list[Row]) -> None:
    for query in (
        Query(must=frozenset({"Cu", "O"})),
        Query(must_not=frozenset({"Cu"})),
        Query(may=frozenset(ELEMENTS[:6])),
        Query(formula=lines[10].formula),
        Query(formula=lines[10].chemical_system),
        Query(families=frozenset({"cuprate"})),
        Query(tags=frozenset({"made", "to make"})),
        Query(tc_kelvin=(5.0, 8.0)),
        Query(superconducting=False),
        Query(in_training=True),
        Query(space_group="p 1"),
    ):
        assert 0 < len(columns.find(query)) < len(columns), query


def test_a_formula_is_found_in_any_multiple_and_order(columns: Columns, lines: list[Row]) -> None:
    amounts = parse_formula(lines[5].formula)
    assert amounts is not None
    doubled = "".join(f"{el}{2 * a:.8f}" for el, a in reversed(amounts.items()))
    assert lines[5].id in columns.find(Query(formula=doubled))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", SORTED_BY)
def test_the_order_is_that_of_the_lines_with_the_empty_ones_last(
    columns: Columns, lines: list[Row], column: str, descending: bool
) -> None:
    values = {row.id: _value(row, column) for row in lines}
    found = columns.find(Query(), Sort(column, descending)).tolist()
    assert sorted(found) == columns.ids.tolist()
    ordered = [values[i] for i in found]
    present = [v for v in ordered if v is not None]
    assert ordered == [*present, *[None] * (len(ordered) - len(present))]
    assert present == sorted(present, reverse=descending)
    assert len(set(present)) > 1


def _value(row: Row, column: str) -> Any:
    value = getattr(row, column)
    empty = value == "" or (column in ("n_sites", "space_group_number") and value == 0)
    return None if empty else value


def test_an_empty_catalogue_finds_nothing(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "empty.sqlite") as empty:
        columns = empty.columns()
    for query in (Query(), Query(must=frozenset({"Cu"})), Query(ids=frozenset({1}))):
        assert len(columns.find(query, Sort("formula"))) == 0


def test_positions_leave_out_ids_that_are_gone(columns: Columns) -> None:
    there = columns.ids[[5, 2, 9]]
    asked = np.array([there[0], -1, there[1], 10**9, there[2]])
    assert columns.positions(asked).tolist() == [5, 2, 9]


@pytest.mark.parametrize(
    "data", [None, [], {"must": "Cu"}, {"colour": 1}, {"tc_kelvin": [1]}, {"n_sites": [None, "x"]},
             {"in_training": 3}, {"text": 1}, {"tc_kelvin": [None, float("nan")]}],
)  # fmt: skip
def test_what_is_no_query_is_refused(data: Any) -> None:
    with pytest.raises(Sc3dError, match="no query"):
        query_from_json(data)
