"""Recipes of a hand-off, in its dialog."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from disordered_cifs import LSCO, MGALB2
from generated_cases import ordered
from hand_off_window import click, finished, opened, planned, type_number
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from recipe_cases import random_hand_off

from sc3d_desktop.crystal.files import Read, read_all
from sc3d_desktop.dft import Magnetism, Options, Qe, Vasp
from sc3d_desktop.recipes import Kind, RecipeStore, new_recipe
from sc3d_desktop.recipes.hand_off import hand_off_choices, read_hand_off
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.hand_off import HandOffDialog


@pytest.fixture
def opening(user: Any, window: MainWindow, tmp_path: Path, qtbot: QtBot) -> Any:
    """Opens a crystal and its dialog."""
    window.session.settings.hand_off_folder = str(tmp_path)

    def open_it(path: Path) -> Any:
        user.drop(path)
        return opened(window, qtbot)

    return open_it


def save(dialog: HandOffDialog, name: str) -> None:
    dialog.recipe.ask_name = lambda: name  # type: ignore[method-assign]
    click(dialog.recipe.save)


def choose(dialog: HandOffDialog, name: str) -> None:
    """With the keys, from the top of the list."""
    names = dialog.recipe.names
    names.setFocus()
    QTest.keyClick(names, Qt.Key.Key_Home)
    while names.currentText() != name:
        before = names.currentIndex()
        QTest.keyClick(names, Qt.Key.Key_Down)
        assert names.currentIndex() > before


def kept(name: str) -> tuple[Any, Options]:
    return read_hand_off(RecipeStore().get(Kind.HAND_OFF, name).choices)


def test_a_hand_off_is_saved_as_a_recipe_and_the_next_crystal_is_handed_off_by_it(
    opening: Any, window: MainWindow, mgb2: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = opening(mgb2)
    click(dialog.inputs.steps["bands"])
    dialog.inputs.preset.setFocus()
    QTest.keyClick(dialog.inputs.preset, Qt.Key.Key_End)
    save(dialog, "quick")
    assert kept("quick") == (Vasp(), Options("screening", ("relax", "static", "dos")))
    dialog.reject()
    again = opening(LSCO.write(tmp_path))
    assert again.recipe.names.currentText() == "none"
    choose(again, "quick")
    planned(window, qtbot)
    assert not again.inputs.steps["bands"].isChecked()
    assert not again.recipe.changed.isVisible()
    type_number(again.cells.limits.count, 1)
    assert again.recipe.changed.isVisible()
    choose(again, "none")
    choose(again, "quick")
    assert again.cells.limits.count.value() == 4
    assert not again.recipe.changed.isVisible()


@pytest.mark.parametrize(("changed", "said"), [(False, "mine"), (True, "mine (changed)")])
def test_the_record_beside_the_inputs_names_the_recipe(
    opening: Any, window: MainWindow, mgb2: Path, tmp_path: Path, qtbot: QtBot, changed: bool,
    said: str,
) -> None:  # fmt: skip
    RecipeStore().put(
        new_recipe(Kind.HAND_OFF, "mine", hand_off_choices(Vasp(), Options(steps=("static",))))
    )
    dialog = opening(mgb2)
    choose(dialog, "mine")
    if changed:
        click(dialog.inputs.steps["relax"])
    click(dialog.export)
    finished(window, qtbot)
    record = json.loads((tmp_path / "MgB2-vasp" / "record.json").read_text("utf-8"))
    assert record["recipe"] == said
    assert record["options"]["steps"] == (["relax", "static"] if changed else ["static"])


def test_another_program_comes_with_the_recipe(
    opening: Any, window: MainWindow, mgb2: Path, qtbot: QtBot
) -> None:
    RecipeStore().put(new_recipe(Kind.HAND_OFF, "espresso", hand_off_choices(Qe(), Options())))
    dialog = opening(mgb2)
    choose(dialog, "espresso")
    planned(window, qtbot)
    assert dialog.inputs.code == Qe()
    assert dialog.target.path.name == "MgB2-qe"
    assert "UPF" in dialog.supplies.text()


def test_what_is_typed_and_makes_no_sense_is_a_change_and_is_not_saved(
    opening: Any, mgb2: Path, qtbot: QtBot
) -> None:
    dialog = opening(mgb2)
    save(dialog, "mine")
    dialog.inputs.hubbard.setFocus()
    QTest.keyClicks(dialog.inputs.hubbard, "Cu=")
    assert dialog.recipe.changed.isVisible()
    save(dialog, "another")
    problem = dialog.recipe.problem
    assert "“Cu=” is not a Hubbard U" in problem.text()
    qtbot.waitUntil(lambda: problem.height() >= problem.heightForWidth(problem.width()))
    names, program = dialog.recipe.names, dialog.inputs.program
    qtbot.waitUntil(lambda: names.height() >= program.height())
    assert [recipe.name for recipe in RecipeStore().all().recipes] == ["mine"]
    click(dialog.recipe.delete)
    assert RecipeStore().all().recipes == ()
    click(dialog.recipe.undo)
    assert [recipe.name for recipe in RecipeStore().all().recipes] == ["mine"]
    dialog.reject()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("crystals", ["ordered", "mixed", "many"])
def test_every_choice_of_a_recipe_is_that_of_the_form_it_fills(
    qtbot: QtBot, tmp_path: Path, crystals: str, seed: int
) -> None:
    """Also what the form has no widget for, as the time limit."""
    given = {"ordered": [], "mixed": [MGALB2], "many": [MGALB2, LSCO]}[crystals]
    paths = [case.write(tmp_path) for case in given]
    read = [o.crystal for o in read_all(paths) if isinstance(o, Read)] or [ordered(1, 3)]
    dialog = HandOffDialog(read, Vasp(), tmp_path, Ask(None))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    code, options = random_hand_off(np.random.default_rng(seed))
    RecipeStore().put(new_recipe(Kind.HAND_OFF, "any", hand_off_choices(code, options)))
    dialog.recipes.choose("any")
    assert dialog.recipes.problem is None
    assert read_hand_off(dialog.choices()) == (code, options)
    assert dialog.recipes.used == "any"
    dialog.inputs.magnetism.setCurrentIndex(
        dialog.inputs.magnetism.findData(
            Magnetism.NONE.value if options.magnetism != Magnetism.NONE else Magnetism.AUTO.value
        )
    )
    other = read_hand_off(dialog.choices())[1]
    assert replace(other, magnetism=options.magnetism) == options
    assert dialog.recipes.used == "any (changed)"
