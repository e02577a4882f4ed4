"""A widget with a camera: turns, moves, zooms with mouse and keys; tells clicks from drags."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from sc3d_desktop.viz.camera import Camera

DEGREES_PER_PIXEL = 0.45
DEGREES_PER_KEY = 5.0
ZOOM_PER_NOTCH = 1.15
_LEFT = Qt.MouseButton.LeftButton
_TURNS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_AXES = {Qt.Key.Key_A: "a", Qt.Key.Key_B: "b", Qt.Key.Key_C: "c"}
_ZOOMS = {Qt.Key.Key_Plus: 1.0, Qt.Key.Key_Equal: 1.0, Qt.Key.Key_Minus: -1.0}


class Navigation(QWidget):
    """Left drag turns (with Ctrl about the line of sight), right or middle drag and Shift move.

    Subclasses say what a click, a hover, a key for an axis and a moved camera mean.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera = Camera()
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragging = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def camera_moved(self) -> None:
        raise NotImplementedError

    def clicked_at(self, at: QPointF) -> None:
        raise NotImplementedError

    def double_clicked_at(self, at: QPointF) -> None:
        raise NotImplementedError

    def hovered_at(self, at: QPointF | None) -> None:
        raise NotImplementedError

    def view_along(self, axis: str) -> None:
        raise NotImplementedError

    def reset_view(self) -> None:
        raise NotImplementedError

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._last = event.position()
        self._dragging = False
        self.hovered_at(None)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if not event.buttons() or self._pressed is None:
            self.hovered_at(at)
            return
        if not self._dragging:
            far = (at - self._pressed).manhattanLength()
            self._dragging = far >= min(4, QApplication.startDragDistance())
        if self._dragging:
            self._drag(event, at)
        event.accept()

    def _drag(self, event: QMouseEvent, at: QPointF) -> None:
        step = at - self._last
        modifiers = event.modifiers()
        if not event.buttons() & _LEFT or modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.camera.pan(step.x(), step.y())
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self.camera.rotate(0.0, 0.0, -DEGREES_PER_PIXEL * step.x())
        else:
            self.camera.rotate(DEGREES_PER_PIXEL * step.x(), DEGREES_PER_PIXEL * step.y())
        self._last = at
        self.camera_moved()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and not self._dragging and event.button() == _LEFT:
            self.clicked_at(event.position())
        self._pressed = None
        self._dragging = False
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == _LEFT:
            self.double_clicked_at(event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered_at(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        at = event.position()
        self.camera.zoom(ZOOM_PER_NOTCH ** (event.angleDelta().y() / 120.0), (at.x(), at.y()))
        self.camera_moved()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif key in _TURNS:
            x, y = _TURNS[key]
            self.camera.rotate(DEGREES_PER_KEY * x, DEGREES_PER_KEY * y)
            self.camera_moved()
        elif key in _ZOOMS:
            self.camera.zoom(ZOOM_PER_NOTCH ** _ZOOMS[key])
            self.camera_moved()
        elif key in _AXES:
            reciprocal = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.view_along(_AXES[key] + ("*" if reciprocal else ""))
        elif key == Qt.Key.Key_R:
            self.reset_view()
        else:
            super().keyPressEvent(event)
