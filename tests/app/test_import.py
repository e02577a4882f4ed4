"""Collections on their way into the catalogue: the question before, and what is told after."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_cases import fe_se
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from window_cases import settle

from sc3d_desktop.crystal.cif import write_cif
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject
from sc3d_desktop.window.import_dialog import ImportDialog, ProblemsDialog

LEFT = Qt.MouseButton.LeftButton
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "supercon3d"


def test_the_licence_is_shown_before_anything_is_imported(
    filled: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    write_cifs(folder)
    monkeypatch.setattr(filled.files.ask, "folder", lambda _title: folder)
    said = answer_import(filled, "import")
    filled.commands["data.cifs"].trigger()
    assert str(folder) in said[0]
    assert "nothing leaves this machine" in said[0]
    settle(filled, qtbot)
    banner = filled.banners[Subject.DONE]
    assert "mine: 2 entries came in" in banner.message.text()
    assert banner.hint.text() == "1 did not come in"
    banner.buttons[0].click()
    problems = filled.findChild(ProblemsDialog)
    assert isinstance(problems, ProblemsDialog)
    assert problems.table.item(0, 0).text() == "broken.cif"
    problems.close()
    assert len(filled.session.browser.ids) == 14


def answer_import(window: MainWindow, way: str) -> list[str]:
    """Click a button of the dialog that is about to open; what it says is in the list then."""
    said: list[str] = []

    def go_on() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ImportDialog)
        said.append(" ".join(label.text() for label in dialog.findChildren(QLabel)))
        assert window.session.engine.jobs() == {}  # nothing is done yet
        QTest.mouseClick(dialog.buttons[way], LEFT)

    QTimer.singleShot(50, window, go_on)
    return said


def write_cifs(folder: Path) -> None:
    for i, x in enumerate((0.2, 0.3)):
        (folder / f"c{i}.cif").write_text(write_cif(fe_se(x)), encoding="utf-8")
    (folder / "broken.cif").write_text("data_x\n_cell_length_a 3\n", encoding="utf-8")


def test_a_folder_that_holds_no_collection_is_refused_with_the_reason(
    filled: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filled.files.ask, "way_to_import", lambda _collection, ways: "folder")
    monkeypatch.setattr(filled.files.ask, "folder", lambda _title: tmp_path)
    filled.commands["data.supercon3d"].trigger()
    assert filled.banners[Subject.PROBLEM].isVisible()
    assert filled.session.engine.jobs() == {}


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not beside this checkout")
def test_supercon3d_comes_in_by_two_clicks_and_what_was_noted_is_listed(
    filled: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = DATA / "supercon3d.zip"
    monkeypatch.setattr(filled.files.ask, "file_to_read", lambda *_: archive)
    said = answer_import(filled, "archive")
    filled.commands["data.supercon3d"].trigger()
    assert "do not pass on what you import" in said[0]
    settle(filled, qtbot, 200_000)
    assert len(filled.session.browser.ids) == 12 + 1578
    banner = filled.banners[Subject.DONE]
    assert "1,578 entries came in" in banner.message.text()
    assert banner.hint.text() == "12 came in with a remark"
