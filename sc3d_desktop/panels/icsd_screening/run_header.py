"""The head of a run: what it is, how far, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.panels.parts import Heading, IconButton, Problem
from sc3d_desktop.state.screening import Phase, Screening

_BAR_PX = 6
REPORTS = {".html": "Page for a &browser…", ".xlsx": "&Excel workbook…", ".csv": "&Table (CSV)…"}
_PHASE_WORDS = {
    Phase.WAITING: "Waiting",
    Phase.RUNNING: "Running",
    Phase.STOPPED: "Stopped",
    Phase.FINISHED: "Finished",
}


class RunHeader(QWidget):
    """``report_wanted`` carries an ending: ``.csv``, ``.xlsx`` or ``.html``."""

    back_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    stop_wanted = Signal()
    anew_wanted = Signal()
    report_wanted = Signal(str)

    def __init__(self, screening: Screening, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._screening = screening
        self.back = IconButton("mdi6.arrow-left", "All runs, and a new one", self)
        self.title = Heading(parent=self)
        self.bar = QProgressBar(self)
        self.progress, self.counts = QLabel(self), QLabel(self)
        self.pause, self.stop = QPushButton("Pause", self), QPushButton("Stop", self)
        self.report = QPushButton("Report", self)
        self.problem, self.anew = Problem(self), QPushButton("Start a new run", self)
        self._menu = QMenu(self)
        for ending, text in REPORTS.items():
            self._menu.addAction(text, partial(self.report_wanted.emit, ending))
        self.report.setMenu(self._menu)
        self._lay_out()
        self._connect()
        self.show_run()

    def _lay_out(self) -> None:
        for label in (self.progress, self.counts):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.counts.setWordWrap(True)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(_BAR_PX)
        self.anew.hide()
        top, middle = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.back)
        top.addWidget(self.title, 1)
        for button in (self.pause, self.stop, self.report):
            top.addWidget(button)
        middle.addWidget(self.problem, 1)
        middle.addWidget(self.anew, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addWidget(self.progress)
        layout.addWidget(self.counts)
        layout.addLayout(middle)

    def _connect(self) -> None:
        self.back.clicked.connect(self.back_wanted)
        self.pause.clicked.connect(self._pause_or_resume)
        self.stop.clicked.connect(self.stop_wanted)
        self.anew.clicked.connect(self.anew_wanted)
        self._screening.run_changed.connect(self.show_run)
        self._screening.progress_changed.connect(self.show_progress)

    def show_run(self) -> None:
        screening = self._screening
        phase = screening.phase
        self.title.setText(screening.path.stem if screening.path else "")
        self.title.setMinimumWidth(40)  # a long name gives way to the buttons
        self.title.setToolTip(str(screening.path or ""))
        going = phase in (Phase.RUNNING, Phase.WAITING)
        self.pause.setText("Pause" if going else "Go on")
        self.pause.setToolTip(
            "Stop here for now; nothing is lost" if going else "Go on where it was stopped"
        )
        self.pause.setVisible(phase is not Phase.FINISHED)
        self.pause.setEnabled(going or screening.running is None)
        self.stop.setVisible(going)
        self.stop.setToolTip("Stop for good; “Go on” is still possible, and nothing is lost")
        self._show_problem()
        self.show_progress()

    def _show_problem(self) -> None:
        error = self._screening.problem
        self.anew.setVisible(error is not None and self._screening.can_start_anew)
        if error is None:
            self.problem.clear_error()
        else:
            self.problem.show_error(error)

    def show_progress(self) -> None:
        screening = self._screening
        done, total, text = screening.progress
        going = screening.phase in (Phase.RUNNING, Phase.WAITING)
        self.bar.setVisible(going)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        phase = _PHASE_WORDS.get(screening.phase, "")
        said = f"{done:,} of {total:,}" if total else f"{done:,} read" if done else ""
        parts = (phase, said, text) if going else (phase,)
        self.progress.setText(" · ".join(part for part in parts if part))
        self.counts.setText(said_of_counts(screening.counts))

    def _pause_or_resume(self) -> None:
        going = self._screening.phase in (Phase.RUNNING, Phase.WAITING)
        (self.pause_wanted if going else self.resume_wanted).emit()


def said_of_counts(counts: Mapping[str, int]) -> str:
    """``1,000 predicted + 80 the same + 20 skipped + 3 refused = 1,103 structures``."""
    words = {"predicted": "predicted", "same": "the same", "skipped": "skipped"}
    words |= {"refused": "refused"}
    parts = [f"{counts[name]:,} {word}" for name, word in words.items() if counts.get(name)]
    total = sum(counts.values())
    if len(parts) < 2:
        return "".join(parts)
    return f"{' + '.join(parts)} = {total:,} structures"
