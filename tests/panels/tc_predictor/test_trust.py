"""How far to trust the number: probability, domain, training badge, notes."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from sc3d_desktop.panels.tc_predictor.marked_line import Mark
from sc3d_desktop.panels.tc_predictor.words import Level

_Role = QPalette.ColorRole


def test_a_likely_superconductor_is_said_in_words_and_as_a_number(shown: Any) -> None:
    shown.show(p_superconductor=0.83)
    assert shown.panel.value.verdict.text.text() == "Superconductor: likely (83 %)"
    assert shown.panel.value.verdict.isVisible()


def test_what_is_probably_none_says_so_larger_than_its_tc_which_steps_back(shown: Any) -> None:
    shown.show(p_superconductor=0.83)
    value = shown.panel.value
    sizes = value.value.font().pointSizeF(), value.verdict.text.font().pointSizeF()
    assert sizes[0] > 1.5 * sizes[1]
    shown.show(p_superconductor=0.12)
    assert value.verdict.text.text() == "Probably not a superconductor (12 %)"
    assert value.verdict.text.font().pointSizeF() > value.value.font().pointSizeF()
    assert value.verdict.text.font().bold()
    assert not value.value.font().bold()
    assert value.value.foregroundRole() == _Role.PlaceholderText
    shown.show(p_superconductor=0.83)
    assert (value.value.font().pointSizeF(), value.verdict.text.font().pointSizeF()) == sizes
    assert value.value.foregroundRole() == _Role.WindowText


def test_a_low_probability_hides_no_number(shown: Any) -> None:
    shown.show(p_superconductor=0.12)
    value = shown.panel.value
    assert "if it is one" in value.value.text()
    assert "4.27 K" in value.value.text()
    assert value.value.accessibleName() == "If it is a superconductor: Tc 4.27 K"
    assert value.interval.text() == "1.8–10 K"
    assert value.interval.isVisible()


@pytest.mark.parametrize(
    ("state", "level"), [("inside", Level.GOOD), ("edge", Level.FAIR), ("outside", Level.POOR)]
)
def test_the_domain_has_a_sentence_a_mark_and_its_distance(
    shown: Any, state: str, level: Level
) -> None:
    shown.show(domain=state, novelty=0.25)
    line = shown.panel.value.domain
    assert state in line.text.text().lower()
    assert line.mark.level is level
    assert "0.25" in line.toolTip()


def test_the_marks_differ_in_shape_and_not_only_in_colour(qtbot: Any) -> None:
    mark = Mark()
    qtbot.addWidget(mark)
    outlines = []
    for level in Level:
        mark.show_level(level, grey=True)
        image = mark.grab().toImage()
        outlines.append([image.pixel(x, y) for x in range(16) for y in range(16)])
    assert all(
        sum(p != q for p, q in zip(one, other, strict=True)) > 30
        for one, other in zip(outlines, [*outlines[1:], outlines[0]], strict=True)
    )


def test_what_was_trained_on_has_a_badge(shown: Any) -> None:
    shown.show(in_training=True)
    trained = shown.panel.value.trained
    assert trained.isVisible()
    assert trained.badge.text() == "In the training set"
    assert trained.text.text() == "remembered, not predicted"
    shown.show(in_training=False)
    assert not trained.isVisible()


def test_every_note_is_shown(shown: Any) -> None:
    shown.show(notes=("One.", "Two <b>."))
    assert shown.panel.value.note.text().splitlines() == ["One.", "Two <b>."]
    shown.show(notes=())
    assert not shown.panel.value.note.isVisible()


def test_what_the_model_does_not_state_takes_no_room(shown: Any, case: SimpleNamespace) -> None:
    shown.answer.show(case.PLAIN)
    value = shown.panel.value
    hidden = (value.verdict, value.domain, value.trained, value.note, shown.panel.below.known)
    assert not any(widget.isVisible() for widget in hidden)
    assert not shown.panel.below.tabs.isVisible()
    assert "4.27 K" in value.value.text()
    assert "if it is one" not in value.value.text()


def test_while_the_answer_is_stale_all_of_it_is_grey(shown: Any, case: SimpleNamespace) -> None:
    shown.answer.show_parent(case.PLAIN)
    shown.show(p_superconductor=0.12)
    value, table = shown.panel.value, shown.panel.below.known.table
    labels: list[QLabel] = [
        *(value.verdict.text, value.domain.text, value.trained.text),
        *(value.value, value.interval, value.interval_name, value.change, value.note),
    ]
    marks = (value.verdict.mark, value.domain.mark)
    assert all(label.isVisible() for label in labels)
    before = [label.foregroundRole() for label in labels]
    text = table.palette().color(_Role.Text)
    shown.answer.mark_stale()
    assert {label.foregroundRole() for label in labels} == {_Role.Mid}
    assert all(mark.grey for mark in marks)
    grey = table.palette().color(_Role.Mid)
    assert [table.palette().color(r) for r in (_Role.Text, _Role.Link)] == [grey, grey]
    badge = value.trained.badge.grab().toImage()
    assert badge.pixel(badge.width() // 2, 2) == grey.rgba()
    shown.show(p_superconductor=0.12)
    assert [label.foregroundRole() for label in labels] == before
    assert not any(mark.grey for mark in marks)
    assert table.palette().color(_Role.Text) == text


def test_a_failure_leaves_nothing_of_the_old_answer(shown: Any) -> None:
    shown.show()
    shown.answer.fail("It broke.", "Try again.")
    value = shown.panel.value
    parts: list[QWidget] = [value.verdict, value.domain, value.trained, value.note]
    assert not any(part.isVisible() for part in parts)
    assert shown.panel.below.known.table.known_model.rowCount() == 0
    assert value.problem.text() == "It broke. Try again."


def test_an_update_builds_nothing_anew_while_the_compounds_are_the_same(
    shown: Any, case: SimpleNamespace
) -> None:
    shown.show()
    model = shown.panel.below.known.table.known_model
    items = [model.item(row, 0) for row in range(5)]
    nearer = tuple(replace(k, distance=k.distance + 0.5) for k in case.KNOWN)
    shown.answer.mark_stale()
    shown.show(nearest=nearer)
    assert [model.item(row, 0) for row in range(5)] == items
    assert model.item(0, 3).text() == "0.50"
