"""A picture of the real window, as the user would see it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from sc3d_desktop.app.compose import application, build_window
from sc3d_desktop.app.errors import ErrorReporter
from sc3d_desktop.app.run import begin
from sc3d_desktop.engine.services import LocalServices
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.jobs import Services
from sc3d_desktop.state.answer import AnswerStatus
from sc3d_desktop.state.settings import Settings
from sc3d_desktop.window import MainWindow

_PATIENCE_MS = 180_000
_LOOK_EVERY_MS = 30
_QUIET_LOOKS = 10
"""The window must have been ready this often in a row: late repaints are then over."""


def take_screenshot(
    out: Path,
    files: Sequence[Path],
    panel: str | None = None,
    size: tuple[int, int] = (1280, 800),
    theme: str = "light",
    services_factory: Callable[[], Services] = LocalServices,
) -> None:
    """Draw the window with ``files`` opened, wait until the answer is there, save a PNG.

    ``panel`` (``structure``, ``dataset_browser``, ``icsd_screening``, ``generator``,
    ``structure_editor``, ``tc_predictor``, ``jobs``) saves that part alone. The user's own
    settings, session, catalogue and runs are neither used nor changed.
    """
    application()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.json", theme=theme)
        window = build_window(services_factory, settings, Path(folder))
        try:
            with ErrorReporter(window):
                _draw(window, files, size, panel)
            picture = _part(window, panel).grab()
        finally:
            window.close()
            window.deleteLater()
    if not picture.save(str(out), "PNG"):
        raise Sc3dError(f"The picture {out} could not be written.", "Check the folder.")


def _draw(
    window: MainWindow, files: Sequence[Path], size: tuple[int, int], panel: str | None
) -> None:
    window.resize(*size)
    window.show()
    window.restore_usual_layout()
    if panel in window.docks:
        window.docks[panel].show()
        window.docks[panel].raise_()
    begin(window, files)
    _wait_until(lambda: _is_ready(window))


def _part(window: MainWindow, panel: str | None) -> QWidget:
    parts: dict[str, QWidget] = {"structure": window.canvas, **window.docks}
    if panel is None:
        return window
    if panel not in parts:
        raise Sc3dError(f"There is no panel “{panel}”.", f"The panels are: {', '.join(parts)}.")
    parts[panel].raise_()
    return parts[panel]


def _is_ready(window: MainWindow) -> bool:
    session = window.session
    if window.predictor.plot is None or window.job_bar.busy or session.browser.out_of_date:
        return False
    if session.document.crystal is None:
        return True
    settled = (AnswerStatus.CURRENT, AnswerStatus.FAILED)
    answered = session.answer.status in settled
    curve = session.document.doping is None or session.answer.curve_status in settled
    drawn = window.canvas.frame_seconds > 0 or bool(window.canvas.gl_problem)
    return answered and curve and drawn


def _wait_until(ready: Callable[[], bool]) -> None:
    loop, look, clock = QEventLoop(), QTimer(interval=_LOOK_EVERY_MS), QElapsedTimer()
    quiet = 0

    def check() -> None:
        nonlocal quiet
        quiet = quiet + 1 if ready() else 0
        if quiet >= _QUIET_LOOKS or clock.elapsed() > _PATIENCE_MS:
            loop.quit()

    look.timeout.connect(check)
    clock.start()
    look.start()
    loop.exec()
    look.stop()
    if quiet < _QUIET_LOOKS:
        raise Sc3dError(
            f"The window was not ready after {_PATIENCE_MS // 1000} s.", "Try a smaller crystal."
        )
