"""A number with a unit that is only taken over when the user is done with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QRectF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from sc3d_desktop.panels.parts.gesture import Gesture


class NumberBox(QDoubleSpinBox):
    """``entered(value, gesture)`` comes with Enter, a step, or leaving a changed box.

    ``show_value`` is for the program and emits nothing. A box with a problem keeps what was typed,
    in a red frame, until the next ``show_value``; Escape goes back to the value shown before and
    emits ``abandoned``.
    """

    entered = Signal(float, object)
    abandoned = Signal()

    def __init__(self, decimals: int, step: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gesture = Gesture()
        self._problem = False
        self._shown = 0.0
        self.setLocale(QLocale.c())
        self.setDecimals(decimals)
        self.setSingleStep(step)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.lineEdit().setAcceptDrops(False)  # a dropped file belongs to the window
        self.valueChanged.connect(self._on_changed)

    def show_value(self, value: float) -> None:
        self._shown = value
        self.mark_problem(False)
        if value == self.value():
            return
        blocked = self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(blocked)

    def mark_problem(self, problem: bool) -> None:
        self._problem = problem
        self.update()

    @property
    def has_problem(self) -> bool:
        return self._problem

    def event(self, event: QEvent) -> bool:
        """Ctrl+Z belongs to the crystal, unless something is half typed here."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            undoes = event.matches(keys.Undo) or event.matches(keys.Redo)
            if undoes and self.cleanText() == self.textFromValue(self.value()):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.lineEdit().setText(self.textFromValue(self._shown))
            self.show_value(self._shown)
            self.abandoned.emit()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel that scrolls past must not change a value."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._problem:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.BrightText), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)

    def _on_changed(self, value: float) -> None:
        self.entered.emit(value, self._gesture.go_on())
