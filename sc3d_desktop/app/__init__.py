"""Composition root: builds state, engine and window, and runs them."""

from __future__ import annotations

import os

# Set before anything imports Qt: pyqtgraph, vispy and qtpy choose their binding by it.
os.environ.setdefault("QT_API", "pyside6")

from sc3d_desktop.app.compose import build_window
from sc3d_desktop.app.run import run_app
from sc3d_desktop.app.screenshot import take_screenshot

__all__ = ["build_window", "run_app", "take_screenshot"]
