"""Run the program until its window is closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer

from sc3d_desktop.app.compose import application, build_window
from sc3d_desktop.app.errors import ErrorReporter
from sc3d_desktop.jobs import LoadModel
from sc3d_desktop.window import MainWindow


def run_app(files: Sequence[Path]) -> int:
    """Show the window, open ``files``, and return the exit status when it is closed."""
    app = application()
    window = build_window()
    with ErrorReporter(window):
        window.show()
        begin(window, files)
        return int(app.exec())


def begin(window: MainWindow, files: Sequence[Path]) -> None:
    """What comes after the window is on the screen, one step at a time so that it stays alive."""
    steps: list[Callable[[], object]] = [
        window.files.offer_last_session,
        lambda: window.files.open_paths(files),
        window.add_plots,
        window.catalogue.start,
        window.screenings.start,
        window.generations.start,
        lambda: window.session.engine.submit(LoadModel()),
    ]

    def next_step() -> None:
        if steps and window.isVisible():
            steps.pop(0)()
            QTimer.singleShot(0, window, next_step)

    QTimer.singleShot(0, window, next_step)
