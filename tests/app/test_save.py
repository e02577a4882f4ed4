"""Saving in the format of the name; what cannot be saved is said and loses nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from crystal_cases import assert_same_crystal
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal.files import read_all
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.ask import SaveDialog
from sc3d_desktop.window.banner import Subject

NAMES = ("a.cif", "POSCAR", "a.vasp", "a.xyz", "a.json")


def dope(user: Any) -> None:
    user.add_dopant("Al")
    user.enter(user.row("Al").box, "0.1")


@pytest.mark.parametrize("name", NAMES)
def test_the_name_chooses_the_format_and_the_crystal_counts_as_saved(
    user: Any, window: MainWindow, mgb2: Path, tmp_path: Path, name: str
) -> None:
    user.drop(mgb2)
    path = tmp_path / "out" / name
    path.parent.mkdir()
    asked: list[Path] = []
    window.files.ask.structure_to_save = lambda suggested: asked.append(suggested) or path
    user.press("Ctrl+S")
    assert asked == [tmp_path / "MgB2.cif"]
    (again,) = read_all([path])
    assert_same_crystal(window.session.document.crystal, again.crystal)
    assert window.session.document.path == path
    assert window.session.settings.recent_files[0] == str(path)
    assert not window.session.document.modified


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("POSCAR", "is disordered"),
        ("a.xyz", "is disordered"),
        ("a.pdf", "does not say which format"),
        ("none/a.cif", "a.cif could not be written"),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_is_lost(
    user: Any, window: MainWindow, mgb2: Path, tmp_path: Path, name: str, said: str
) -> None:
    user.drop(mgb2)
    dope(user)
    edited = window.session.document.crystal
    window.files.ask.structure_to_save = lambda _suggested: tmp_path / name
    user.press("Ctrl+S")
    banner = window.banners[Subject.PROBLEM]
    assert banner.isVisible()
    assert said in banner.message.text()
    assert window.session.document.crystal is edited
    assert window.session.document.modified
    assert not (tmp_path / name).exists()


def test_a_problem_of_saving_goes_when_it_is_saved(
    user: Any, window: MainWindow, mgb2: Path, tmp_path: Path
) -> None:
    user.drop(mgb2)
    dope(user)
    names = iter(["a.xyz", "a.json"])
    window.files.ask.structure_to_save = lambda _suggested: tmp_path / next(names)
    user.press("Ctrl+S")
    user.press("Ctrl+S")
    assert not window.banners[Subject.PROBLEM].isVisible()
    assert not window.session.document.modified


@pytest.fixture
def large(user: Any, mgb2: Path, monkeypatch: pytest.MonkeyPatch, model: Any) -> None:
    """What is open, and edited, counts as too large to be saved at once; the engine is held up."""
    monkeypatch.setattr("sc3d_desktop.window.files._SAVED_AT_ONCE", 2)
    user.drop(mgb2)
    model.gate.clear()
    dope(user)


@pytest.mark.usefixtures("large")
def test_a_large_crystal_is_saved_by_a_job(
    user: Any, window: MainWindow, tmp_path: Path, qtbot: QtBot, model: Any
) -> None:
    path = tmp_path / "a.json"
    window.files.ask.structure_to_save = lambda _suggested: path
    user.press("Ctrl+S")
    assert window.session.document.modified
    model.gate.set()
    qtbot.waitUntil(lambda: not window.session.document.modified, timeout=20_000)
    (again,) = read_all([path])
    assert_same_crystal(window.session.document.crystal, again.crystal)


@pytest.mark.usefixtures("large")
def test_edits_made_while_a_large_crystal_is_saved_are_not_taken_for_saved(
    user: Any, window: MainWindow, tmp_path: Path, qtbot: QtBot, model: Any
) -> None:
    path = tmp_path / "a.json"
    window.files.ask.structure_to_save = lambda _suggested: path
    user.press("Ctrl+S")
    user.enter(user.row("Al").box, "0.2")
    model.gate.set()
    qtbot.waitUntil(path.is_file, timeout=20_000)
    qtbot.waitUntil(lambda: str(path) in window.session.settings.recent_files, timeout=20_000)
    assert window.session.document.modified
    assert window.session.document.path != path


@pytest.mark.usefixtures("large")
def test_a_large_crystal_that_cannot_be_saved_is_said(
    user: Any, window: MainWindow, tmp_path: Path, qtbot: QtBot, model: Any
) -> None:
    model.gate.set()
    window.files.ask.structure_to_save = lambda _suggested: tmp_path / "POSCAR"
    user.press("Ctrl+S")
    banner = window.banners[Subject.PROBLEM]
    qtbot.waitUntil(banner.isVisible, timeout=20_000)
    assert "disordered" in banner.message.text()
    assert window.session.document.modified


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> SaveDialog:
    made = SaveDialog(tmp_path / "Mg0.9Al0.1B2.cif")
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def choose(dialog: SaveDialog, title: str) -> None:
    """Pick a format in the list, with the keyboard."""
    box = dialog.findChild(QComboBox, "fileTypeCombo")
    assert box is not None
    box.setFocus()
    (row,) = [i for i in range(box.count()) if box.itemText(i).startswith(title)]
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(row):
        QTest.keyClick(box, Qt.Key.Key_Down)


def name_box(dialog: SaveDialog) -> QLineEdit:
    box = dialog.findChild(QLineEdit, "fileNameEdit")
    assert box is not None
    return box


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("CIF", "Mg0.9Al0.1B2.cif"),
        ("POSCAR", "Mg0.9Al0.1B2.vasp"),
        ("Extended XYZ", "Mg0.9Al0.1B2.xyz"),
        ("pymatgen JSON", "Mg0.9Al0.1B2.json"),
    ],
)
def test_the_ending_follows_the_chosen_format(
    dialog: SaveDialog, tmp_path: Path, title: str, name: str
) -> None:
    choose(dialog, title)
    assert name_box(dialog).text() == name
    assert dialog.path() == tmp_path / name


def save(dialog: SaveDialog, name: str) -> None:
    name_box(dialog).setText(name)
    QTest.keyClick(name_box(dialog), Qt.Key.Key_Return)


def test_a_name_without_an_ending_gets_that_of_the_chosen_format(
    dialog: SaveDialog, tmp_path: Path
) -> None:
    choose(dialog, "pymatgen JSON")
    save(dialog, "Mg0.9Al0.1B2")
    assert dialog.result() == SaveDialog.DialogCode.Accepted
    assert dialog.path() == tmp_path / "Mg0.9Al0.1B2.json"


def test_a_file_is_not_replaced_unasked_though_its_ending_was_not_typed(
    dialog: SaveDialog, tmp_path: Path
) -> None:
    (tmp_path / "Mg0.9Al0.1B2.cif").write_text("")
    asked: list[str] = []

    def refuse() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        box.button(QMessageBox.StandardButton.No).click()

    QTimer.singleShot(200, refuse)
    save(dialog, "Mg0.9Al0.1B2")
    assert "Mg0.9Al0.1B2.cif already exists" in asked[0]
    assert dialog.isVisible()


@pytest.mark.parametrize("name", ["other.xyz", "POSCAR"])
def test_a_name_with_an_ending_of_its_own_keeps_it(
    dialog: SaveDialog, tmp_path: Path, name: str
) -> None:
    save(dialog, name)
    assert dialog.path() == tmp_path / name
