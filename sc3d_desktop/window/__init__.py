"""The main window: docks, menus, commands, messages, files."""

from sc3d_desktop.window.main_window import MainWindow
from sc3d_desktop.window.session import Session
from sc3d_desktop.window.shelf import Shelf

__all__ = ["MainWindow", "Session", "Shelf"]
