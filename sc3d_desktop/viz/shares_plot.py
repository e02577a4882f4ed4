"""Shares of the whole as two rings: classes of disorder, and families."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

_HOLE = 0.58
_FULL_TURN = 16 * 360
_LINE_ROOM = 6
_FAINT = 0.3


@dataclass(frozen=True)
class Share:
    """A part of a ring: ``key`` names it for programs; ``marked`` of its ``count`` are selected."""

    key: str
    name: str
    colour: str
    count: int
    marked: int = 0


@dataclass(frozen=True)
class Ring:
    key: str
    title: str
    shares: tuple[Share, ...]

    @property
    def total(self) -> int:
        return sum(share.count for share in self.shares)


class SharesPlot(QWidget):
    """``brushed`` carries the keys of a ring and of the share that was clicked; ``cleared`` comes
    with a click beside them.
    """

    brushed = Signal(str, str)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Shares of disorder classes and families")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._rings: tuple[Ring, ...] = ()
        self._hovered: tuple[int, str] | None = None

    def set_rings(self, rings: Sequence[Ring]) -> None:
        self._rings = tuple(rings)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 140)

    # ---- places

    def _area(self, ring: int) -> QRectF:
        width = self.width() / max(1, len(self._rings))
        return QRectF(ring * width, 0, width, self.height()).adjusted(8, 4, -8, -4)

    def _circle(self, ring: int) -> QRectF:
        """The ring stands over its legend, or beside it where there is more room."""
        area, legend = self._area(ring), self._legend_height()
        title = self.fontMetrics().height() + _LINE_ROOM
        side = max(24.0, min(area.width(), area.height() - title - legend))
        top = area.top() + title + max(0.0, (area.height() - title - legend - side) / 2)
        return QRectF(area.center().x() - side / 2, top, side, side).adjusted(3, 3, -3, -3)

    def _legend_height(self) -> float:
        most = max((len(self._shown(i)) for i in range(len(self._rings))), default=0)
        return math.ceil(most / self._columns()) * self._line() + _LINE_ROOM

    def _line(self) -> int:
        return self.fontMetrics().height() + 2

    def _columns(self) -> int:
        """Two where the longest name fits twice into the width of a ring."""
        metrics, room = self.fontMetrics(), self._area(0).width() / 2 - self._line() - 8
        words = [self._said(i, s) for i in range(len(self._rings)) for s in self._shown(i)]
        return 2 if all(metrics.horizontalAdvance(word) <= room for word in words) else 1

    def _said(self, ring: int, share: Share) -> str:
        return f"{share.name} {_percent(share.count, self._rings[ring].total)}"

    def _shown(self, ring: int) -> list[Share]:
        return [share for share in self._rings[ring].shares if share.count]

    def _legend_boxes(self, ring: int) -> list[tuple[Share, QRectF]]:
        area, line, columns = self._area(ring), self._line(), self._columns()
        top, width = area.bottom() - self._legend_height() + _LINE_ROOM, area.width() / columns
        return [
            (
                share,
                QRectF(area.left() + i % columns * width, top + i // columns * line, width, line),
            )
            for i, share in enumerate(self._shown(ring))
        ]

    def share_at(self, at: QPointF) -> tuple[int, str] | None:
        """Ring and key of what is drawn at a point: a part of a ring, or its line below."""
        for ring in range(len(self._rings)):
            for share, box in self._legend_boxes(ring):
                if box.contains(at):
                    return ring, share.key
            circle = self._circle(ring)
            away = at - circle.center()
            radius = math.hypot(away.x(), away.y()) / (circle.width() / 2)
            if _HOLE <= radius <= 1 and self._rings[ring].total:
                turn = (math.atan2(away.x(), -away.y()) / (2 * math.pi)) % 1.0
                return ring, self._share_of_turn(ring, turn)
        return None

    def _share_of_turn(self, ring: int, turn: float) -> str:
        shown, total, end = self._shown(ring), self._rings[ring].total, 0.0
        for share in shown:
            end += share.count / total
            if turn < end:
                return share.key
        return shown[-1].key

    # ---- mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self.share_at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.setToolTip(self._words(*hovered) if hovered else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        hit = self.share_at(event.position())
        if hit is None:
            self.cleared.emit()
        else:
            self.brushed.emit(self._rings[hit[0]].key, hit[1])

    def _words(self, ring: int, key: str) -> str:
        share = next(s for s in self._rings[ring].shares if s.key == key)
        return f"{share.name}: {share.count:,}, {_percent(share.count, self._rings[ring].total)}"

    # ---- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        for ring in range(len(self._rings)):
            self._paint_ring(painter, ring)
            self._paint_legend(painter, ring)
        painter.end()

    def _paint_ring(self, painter: QPainter, ring: int) -> None:
        circle, total = self._circle(ring), self._rings[ring].total
        some = any(share.marked for share in self._rings[ring].shares)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Base), 1.5))
        start = 0.0
        for share in self._shown(ring):
            turn = share.count / total
            self._paint_part(painter, circle, start, turn, share, _FAINT if some else 1.0)
            if share.marked:
                part = turn * share.marked / share.count
                self._paint_part(painter, circle, start, part, share, 1.0)
            start += turn
        hole = circle.width() * _HOLE / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawEllipse(circle.center(), hole, hole)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawText(circle, int(Qt.AlignmentFlag.AlignCenter), f"{total:,}")

    def _paint_part(
        self,
        painter: QPainter,
        circle: QRectF,
        start: float,
        turn: float,
        share: Share,
        alpha: float,
    ) -> None:
        colour = QColor(share.colour)
        colour.setAlphaF(alpha)
        painter.setBrush(colour)
        begin = round((0.25 - start) * _FULL_TURN)
        painter.drawPie(circle, begin, -max(1, round(turn * _FULL_TURN)))

    def _paint_legend(self, painter: QPainter, ring: int) -> None:
        area, metrics = self._area(ring), self.fontMetrics()
        text = self.palette().color(QPalette.ColorRole.Text)
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(text)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignHCenter), self._rings[ring].title)
        font.setBold(False)
        painter.setFont(font)
        for share, box in self._legend_boxes(ring):
            side = metrics.height() * 0.6
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(share.colour))
            square = QRectF(box.left(), box.center().y() - side / 2, side, side)
            painter.drawRoundedRect(square, 2, 2)
            painter.setPen(text)
            words = self._said(ring, share)
            place = box.adjusted(side + 5, 0, -4, 0)
            fitted = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(place.width()))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), fitted)


def _percent(n: int, total: int) -> str:
    share = 100 * n / total if total else 0.0
    return f"{share:.0f} %" if share >= 1 or not n else "<1 %"
