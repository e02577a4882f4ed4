"""Messages inside the window: one strip a subject, never a dialog in the way."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.panels.parts import IconButton

Action = tuple[str, Callable[[], object]]


class Subject(StrEnum):
    """What a message is about. A new message replaces the one of the same subject."""

    PROBLEM = "problem"
    DOUBT = "doubt"
    OFFER = "offer"
    DONE = "done"


_ROLES = {
    Subject.PROBLEM: QPalette.ColorRole.BrightText,
    Subject.DOUBT: QPalette.ColorRole.BrightText,
    Subject.OFFER: QPalette.ColorRole.Highlight,
    Subject.DONE: QPalette.ColorRole.Highlight,
}
_STRIPE_PX = 4
_TINT = 0.10


class Banner(QFrame):
    """One message, with what to do about it. Any of its buttons closes it."""

    def __init__(self, subject: Subject, parent: QWidget) -> None:
        super().__init__(parent)
        self._role = _ROLES[subject]
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hint = QLabel(self)
        self.hint.setWordWrap(True)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.close_button = IconButton("mdi6.close", "Close this message", self)
        self.close_button.clicked.connect(self.hide)
        self.buttons: list[QPushButton] = []
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.message)
        words.addWidget(self.hint)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(_STRIPE_PX + 12, 8, 8, 8)
        self._layout.setSpacing(8)
        self._layout.addLayout(words, 1)
        self._layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, message: str, hint: str, actions: tuple[Action, ...]) -> None:
        self.message.setText(message)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.setAccessibleName(f"{message} {hint}".strip())
        for old in self.buttons:
            old.deleteLater()
        self.buttons = [self._button(text, slot) for text, slot in actions]
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour, base = (
            self.palette().color(self._role),
            self.palette().color(QPalette.ColorRole.Base),
        )
        painter.fillRect(self.rect(), _mixed(colour, base, _TINT))
        painter.fillRect(0, 0, _STRIPE_PX, self.height(), colour)
        painter.fillRect(0, self.height() - 1, self.width(), 1, _mixed(colour, base, 0.4))

    def _button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)

        def run() -> None:
            self.hide()
            slot()

        button.clicked.connect(run)
        self._layout.insertWidget(
            self._layout.count() - 1, button, 0, Qt.AlignmentFlag.AlignVCenter
        )
        return button


class Banners(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._banners = {subject: Banner(subject, self) for subject in Subject}
        for banner in self._banners.values():
            layout.addWidget(banner)

    def __getitem__(self, subject: Subject) -> Banner:
        return self._banners[subject]

    def say(self, subject: Subject, message: str, hint: str = "", *actions: Action) -> None:
        self._banners[subject].say(message, hint, actions)

    def problem(self, error: Sc3dError, *actions: Action) -> None:
        self.say(Subject.PROBLEM, error.message, error.hint, *actions)

    def clear(self, subject: Subject) -> None:
        self._banners[subject].hide()


def _mixed(colour: QColor, base: QColor, share: float) -> QColor:
    def mix(x: int, y: int) -> int:
        return round(share * x + (1 - share) * y)

    return QColor(
        mix(colour.red(), base.red()),
        mix(colour.green(), base.green()),
        mix(colour.blue(), base.blue()),
    )
