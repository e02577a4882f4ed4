"""Save a project in the window and open it in a window of a fresh user folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from project_cases import fill_home
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.records import list_records
from sc3d_desktop.project import Contents, show_project
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject
from sc3d_desktop.window.project.dialog import SaveProjectDialog

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    """What is in the user's folder before the window opens."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return fill_home(home)


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT, pos=QPoint(10, button.height() // 2))


def idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.engine.jobs(), timeout=60_000)
    assert window.banners[Subject.PROBLEM].message.text() == ""


def dialog_of(window: MainWindow) -> SaveProjectDialog:
    dialog = window.catalogue.projects.dialog
    assert dialog is not None
    return dialog


def start(window: MainWindow, qtbot: QtBot) -> None:
    window.catalogue.bring_in = lambda *_source, **_how: None  # type: ignore[method-assign]
    window.catalogue.start()
    idle(window, qtbot)


def edit(user: Any, path: Path) -> Crystal:
    """Open a crystal and put aluminium into it."""
    user.drop(path)
    user.answer()
    user.add_dopant("Al")
    user.drag_slider("Al", 0.2)
    crystal = user.window.session.document.crystal
    assert isinstance(crystal, Crystal)
    return crystal


def save(user: Any, qtbot: QtBot, out: Path) -> None:
    """By keys, from the title on."""
    window = user.window
    user.press("Ctrl+Alt+S")
    dialog = dialog_of(window)
    assert dialog.focusWidget() is dialog.title
    QTest.keyClicks(dialog.title, "Doped diborides")
    assert dialog.target.path.name == "Doped diborides.zip"
    dialog.target.line.setText(str(out))
    QTest.keyClick(dialog.title, Qt.Key.Key_Return)
    assert window.catalogue.projects.dialog is None
    idle(window, qtbot)
    assert str(out) in window.banners[Subject.DONE].message.text()


def test_a_project_opens_in_a_fresh_folder_with_everything_in_it(
    contents: Contents, window: MainWindow, user: Any, qtbot: QtBot, mgb2: Path, tmp_path: Path,
    open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert contents.catalogue is not None
    start(window, qtbot)
    crystal, out = edit(user, mgb2), tmp_path / "doped.zip"
    save(user, qtbot, out)
    assert show_project(out).counts["crystal"] == 1
    mgb2.unlink()
    monkeypatch.setenv("SC3D_HOME", str(tmp_path / "elsewhere"))
    other = open_window()
    start(other, qtbot)
    monkeypatch.setattr(other.files.ask, "file_to_read", lambda *_: out)
    other.commands["file.open_project"].trigger()
    idle(other, qtbot)
    qtbot.waitUntil(lambda: not other.session.browser.out_of_date, timeout=30_000)
    document = other.session.document
    assert document.crystal == crystal
    assert document.opened != crystal
    assert document.modified
    said = other.banners[Subject.DONE].message.text()
    assert said.startswith("Doped diborides: 1 crystal, 16 entries, 5 lab records")
    with Catalogue.open(other.session.browser.path) as catalogue:
        assert len(list_records(catalogue)) == 5
    names = {c.name for c, n in other.session.browser.collections() if n}
    assert names == {"open", "closed", "my-measurements"}
    assert (tmp_path / "elsewhere" / "runs" / "first run.sqlite").is_file()
    for line in (other.generator.begin.recipe, other.screening.begin.recipe):
        shown = [line.names.itemText(i) for i in range(line.names.count())]
        assert shown == ["none", "mine"], "without another look"
    document.undo()
    assert document.crystal == document.opened


def test_the_dialog_says_what_is_missing_and_keeps_what_was_typed(
    contents: Contents, window: MainWindow, user: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    assert contents.catalogue is not None
    start(window, qtbot)
    user.press("Ctrl+Alt+S")
    dialog = dialog_of(window)
    click(dialog.save)
    assert "needs a title" in dialog.problem.text()
    QTest.keyClicks(dialog.title, "T")
    (tmp_path / "there.zip").touch()
    dialog.target.line.setText(str(tmp_path / "there.zip"))
    click(dialog.save)
    assert "there already" in dialog.problem.text()
    assert dialog.title.text() == "T"
    assert not dialog.parts["crystal"].isEnabled()
    assert dialog.parts["entry"].text() == "16 entries"
    assert dialog.parts["recipe"].text() == "3 recipes"
    for name in ("entry", "recipe", "screening", "generated run"):
        click(dialog.parts[name])
    dialog.target.line.setText(str(tmp_path / "small"))
    click(dialog.save)
    idle(window, qtbot)
    assert show_project(tmp_path / "small").counts == {"lab record": 5, "saved query": 1}


def test_what_is_no_project_is_told_and_nothing_changes(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    start(window, qtbot)
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 and nothing")
    window.catalogue.projects.open(tmp_path / "no.zip")
    qtbot.waitUntil(lambda: not window.session.engine.jobs())
    assert "no.zip is neither a folder nor a sound archive" in (
        window.banners[Subject.PROBLEM].message.text()
    )
    assert list((window.session.browser.path.parent / "projects").iterdir()) == []
