"""The dialog of the hand-off as a user works it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QSpinBox
from pytestqt.qtbot import QtBot

from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject
from sc3d_desktop.window.hand_off import HandOffDialog

LEFT = Qt.MouseButton.LeftButton


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT, pos=QPoint(10, button.height() // 2))


def type_number(box: QSpinBox, value: int) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, str(value))
    QTest.keyClick(box, Qt.Key.Key_Tab)


def planned(window: MainWindow, qtbot: QtBot) -> HandOffDialog:
    """The dialog, once it is known what is possible."""
    dialog = window.files.hand_off.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not window.session.engine.jobs(), timeout=30_000)
    return dialog


def opened(window: MainWindow, qtbot: QtBot) -> HandOffDialog:
    """By the button beside the predicted Tc."""
    click(window.predictor.below.vasp)
    return planned(window, qtbot)


def choose_row(dialog: HandOffDialog, atoms: int) -> None:
    assert dialog.cells is not None
    table = dialog.cells.cells
    (row,) = [n for n in range(table.rowCount()) if table.item(n, 0).text() == str(atoms)]
    table.scrollToItem(table.item(row, 0))
    at = table.visualItemRect(table.item(row, 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=at)


def finished(window: MainWindow, qtbot: QtBot) -> tuple[str, str]:
    """What the banner says of the hand-off."""
    banner = window.banners[Subject.DONE]
    qtbot.waitUntil(lambda: not window.session.engine.jobs(), timeout=120_000)
    assert window.banners[Subject.PROBLEM].message.text() == ""
    assert banner.isVisible()
    assert [button.text() for button in banner.buttons] == ["Open folder"]
    return banner.message.text(), banner.hint.text()
