"""Candidates are brushed with the mouse; what has no value is not drawn."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.viz.candidates_plot import CandidatesPlot
from sc3d_desktop.viz.scatter_chart import MOST_POINTS

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def plot(qtbot: QtBot) -> CandidatesPlot:
    made = CandidatesPlot()
    qtbot.addWidget(made)
    made.resize(500, 360)
    made.show()
    qtbot.waitExposed(made)
    return made


def fill(plot: CandidatesPlot, n: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    ids, p = np.arange(100, 100 + n), rng.uniform(0, 1, n)
    tc = rng.lognormal(2, 1, n)
    plot.set_points(ids, p, tc, np.zeros(n, dtype=bool), "P(superconductor)")
    QTest.qWait(20)
    return ids, p, tc


def pixel(plot: CandidatesPlot, x: float, tc: float) -> QPoint:
    scene = plot.plot.plotItem.vb.mapViewToScene(QPointF(x, np.log10(tc)))
    return plot.plot.mapFromScene(scene)


def test_a_rubber_band_takes_what_lies_within(plot: CandidatesPlot) -> None:
    ids, p, tc = fill(plot)
    found: list[np.ndarray] = []
    plot.brushed.connect(found.append)
    view = plot.plot.viewport()
    start, end = pixel(plot, 0.5, 1.05 * tc.max()), pixel(plot, p.max() + 0.02, 5.0)
    QTest.mousePress(view, LEFT, pos=start)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, pos=end + QPoint(1, 0))
    assert set(ids[(p > 0.51) & (tc > 5.2)]) <= set(found[0]) <= set(ids[(p > 0.49) & (tc > 4.8)])


def test_a_click_takes_the_point_under_it_and_beside_all_nothing(plot: CandidatesPlot) -> None:
    ids, p, tc = fill(plot)
    found: list[np.ndarray] = []
    cleared: list[bool] = []
    plot.brushed.connect(found.append)
    plot.cleared.connect(lambda: cleared.append(True))
    QTest.mouseClick(plot.plot.viewport(), LEFT, pos=pixel(plot, p[3], tc[3]))
    assert found[0].tolist() == [ids[3]]
    ends = np.array([0.1, 0.9])
    plot.set_points(ids[:2], ends, 30 * ends, np.zeros(2, dtype=bool), "P(superconductor)")
    QTest.mouseClick(plot.plot.viewport(), LEFT, pos=pixel(plot, 0.3, 20.0))
    assert cleared == [True]
    assert len(found) == 1


def test_points_without_a_value_are_left_out_and_many_are_thinned(plot: CandidatesPlot) -> None:
    n = 2 * MOST_POINTS + 7
    along = np.linspace(0, 1, n)
    along[::2] = np.nan
    plot.set_points(np.arange(n), along, np.full(n, 3.0), np.zeros(n, dtype=bool), "novelty")
    assert f"{n // 2:,} candidates" in plot._note.toPlainText()
    assert "one in 2 drawn" in plot._note.toPlainText()
    plot.set_points(*(np.zeros(0),) * 3, np.zeros(0, dtype=bool), "novelty")  # type: ignore[misc]
    assert not plot.message.isHidden()
