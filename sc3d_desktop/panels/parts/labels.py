"""Labels with a role: headings, notes, badges, and a problem beside what it is about."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from sc3d_desktop.errors import Sc3dError


class Heading(QLabel):
    """A section title."""

    def __init__(self, text: str = "", points: float = 0.0, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        font = self.font()
        font.setBold(True)
        if points:
            font.setPointSizeF(font.pointSizeF() + points)
        self.setFont(font)


class Note(QLabel):
    """Secondary text, wrapped, in the muted colour."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)


class Problem(QLabel):
    """An error beside its cause: hidden while there is none, never in the way of working on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setForegroundRole(QPalette.ColorRole.BrightText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hide()

    def show_error(self, error: Sc3dError) -> None:
        self.setText(str(error))
        self.show()

    def clear_error(self) -> None:
        self.clear()
        self.hide()


class Badge(QLabel):
    """A short word on a coloured pill."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = QColor(Qt.GlobalColor.gray)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContentsMargins(8, 2, 8, 2)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        font = self.font()
        font.setBold(True)
        self.setFont(font)

    def set_badge(self, text: str, colour: str, tip: str = "") -> None:
        self.setText(text)
        self.setToolTip(tip)
        self._colour = QColor(colour)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, readable_on(self._colour))
        self.setPalette(palette)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.end()
        super().paintEvent(event)


def readable_on(colour: QColor) -> QColor:
    """Black or white, whichever has the higher contrast on ``colour`` (WCAG luminance)."""
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return QColor("#111418") if luminance > 0.179 else QColor("#FFFFFF")
