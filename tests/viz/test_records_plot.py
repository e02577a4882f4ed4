"""The plot of own measurements: points, bars and frame follow the records."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.viz.records_plot import RecordsPlot


@pytest.fixture
def plot(qtbot: QtBot) -> RecordsPlot:
    made = RecordsPlot()
    qtbot.addWidget(made)
    made.resize(420, 420)
    made.show()
    return made


def filled(plot: RecordsPlot, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(n)
    measured = rng.uniform(1, 150, n)
    predicted = measured * np.exp(rng.normal(0, 0.5, n))
    interval = np.stack([predicted / 3, predicted * 3], axis=1)
    ids = np.arange(10, 10 + n)
    plot.set_records(ids, measured, predicted, interval, ids == 10)
    return measured, predicted, interval


def test_points_and_bars_are_where_the_records_say(plot: RecordsPlot) -> None:
    measured, predicted, interval = filled(plot, 7)
    x, y = plot._scatter.getData()
    assert 10**x == pytest.approx(measured)
    assert 10**y == pytest.approx(predicted)
    opts = plot._bars.opts
    assert 10 ** (opts["y"] - opts["bottom"]) == pytest.approx(interval[:, 0])
    assert 10 ** (opts["y"] + opts["top"]) == pytest.approx(interval[:, 1])
    (low_x, high_x), (low_y, high_y) = plot.plot.viewRange()
    assert (low_x, high_x) == pytest.approx((low_y, high_y))
    assert low_y < np.log10(interval.min())
    assert high_y > np.log10(interval.max())


def test_no_record_and_then_one_and_then_none_are_drawn(plot: RecordsPlot) -> None:
    for n in (0, 1, 0):
        if n:
            filled(plot, n)
        else:
            none = np.zeros(0)
            plot.set_records(none.astype(int), none, none, np.zeros((0, 2)), none.astype(bool))
        assert plot.message.isVisible() == (n == 0)
        assert plot._bars.isVisible() == (n > 0)


def test_both_themes_draw_the_same_points(plot: RecordsPlot) -> None:
    measured, *_ = filled(plot, 5)
    for dark in (True, False):
        plot.set_theme(dark)
        assert 10 ** plot._scatter.getData()[0] == pytest.approx(measured)


def test_a_click_on_a_point_tells_its_record(plot: RecordsPlot, qtbot: QtBot) -> None:
    filled(plot, 4)
    QTest.qWait(50)
    told: list[list[int]] = []
    plot.brushed.connect(lambda ids: told.append(ids.tolist()))
    scene = plot.plot.plotItem.vb.mapViewToScene(QPointF(*plot._points[2]))
    QTest.mouseClick(
        plot.plot.viewport(),
        Qt.MouseButton.LeftButton,
        pos=plot.plot.mapFromScene(scene),
    )
    assert told == [[12]]
