"""The periodic table that drops down to choose a dopant."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from sc3d_desktop.panels.parts import Heading, Note


class DopantPopup(QFrame):
    """``chosen(element)``; Escape or a click elsewhere closes it without a choice."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._owner = parent
        from sc3d_desktop.viz.periodic_table import PeriodicTable  # not needed to show the window

        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.table = PeriodicTable(self)
        self.table.element_picked.connect(self._choose)
        self._title = Heading(parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self.table)
        layout.addWidget(
            Note("It is added with occupancy 0. Marked elements are in the crystal.", self)
        )

    def open_below(self, anchor: QWidget, title: str, marked: Iterable[str]) -> None:
        self._title.setText(title)
        self.table.set_marked(marked)
        self.adjustSize()
        screen = anchor.screen().availableGeometry()
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), anchor.height() + 4))
        x = max(screen.left() + 8, min(corner.x(), screen.right() - self.width() - 8))
        y = max(screen.top() + 8, min(corner.y(), screen.bottom() - self.height() - 8))
        self.move(x, y)
        self.show()
        self.table.setFocus()

    def _choose(self, element: str) -> None:
        self.hide()
        self._owner.window().activateWindow()
        self.chosen.emit(element)
