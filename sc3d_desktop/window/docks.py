"""The docks of the window and their usual places."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QDockWidget, QHBoxLayout, QMainWindow, QWidget

from sc3d_desktop.panels.parts import Heading, IconButton

_RIGHT_WIDTH, _WIDE_RIGHT_WIDTH = 400, 480
_LEFT_WIDTH, _WIDE_LEFT_WIDTH = 420, 540
WIDE = 1600
"""Where there is room for all panels at once."""

_EDITOR_SHARE = 0.52


class Grip(QWidget):
    """A narrow handle in place of a title, for a dock that is only one line high."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTip("Drag to move this bar")
        self.setCursor(Qt.CursorShape.SizeAllCursor)

    def sizeHint(self) -> QSize:
        return QSize(12, 20)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Mid))
        x, middle = self.width() / 2 - 1, self.height() / 2 - 1
        for dy in (-6, 0, 6):
            painter.drawEllipse(QRectF(x, middle + dy, 3, 3))


class TitleBar(QWidget):
    """A dock's title, with buttons that suit the theme. Dragging it moves the dock."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        detach = IconButton("mdi6.dock-window", "Detach or attach this panel", self)
        hide = IconButton("mdi6.close", "Hide this panel; the View menu shows it again", self)
        detach.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        hide.clicked.connect(dock.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 4, 0)
        layout.setSpacing(2)
        layout.addWidget(Heading(dock.windowTitle(), parent=self), 1)
        for button in (detach, hide):
            button.setIconSize(QSize(14, 14))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            layout.addWidget(button)


def add_dock(
    window: QMainWindow, name: str, title: str, body: QWidget, area: Qt.DockWidgetArea
) -> QDockWidget:
    """A dock that can be moved, floated and hidden; ``name`` is kept with the layout."""
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    dock.setWidget(body)
    dock.setTitleBarWidget(TitleBar(dock))
    window.addDockWidget(area, dock)
    return dock


def make_slim(dock: QDockWidget) -> None:
    features = QDockWidget.DockWidgetFeature
    dock.setTitleBarWidget(Grip(dock))
    dock.setFeatures(dock.features() | features.DockWidgetVerticalTitleBar)


def usual_sizes(
    window: QMainWindow, browser: QDockWidget, editor: QDockWidget, predictor: QDockWidget
) -> None:
    """The browser at the left, the editor over the answer at the right; all else belongs to the
    crystal.
    """
    wide = window.width() >= WIDE
    left, right = (_WIDE_LEFT_WIDTH, _WIDE_RIGHT_WIDTH) if wide else (_LEFT_WIDTH, _RIGHT_WIDTH)
    window.resizeDocks([browser, editor], [left, right], Qt.Orientation.Horizontal)
    height = window.height()
    shares = [round(height * _EDITOR_SHARE), round(height * (1 - _EDITOR_SHARE))]
    window.resizeDocks([editor, predictor], shares, Qt.Orientation.Vertical)


def focus_next(stops: Mapping[QWidget, QWidget]) -> None:
    """Give the keyboard to the next panel in sight; ``stops`` has, for each panel, the widget of it
    that takes it.
    """
    focus = QApplication.focusWidget()
    inside = [focus is not None and (p is focus or p.isAncestorOf(focus)) for p in stops]
    at = inside.index(True) + 1 if True in inside else 0
    order = list(stops.values())
    seen = [stop for stop in (*order[at:], *order[:at]) if stop.isVisible()]
    if seen:
        seen[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
