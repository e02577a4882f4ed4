"""One job: what it does, how far it is, how long it still takes, and a way to stop it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from sc3d_desktop.jobs import Failed, Job, Progress
from sc3d_desktop.panels.parts import IconButton

_SURE_AFTER_MS = 1000
"""An estimate from less than this would jump about."""


def time_left(elapsed_ms: float, done: int, total: int) -> str:
    """``about 2 min left``, or nothing while there is too little to go by."""
    if elapsed_ms < _SURE_AFTER_MS or not 0 < done < total:
        return ""
    seconds = elapsed_ms / 1000 * (total - done) / done
    if seconds < 60:
        return f"about {max(1, round(seconds))} s left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 60 else f"about {minutes / 60:.1f} h left"


class JobRow(QWidget):
    cancel_wanted = Signal()
    dismissed = Signal()

    def __init__(self, job: Job[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self.over = False
        self._age = QElapsedTimer()
        self._age.start()
        self._running = QElapsedTimer()
        self.title = QLabel(job.title, self)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setFixedSize(180, 14)
        self.bar.setTextVisible(False)
        self.left = QLabel("waiting", self)
        self.left.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.button = IconButton("mdi6.close", f"Stop: {job.title}", self)
        self.button.clicked.connect(self._on_button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for widget in (self.title, self.bar, self.left, self.button):
            layout.addWidget(widget)
        layout.addStretch(1)

    def age_ms(self) -> int:
        return self._age.elapsed()

    def show_started(self) -> None:
        self._running.start()
        self.left.clear()

    def show_progress(self, progress: Progress) -> None:
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        elapsed = self._running.elapsed() if self._running.isValid() else 0
        left = time_left(elapsed, progress.done, progress.total)
        said = progress.text.endswith(" left")  # by a job that knows better
        self.left.setText(" · ".join(filter(None, (progress.text, "" if said else left))))

    def show_failed(self, event: Failed) -> None:
        self.over = True
        self.bar.hide()
        self.title.setText(f"{self.job.title}: {event.error}")
        self.title.setForegroundRole(QPalette.ColorRole.BrightText)
        self.left.setText(event.hint)
        self.button.setToolTip("Close this message")
        self.button.setAccessibleName("Close this message")

    def _on_button(self) -> None:
        if self.over:
            self.dismissed.emit()
        else:
            self.cancel_wanted.emit()
