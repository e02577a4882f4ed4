"""Charts of the dataset browser, looked at by pixel and by click."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.viz.element_heat import ElementHeat
from sc3d_desktop.viz.families import ALL_FAMILIES, FAMILY_COLOURS
from sc3d_desktop.viz.parity_plot import ParityPlot
from sc3d_desktop.viz.scatter_chart import MOST_POINTS
from sc3d_desktop.viz.shares_plot import Ring, Share, SharesPlot
from sc3d_desktop.viz.tc_histogram import TcHistogram, tc_edges
from sc3d_desktop.viz.theme import ramp_rgb

LEFT = Qt.MouseButton.LeftButton


def show(widget: QWidget, qtbot: QtBot, width: int = 520, height: int = 320) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    qtbot.wait(20)


def colour_at(widget: QWidget, at: QPoint | QPointF) -> str:
    picture = widget.grab().toImage()
    ratio = picture.devicePixelRatio()
    return picture.pixelColor(round(at.x() * ratio), round(at.y() * ratio)).name().upper()


def in_view(chart: TcHistogram | ParityPlot, x: float, y: float) -> QPoint:
    return chart.plot.mapFromScene(chart.plot.plotItem.vb.mapViewToScene(QPointF(x, y)))


# Tc by family


@pytest.fixture
def histogram(qtbot: QtBot) -> TcHistogram:
    chart = TcHistogram()
    show(chart, qtbot)
    return chart


def counts(**families: tuple[int, int]) -> np.ndarray:
    """Bin and number by family."""
    made = np.zeros((len(ALL_FAMILIES), len(tc_edges()) - 1), dtype=np.int64)
    for family, (place, n) in families.items():
        made[ALL_FAMILIES.index(family), place] = n
    return made


def test_the_edges_are_even_on_the_logarithm_and_hold_every_tc() -> None:
    edges = tc_edges()
    assert edges[0] <= 0.01
    assert edges[-1] >= 1000
    assert np.allclose(np.diff(np.log10(edges)), 1 / 8)


def test_bars_are_stacked_in_the_colours_of_their_families(histogram: TcHistogram) -> None:
    histogram.set_counts(counts(cuprate=(30, 6), iron_based=(30, 4)))
    middle = float(np.log10(histogram.edges[30:32]).mean())
    low, high = in_view(histogram, middle, 3.0), in_view(histogram, middle, 8.0)
    assert colour_at(histogram.plot.viewport(), low) == FAMILY_COLOURS["cuprate"]
    assert colour_at(histogram.plot.viewport(), high) == FAMILY_COLOURS["iron_based"]


def test_what_is_selected_stands_out_of_what_is_not(histogram: TcHistogram) -> None:
    histogram.set_counts(counts(cuprate=(30, 6)), counts(cuprate=(30, 2)))
    middle = float(np.log10(histogram.edges[30:32]).mean())
    low, high = in_view(histogram, middle, 1.0), in_view(histogram, middle, 5.0)
    full, faint = (QColor(colour_at(histogram.plot.viewport(), at)) for at in (low, high))
    assert full.name().upper() == FAMILY_COLOURS["cuprate"]
    assert faint.lightness() > full.lightness() + 40


def test_a_click_and_a_band_tell_what_they_cover(histogram: TcHistogram, qtbot: QtBot) -> None:
    histogram.set_counts(counts(cuprate=(30, 6), others=(20, 3)))
    viewport, edges = histogram.plot.viewport(), histogram.edges
    middle = float(np.log10(edges[20:22]).mean())
    with qtbot.waitSignal(histogram.brushed) as brushed:
        QTest.mouseClick(viewport, LEFT, pos=in_view(histogram, middle, 1.0))
    assert brushed.args == [edges[20], edges[21], "others"]
    with qtbot.waitSignal(histogram.cleared):
        QTest.mouseClick(viewport, LEFT, pos=in_view(histogram, middle, 5.5))
    with qtbot.waitSignal(histogram.brushed) as brushed:
        histogram.brush.dragged.emit(QRectF(QPointF(0.0, 1.0), QPointF(2.0, 4.0)))
    assert brushed.args == [pytest.approx(1.0), pytest.approx(100.0), None]


def test_without_entries_it_says_so(histogram: TcHistogram) -> None:
    histogram.set_counts(counts())
    assert histogram.message.isVisible()
    assert not histogram.plot.getAxis("left").isVisible()
    histogram.set_counts(counts(others=(1, 1)))
    assert not histogram.message.isVisible()


def test_both_themes_can_be_drawn(histogram: TcHistogram) -> None:
    histogram.set_counts(counts(others=(10, 3)))
    corner = QPoint(histogram.plot.width() - 4, 4)
    light = QColor(colour_at(histogram.plot, corner)).lightness()
    histogram.set_theme(True)
    assert QColor(colour_at(histogram.plot, corner)).lightness() < 60 < light


# Predicted against measured


@pytest.fixture
def parity(qtbot: QtBot) -> ParityPlot:
    chart = ParityPlot()
    show(chart, qtbot)
    return chart


def test_the_share_within_a_factor_of_two_is_said(parity: ParityPlot) -> None:
    measured = np.array([10.0, 10.0, 10.0, 10.0])
    predicted = np.array([10.0, 19.9, 5.1, 20.1])
    parity.set_points(np.arange(4), measured, predicted, np.zeros(4, dtype=bool))
    assert parity._note.toPlainText() == "75 % within a factor of 2\n4 entries"
    parity.set_points(np.arange(4), measured, predicted, np.zeros(4, dtype=bool), 3)
    assert parity._note.toPlainText().endswith("4 entries, 3 trained on")


def test_a_point_and_a_band_are_brushed(parity: ParityPlot, qtbot: QtBot) -> None:
    rng = np.random.default_rng(0)
    measured, predicted = rng.lognormal(2, 1, (2, 300))
    ids = rng.permutation(1000)[:300]
    parity.set_points(ids, measured, predicted, np.zeros(300, dtype=bool))
    x, y = np.log10(measured), np.log10(predicted)
    lone = int(np.argmax(x))
    with qtbot.waitSignal(parity.brushed) as brushed:
        QTest.mouseClick(parity.plot.viewport(), LEFT, pos=in_view(parity, x[lone], y[lone]))
    assert brushed.args[0].tolist() == [ids[lone]]
    box = QRectF(QPointF(0.5, 0.6), QPointF(1.1, 1.4))
    with qtbot.waitSignal(parity.brushed) as brushed:
        parity.brush.dragged.emit(box)
    plain = [i for i, a, b in zip(ids, x, y, strict=True) if 0.5 <= a <= 1.1 and 0.6 <= b <= 1.4]
    assert brushed.args[0].tolist() == plain


def test_of_very_many_points_an_even_share_is_drawn_and_that_is_said(parity: ParityPlot) -> None:
    n = 3 * MOST_POINTS
    tc = np.full(n, 5.0)
    parity.set_points(np.arange(n), tc, tc, np.zeros(n, dtype=bool))
    assert len(parity._scatter.data) == MOST_POINTS
    assert "one in 3 drawn" in parity._note.toPlainText()
    parity.set_points(np.arange(0), tc[:0], tc[:0], np.zeros(0, dtype=bool))
    assert parity.message.isVisible()


# Elements


def test_a_more_common_element_is_higher_on_the_ramp(qtbot: QtBot) -> None:
    table = ElementHeat()
    show(table, qtbot, 468, 245)
    numbers = [0] * 104
    for element, n in (("O", 100), ("Cu", 10), ("Fe", 1)):
        numbers[atomic_number(element)] = n
    table.set_counts(numbers, 120)
    for element, height in (("O", 1.0), ("Cu", 0.5), ("Fe", 0.0)):
        corner = table.cell(element).topLeft() + QPointF(4, 4)
        assert colour_at(table, corner) == QColor(*ramp_rgb(height)).name().upper()
    assert QColor(colour_at(table, table.cell("Xe").topLeft() + QPointF(4, 4))).lightness() > 220
    table.set_current("O")
    assert table.accessibleDescription() == "Oxygen: 100 of 120 entries, 83 %"


# Shares


@pytest.fixture
def shares(qtbot: QtBot) -> SharesPlot:
    plot = SharesPlot()
    show(plot, qtbot)
    parts = (
        Share("O", "ordered", "#A7AFB8", 50),
        Share("SD", "substitutional", "#2D7FC1", 30),
        Share("PD", "positional", "#E69F00", 20),
        Share("SPD", "both", "#B5518C", 0),
    )
    plot.set_rings([Ring("disorder", "Disorder", parts), Ring("family", "Family", parts[:2])])
    return plot


def test_each_share_takes_its_part_of_the_ring(shares: SharesPlot) -> None:
    circle = shares._circle(0)
    found: dict[str, int] = {}
    for turn in np.arange(0.0005, 1, 0.001):
        angle, radius = 2 * np.pi * turn, 0.8 * circle.width() / 2
        at = circle.center() + QPointF(radius * np.sin(angle), -radius * np.cos(angle))
        hit = shares.share_at(at)
        assert hit is not None
        assert hit[0] == 0
        found[hit[1]] = found.get(hit[1], 0) + 1
    assert found == {"O": 500, "SD": 300, "PD": 200}


def test_the_ring_is_drawn_where_it_is_clicked(shares: SharesPlot) -> None:
    circle = shares._circle(0)
    for turn, colour in ((0.25, "#A7AFB8"), (0.65, "#2D7FC1"), (0.9, "#E69F00")):
        angle, radius = 2 * np.pi * turn, 0.8 * circle.width() / 2
        at = circle.center() + QPointF(radius * np.sin(angle), -radius * np.cos(angle))
        assert colour_at(shares, at) == colour


def test_the_middle_of_a_ring_clears_and_its_legend_selects(
    shares: SharesPlot, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(shares.cleared):
        QTest.mouseClick(shares, LEFT, pos=shares._circle(1).center().toPoint())
    boxes = shares._legend_boxes(0)
    assert [share.key for share, _ in boxes] == ["O", "SD", "PD"]  # what is not there is left out
    with qtbot.waitSignal(shares.brushed) as brushed:
        QTest.mouseClick(shares, LEFT, pos=boxes[2][1].center().toPoint())
    assert brushed.args == ["disorder", "PD"]


def test_rings_without_entries_can_be_drawn(qtbot: QtBot) -> None:
    plot = SharesPlot()
    show(plot, qtbot)
    plot.set_rings([Ring("family", "Family", (Share("x", "x", "#000000", 0),))])
    assert not plot.grab().isNull()
    assert (
        plot.share_at(plot._circle(0).center() + QPointF(plot._circle(0).width() * 0.4, 0)) is None
    )
