"""Earlier runs: how far each is, to open, go on with or delete."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.jobs.runs import RunState
from sc3d_desktop.panels.icsd_screening import texts
from sc3d_desktop.panels.parts.run_lines import RunLines

_DELETE, _SURE = "Delete", "Delete for good"


class RunList(QWidget):
    """All signals carry the path of a run. Deleting takes two clicks, or two presses
    of Delete, that are no double click.
    """

    open_wanted = Signal(object)
    resume_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: Sequence[RunState] = ()
        self._model = ""
        self._running: Path | None = None
        self._asked = QElapsedTimer()
        self.lines = RunLines(self)
        self.open = QPushButton("Open", self)
        self.resume = QPushButton("Go on", self)
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

    def show_runs(self, runs: Sequence[RunState], model: str, running: Path | None) -> None:
        current = self.current
        self._runs, self._model, self._running = runs, model, running
        self.lines.clear()
        for run in runs:
            self.lines.addTopLevelItem(self._line(run))
        paths = [run.path for run in runs]
        at = paths.index(current.path) if current is not None and current.path in paths else 0
        if runs:
            self.lines.setCurrentIndex(self.lines.model().index(at, 0))
        self._show_buttons()

    def _line(self, run: RunState) -> QTreeWidgetItem:
        said = texts.state(run, self._model, self._is_running(run))
        item = QTreeWidgetItem([run.path.stem, said])
        item.setToolTip(0, str(run.path))
        item.setToolTip(1, run.problem or (run.spec.model if run.spec else ""))
        if run.problem:
            item.setForeground(1, self.palette().color(QPalette.ColorRole.BrightText))
        return item

    def _is_running(self, run: RunState) -> bool:
        return self._running is not None and self._running.resolve() == run.path

    @property
    def current(self) -> RunState | None:
        at = self.lines.currentIndex().row()
        return self._runs[at] if 0 <= at < len(self._runs) else None

    def _show_buttons(self) -> None:
        run = self.current
        usable = run is not None and not run.problem
        going = run is not None and self._is_running(run)
        self.open.setEnabled(usable)
        self.resume.setEnabled(usable and run is not None and not run.finished and not going)
        self.delete.setEnabled(run is not None and not going)
        self.delete.setText(_DELETE)

    def _tell(self, signal: object, button: QPushButton) -> None:
        run = self.current
        if run is not None and button.isEnabled():
            signal.emit(run.path)  # type: ignore[attr-defined]

    def _delete(self) -> None:
        if self.delete.text() == _DELETE:
            self.delete.setText(_SURE)
            self._asked.start()
        elif self._asked.elapsed() > QApplication.doubleClickInterval():
            self.delete.setText(_DELETE)
            self._tell(self.delete_wanted, self.delete)
