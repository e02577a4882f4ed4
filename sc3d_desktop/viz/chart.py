"""What the charts of the dataset browser share: look, empty text, brush."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from sc3d_desktop.viz.brush import Brush
from sc3d_desktop.viz.theme import chart_theme


class Chart(QWidget):
    """A plot without menus of its own; the mouse brushes it."""

    def __init__(
        self, name: str, axes: dict[str, Any], empty: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.theme = chart_theme(False)
        self.labels = {"left": "", "bottom": ""}
        self._empty = False
        self.plot = pg.PlotWidget(self, axisItems=axes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.plot.setMinimumSize(160, 120)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.hideButtons()
        self.plot.plotItem.layout.setContentsMargins(2, 8, 14, 2)
        self.brush = Brush(self.plot)
        self.message = QLabel(empty, self.plot)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        self.message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.plot.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.message.setGeometry(self.plot.rect().adjusted(24, 12, -24, -12))
        return super().eventFilter(watched, event)

    def set_theme(self, dark: bool) -> None:
        self.theme = chart_theme(dark)
        self.restyle()

    def show_empty(self, empty: bool) -> None:
        self._empty = empty
        self.message.setVisible(empty)
        for side in ("left", "bottom"):
            self.plot.showAxis(side, not empty)
        self.plot.plotItem.layout.activate()

    def restyle(self) -> None:
        """The colours of the theme; subclasses draw their items anew as well."""
        theme, plot = self.theme, self.plot
        plot.setBackground(theme.background)
        style: dict[str, Any] = {"color": theme.text, "siPrefixEnableRanges": ()}
        for side, label in self.labels.items():
            plot.setLabel(side, label, **style)
            plot.getAxis(side).setPen(pg.mkPen(theme.axis))
            plot.getAxis(side).setTextPen(pg.mkPen(theme.text))
            plot.showAxis(side, not self._empty)  # a label shows its axis
        self.message.setStyleSheet(f"color: {theme.axis}; background: transparent;")
