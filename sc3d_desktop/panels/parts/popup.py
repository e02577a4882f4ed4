"""A frame that drops down below a button."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QWidget

_GAP_PX = 8


class Popup(QFrame):
    """Escape, or a click elsewhere, closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)

    def open_below(self, anchor: QWidget) -> None:
        self.adjustSize()
        screen = anchor.screen().availableGeometry()
        corner = anchor.mapToGlobal(QPoint(0, anchor.height() + 2))
        x = max(screen.left() + _GAP_PX, min(corner.x(), screen.right() - self.width() - _GAP_PX))
        y = max(screen.top() + _GAP_PX, min(corner.y(), screen.bottom() - self.height() - _GAP_PX))
        self.move(x, y)
        self.show()
