"""The line of recipes above a form, worked with mouse and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox
from pytestqt.qtbot import QtBot

from sc3d_desktop.panels.parts.recipe_line import RecipeLine
from sc3d_desktop.recipes import Kind, RecipeStore, new_recipe
from sc3d_desktop.state.recipes import Recipes, RequestChoices
from sc3d_desktop.state.request_plan import RequestPlan

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def plan(tmp_path: Path) -> RequestPlan:
    return RequestPlan(tmp_path / "generated")


@pytest.fixture
def line(plan: RequestPlan, qtbot: QtBot) -> RecipeLine:
    recipes = Recipes(Kind.GENERATE, RequestChoices(plan))
    plan.changed.connect(recipes.look)
    made = RecipeLine(recipes)
    qtbot.addWidget(made)
    made.resize(390, 80)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def save(line: RecipeLine, name: str) -> None:
    line.ask_name = lambda: name  # type: ignore[method-assign]
    click(line.save)


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def shown(box: QComboBox) -> list[str]:
    return [box.itemText(i) for i in range(box.count())]


def test_without_recipes_there_is_nothing_to_choose(line: RecipeLine) -> None:
    assert line.names.currentText() == "none saved yet"
    assert not line.delete.isEnabled()
    save(line, "")
    assert shown(line.names) == ["none saved yet"], "never mind"


def test_a_form_is_saved_changed_and_filled_again(line: RecipeLine, plan: RequestPlan) -> None:
    plan.ask(count=5)
    save(line, "five")
    assert line.names.currentText() == "five"
    assert not line.changed.isVisible()
    plan.ask(count=6)
    assert line.changed.isVisible()
    assert line.changed.text() == "(changed)"
    save(line, "six")
    assert shown(line.names) == ["none", "five", "six"]
    line.names.setFocus()
    QTest.keyClick(line.names, Qt.Key.Key_Up)
    assert (line.names.currentText(), plan.asked.count) == ("five", 5)
    QTest.keyClick(line.names, Qt.Key.Key_Up)
    assert (line.names.currentText(), plan.asked.count) == ("none", 5)
    assert not line.delete.isEnabled()


def test_what_is_deleted_comes_back_with_undo(line: RecipeLine) -> None:
    save(line, "mine")
    assert not line.undo.isVisible()
    click(line.delete)
    assert line.done.text() == "“mine” is deleted."
    assert RecipeStore().all().recipes == ()
    click(line.undo)
    assert line.names.currentText() == "mine"
    assert not line.undo.isVisible()
    assert [recipe.name for recipe in RecipeStore().all().recipes] == ["mine"]


def test_what_cannot_be_is_said_below(line: RecipeLine) -> None:
    save(line, "mine (changed)")
    assert "would read like a recipe that was changed" in line.problem.text()
    assert line.problem.isVisible()
    save(line, "mine")
    assert not line.problem.isVisible()


def test_the_list_is_fresh_when_it_opens(line: RecipeLine, qtbot: QtBot) -> None:
    save(line, "mine")
    RecipeStore().put(new_recipe(Kind.GENERATE, "of another window", {}))
    QTest.mouseClick(line.names, LEFT)
    qtbot.waitUntil(line.names.view().isVisible)
    assert shown(line.names) == ["none", "mine", "of another window"]
    line.names.hidePopup()


def test_a_long_name_takes_no_room_from_the_buttons(line: RecipeLine) -> None:
    save(line, "x")
    narrow = line.minimumSizeHint().width()
    line.resize(narrow, 80)
    save(line, "x" * 80)
    assert line.minimumSizeHint().width() == narrow
    assert line.width() == narrow
    assert line.delete.geometry().right() <= line.width()
