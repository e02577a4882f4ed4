"""The buttons below a plot that save it, as a picture and as numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from sc3d_desktop.errors import ResultsError
from sc3d_desktop.window.ask import Ask

_HINT = "Choose another folder, or free some space."


class SaveButtons(QWidget):
    """``failed`` carries why a file could not be written."""

    failed = Signal(object)

    def __init__(
        self,
        name: str,
        ask: Ask,
        picture: Callable[[Path], bool],
        data: Callable[[], str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._name, self._ask, self._picture, self._data = name, ask, picture, data
        self.picture = QPushButton("Save picture…", self)
        self.data = QPushButton("Save data…", self)
        self.picture.clicked.connect(self._save_picture)
        self.data.clicked.connect(self._save_data)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for button in (self.picture, self.data):
            button.setAutoDefault(False)
            layout.addWidget(button)
        layout.addStretch(1)

    def _save_picture(self) -> None:
        kinds = "PNG pictures (*.png)"
        path = self._ask.file_to_save("Save picture", f"{self._name}.png", kinds)
        if path is not None and not self._picture(path):
            self.failed.emit(ResultsError(f"{path.name} could not be written.", _HINT))

    def _save_data(self) -> None:
        path = self._ask.file_to_save("Save data", f"{self._name}.csv", "CSV files (*.csv)")
        if path is None:
            return
        try:
            path.write_text(self._data(), encoding="utf-8", newline="")
        except OSError as error:
            message = f"{path.name} could not be written: {error.strerror or error}."
            self.failed.emit(ResultsError(message, _HINT))
