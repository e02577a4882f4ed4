"""Where the docks of the window usually are, and where the user left them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from sc3d_desktop.panels.parts.row_table import RowTable
from sc3d_desktop.state.settings import Settings
from sc3d_desktop.window.docks import WIDE, add_dock, make_slim, usual_sizes

_USUAL_SIZE = (1440, 900)
_Area = Qt.DockWidgetArea
_PLACES = {
    "dataset_browser": ("Dataset browser", _Area.LeftDockWidgetArea),
    "icsd_screening": ("ICSD screening", _Area.LeftDockWidgetArea),
    "generator": ("Generator", _Area.LeftDockWidgetArea),
    "structure_editor": ("Structure editor", _Area.RightDockWidgetArea),
    "tc_predictor": ("Tc predictor", _Area.RightDockWidgetArea),
    "jobs": ("Jobs", _Area.BottomDockWidgetArea),
}
_SOURCES = ("dataset_browser", "icsd_screening", "generator")
"""They share one place, as tabs."""


class Layout:
    """Docks and what is remembered of them. ``tables`` are those whose columns are remembered, by
    the name of the setting.
    """

    def __init__(
        self,
        window: QMainWindow,
        settings: Settings,
        panels: Mapping[str, QWidget],
        tables: Mapping[str, RowTable],
    ) -> None:
        self._window, self._settings, self._tables = window, settings, tables
        window.setDockNestingEnabled(True)
        self.docks: dict[str, QDockWidget] = {
            name: add_dock(window, name, title, panels[name], area)
            for name, (title, area) in _PLACES.items()
        }
        self._stack_sources()
        make_slim(self.docks["jobs"])

    def bring_up(self, name: str) -> None:
        self.docks[name].show()
        self.docks[name].raise_()

    def restore_usual(self) -> None:
        for name, dock in self.docks.items():
            dock.setFloating(False)
            self._window.addDockWidget(_PLACES[name][1], dock)
            dock.setVisible(self._has_room(name))
        self._stack_sources()
        self._usual_sizes()

    def restore(self) -> None:
        """What was remembered, as far as there is something; the usual layout where not."""
        window, settings = self._window, self._settings
        screen = window.screen().availableSize()
        width, height = _USUAL_SIZE
        window.resize(min(width, screen.width()), min(height, screen.height()))
        if settings.window_geometry:
            window.restoreGeometry(QByteArray.fromBase64(settings.window_geometry.encode()))
        for name in _SOURCES:
            self.docks[name].setVisible(self._has_room(name))
        self._usual_sizes()
        if settings.window_state:
            window.restoreState(QByteArray.fromBase64(settings.window_state.encode()))
        for setting, table in self._tables.items():
            table.restore_header(getattr(settings, setting))

    def remember(self) -> None:
        """Put it all into the settings, which the caller saves."""
        settings, window = self._settings, self._window
        settings.window_geometry = window.saveGeometry().toBase64().toStdString()
        settings.window_state = window.saveState().toBase64().toStdString()
        for setting, table in self._tables.items():
            setattr(settings, setting, table.header_state())

    def _stack_sources(self) -> None:
        first, *others = (self.docks[name] for name in _SOURCES)
        for other in others:
            self._window.tabifyDockWidget(first, other)
        first.raise_()

    def _has_room(self, name: str) -> bool:
        """On a narrow screen the crystal needs the room at the left, which a key brings back."""
        return name not in _SOURCES or self._window.width() >= WIDE

    def _usual_sizes(self) -> None:
        shown = ("dataset_browser", "structure_editor", "tc_predictor")
        usual_sizes(self._window, *(self.docks[name] for name in shown))
