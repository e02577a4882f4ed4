"""A slider for one occupancy. It asks for values and shows what the crystal then has."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSlider, QWidget

from sc3d_desktop.panels.parts import Gesture

STEPS = 10_000
_HANDLE = 8.0
_MARGIN = _HANDLE + 2
_COARSE, _FINE, _PAGE = 0.01, 0.001, 0.1
_FINE_SPEED = 0.1


class OccupancySlider(QSlider):
    """0 to 1, up to ``limit``. Steps of 0.01, with Shift of 0.001.

    ``wanted(occupancy, gesture)`` is a wish: the slider stays where it is until ``show_value``.
    """

    wanted = Signal(float, object)

    def __init__(self, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._colour = QColor(colour)
        self._limit = 1.0
        self._gesture = Gesture()
        self._grab: tuple[float, float] | None = None
        self.setRange(0, STEPS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(96)

    def sizeHint(self) -> QSize:
        return QSize(160, 28)

    @property
    def occupancy(self) -> float:
        return self.value() / STEPS

    @property
    def limit(self) -> float:
        return self._limit

    def show_value(self, occupancy: float, limit: float) -> None:
        self._limit = limit
        self.setValue(round(occupancy * STEPS))
        self.update()

    def x_of(self, occupancy: float) -> float:
        """Where an occupancy lies on the groove, in pixels."""
        return _MARGIN + occupancy * (self.width() - 2 * _MARGIN)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._gesture.begin()
        at = event.position().x()
        on_handle = abs(at - self.x_of(self.occupancy)) <= _HANDLE
        self._grab = (at, self.occupancy if on_handle else self._occupancy_at(at))
        if not on_handle:
            self._ask(self._grab[1], _COARSE)
        self.setSliderDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grab is None:
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        at, start = self._grab
        moved = (event.position().x() - at) / (self.width() - 2 * _MARGIN)
        self._ask(start + moved * (_FINE_SPEED if fine else 1.0), _FINE if fine else _COARSE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grab = None
        self.setSliderDown(False)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = event.key(), Qt.Key
        step = _FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _COARSE
        places = {
            keys.Key_Right: self.occupancy + step,
            keys.Key_Up: self.occupancy + step,
            keys.Key_Left: self.occupancy - step,
            keys.Key_Down: self.occupancy - step,
            keys.Key_PageUp: self.occupancy + _PAGE,
            keys.Key_PageDown: self.occupancy - _PAGE,
            keys.Key_Home: 0.0,
            keys.Key_End: self._limit,
        }
        if key not in places:
            event.ignore()
            return
        self._emit(places[keys(key)], self._gesture.go_on())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only with the focus: a wheel that scrolls the panel must not change the crystal."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        if not self.hasFocus() or not delta:
            event.ignore()
            return
        step = _FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _COARSE
        self._emit(self.occupancy + (step if delta > 0 else -step), self._gesture.go_on())
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_groove(painter)
        self._paint_handle(painter)

    def _occupancy_at(self, x: float) -> float:
        return (x - _MARGIN) / (self.width() - 2 * _MARGIN)

    def _ask(self, occupancy: float, grid: float) -> None:
        self._emit(round(occupancy / grid) * grid, self._gesture.hold())

    def _emit(self, occupancy: float, gesture: object) -> None:
        wish = round(min(self._limit, max(0.0, occupancy)), 6)
        if abs(wish - self.occupancy) > 0.5 / STEPS:
            self.wanted.emit(wish, gesture)

    def _paint_groove(self, painter: QPainter) -> None:
        middle, role = self.height() / 2, QPalette.ColorRole
        painter.setPen(Qt.PenStyle.NoPen)
        spans = [
            (0.0, 1.0, self.palette().color(role.Midlight), 2.0),
            (0.0, self._limit, self.palette().color(role.Mid), 6.0),
            (0.0, self.occupancy, self._colour, 6.0),
        ]
        for start, end, colour, height in spans:
            painter.setBrush(colour)
            left, right = self.x_of(start), self.x_of(end)
            if right - left > 0.5:
                bar = QRectF(left, middle - height / 2, right - left, height)
                painter.drawRoundedRect(bar, height / 2, height / 2)

    def _paint_handle(self, painter: QPainter) -> None:
        role = QPalette.ColorRole
        centre = QPointF(self.x_of(self.occupancy), self.height() / 2)
        edge = self.palette().color(role.Highlight if self.hasFocus() else role.PlaceholderText)
        if self.hasFocus():
            halo = QColor(edge)
            halo.setAlpha(70)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(halo)
            painter.drawEllipse(centre, _HANDLE + 2, _HANDLE + 2)
        painter.setPen(QPen(edge, 2 if self.hasFocus() else 1.5))
        painter.setBrush(self.palette().color(role.Base))
        painter.drawEllipse(centre, _HANDLE - 1, _HANDLE - 1)
