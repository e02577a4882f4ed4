"""Plots of calculations, looked at by what they draw and by pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sc3d_desktop.dft.results.types import Bands, Dos
from sc3d_desktop.dft.results.van_hove import FlatBand, Singularity
from sc3d_desktop.viz.alpha2f_plot import Alpha2fPlot
from sc3d_desktop.viz.band_plot import BandPlot
from sc3d_desktop.viz.chart import Chart
from sc3d_desktop.viz.dos_plot import DosPlot

ENERGIES = np.linspace(-5, 5, 201)
DOS = Dos(ENERGIES, 2 + np.sin(ENERGIES)[None], {"Cu": np.ones((1, 201)), "O": np.ones((1, 201))})
SPIN = Dos(ENERGIES, np.array([np.full(201, 3.0), np.full(201, 1.0)]))
DISTANCE = np.linspace(0, 2, 101)
FLAT = np.where(DISTANCE < 1, 0.1, 0.1 + 2 * (DISTANCE - 1))
BANDS = Bands(DISTANCE, np.array([[FLAT, DISTANCE - 2.5]]), ((0.0, "Γ"), (1.0, "X"), (2.0, "M")))
MARK = FlatBand(0, 0, 0.0, 1.0, 0.1, 0.0)


def show(widget: QWidget, qtbot: QtBot) -> None:
    qtbot.addWidget(widget)
    widget.resize(480, 420)
    widget.show()
    qtbot.waitExposed(widget)
    qtbot.wait(20)


def place(chart: Chart, x: float, y: float) -> QPoint:
    return chart.plot.mapFromScene(chart.plot.plotItem.vb.mapViewToScene(QPointF(x, y)))


def colour_beside(chart: Chart, x: float, y: float) -> QColor:
    """Two pixels above a point: clear of the line, within its mark."""
    return chart.plot.grab().toImage().pixelColor(place(chart, x, y) - QPoint(0, 2))


def redness(colour: QColor) -> int:
    return colour.red() - (colour.green() + colour.blue()) // 2


@pytest.mark.parametrize("dark", [False, True])
def test_a_flat_band_is_marked_where_it_is_flat_and_not_beyond(qtbot: QtBot, dark: bool) -> None:
    plot = BandPlot()
    plot.set_theme(dark)
    plot.set_bands(BANDS, [MARK])
    show(plot, qtbot)
    assert redness(colour_beside(plot, 0.5, 0.1)) > 20
    assert redness(colour_beside(plot, 1.5, 1.1)) < 20


def test_the_names_of_the_corners_stand_below_the_path(qtbot: QtBot) -> None:
    plot = BandPlot()
    plot.set_bands(BANDS)
    show(plot, qtbot)
    (ticks,) = plot.plot.getAxis("bottom")._tickLevels
    assert ticks == [(0.0, "Γ"), (1.0, "X"), (2.0, "M")]


def test_the_energies_in_sight_can_be_chosen(qtbot: QtBot) -> None:
    bands, dos = BandPlot(), DosPlot()
    bands.set_bands(BANDS)
    dos.set_dos(DOS)
    for plot in (bands, dos):
        show(plot, qtbot)
        plot.set_window(-1, 1)
        low, high = plot.plot.plotItem.vb.viewRange()[1]
        assert (low, high) == (pytest.approx(-1), pytest.approx(1))


def test_the_dos_fills_its_frame_for_the_energies_in_sight(qtbot: QtBot) -> None:
    plot = DosPlot()
    plot.set_dos(DOS)
    show(plot, qtbot)
    plot.set_window(-1.5, -0.5)
    seen = DOS.total[0, (ENERGIES >= -1.5) & (ENERGIES <= -0.5)]
    assert plot.plot.plotItem.vb.viewRange()[0][1] == pytest.approx(1.08 * seen.max())


def test_spin_down_goes_to_the_left(qtbot: QtBot) -> None:
    plot = DosPlot()
    plot.set_dos(SPIN)
    show(plot, qtbot)
    up, down = (curve.getData()[0] for curve in plot.totals)
    np.testing.assert_allclose(up, 3.0)
    np.testing.assert_allclose(down, -1.0)
    assert plot.plot.plotItem.vb.viewRange()[0][0] < -1


def test_elements_are_drawn_only_while_they_are_chosen(qtbot: QtBot) -> None:
    plot = DosPlot()
    plot.set_dos(DOS)
    show(plot, qtbot)
    assert set(plot.parts) == {"Cu", "O"}
    plot.set_elements(["O"])
    assert set(plot.parts) == {"O"}
    drawn = plot.plot.plotItem.items
    assert all(curve in drawn for curve in plot.parts["O"])
    plot.set_dos(None)
    assert plot.message.isVisible()


def test_peaks_are_marked_at_their_energy(qtbot: QtBot) -> None:
    plot = DosPlot()
    plot.set_dos(DOS, [Singularity(0.25, 2.2), Singularity(-0.3, 1.7)])
    show(plot, qtbot)
    np.testing.assert_allclose(plot.peaks.getData()[1], [0.25, -0.3])


def test_the_mouse_reads_the_dos(qtbot: QtBot) -> None:
    plot = DosPlot()
    plot.set_dos(SPIN)
    show(plot, qtbot)
    QTest.mouseMove(plot.plot.viewport(), place(plot, 1.0, 1.0))
    qtbot.waitUntil(plot.readout.isVisible, timeout=2000)
    assert plot.readout.text().endswith("4.000 states/eV")
    plot.brush.hovered.emit(None)
    assert not plot.readout.isVisible()


def test_a_spectrum_and_its_coupling_share_the_frame(qtbot: QtBot) -> None:
    plot = Alpha2fPlot()
    show(plot, qtbot)
    assert plot.message.isVisible()
    omega = np.linspace(1, 50, 100)
    plot.set_spectrum(omega, np.full(100, 0.3), np.linspace(0, 1.7, 100), 21.5)
    assert not plot.message.isVisible()
    (left, right), (low, high) = plot.plot.plotItem.vb.viewRange()
    assert (left, right) == (0, 50)
    assert low == 0
    assert high == pytest.approx(1.08 * 1.7)
    assert plot.log_line.value() == 21.5
    empty = np.zeros(0)
    plot.set_spectrum(empty, empty, empty, None)
    assert plot.message.isVisible()
    assert not plot.log_line.isVisible()


def test_a_picture_is_saved_at_twice_the_size(qtbot: QtBot, tmp_path: Path) -> None:
    plot = BandPlot()
    plot.set_bands(BANDS)
    show(plot, qtbot)
    assert plot.save_picture(tmp_path / "bands.png")
    saved = QImage(str(tmp_path / "bands.png"))
    assert saved.size() == plot.plot.size() * 2
    assert not plot.save_picture(tmp_path / "gone" / "bands.png")
