"""Two pictures turn, move and zoom as one, whichever the mouse is in."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from sc3d_desktop.viz import gl_support
from sc3d_desktop.viz.compare_link import CameraLink
from sc3d_desktop.viz.crystal_canvas import CrystalCanvas

Pair = tuple[CrystalCanvas, CrystalCanvas]
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def pair(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, sample: SimpleNamespace) -> Iterator[Pair]:
    """MgB2 beside YBa2Cu3O7; cameras need no OpenGL."""
    broken = gl_support.GlSupport(problem="No OpenGL here.")
    monkeypatch.setattr(gl_support, "gl_support", lambda: broken)
    box = QWidget()
    qtbot.addWidget(box)
    one, other = CrystalCanvas(), CrystalCanvas()
    layout = QHBoxLayout(box)
    layout.addWidget(one)
    layout.addWidget(other)
    box.resize(900, 500)
    one.set_crystal(sample.mgb2())
    other.set_crystal(sample.ybco())
    with qtbot.waitExposed(box):
        box.show()
    qtbot.waitUntil(lambda: bool(one.gl_problem and other.gl_problem))
    link = CameraLink(one, other, box)
    link.set_on(True)
    yield one, other
    box.close()


def drag(canvas: CrystalCanvas, button: Qt.MouseButton, by: QPoint) -> None:
    start = QPoint(60, 300)
    QTest.mousePress(canvas, button, pos=start)
    for k in (1, 2, 3):
        QTest.mouseMove(canvas, start + by * k / 3)
    QTest.mouseRelease(canvas, button, pos=start + by)


def wheel(canvas: CrystalCanvas, at: QPointF, turn: int) -> None:
    to = canvas.mapToGlobal(at)
    event = QWheelEvent(
        at, to, QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def assert_alike(one: CrystalCanvas, other: CrystalCanvas) -> None:
    np.testing.assert_allclose(one.camera.rotation, other.camera.rotation, atol=1e-12)
    assert one.camera.scale == other.camera.scale


def test_an_angstrom_is_as_long_in_both_and_both_are_whole(pair: Pair) -> None:
    assert_alike(*pair)
    for canvas in pair:
        assert canvas._picture is not None
        places = canvas.camera.project(canvas._picture.atoms.centre)
        assert (places[:, :2] > 0).all()
        assert (places[:, :2] < canvas.camera.size).all()


@pytest.mark.parametrize("leader", [0, 1])
def test_a_drag_in_one_turns_the_other(pair: Pair, leader: int) -> None:
    before = pair[1 - leader].camera.rotation.copy()
    drag(pair[leader], LEFT, QPoint(60, 30))
    assert np.abs(pair[1 - leader].camera.rotation - before).max() > 0.1
    assert_alike(*pair)


@pytest.mark.parametrize("leader", [0, 1])
def test_moving_and_zooming_one_moves_the_other_by_as_much(pair: Pair, leader: int) -> None:
    drag(pair[0], LEFT, QPoint(40, 10))
    apart = pair[0].camera.centre - pair[1].camera.centre
    before = pair[leader].camera.centre.copy()
    drag(pair[leader], RIGHT, QPoint(45, -30))
    wheel(pair[leader], QPointF(80, 90), 240)
    assert np.linalg.norm(pair[leader].camera.centre - before) > 0.1
    np.testing.assert_allclose(pair[0].camera.centre - pair[1].camera.centre, apart, atol=1e-12)
    assert_alike(*pair)


def test_keys_and_views_act_on_both(pair: Pair) -> None:
    drag(pair[0], LEFT, QPoint(40, 10))
    QTest.keyClick(pair[0], Qt.Key.Key_C)
    assert_alike(*pair)
    np.testing.assert_allclose(pair[1].camera.rotation[2], [0, 0, 1], atol=1e-12)
    wheel(pair[1], QPointF(80, 90), 480)
    QTest.keyClick(pair[1], Qt.Key.Key_R)
    assert_alike(*pair)
    assert pair[0].fitted
    assert pair[1].fitted


def test_a_resize_keeps_the_lengths_alike(pair: Pair, qtbot: QtBot) -> None:
    before = pair[0].camera.scale
    pair[0].window().resize(500, 260)
    qtbot.waitUntil(lambda: pair[0].camera.scale != before)
    assert_alike(*pair)


def test_a_crystal_that_replaces_one_of_them_is_framed_with_the_other(
    pair: Pair, sample: SimpleNamespace
) -> None:
    drag(pair[0], LEFT, QPoint(40, 10))
    pair[1].set_crystal(sample.lsco())
    assert_alike(*pair)
    assert pair[0].fitted


def test_without_the_link_each_is_on_its_own(pair: Pair, qtbot: QtBot) -> None:
    for link in pair[0].window().findChildren(CameraLink):
        link.set_on(False)
    before = pair[1].camera.rotation.copy()
    drag(pair[0], LEFT, QPoint(60, 30))
    assert np.array_equal(pair[1].camera.rotation, before)


def test_a_hover_is_marked_without_being_told(pair: Pair, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(pair[0].site_hovered):
        pair[0].mark_hovered(2)
    assert pair[0]._hovered == 2
