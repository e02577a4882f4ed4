from __future__ import annotations

from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.viz.curve_plot import HEADER, CurvePlot

X = np.linspace(0.0, 0.4, 41)
TC = 39.0 * np.exp(-4 * X)


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    widget = CurvePlot()
    qtbot.addWidget(widget)
    widget.resize(480, 320)
    widget.set_curve(X, TC, 0.5 * TC, 2.0 * TC)
    widget.show()
    QGuiApplication.processEvents()
    return widget


def _pixel(plot: CurvePlot, x: float, y: float = 20.0) -> QPoint:
    scene = plot._plot.plotItem.vb.mapViewToScene(QPointF(x, y))
    return plot._plot.mapFromScene(scene)


def _range(plot: CurvePlot) -> tuple[list[float], list[float]]:
    (x, y) = plot._plot.viewRange()
    return x, y


def test_a_click_picks_x_to_the_nearest_thousandth(qtbot: QtBot, plot: CurvePlot) -> None:
    with qtbot.waitSignal(plot.x_picked) as picked:
        QTest.mouseClick(plot._plot.viewport(), Qt.MouseButton.LeftButton, pos=_pixel(plot, 0.1))
    assert picked.args[0] == pytest.approx(0.1, abs=0.0015)
    assert picked.args[0] == pytest.approx(round(picked.args[0], 3), abs=1e-9)


def test_a_drag_picks_on_the_way_and_stays_in_range(plot: CurvePlot) -> None:
    found: list[float] = []
    plot.x_picked.connect(found.append)
    target, left = plot._plot.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(target, left, pos=_pixel(plot, 0.1))
    for x in (0.2, 0.3, 0.9):
        QTest.mouseMove(target, _pixel(plot, x))
    QTest.mouseRelease(target, left, pos=_pixel(plot, 0.9))
    assert len(found) >= 2
    assert found[0] == pytest.approx(0.1, abs=0.0015)
    assert found[-1] == X[-1]
    assert all(X[0] <= x <= X[-1] for x in found)


def test_without_a_curve_a_click_picks_nothing(qtbot: QtBot, plot: CurvePlot) -> None:
    plot.set_curve([], [], [], [])
    with qtbot.assertNotEmitted(plot.x_picked):
        QTest.mouseClick(plot._plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert plot._message.isVisible()


def test_arrow_keys_step_x(qtbot: QtBot, plot: CurvePlot) -> None:
    plot.set_marker(0.1, None)
    with qtbot.waitSignal(plot.x_picked) as picked:
        qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert picked.args[0] == pytest.approx(0.104)


def test_the_tc_axis_starts_at_zero_and_holds_the_interval(plot: CurvePlot) -> None:
    x, y = _range(plot)
    assert y[0] == 0.0
    assert y[1] >= 78.0
    assert x == pytest.approx([0.0, 0.4])


def test_the_logarithmic_axis_reads_in_kelvin(plot: CurvePlot) -> None:
    plot.set_log(True)
    y = _range(plot)[1]
    assert 10 ** y[1] >= 78.0
    ticks = plot._axis.tickValues(y[0], y[1], 300)[0][1]
    assert plot._axis.tickStrings(ticks, 1, None) == ["5", "10", "20", "50"]
    plot.set_log(False)
    assert _range(plot)[1][0] == 0.0


def test_a_tc_of_zero_can_be_drawn_on_the_logarithmic_axis(plot: CurvePlot) -> None:
    plot.set_log(True)
    plot.set_curve([0.0, 1.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0])
    assert np.isfinite(_range(plot)[1]).all()


def test_small_x_is_written_as_it_is(plot: CurvePlot) -> None:
    axis = plot._plot.getAxis("bottom")
    assert axis.autoSIPrefixScale == 1.0
    assert axis.labelUnitPrefix == ""


def test_hovering_reads_out_x_tc_and_interval(plot: CurvePlot, qtbot: QtBot) -> None:
    def reads_out() -> bool:
        # A pointer that is there already does not move: come from another point.
        for x in (0.3, 0.2):
            QTest.mouseMove(plot._plot.viewport(), _pixel(plot, x))
            qtbot.wait(20)
        return plot._readout.isVisible() and "Tc = 17" in plot._readout.text()

    qtbot.waitUntil(reads_out)
    assert "K" in plot._readout.text()


def test_a_stale_curve_is_grey_and_a_theme_changes_the_background(plot: CurvePlot) -> None:
    fresh = plot.grab().toImage()
    plot.set_stale(True)
    stale = plot.grab().toImage()
    assert stale != fresh
    middle = _pixel(plot, 0.2, 20.0)
    colour = stale.pixelColor(plot._plot.viewport().mapTo(plot, middle))
    assert colour.saturation() < 25
    plot.set_theme(True)
    assert plot.grab().toImage().pixelColor(3, 3).lightness() < 60


def test_the_data_come_out_as_csv_and_on_the_clipboard(plot: CurvePlot, tmp_path: Path) -> None:
    plot.save_csv(tmp_path / "curve.csv")
    lines = (tmp_path / "curve.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == HEADER
    assert len(lines) == 1 + len(X)
    assert [float(v) for v in lines[1].split(",")] == pytest.approx([0.0, 39.0, 19.5, 78.0])
    plot.copy_data()
    assert QGuiApplication.clipboard().text().splitlines()[0] == HEADER.replace(",", "\t")
    assert plot.save_picture(tmp_path / "curve.png")
    assert (tmp_path / "curve.png").stat().st_size > 1000


def test_the_menu_offers_the_scale_and_the_data(plot: CurvePlot) -> None:
    menu = plot._menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[0] == "Logarithmic Tc axis"
    assert len(texts) == 4
    menu.actions()[0].trigger()
    assert _range(plot)[1][0] < 2.0
    menu.deleteLater()


def test_arrays_of_different_length_are_refused(plot: CurvePlot) -> None:
    with pytest.raises(ValueError, match="same length"):
        plot.set_curve([0, 1], [1.0], [1.0], [1.0])


def test_the_global_options_of_pyqtgraph_are_left_alone(plot: CurvePlot) -> None:
    assert pg.getConfigOption("background") == "k"
    assert pg.getConfigOption("foreground") == "d"
    assert pg.getConfigOption("antialias") is False


@pytest.mark.parametrize("height", [130, 180, 215, 320])
def test_the_label_of_tc_is_as_long_as_there_is_room(plot: CurvePlot, height: int) -> None:
    plot.resize(480, height)
    QGuiApplication.processEvents()
    axis = plot._axis
    written = axis.label.mapRectToScene(axis.label.boundingRect())
    assert written.top() >= 0
    assert written.bottom() <= plot._plot.height()
    assert ("interval" in axis.labelText) == (height >= 215)
