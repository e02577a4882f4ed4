"""Chips say what is asked for, and each can be taken away."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.data.query import Query
from sc3d_desktop.panels.dataset_browser.chips import ChipBar, conditions

FULL = Query(
    must=frozenset({"Fe", "As"}),
    may=frozenset({"Ba", "K"}),
    must_not=frozenset({"O"}),
    formula="Ba-Fe-As",
    families=frozenset({"iron_based", ""}),
    disorders=frozenset({"SD", ""}),
    collections=frozenset({"Starter set"}),
    tags=frozenset({"to make", "seen"}),
    tc_kelvin=(20.0, None),
    n_sites=(2, 40),
    space_group="I4/mmm",
    in_training=False,
    superconducting=True,
    text="Rotter",
    ids=frozenset({1, 2, 3}),
)


def test_the_full_query_asks_for_everything_that_can_be_asked() -> None:
    assert all(getattr(FULL, f.name) != getattr(Query(), f.name) for f in fields(Query))


def test_taken_away_one_by_one_nothing_is_left() -> None:
    query, steps = FULL, 0
    while query != Query():
        before = conditions(query)
        query = before[steps % len(before)].without
        assert len(conditions(query)) == len(before) - 1
        steps += 1
    assert steps == len(conditions(FULL)) == 19


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (Query(tc_kelvin=(20.0, None)), "Tc ≥ 20 K"),
        (Query(tc_kelvin=(None, 4.2)), "Tc ≤ 4.2 K"),
        (Query(n_sites=(2, 40)), "2–40 sites"),
        (Query(must_not=frozenset({"O"})), "without O"),
        (Query(may=frozenset({"Sr", "La"})), "else only La, Sr"),
        (Query(superconducting=False), "not superconducting"),
        (Query(disorders=frozenset({"SPD"})), "SPD both"),
        (Query(ids=frozenset(range(1234))), "1,234 marked"),
    ],
)
def test_a_condition_is_said_in_words(query: Query, said: str) -> None:
    assert [c.text for c in conditions(query)] == [said]


def test_delete_and_the_cross_take_a_chip_away_and_the_next_has_the_keyboard(
    qtbot: QtBot,
) -> None:
    bar = ChipBar()
    qtbot.addWidget(bar)
    bar.resize(600, 60)
    asked: list[Query] = []

    def show(query: Query) -> None:
        asked.append(query)
        bar.show_query(query)

    bar.changed.connect(show)
    show(Query(must=frozenset({"Fe", "As"}), tc_kelvin=(20.0, None)))
    bar.show()
    qtbot.waitExposed(bar)
    assert [chip.text for chip in bar.chips] == ["with As", "with Fe", "Tc ≥ 20 K"]
    bar.chips[0].setFocus()
    QTest.keyClick(bar.chips[0], Qt.Key.Key_Delete)
    assert asked[-1] == Query(must=frozenset({"Fe"}), tc_kelvin=(20.0, None))
    cross = bar.chips[1].cross
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert asked[-1] == Query(must=frozenset({"Fe"}))
    QTest.keyClick(bar.chips[0], Qt.Key.Key_Backspace)
    assert asked[-1] == Query()
    assert not bar.isVisible()


def test_many_chips_take_several_lines(qtbot: QtBot) -> None:
    bar = ChipBar()
    qtbot.addWidget(bar)
    bar.show_query(FULL)
    wide, narrow = bar.heightForWidth(2000), bar.heightForWidth(300)
    assert narrow > 3 * wide
    bar.resize(300, narrow)
    bar.show()
    qtbot.wait(10)
    boxes = [chip.geometry() for chip in bar.chips]
    assert all(bar.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
