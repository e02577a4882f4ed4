"""The plot of phonons, looked at by what it draws and says."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.dft.results.types import Dispersion
from sc3d_desktop.dft.results.types import QPoint as WaveVector
from sc3d_desktop.viz.phonon_plot import PhononPlot

DISTANCE = np.linspace(0, 2, 101)
SOFT = 100 * np.cos(np.pi * DISTANCE / 2)  # imaginary beyond 1
HARD = np.full(101, 200.0)
CURVES = Dispersion(
    "soft.freq",
    np.zeros((101, 3)),
    np.column_stack([SOFT, HARD]),
    DISTANCE,
    ((0.0, "Γ"), (1.0, "X"), (2.0, "M")),
)
LEVELS = (
    WaveVector(np.zeros(3), np.array([-5.0, 90.0]), 1, np.array([[0.0, 0.4]])),
    WaveVector(np.array([0.5, 0.0, 0.0]), np.array([40.0, 120.0]), 3, np.array([[0.1, 0.4]])),
)


@pytest.fixture
def plot(qtbot: QtBot) -> PhononPlot:
    made = PhononPlot()
    qtbot.addWidget(made)
    made.resize(480, 420)
    made.show()
    qtbot.waitExposed(made)
    return made


def place(plot: PhononPlot, x: float, y: float) -> QPoint:
    return plot.plot.mapFromScene(plot.plot.plotItem.vb.mapViewToScene(QPointF(x, y)))


def colour_at(plot: PhononPlot, x: float, y: float) -> QColor:
    return plot.plot.grab().toImage().pixelColor(place(plot, x, y))


def redness(colour: QColor) -> int:
    return colour.red() - (colour.green() + colour.blue()) // 2


def said_at(plot: PhononPlot, qtbot: QtBot, x: float, y: float) -> str:
    QTest.mouseMove(plot.plot.viewport(), place(plot, x, y))
    qtbot.waitUntil(plot.readout.isVisible, timeout=2000)
    return plot.readout.text()


def test_without_phonons_it_says_so_in_both_themes(plot: PhononPlot) -> None:
    for dark in (False, True):
        plot.set_theme(dark)
        assert plot.message.isVisible()
        assert not plot.plot.getAxis("left").isVisible()


@pytest.mark.parametrize("dark", [False, True])
def test_imaginary_modes_are_red_and_below_zero(plot: PhononPlot, qtbot: QtBot, dark: bool) -> None:
    plot.set_theme(dark)
    plot.set_dispersion(CURVES)
    qtbot.wait(20)
    assert not plot.message.isVisible()
    assert redness(colour_at(plot, 1.5, float(np.interp(1.5, DISTANCE, SOFT)))) > 40
    assert redness(colour_at(plot, 0.5, 200.0)) < 0
    low, high = plot.plot.plotItem.vb.viewRange()[1]
    assert low < -100
    assert high > 200


def test_a_stable_crystal_begins_at_zero_and_has_the_names_of_its_corners(
    plot: PhononPlot,
) -> None:
    plot.set_dispersion(
        Dispersion("a", CURVES.q, np.abs(CURVES.frequencies_cm), DISTANCE, CURVES.ticks)
    )
    assert plot.plot.plotItem.vb.viewRange()[1][0] == 0
    (ticks,) = plot.plot.getAxis("bottom")._tickLevels
    assert ticks == list(CURVES.ticks)


def test_levels_stand_at_their_q_with_discs_as_their_coupling(plot: PhononPlot) -> None:
    plot.set_levels(LEVELS, 0)
    (ticks,) = plot.plot.getAxis("bottom")._tickLevels
    assert ticks == [(0.0, "Γ"), (1.0, "0.5 0 0")]
    xs, ys = plot.discs.getData()
    np.testing.assert_allclose(xs, [0, 1, 1])  # none where nothing couples
    np.testing.assert_allclose(ys, [90, 40, 120])
    sizes = plot.discs.data["size"]
    assert sizes[0] == sizes[2] == pytest.approx(2 * sizes[1])  # areas as 4 to 1
    plot.set_levels(LEVELS)
    assert len(plot.discs.getData()[0]) == 0


def test_the_mouse_reads_the_nearest_level_in_three_units(plot: PhononPlot, qtbot: QtBot) -> None:
    plot.set_levels(LEVELS, 0)
    qtbot.wait(20)
    assert said_at(plot, qtbot, 1.1, 100.0) == (
        "q = (0.500 0.000 0.000): 120.0 cm⁻¹ = 3.598 THz = 14.88 meV, λ = 0.4000"
    )
    plot.set_dispersion(CURVES)
    qtbot.wait(20)
    assert said_at(plot, qtbot, 0.5, 150.0).endswith("meV")


def test_many_q_are_drawn_without_names(plot: PhononPlot) -> None:
    many = [WaveVector(np.array([n / 40, 0, 0]), np.array([10.0 + n])) for n in range(40)]
    plot.set_levels(many)
    (ticks,) = plot.plot.getAxis("bottom")._tickLevels
    assert ticks == []
    left, right = plot.plot.plotItem.vb.viewRange()[0]
    assert (left, right) == (pytest.approx(-0.6), pytest.approx(39.6))
