"""What is written over the crystal: legend, axis triad, labels, the note under the mouse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from sc3d_desktop.viz.legend import VACANCY, Legend
from sc3d_desktop.viz.theme import CONTRIBUTION_RAMP, LIGHT_CANVAS, CanvasTheme


class Overlay(QWidget):
    """Transparent, above the picture, blind to the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.theme: CanvasTheme = LIGHT_CANVAS
        self.legend = Legend()
        self.triad: NDArray[np.float64] | None = None
        self.labels: Sequence[tuple[float, float, str]] = ()
        self.note: tuple[QPointF, str] | None = None
        self.message = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter)
        painter.end()

    def paint(self, painter: QPainter, with_note: bool = True) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.message:
            self._paint_message(painter)
            return
        self._paint_labels(painter)
        self._paint_triad(painter)
        self._paint_legend(painter)
        if with_note:
            self._paint_note(painter)

    def _paint_message(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self.theme.background))
        painter.setPen(QColor(self.theme.muted))
        area = self.rect().adjusted(24, 24, -24, -24)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area, int(flags), self.message)

    def _paint_labels(self, painter: QPainter) -> None:
        painter.setFont(self._font(0.95, bold=True))
        metrics = QFontMetricsF(painter.font())
        path = QPainterPath()
        for x, y, text in self.labels:
            at = QPointF(x - metrics.horizontalAdvance(text) / 2, y + metrics.capHeight() / 2)
            path.addText(at, painter.font(), text)
        rim = QPen(QColor(self.theme.background), 3.0)
        rim.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, rim)
        painter.fillPath(path, QColor(self.theme.text))

    def _paint_triad(self, painter: QPainter) -> None:
        """Arrows of 34 px along the cell's axes, the one nearest the viewer last."""
        if self.triad is None:
            return
        origin = self.triad_box().center()
        backdrop = QColor(self.theme.background)
        backdrop.setAlphaF(0.72)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(backdrop)
        painter.drawEllipse(origin, 48, 48)
        painter.setFont(self._font(1.1, bold=True, italic=True))
        for axis in np.argsort(self.triad[:, 2]):
            x, y, _ = self.triad[axis]
            colour = QColor(self.theme.axes[int(axis)])
            tip = origin + QPointF(34 * x, -34 * y)
            _arrow(painter, origin, tip, colour)
            reach = max(1e-6, float(np.hypot(x, y)))
            beyond = 34 * reach + 10 if reach > 0.15 else 14.0
            way = QPointF(x / reach, -y / reach) if reach > 0.15 else QPointF(-0.8, 0.8)
            box = QRectF(0, 0, 20, 20)
            box.moveCenter(origin + way * beyond)
            painter.setPen(colour)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), "abc"[int(axis)])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.muted))
        painter.drawEllipse(origin, 2.6, 2.6)

    def legend_box(self) -> QRectF:
        """Where the legend stands; empty where there is none."""
        legend = self.legend
        rows = len(legend.entries) + bool(legend.title) + (2 if legend.ramp else 0)
        if not rows:
            return QRectF()
        rows += len(legend.caution)
        metrics = QFontMetricsF(self._font(1.0))
        texts = [legend.title, *(name for name, _ in legend.entries), *legend.caution]
        widest = max(metrics.horizontalAdvance(text) for text in texts)
        width = max(widest + 44, 132.0 if legend.ramp else 0.0)
        height = rows * self._line_height() + 12
        return QRectF(self.width() - width - 12, 12, width, height)

    def triad_box(self) -> QRectF:
        return QRectF(4, self.height() - 100, 96, 96)

    def _line_height(self) -> float:
        return max(20.0, QFontMetricsF(self._font(1.0)).height() + 5)

    def _paint_legend(self, painter: QPainter) -> None:
        box = self.legend_box()
        if box.isEmpty():
            return
        painter.setFont(self._font(1.0))
        line, width = self._line_height(), box.width()
        self._paint_panel(painter, box)
        y = box.top() + 6
        if self.legend.title:
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(QRectF(box.left() + 12, y, width, line), _LEFT, self.legend.title)
            y += line
        if self.legend.ramp is not None:
            self._paint_ramp(painter, QRectF(box.left() + 12, y + 5, width - 24, line - 10))
            y += 2 * line
        for name, colour in self.legend.entries:
            self._paint_swatch(painter, QPointF(box.left() + 18, y + line / 2), colour)
            painter.setPen(QColor(self.theme.text))
            painter.drawText(QRectF(box.left() + 33, y, width, line), _LEFT, name)
            y += line
        painter.setPen(QColor(self.theme.muted))
        for text in self.legend.caution:
            painter.drawText(QRectF(box.left() + 12, y, width, line), _LEFT, text)
            y += line

    def _paint_swatch(self, painter: QPainter, centre: QPointF, colour: str) -> None:
        vacant = colour == VACANCY
        painter.setPen(QPen(QColor(self.theme.hatch if vacant else self.theme.outline), 1.0))
        painter.setBrush(QColor(self.theme.vacancy if vacant else colour))
        painter.drawEllipse(centre, 6.5, 6.5)
        if vacant:
            painter.setBrush(QBrush(QColor(self.theme.hatch), Qt.BrushStyle.BDiagPattern))
            painter.drawEllipse(centre, 6.5, 6.5)

    def _paint_ramp(self, painter: QPainter, box: QRectF) -> None:
        assert self.legend.ramp is not None
        gradient = QLinearGradient(box.topLeft(), box.topRight())
        for k, colour in enumerate(CONTRIBUTION_RAMP):
            gradient.setColorAt(k / (len(CONTRIBUTION_RAMP) - 1), QColor(colour))
        painter.setPen(QPen(QColor(self.theme.panel_border), 1.0))
        painter.setBrush(QBrush(gradient))
        painter.drawRoundedRect(box, 2, 2)
        painter.setPen(QColor(self.theme.text))
        below = box.translated(0, box.height() + 6).adjusted(0, 0, 0, 6)
        low, high = (f"{value:.3g}" for value in self.legend.ramp)
        painter.drawText(below, _LEFT, low)
        painter.drawText(below, _RIGHT, high)

    def _paint_note(self, painter: QPainter) -> None:
        if self.note is None:
            return
        at, text = self.note
        painter.setFont(self._font(1.0))
        metrics = QFontMetricsF(painter.font())
        box = QRectF(0, 0, metrics.horizontalAdvance(text) + 18, metrics.height() + 10)
        box.moveTopLeft(at + QPointF(14, 16))
        box.moveRight(min(box.right(), self.width() - 6.0))
        if box.bottom() > self.height() - 6:
            box.moveBottom(at.y() - 8)
        box.moveLeft(max(6.0, box.left()))
        self._paint_panel(painter, box)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_panel(self, painter: QPainter, box: QRectF) -> None:
        fill = QColor(self.theme.panel)
        fill.setAlphaF(0.90)
        painter.setPen(QPen(QColor(self.theme.panel_border), 1.0))
        painter.setBrush(fill)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _font(self, factor: float, bold: bool = False, italic: bool = False) -> QFont:
        font = QFont(self.font())
        if font.pointSizeF() > 0:
            font.setPointSizeF(font.pointSizeF() * factor)
        font.setBold(bold)
        font.setItalic(italic)
        return font


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def _arrow(painter: QPainter, start: QPointF, tip: QPointF, colour: QColor) -> None:
    way = tip - start
    length = float(np.hypot(way.x(), way.y()))
    painter.setPen(QPen(colour, 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    if length < 7:
        painter.drawLine(start, tip)
        return
    unit = way / length
    side = QPointF(-unit.y(), unit.x())
    neck = tip - unit * 7.0
    painter.drawLine(start, neck)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([tip, neck + side * 3.8, neck - side * 3.8]))
