"""Where the inputs go: a folder that is not there yet, or an archive."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from sc3d_desktop.window.ask import Ask


class TargetLine(QWidget):
    """The whole path can be edited; the button asks for the folder it is in."""

    def __init__(self, folder: Path, name: str, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._ask = name, ask
        self.line, self.browse = QLineEdit(self), QPushButton("Choose…", self)
        self.line.setAccessibleName("Where to")
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._choose)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(QLabel("Write to", self))
        layout.addWidget(self.line, 1)
        layout.addWidget(self.browse)
        self._show(folder)

    @property
    def path(self) -> Path:
        return Path(self.line.text().strip()).expanduser()

    def rename(self, name: str) -> None:
        """Another name in the same folder, unless the user has given one."""
        if self.path.name.startswith(Path(self._name).stem):
            folder, self._name = self.path.parent, name
            self._show(folder)

    def _show(self, folder: Path) -> None:
        self.line.setText(str(free(folder / self._name)))
        self.line.setCursorPosition(len(self.line.text()))

    def _choose(self) -> None:
        folder = self._ask.folder("Folder for the inputs")
        if folder is not None:
            self._show(folder)


def free(path: Path) -> Path:
    """The path, or the next with a number that is not taken."""
    # A formula such as Mg0.9Al0.1B2 has dots and no ending.
    ending = ".zip" if path.suffix == ".zip" else ""
    stem = path.name.removesuffix(ending)
    tried, n = path, 2
    while tried.exists():
        tried, n = path.with_name(f"{stem}-{n}{ending}"), n + 1
    return tried
