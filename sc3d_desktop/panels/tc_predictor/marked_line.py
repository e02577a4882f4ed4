"""A sentence with a mark before it, whose shape tells as much as its colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from sc3d_desktop.panels.parts.labels import readable_on
from sc3d_desktop.panels.tc_predictor.words import Level, Statement

_COLOURS = {Level.GOOD: "#00876C", Level.FAIR: "#E69F00", Level.POOR: "#C8401A"}
"""Green, orange and red that stay apart for the common kinds of colour blindness."""

_SIDE = 16


class Mark(QWidget):
    """A tick on a disc, an exclamation mark on a triangle, or a cross on a square."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.level = Level.GOOD
        self.grey = False

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def show_level(self, level: Level, grey: bool) -> None:
        if (level, grey) != (self.level, self.grey):
            self.level, self.grey = level, grey
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, roles = self.palette(), QPalette.ColorRole
        ground = palette.color(roles.Mid) if self.grey else QColor(_COLOURS[self.level])
        glyph = palette.color(roles.Window) if self.grey else readable_on(ground)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        box = QRectF(0.5, 0.5, _SIDE - 1, _SIDE - 1)
        pen = QPen(glyph, 2.0)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        match self.level:
            case Level.GOOD:
                painter.drawEllipse(box)
                strokes = [((4.5, 8.5), (7.0, 11.0)), ((7.0, 11.0), (11.5, 5.5))]
            case Level.FAIR:
                corners = (box.bottomLeft(), QPointF(_SIDE / 2, 0.5), box.bottomRight())
                painter.drawPolygon(QPolygonF(corners))
                strokes = [((8.0, 6.0), (8.0, 10.0)), ((8.0, 12.9), (8.0, 13.0))]
            case Level.POOR:
                painter.drawRoundedRect(box, 2, 2)
                strokes = [((5.0, 5.0), (11.0, 11.0)), ((5.0, 11.0), (11.0, 5.0))]
        painter.setPen(pen)
        for start, end in strokes:
            painter.drawLine(QPointF(*start), QPointF(*end))


class MarkedLine(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = Mark(self)
        self.text = QLabel(self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setWordWrap(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.mark)
        layout.addWidget(self.text, 1)
        self.hide()

    def say(self, statement: Statement | None, tip: str, current: bool) -> None:
        self.setVisible(statement is not None)
        if statement is None:
            return
        self.mark.show_level(statement.level, not current)
        self.text.setText(statement.text)
        self.setToolTip(tip)
        role = QPalette.ColorRole.WindowText if current else QPalette.ColorRole.Mid
        self.text.setForegroundRole(role)
