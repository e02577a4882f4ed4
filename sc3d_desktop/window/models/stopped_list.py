"""Improvements that were stopped: what is done of each, to go on with or to remove."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from sc3d_desktop.training.fine_tune.work import Stopped

_HEIGHT_LINES = 3


class StoppedList(QWidget):
    """Both signals carry a ``Stopped``. Hidden where there is none."""

    go_on_wanted = Signal(object)
    remove_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stopped: tuple[Stopped, ...] = ()
        self.lines = QListWidget(self)
        self.lines.setAccessibleName("Improvements that were stopped")
        self.go_on = QPushButton("&Go on with it", self)
        self.remove = QPushButton("&Remove", self)
        self.go_on.clicked.connect(lambda: self._tell(self.go_on_wanted))
        self.remove.clicked.connect(lambda: self._tell(self.remove_wanted))
        title = QLabel("S&topped before it was finished:", self)
        title.setBuddy(self.lines)
        buttons = QHBoxLayout()
        for button in (self.go_on, self.remove):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(title)
        layout.addWidget(self.lines)
        layout.addLayout(buttons)

    def show_stopped(self, stopped: Sequence[Stopped]) -> None:
        self._stopped = tuple(stopped)
        self.lines.clear()
        self.lines.addItems([line(one) for one in stopped])
        self.lines.setCurrentRow(0)
        shown = min(_HEIGHT_LINES, max(1, len(stopped)))
        self.lines.setFixedHeight(shown * self.lines.sizeHintForRow(0) + 8)
        self.setVisible(bool(stopped))

    def _tell(self, signal: SignalInstance) -> None:
        row = self.lines.currentRow()
        if 0 <= row < len(self._stopped):
            signal.emit(self._stopped[row])


def line(stopped: Stopped) -> str:
    """``10 records of my-measurements, from “shipped”: 4 parts done, begun 2026-03-01``."""
    about = stopped.about
    parts = "1 part" if stopped.parts == 1 else f"{stopped.parts} parts"
    network = "" if about.get("network", True) else ", without the network"
    return (
        f"{about.get('data', '')}, from “{about.get('parent', '')}”{network}: {parts} done, begun "
        f"{stopped.begun_at[:10]}"
    )
