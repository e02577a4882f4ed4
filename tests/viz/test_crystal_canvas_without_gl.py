from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.viz import gl_support
from sc3d_desktop.viz.crystal_canvas import CrystalCanvas


@pytest.fixture
def canvas(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> CrystalCanvas:
    broken = gl_support.GlSupport(problem="No OpenGL here.")
    monkeypatch.setattr(gl_support, "gl_support", lambda: broken)
    widget = CrystalCanvas()
    qtbot.addWidget(widget)
    widget.resize(400, 400)
    widget.show()
    qtbot.waitUntil(lambda: widget.gl_problem != "")
    return widget


def test_the_reason_stands_in_place_of_the_picture(canvas: CrystalCanvas) -> None:
    assert canvas._overlay.message.startswith("No OpenGL here.")
    assert "can be edited" in canvas._overlay.message
    assert not canvas.grab().isNull()


def test_all_setters_work(canvas: CrystalCanvas, sample: SimpleNamespace) -> None:
    canvas.set_crystal(sample.lsco(0.1))
    canvas.set_crystal(sample.lsco(0.2))
    canvas.set_selection((1, 2))
    for mode in ("disorder", "contribution", "element"):
        canvas.set_colour_by(mode)
    canvas.set_contributions([0.1] * 14)
    canvas.set_theme(True)
    canvas.set_show(bonds=False, cell=False, labels=True, polyhedra=True)
    canvas.view_along("a*")
    canvas.reset_view()
    canvas.set_crystal(None)
    assert not canvas.render_image(1.0).isNull()


def test_sites_can_still_be_picked(
    qtbot: QtBot, canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.one_site({"Cu": 1.0}))
    with qtbot.waitSignal(canvas.site_clicked) as clicked:
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert clicked.args == [0]


@pytest.mark.parametrize("wrong", ["d", "", "a**", "x"])
def test_an_unknown_axis_is_refused(
    canvas: CrystalCanvas, sample: SimpleNamespace, wrong: str
) -> None:
    canvas.set_crystal(sample.mgb2())
    with pytest.raises(ValueError, match="unknown axis"):
        canvas.view_along(wrong)


def test_an_unknown_colouring_is_refused(canvas: CrystalCanvas) -> None:
    with pytest.raises(ValueError, match="unknown colouring"):
        canvas.set_colour_by("mood")  # type: ignore[arg-type]
