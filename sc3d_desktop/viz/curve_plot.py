"""Tc along a doping line: the curve with its 90 % interval and a marker that sets x."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QMenu, QVBoxLayout, QWidget

from sc3d_desktop.viz.tc_axis import LOWEST_TC_KELVIN, TcAxis
from sc3d_desktop.viz.theme import chart_theme

Floats = NDArray[np.float64]
HEADER = "x,tc_kelvin,tc_low_kelvin,tc_high_kelvin"
NO_CURVE_TEXT = "No curve yet."
_LABEL, _SHORT_LABEL = "T<sub>c</sub> (K), 90 % interval", "T<sub>c</sub> (K)"
_ROOM_FOR_LABEL_PX = 210
"""In a lower chart the end of the label would be cut off."""


class CurvePlot(QWidget):
    """Click or drag anywhere on the chart, or press the left and right arrows, to set x.

    ``x_picked`` carries x, within the curve's range, while dragging.
    """

    x_picked = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Tc along the doping line")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._x: Floats = np.zeros(0)
        self._tc, self._low, self._high = self._x, self._x, self._x
        self._marker: tuple[float, float | None] | None = None
        self._log = self._stale = self._dragging = False
        self._theme = chart_theme(False)
        self._axis = TcAxis()
        self._plot = pg.PlotWidget(self, axisItems={"left": self._axis})
        self._build()
        self.set_axis("x")
        self._restyle()
        self._replot()

    def _build(self) -> None:
        plot = self._plot
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(plot)
        plot.setMinimumSize(160, 120)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=False, y=False)
        plot.hideButtons()
        plot.plotItem.layout.setContentsMargins(2, 8, 14, 2)
        plot.viewport().setMouseTracking(True)
        plot.viewport().installEventFilter(self)
        self._lower, self._upper, self._line = (pg.PlotCurveItem(antialias=True) for _ in range(3))
        self._band = pg.FillBetweenItem(self._lower, self._upper)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._point = pg.ScatterPlotItem(size=11, antialias=True)
        for depth, item in enumerate((self._band, self._line, self._cursor, self._point)):
            item.setZValue(depth)
            plot.addItem(item)
        self._readout = QLabel(plot)
        self._readout.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._message = QLabel(NO_CURVE_TEXT, plot)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    # ---- setters

    def set_curve(self, x: ArrayLike, tc: ArrayLike, low: ArrayLike, high: ArrayLike) -> None:
        """Tc in K and its 90 % interval at rising x; empty arrays for no curve."""
        arrays = [np.asarray(values, dtype=np.float64).ravel() for values in (x, tc, low, high)]
        if len({len(values) for values in arrays}) != 1:
            raise ValueError("x, tc, low and high must have the same length")
        self._x, self._tc, self._low, self._high = arrays
        self._replot()

    def set_marker(self, x: float | None, tc: float | None = None) -> None:
        """The current x, and its Tc where it is known; None for no marker."""
        self._marker = None if x is None else (float(x), tc)
        self._place_marker()

    def set_axis(self, label: str) -> None:
        """The label of x; rich text such as ``x in Mg<sub>1−x</sub>Al<sub>x</sub>B₂``."""
        self._x_label = label
        self._restyle()

    def set_stale(self, stale: bool) -> None:
        """Grey: the curve belongs to an earlier state of the crystal."""
        self._stale = stale
        self._restyle()

    def set_theme(self, dark: bool) -> None:
        self._theme = chart_theme(dark)
        self._restyle()

    def set_log(self, log: bool) -> None:
        """A logarithmic Tc axis."""
        self._log = log
        self._axis.set_log(log)
        self._replot()

    def set_message(self, text: str) -> None:
        """What stands in an empty chart."""
        self._message.setText(text)

    # ---- data out

    def csv_text(self) -> str:
        """The curve as comma-separated values with a header."""
        rows = zip(self._x, self._tc, self._low, self._high, strict=True)
        lines = [",".join(f"{value:.6g}" for value in row) for row in rows]
        return "\n".join([HEADER, *lines]) + "\n"

    def copy_data(self) -> None:
        """The curve to the clipboard, tabs between the columns, for a spreadsheet."""
        QGuiApplication.clipboard().setText(self.csv_text().replace(",", "\t"))

    def save_csv(self, path: Path) -> None:
        path.write_text(self.csv_text(), encoding="utf-8")

    def save_picture(self, path: Path) -> bool:
        """The chart as it stands, at twice its size; whether it could be written."""
        size = self._plot.size()
        image = self._plot.grab().toImage()
        scaled = image.scaled(size * 2, mode=Qt.TransformationMode.SmoothTransformation)
        return bool(scaled.save(str(path)))

    # ---- mouse and keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QMouseEvent) and len(self._x):
            at, left = event.position(), Qt.MouseButton.LeftButton
            if kind == QEvent.Type.MouseButtonPress and event.button() == left:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self._dragging = self._inside(at)
            if kind == QEvent.Type.MouseMove or self._dragging:
                self._hover(at)
            if self._dragging:
                self._pick(self._x_at(at))
                if kind == QEvent.Type.MouseButtonRelease:
                    self._dragging = False
                return True
        elif kind == QEvent.Type.Leave:
            self._readout.hide()
        elif kind == QEvent.Type.Resize:
            self._message.setGeometry(self._plot.rect().adjusted(24, 12, -24, -12))
            self._label_tc()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or not len(self._x) or self._marker is None:
            super().keyPressEvent(event)
            return
        self._pick(self._marker[0] + step * max(self._step(), (self._x[-1] - self._x[0]) / 100))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self._menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        log = menu.addAction("Logarithmic Tc axis")
        log.setCheckable(True)
        log.setChecked(self._log)
        log.toggled.connect(self.set_log)
        menu.addSeparator()
        for text, slot in (
            ("Copy data", self.copy_data),
            ("Save data as CSV…", self._ask_csv),
            ("Save picture as PNG…", self._ask_picture),
        ):
            menu.addAction(text, slot).setEnabled(bool(len(self._x)))
        return menu

    def _ask_csv(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save data", "tc_curve.csv", "CSV (*.csv)")
        if name:
            self.save_csv(Path(name))

    def _ask_picture(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save picture", "tc_curve.png", "PNG (*.png)")
        if name:
            self.save_picture(Path(name))

    def _inside(self, at: QPointF) -> bool:
        return bool(self._plot.plotItem.vb.sceneBoundingRect().contains(self._scene(at)))

    def _scene(self, at: QPointF) -> QPointF:
        return self._plot.mapToScene(at.toPoint())

    def _x_at(self, at: QPointF) -> float:
        return float(self._plot.plotItem.vb.mapSceneToView(self._scene(at)).x())

    def _step(self) -> float:
        """X is picked in round steps: 0.001 on an axis up to 0.3, 0.01 up to 3."""
        span = float(self._x[-1] - self._x[0]) if len(self._x) else 1.0
        return 10.0 ** math.floor(math.log10(span)) / 100 if span > 0 else 0.01

    def _pick(self, x: float) -> None:
        rounded = round(round(x / self._step()) * self._step(), 9)
        x = float(min(self._x[-1], max(self._x[0], rounded)))
        if self._marker is None or x != self._marker[0]:
            self.set_marker(x, self._interpolate(x)[0])
            self.x_picked.emit(x)

    def _interpolate(self, x: float) -> Sequence[float]:
        return [float(np.interp(x, self._x, y)) for y in (self._tc, self._low, self._high)]

    def _hover(self, at: QPointF) -> None:
        x = self._x_at(at)
        if not self._inside(at) or not self._x[0] <= x <= self._x[-1]:
            self._readout.hide()
            return
        tc, low, high = self._interpolate(x)
        self._readout.setText(
            f"x = {x:.3f}   Tc = {tc:.3g} K   ({low:.3g} to {high:.3g} K)"  # the axis says 90 %
        )
        self._readout.adjustSize()
        self._readout.move(self._plot.width() - self._readout.width() - 14, 8)
        self._readout.show()

    # ---- drawing

    def _replot(self) -> None:
        shown = [self._scaled(values) for values in (self._low, self._high, self._tc)]
        for curve, values in zip((self._lower, self._upper, self._line), shown, strict=True):
            curve.setData(self._x, values)
        some = bool(len(self._x))
        self._message.setVisible(not some)
        self._show_axes()
        if not some:
            self._readout.hide()
        self._set_range()
        self._place_marker()

    def _scaled(self, values: Floats) -> Floats:
        return np.log10(np.maximum(values, LOWEST_TC_KELVIN)) if self._log else values

    def _set_range(self) -> None:
        floor = math.log10(LOWEST_TC_KELVIN) if self._log else 0.0
        self._plot.setLimits(yMin=floor)
        if not len(self._x):
            self._plot.setRange(xRange=(0, 1), yRange=(floor, floor + 1), padding=0)
            return
        top, bottom = float(self._high.max()), float(self._low.min())
        if self._log:
            low, high = self._scaled(np.array([bottom, max(top, 2 * bottom)]))
            room = 0.06 * (high - low)
            y = (max(floor, low - room), high + room)
        else:
            y = (0.0, 1.08 * max(top, LOWEST_TC_KELVIN))
        left, right = float(self._x[0]), float(self._x[-1])
        self._plot.setRange(xRange=(left, max(right, left + 1e-6)), yRange=y, padding=0)

    def _show_axes(self) -> None:
        for name in ("left", "bottom"):
            self._plot.showAxis(name, bool(len(self._x)))
        # A chart that is only just becoming visible would keep its axes collapsed.
        self._plot.plotItem.layout.activate()

    def _place_marker(self) -> None:
        self._cursor.setVisible(self._marker is not None)
        self._point.setData([])
        if self._marker is None:
            return
        x, tc = self._marker
        self._cursor.setValue(x)
        if tc is not None:
            self._point.setData([x], self._scaled(np.array([tc])))

    @property
    def _label_style(self) -> dict[str, Any]:
        """Pyqtgraph would write small x in thousandths; the empty ranges stop it everywhere."""
        return {"color": self._theme.text, "siPrefixEnableRanges": ()}

    def _label_tc(self, anew: bool = False) -> None:
        label = _LABEL if self._plot.height() >= _ROOM_FOR_LABEL_PX else _SHORT_LABEL
        if anew or self._axis.labelText != label:
            self._plot.setLabel("left", label, **self._label_style)

    def _restyle(self) -> None:
        theme, plot = self._theme, self._plot
        line = theme.stale if self._stale else theme.line
        marker = theme.stale if self._stale else theme.marker
        plot.setBackground(theme.background)
        band = QColor(theme.stale if self._stale else theme.band)
        band.setAlphaF(0.20)
        self._band.setBrush(band)
        self._line.setPen(pg.mkPen(line, width=2.4))
        for edge in (self._lower, self._upper):
            edge.setPen(pg.mkPen(None))
        self._cursor.setPen(pg.mkPen(marker, width=1.4, style=Qt.PenStyle.DashLine))
        self._point.setPen(pg.mkPen(theme.background, width=1.5))
        self._point.setBrush(pg.mkBrush(marker))
        plot.setLabel("bottom", self._x_label, **self._label_style)
        self._label_tc(anew=True)
        for name in ("left", "bottom"):
            axis = plot.getAxis(name)
            axis.setPen(pg.mkPen(theme.axis))
            axis.setTextPen(pg.mkPen(theme.text))
        plot.showGrid(x=True, y=True, alpha=0.13)
        self._show_axes()
        self._readout.setStyleSheet(
            f"color: {theme.text}; background: {theme.background}; padding: 2px 6px;"
        )
        self._message.setStyleSheet(f"color: {theme.axis}; background: transparent;")
