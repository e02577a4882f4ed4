"""Earlier runs: how far each is, to open, go on with or delete."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.panels.generator import texts
from sc3d_desktop.panels.parts.run_lines import RunLines
from sc3d_desktop.state.generation import StoredRun

_DELETE, _SURE = "Delete", "Delete for good"


class RunList(QWidget):
    """All signals carry the folder of a run. Deleting takes two clicks, or two presses of Delete,
    that are no double click.
    """

    open_wanted = Signal(object)
    resume_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: Sequence[StoredRun] = ()
        self._running: Path | None = None
        self._asked = QElapsedTimer()
        self.lines = RunLines(self)
        self.open, self.resume = QPushButton("Open", self), QPushButton("Go on", self)
        self.delete = QPushButton(_DELETE, self)
        self._lay_out()
        self.lines.opened.connect(lambda: self._tell(self.open_wanted, self.open))
        self.lines.deleted.connect(self._delete)
        self.open.clicked.connect(lambda: self._tell(self.open_wanted, self.open))
        self.resume.clicked.connect(lambda: self._tell(self.resume_wanted, self.resume))
        self.delete.clicked.connect(self._delete)
        self.lines.currentItemChanged.connect(lambda *_: self._show_buttons())
        self._show_buttons()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.open, self.resume, self.delete):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.lines)
        layout.addLayout(buttons)

    def show_runs(self, runs: Sequence[StoredRun], running: Path | None) -> None:
        current = self.current
        self._runs, self._running = runs, running
        self.lines.clear()
        for run in runs:
            item = QTreeWidgetItem([run.folder.name, texts.state(run, run.folder == running)])
            item.setToolTip(0, f"{texts.asked(run.request)}\n{run.folder}")
            self.lines.addTopLevelItem(item)
        folders = [run.folder for run in runs]
        known = current is not None and current.folder in folders
        if runs:
            at = folders.index(current.folder) if known and current is not None else 0
            self.lines.setCurrentIndex(self.lines.model().index(at, 0))
        self._show_buttons()

    @property
    def current(self) -> StoredRun | None:
        at = self.lines.currentIndex().row()
        return self._runs[at] if 0 <= at < len(self._runs) else None

    def _show_buttons(self) -> None:
        run = self.current
        going = run is not None and run.folder == self._running
        can_go_on = run is not None and not run.finished and self._running is None
        self.open.setEnabled(run is not None)
        self.resume.setEnabled(can_go_on)
        self.delete.setEnabled(run is not None and not going)
        self.delete.setText(_DELETE)

    def _tell(self, signal: object, button: QPushButton) -> None:
        run = self.current
        if run is not None and button.isEnabled():
            signal.emit(run.folder)  # type: ignore[attr-defined]

    def _delete(self) -> None:
        if self.delete.text() == _DELETE:
            self.delete.setText(_SURE)
            self._asked.start()
        elif self._asked.elapsed() > QApplication.doubleClickInterval():
            self.delete.setText(_DELETE)
            self._tell(self.delete_wanted, self.delete)
