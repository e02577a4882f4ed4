"""The question, the answer and the selection, against plain loops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from browser_cases import browser_on, fill, fill_fast, reload

from sc3d_desktop.data.entry import Draft, Measurement
from sc3d_desktop.data.query import Query, Sort
from sc3d_desktop.state.browser import PAGE, Browser


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    made = browser_on(fill(tmp_path / "c.sqlite"))
    yield made
    made.close()


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Browser]:
    made = browser_on(fill_fast(tmp_path / "large.sqlite", 25 * PAGE + 7))
    yield made
    made.close()


def formulas(browser: Browser) -> list[str]:
    rows = [browser.row(i) for i in range(len(browser.ids))]
    return [row.formula for row in rows if row is not None]


def test_before_the_first_snapshot_there_is_nothing(tmp_path: Path) -> None:
    browser = Browser(tmp_path / "new.sqlite")
    assert len(browser.ids) == 0
    assert not browser.out_of_date
    browser.open()
    assert browser.out_of_date
    reload(browser)
    assert not browser.out_of_date
    browser.close()


def test_a_question_is_answered_at_once_and_in_order(browser: Browser) -> None:
    browser.ask(Query(families=frozenset({"iron_based"})))
    browser.sort_by(Sort("tc_high_kelvin", descending=True))
    assert formulas(browser) == ["Ba0.6K0.4Fe2As2", "FeSe", "FeSe0.5Te0.5", "FeTe"]
    browser.ask_for(tc_kelvin=(20.0, None))
    assert formulas(browser) == ["Ba0.6K0.4Fe2As2", "FeSe"]


def test_a_line_tells_calculated_from_measured_and_how_far_down_was_looked(tmp_path: Path) -> None:
    reports = {
        "H3S": (Measurement(203.0, 155.0), Measurement(191.0, calculated=True)),
        "YH10": (Measurement(300.0, calculated=True), Measurement(290.0, calculated=True)),
        "Cu": (Measurement(None, down_to_kelvin=2.0), Measurement(None, down_to_kelvin=0.01)),
        "NaCl": (Measurement(None),),
    }
    drafts = [Draft(formula, measurements=m) for formula, m in reports.items()]
    browser = browser_on(fill(tmp_path / "c.sqlite", drafts))
    lines = [browser.row(i) for i in range(4)]
    assert [(row.calculated, row.down_to_kelvin) for row in lines if row is not None] == [
        (False, None),
        (True, None),
        (False, 0.01),
        (False, None),
    ]
    browser.close()


def test_text_is_looked_for_in_the_file(browser: Browser) -> None:
    browser.ask(Query(text="medvedev"))
    assert formulas(browser) == ["FeSe"]
    browser.ask(Query(text="remark"))
    assert formulas(browser) == ["Pb"]


@pytest.mark.parametrize("sort", [Sort(), Sort("tc_high_kelvin", True), Sort("n_sites")])
def test_each_line_is_that_of_its_id_whatever_the_order_of_reading(
    large: Browser, sort: Sort
) -> None:
    large.sort_by(sort)
    rng = np.random.default_rng(1)
    for place in rng.permutation(len(large.ids))[:400].tolist():
        row = large.row(place)
        assert row is not None
        assert row.id == large.ids[place]


def test_places_are_where_the_ids_stand(large: Browser) -> None:
    large.ask(Query(n_sites=(10, 50)))
    large.sort_by(Sort("tc_low_kelvin"))
    rng = np.random.default_rng(2)
    some = rng.choice(np.arange(1, 3000), 300, replace=False)
    plain = [i for i, entry in enumerate(large.ids.tolist()) if entry in set(some.tolist())]
    assert large.places(some).tolist() == plain


def test_what_the_answer_no_longer_holds_is_not_selected(browser: Browser) -> None:
    told: list[int] = []
    browser.selection_changed.connect(lambda: told.append(len(browser.selection)))
    everything = browser.ids.copy()
    browser.select(np.append(everything, 12345))
    assert browser.selection.tolist() == sorted(everything.tolist())
    browser.ask(Query(must=frozenset({"Fe"})))
    assert browser.selection.tolist() == sorted(browser.ids.tolist())
    assert told == [12, 4]


def test_what_is_selected_is_told_of_any_ids(large: Browser) -> None:
    assert not large.is_selected(large.ids).any()
    rng = np.random.default_rng(4)
    large.select(rng.choice(large.ids, 50, replace=False))
    asked = rng.permutation(np.arange(-5, 3000))
    chosen = set(large.selection.tolist())
    assert large.is_selected(asked).tolist() == [i in chosen for i in asked.tolist()]


def test_a_tag_is_on_the_line_at_once_and_in_the_snapshot_after_a_reload(browser: Browser) -> None:
    first = int(browser.ids[0])
    browser.set_tag([first], "to make")
    row = browser.row(0)
    assert row is not None
    assert row.tags == ("to make",)
    assert browser.out_of_date
    reload(browser)
    browser.ask(Query(tags=frozenset({"to make"})))
    assert browser.ids.tolist() == [first]


def test_saved_questions_come_back(browser: Browser) -> None:
    browser.ask(Query(must=frozenset({"Fe"}), tc_kelvin=(20.0, None)))
    browser.save_query("iron, warm")
    assert browser.saved_queries() == {"iron, warm": browser.query}
    browser.delete_query("iron, warm")
    assert browser.saved_queries() == {}
