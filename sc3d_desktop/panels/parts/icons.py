"""Icons that take their colour from the palette, so that they suit the light and the dark theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QPalette, QPixmap, QShowEvent
from PySide6.QtWidgets import QToolButton, QWidget


def icon(name: str, palette: QPalette) -> QIcon:
    """The icon ``name`` of the icon font, in the palette's text colour."""
    import qtawesome  # takes a while to import: not before the first window is shown

    group, role = QPalette.ColorGroup, QPalette.ColorRole.ButtonText
    return qtawesome.icon(
        name,
        color=palette.color(group.Active, role),
        color_disabled=palette.color(group.Disabled, role),
    )


def blank_icon() -> QIcon:
    """Holds the place of an icon until the first picture of the window is on the screen."""
    pixmap = QPixmap(20, 20)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)


class IconButton(QToolButton):
    """A flat button with an icon and a tool tip that is also its name for screen readers."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setAutoRaise(True)
        self.setIcon(blank_icon())
        self.setIconSize(QSize(16, 16))
        self.setToolTip(tip)
        self.setAccessibleName(tip)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._tint)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._tint()

    def _tint(self) -> None:
        self.setIcon(icon(self._name, self.palette()))
