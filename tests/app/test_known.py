"""From the answer to what stands behind it: known compounds and the model card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.errors import ModelError, Sc3dError
from sc3d_desktop.jobs import ModelInfo
from sc3d_desktop.models.interface import NearestKnown
from sc3d_desktop.window import MainWindow, files
from sc3d_desktop.window.banner import Subject
from sc3d_desktop.window.model_card import ModelCardDialog, card_html

NEAREST = (
    NearestKnown("YBa2Cu3O6.93", 92.0, 0.1, "Wu 1987", None, "ybco"),
    NearestKnown("NbB2", 6.4, 0.2, "Cooper 1970"),
    NearestKnown("V3Si", 17.0, 0.3, "Hardy 1954", None, "lost"),
)


@pytest.fixture
def starter_set(monkeypatch: pytest.MonkeyPatch, ybco: Path) -> None:
    """Holds one structure."""

    def known_structure(name: str) -> Crystal:
        if name != "ybco":
            raise ModelError(f"There is no structure “{name}”.", "Install the program again.")
        return read_cif(ybco)[0]

    monkeypatch.setattr(files, "known_structure", known_structure)


@pytest.fixture
def double_click(
    user: Any, window: MainWindow, mgb2: Path, model: Any, starter_set: None
) -> Callable[[int], None]:
    """With MgB2 open, on a row of the nearest known compounds."""
    model.states = {"nearest": NEAREST}
    user.drop(mgb2)
    user.answer()
    below = window.predictor.below
    below.tabs.setCurrentIndex(1)
    table = below.known.table

    def click(row: int) -> None:
        at = table.visualRect(table.known_model.index(row, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)

    return click


def shown(window: MainWindow) -> str:
    crystal = window.session.document.crystal
    return formula(crystal.composition) if crystal is not None else ""


def test_a_double_click_on_a_known_compound_opens_its_crystal(
    window: MainWindow, double_click: Callable[[int], None]
) -> None:
    double_click(0)
    assert "Cu3" in shown(window)
    assert not window.session.document.modified
    assert window.session.document.selection
    assert not window.banners[Subject.OFFER].isVisible()


def test_unsaved_edits_make_room_for_a_known_compound_and_are_kept(
    user: Any, window: MainWindow, double_click: Callable[[int], None]
) -> None:
    user.add_dopant("Al")
    user.enter(user.row("Al").box, "0.1")
    user.answer()
    edited = window.session.document.crystal
    double_click(0)
    assert "Cu3" in shown(window)
    banner = window.banners[Subject.OFFER]
    assert "MgB2.cif" in banner.message.text()
    banner.buttons[0].click()
    assert window.session.document.crystal == edited


def test_a_compound_without_a_structure_leaves_everything_as_it_is(
    window: MainWindow, double_click: Callable[[int], None]
) -> None:
    before = window.session.document.crystal
    double_click(1)
    assert window.session.document.crystal is before
    assert "NbB2" in window.predictor.below.known.remark.text()


def test_a_structure_that_is_not_there_is_explained_and_the_crystal_stays(
    window: MainWindow, double_click: Callable[[int], None]
) -> None:
    before = window.session.document.crystal
    double_click(2)
    assert window.session.document.crystal is before
    assert "“lost”" in window.banners[Subject.PROBLEM].message.text()


def card(window: MainWindow, qtbot: QtBot) -> ModelCardDialog:
    qtbot.waitUntil(lambda: window.findChild(ModelCardDialog) is not None, timeout=5000)
    dialog = window.findChild(ModelCardDialog)
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def test_the_model_card_opens_from_the_answer_and_its_text_can_be_copied(
    user: Any, window: MainWindow, mgb2: Path, qtbot: QtBot
) -> None:
    user.drop(mgb2)
    user.answer()
    link = window.predictor.below.card
    middle = QPoint(link.width() // 2, link.height() // 2)
    QTest.mouseClick(link, Qt.MouseButton.LeftButton, pos=middle)
    dialog = card(window, qtbot)
    text = dialog.text.toPlainText()
    assert "3 crystals, <none> of them real" in text
    assert text.splitlines()[-2:] == ["CC BY 4.0", "see there"]
    QTest.keySequence(dialog.text, QKeySequence.StandardKey.SelectAll)
    QTest.keySequence(dialog.text, QKeySequence.StandardKey.Copy)
    assert "Licence" in QApplication.clipboard().text()
    dialog.close()


def test_the_model_card_is_in_the_help_menu_before_any_crystal_is_open(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.commands["help.model_card"].trigger()
    dialog = card(window, qtbot)
    assert "small model 1 (0123abcd)" in dialog.text.toPlainText()
    dialog.close()


def test_a_model_that_cannot_load_has_no_card_but_a_reason(
    window: MainWindow, model: Any, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_model: Any) -> str:
        raise Sc3dError("The weights are damaged.", "Install the program again.")

    monkeypatch.setattr(type(model), "name", property(broken))
    window.commands["help.model_card"].trigger()
    banner = window.banners[Subject.PROBLEM]
    qtbot.waitUntil(banner.isVisible, timeout=5000)
    assert "The weights are damaged." in banner.message.text()
    assert window.findChild(ModelCardDialog) is None


def test_a_long_card_scrolls(qtbot: QtBot) -> None:
    dialog = ModelCardDialog(ModelInfo("m", "cpu", (("Data", "many words " * 2000),)))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.text.verticalScrollBar().maximum() > 0
    assert dialog.text.horizontalScrollBar().maximum() == 0
    dialog.close()


def test_a_model_without_a_card_says_so(qapp: Any) -> None:
    document = QTextDocument()
    document.setHtml(card_html("m", ()))
    assert document.toPlainText().splitlines() == ["m", "This model states nothing about itself."]
