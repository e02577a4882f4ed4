"""Opening, keeping and saving: nothing is lost, and what goes wrong is said once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject


def shown(window: MainWindow) -> str:
    crystal = window.session.document.crystal
    return formula(crystal.composition) if crystal is not None else ""


BAD_FILES = {
    "empty.cif": ("", "empty"),
    "text.cif": ("not a CIF at all", "line 1"),
    "element.cif": (("Mg1 Mg 0 0 0 1", "Mg1 Qq 0 0 0 1"), "Qq"),
    "occupancy.cif": (("Mg1 Mg 0 0 0 1", "Mg1 Mg 0 0 0 1.7"), "1.7"),
    "cell.cif": (("_cell_length_a 3.086", "_cell_length_a nan"), "_cell_length_a"),
    "flat.cif": (("_cell_angle_gamma 120", "_cell_angle_gamma 0"), "angles"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_explained_in_the_window_and_the_crystal_stays(
    user: Any, window: MainWindow, mgb2: Path, tmp_path: Path, name: str
) -> None:
    user.drop(mgb2)
    before = window.session.document.crystal
    content, named = BAD_FILES[name]
    bad = tmp_path / name
    good_text = mgb2.read_text(encoding="utf-8")
    bad.write_text(content if isinstance(content, str) else good_text.replace(*content))
    user.drop(bad)
    banner = window.banners[Subject.PROBLEM]
    assert banner.isVisible()
    assert name in banner.message.text()
    assert named in banner.message.text()
    assert window.session.document.crystal is before
    dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog)]
    assert not [w for w in dialogs if w.isVisible()]


def test_many_bad_files_make_one_message_and_the_good_one_opens(
    user: Any, window: MainWindow, mgb2: Path, tmp_path: Path
) -> None:
    bad = [tmp_path / f"bad{i}.cif" for i in range(3)]
    for path in bad:
        path.write_text("")
    user.drop(bad[0], mgb2, *bad[1:])
    banner = window.banners[Subject.PROBLEM]
    assert "3 files" in banner.message.text()
    assert all(path.name in banner.message.text() for path in bad)
    assert shown(window) == "MgB2"


def test_the_message_goes_when_a_good_file_is_opened(
    user: Any, window: MainWindow, mgb2: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.cif"
    bad.write_text("")
    user.drop(bad)
    user.drop(mgb2)
    assert not window.banners[Subject.PROBLEM].isVisible()


def test_a_poscar_opens_like_a_cif(user: Any, window: MainWindow, tmp_path: Path) -> None:
    poscar = tmp_path / "POSCAR"
    poscar.write_text("niobium\n3.3\n1 0 0\n0 1 0\n0 0 1\nNb\n2\nDirect\n0 0 0\n.5 .5 .5\n")
    user.drop(poscar)
    assert shown(window) == "Nb"


def doped(user: Any, path: Path, element: str = "Al") -> None:
    user.drop(path)
    user.add_dopant(element)
    user.enter(user.row(element).box, "0.1")


def test_edits_survive_opening_another_crystal(
    user: Any, window: MainWindow, mgb2: Path, ybco: Path
) -> None:
    doped(user, mgb2)
    edited = window.session.document.crystal
    user.drop(ybco)
    banner = window.banners[Subject.OFFER]
    assert "MgB2.cif" in banner.message.text()
    banner.buttons[0].click()
    assert window.session.document.crystal == edited
    assert window.session.document.modified
    window.session.document.undo()
    assert shown(window) == "MgB2"


def test_an_unedited_crystal_makes_room_without_a_word(
    user: Any, window: MainWindow, mgb2: Path, ybco: Path
) -> None:
    user.drop(mgb2)
    user.drop(ybco)
    assert not window.banners[Subject.OFFER].isVisible()
    assert not list(window.files.shelf)


def test_edits_survive_a_crash(
    user: Any,
    window: MainWindow,
    mgb2: Path,
    open_window: Callable[[], MainWindow],
    qtbot: QtBot,
) -> None:
    doped(user, mgb2)
    edited = window.session.document.crystal
    qtbot.wait(1300)  # nothing is closed: what is on disk now is what a crash leaves
    second = open_window()
    second.files.offer_last_session()
    assert second.session.document.crystal is None
    second.banners[Subject.OFFER].buttons[0].click()
    assert second.session.document.crystal == edited


def test_saved_edits_are_not_offered_again(
    user: Any,
    window: MainWindow,
    mgb2: Path,
    tmp_path: Path,
    open_window: Callable[[], MainWindow],
) -> None:
    doped(user, mgb2)
    saved = tmp_path / "doped.cif"
    window.files.ask.structure_to_save = lambda *_: saved
    user.press("Ctrl+S")
    assert not window.session.document.modified
    (again,) = read_cif(saved)
    assert again.composition == pytest.approx(window.session.document.crystal.composition)
    window.close()
    second = open_window()
    second.files.offer_last_session()
    assert not second.banners[Subject.OFFER].isVisible()


def test_recent_files_are_listed_and_open(
    user: Any, window: MainWindow, mgb2: Path, ybco: Path
) -> None:
    user.drop(mgb2)
    user.drop(ybco)
    menu = window._recent_menu
    assert [action.text() for action in menu.actions()] == ["YBCO.cif", "MgB2.cif"]
    menu.actions()[1].trigger()
    assert shown(window) == "MgB2"


def test_an_ordered_crystal_is_exported_and_the_folder_named(
    user: Any, window: MainWindow, mgb2: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    user.drop(mgb2)
    window.session.settings.hand_off_folder = str(tmp_path)
    user.press("Ctrl+E")
    assert window.files.hand_off.dialog is not None
    QTest.keyClick(window.files.hand_off.dialog, Qt.Key.Key_Return)
    banner = window.banners[Subject.DONE]
    qtbot.waitUntil(banner.isVisible, timeout=60000)
    assert (tmp_path / "MgB2-vasp" / "1-relax" / "POSCAR").is_file()
    assert "MgB2-vasp" in banner.message.text()
