from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sc3d_desktop.panels.structure_editor.slider import OccupancySlider

SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


class Asked(list[tuple[float, object]]):
    @property
    def values(self) -> list[float]:
        return [value for value, _ in self]

    @property
    def gestures(self) -> int:
        return len({id(gesture) for _, gesture in self})


@pytest.fixture
def slider(qtbot: QtBot) -> OccupancySlider:
    made = OccupancySlider("#3F9BE0")
    qtbot.addWidget(made)
    made.resize(220, 28)
    made.show_value(0.2, 0.9)
    made.show()
    return made


@pytest.fixture
def asked(slider: OccupancySlider) -> Asked:
    """What the slider asked for; the crystal follows every wish, as it does in the program."""
    wishes = Asked()

    def follow(value: float, gesture: object) -> None:
        wishes.append((value, gesture))
        slider.show_value(value, 0.9)

    slider.wanted.connect(follow)
    return wishes


@pytest.mark.parametrize(
    ("key", "modifier", "expected"),
    [
        (Qt.Key.Key_Right, NONE, 0.21),
        (Qt.Key.Key_Left, NONE, 0.19),
        (Qt.Key.Key_Right, SHIFT, 0.201),
        (Qt.Key.Key_PageUp, NONE, 0.3),
        (Qt.Key.Key_Home, NONE, 0.0),
        (Qt.Key.Key_End, NONE, 0.9),
    ],
)
def test_keys_move_it(
    slider: OccupancySlider,
    asked: Asked,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    expected: float,
) -> None:
    QTest.keyClick(slider, key, modifier)
    assert asked.values == pytest.approx([expected])


def test_key_presses_in_quick_succession_are_one_gesture(
    slider: OccupancySlider, asked: Asked
) -> None:
    for _ in range(5):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    assert asked.gestures == 1


def test_a_drag_is_one_gesture_and_the_next_drag_another(
    slider: OccupancySlider, asked: Asked
) -> None:
    for goal in (0.5, 0.7):
        start = QPointF(slider.x_of(slider.occupancy), 14).toPoint()
        QTest.mousePress(slider, LEFT, pos=start)
        QTest.mouseMove(slider, QPointF(slider.x_of(goal), 14).toPoint())
        QTest.mouseMove(slider, QPointF(slider.x_of(goal) + 8, 14).toPoint())
        QTest.mouseRelease(slider, LEFT)
    assert len(asked) >= 4
    assert asked.gestures == 2


def test_a_drag_goes_in_hundredths_and_stops_at_the_limit(
    slider: OccupancySlider, asked: Asked
) -> None:
    QTest.mousePress(slider, LEFT, pos=QPointF(slider.x_of(0.2), 14).toPoint())
    for x in range(20, 220, 7):
        QTest.mouseMove(slider, QPoint(x, 14))
    QTest.mouseRelease(slider, LEFT)
    assert all(value == pytest.approx(round(value, 2)) for value in asked.values)
    assert max(asked.values) == 0.9


def test_a_click_on_the_groove_goes_there(slider: OccupancySlider, asked: Asked) -> None:
    QTest.mouseClick(slider, LEFT, pos=QPointF(slider.x_of(0.6), 14).toPoint())
    assert asked.values == pytest.approx([0.6], abs=0.011)


def test_it_stays_where_it_is_until_the_crystal_has_changed(slider: OccupancySlider) -> None:
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.occupancy == 0.2


def wheel(slider: OccupancySlider) -> bool:
    event = QWheelEvent(
        QPointF(20, 14), QPointF(20, 14), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        NONE, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider, event)
    return event.isAccepted()


def test_the_wheel_scrolls_the_panel_unless_the_slider_has_the_focus(
    slider: OccupancySlider, asked: Asked, qtbot: QtBot
) -> None:
    slider.clearFocus()
    assert not wheel(slider)
    assert asked == []
    slider.activateWindow()
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    assert wheel(slider)
    assert asked.values == pytest.approx([0.21])
