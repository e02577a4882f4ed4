"""The head of a run: what was asked for, how far it is, and what can be done with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.panels.generator import texts
from sc3d_desktop.panels.parts import Heading, IconButton, Note, Problem
from sc3d_desktop.state.generation import Generation
from sc3d_desktop.state.screening import Phase

_BAR_PX = 6
EXPORTS = {".zip": "&CIF files (zip)…", ".csv": "&Table (CSV)…"}
_PHASE_WORDS = {
    Phase.WAITING: "Waiting",
    Phase.RUNNING: "Running",
    Phase.STOPPED: "Stopped",
    Phase.FINISHED: "Finished",
}


class RunHeader(QWidget):
    """``export_wanted`` carries an ending: ``.zip`` or ``.csv``. ``opening`` comes before the menu
    is shown: ``count_chosen`` says what of it is about.
    """

    back_wanted = Signal()
    stop_wanted = Signal()
    resume_wanted = Signal()
    copy_wanted = Signal()
    export_wanted = Signal(str)
    vasp_wanted = Signal()
    trajectory_wanted = Signal()
    opening = Signal()
    animate_wanted = Signal(bool)

    def __init__(self, generation: Generation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._generation = generation
        self.back = IconButton("mdi6.arrow-left", "All runs, and a new one", self)
        self.title, self.asked = Heading(parent=self), Note(parent=self)
        self.bar = QProgressBar(self)
        self.progress, self.counts = QLabel(self), QLabel(self)
        self.stop = QPushButton("Stop", self)
        self.more = QPushButton("More", self)
        self.animate = QCheckBox("Show what is being made", self)
        self.problem = Problem(self)
        self.menu = QMenu(self)
        self._fill_menu()
        self._lay_out()
        self._connect()
        self.show_run()

    def _fill_menu(self) -> None:
        for ending, text in EXPORTS.items():
            self.menu.addAction(text, partial(self.export_wanted.emit, ending))
        self.vasp = self.menu.addAction(texts.vasp_words(1), self.vasp_wanted.emit)
        self.menu.addAction("&Way of the chosen one (extended XYZ)…", self.trajectory_wanted.emit)
        self.menu.addSeparator()
        self.menu.addAction("&Ask for the same again…", self.copy_wanted.emit)
        self.menu.aboutToShow.connect(self.opening)
        self.more.setMenu(self.menu)

    def _lay_out(self) -> None:
        for label in (self.progress, self.counts):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(_BAR_PX)
        self.title.setMinimumWidth(40)  # a long name gives way to the buttons
        self.animate.setToolTip("Draw the candidate that is being made in the middle of the window")
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.back)
        top.addWidget(self.title, 1)
        top.addWidget(self.stop)
        top.addWidget(self.more)
        foot.addWidget(self.counts, 1)
        foot.addWidget(self.animate)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.asked)
        layout.addWidget(self.bar)
        layout.addWidget(self.progress)
        layout.addLayout(foot)
        layout.addWidget(self.problem)

    def _connect(self) -> None:
        self.back.clicked.connect(self.back_wanted)
        self.stop.clicked.connect(self._stop_or_resume)
        self.animate.clicked.connect(self.animate_wanted)
        self._generation.run_changed.connect(self.show_run)
        self._generation.progress_changed.connect(self.show_progress)
        self._generation.found.found_changed.connect(self.show_progress)

    def count_chosen(self, n: int) -> None:
        self.vasp.setText(texts.vasp_words(n))
        self.vasp.setEnabled(n > 0)

    @property
    def _going(self) -> bool:
        return self._generation.phase in (Phase.RUNNING, Phase.WAITING)

    def show_run(self) -> None:
        generation = self._generation
        folder, request = generation.folder, generation.request
        self.title.setText(folder.name if folder else "")
        self.title.setToolTip(str(folder or ""))
        self.asked.setText(texts.asked(request) if request else "")
        self.asked.setToolTip(texts.elements(request) if request else "")
        self.stop.setText("Stop" if self._going else "Go on")
        self.stop.setToolTip(
            "Stop here; all that was made is kept" if self._going else "Go on where it was stopped"
        )
        self.stop.setVisible(generation.phase is not Phase.FINISHED)
        self.stop.setEnabled(self._going or generation.running is None)
        self.animate.setVisible(self._going)
        if generation.problem is None:
            self.problem.clear_error()
        else:
            self.problem.show_error(generation.problem)
        self.show_progress()

    def show_progress(self) -> None:
        generation = self._generation
        done, total, text = generation.progress
        self.bar.setVisible(self._going)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        phase = _PHASE_WORDS.get(generation.phase, "")
        said = f"{done:,} of {total:,}" if total else ""
        left = texts.left(generation.request, generation.rate, done, total)
        parts = (phase, said, left or text) if self._going else (phase, generation.model)
        self.progress.setText(" · ".join(part for part in parts if part))
        made = len(generation.found.all)
        self.counts.setText(texts.counts(made, generation.valid, generation.dropped))

    def _stop_or_resume(self) -> None:
        (self.stop_wanted if self._going else self.resume_wanted).emit()
