"""What was noticed in a file: said at once where it is doubtful, and shown beside its lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal.findings import doubtful, repaired
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject
from sc3d_desktop.window.triage import TriageDialog, summary


@pytest.fixture
def odd(mgb2: Path, tmp_path: Path) -> Path:
    """Three doubts and a repair."""
    text = mgb2.read_text(encoding="utf-8")
    text = text.replace("Mg1 Mg 0 0 0 1", "Mg1 Mg2+ 0 0 0 ?\nVa1 Va 0 0 0.5 1")
    path = tmp_path / "odd.cif"
    path.write_text(text.replace("data_MgB2", "data_odd\n_chemical_formula_sum 'Mg B4'"))
    return path


def dialog() -> TriageDialog:
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, TriageDialog)]
    return found


def click_on(row: int, shown: TriageDialog) -> None:
    place = shown.list.visualItemRect(shown.list.item(row)).center()
    QTest.mouseClick(shown.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def marked_line(shown: TriageDialog) -> str:
    (mark,) = shown.text.extraSelections()
    return mark.cursor.block().text()


def test_a_doubt_is_said_when_the_file_is_opened(user: Any, window: MainWindow, odd: Path) -> None:
    user.drop(odd)
    banner = window.banners[Subject.DOUBT]
    assert banner.isVisible()
    assert "The occupancy of Mg1 is unknown" in banner.message.text()
    assert "2 more" in banner.message.text()
    assert window.session.document.crystal is not None


def test_a_good_file_says_nothing_and_takes_the_doubt_away(
    user: Any, window: MainWindow, odd: Path, mgb2: Path
) -> None:
    user.drop(odd)
    user.drop(mgb2)
    assert not window.banners[Subject.DOUBT].isVisible()
    assert not window.editor.header.info.isVisible()


def test_each_finding_is_shown_at_its_line(
    user: Any, window: MainWindow, odd: Path, qtbot: QtBot
) -> None:
    user.drop(odd)
    (button,) = window.banners[Subject.DOUBT].buttons
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    shown = dialog()
    assert summary(shown.findings) == "3 doubts, 1 repair"
    lines = {}
    for row in range(shown.list.count()):
        click_on(row, shown)
        lines[shown.findings[row].code] = marked_line(shown)
    assert lines["occupancy unknown"].startswith("Mg1 Mg2+")
    assert lines["vacancy"].startswith("Va1")
    assert lines["formula"].startswith("_chemical_formula_sum")
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shown.isVisible())


def test_the_button_beside_the_space_group_opens_it_too(
    user: Any, window: MainWindow, odd: Path, qtbot: QtBot
) -> None:
    user.drop(odd)
    info = window.editor.header.info
    QTest.mouseClick(info, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    shown = dialog()
    assert shown.list.item(0).text().startswith("Doubtful: ")
    shown.close()
    qtbot.waitUntil(lambda: not shown.isVisible())


def test_a_file_that_has_gone_since_leaves_the_findings(
    user: Any, window: MainWindow, odd: Path, qtbot: QtBot
) -> None:
    user.drop(odd)
    odd.unlink()
    window.show_findings()
    shown = dialog()
    assert shown.list.count() == 4
    assert not shown.text.isVisible()
    shown.close()
    qtbot.waitUntil(lambda: not shown.isVisible())


def test_findings_are_counted_in_words() -> None:
    one, other = doubtful("a", "A."), repaired("b", "B.")
    assert summary([one]) == "1 doubt"
    assert summary([other, other]) == "2 repairs"
    assert summary([other, one]) == "1 doubt, 1 repair"
    assert summary([]) == ""
