"""The predicted Tc, its interval, and how it compares with the crystal as opened."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.panels.parts import Activity, Heading, Note, Problem
from sc3d_desktop.panels.tc_predictor import words
from sc3d_desktop.state.answer import AnswerStatus, TcAnswer

_BIG_POINTS = 14.0


class TcValue(QWidget):
    """An old number is never shown as a new one: while the answer is stale it is grey."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = Heading(points=_BIG_POINTS, parent=self)
        self.value.setTextFormat(Qt.TextFormat.RichText)
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.interval = Heading(points=2, parent=self)
        self.interval_name = Note("90 % interval", self)
        self.interval_name.setWordWrap(False)
        self.activity = Activity(self)
        self.coverage = Note(words.COVERAGE, self)
        self.change = QLabel(self)
        self.change.setWordWrap(True)
        self.note = Note(parent=self)
        self.problem = Problem(self)
        self.model = Note(parent=self)
        self._lay_out()

    def show_answer(self, answer: TcAnswer, crystal: Crystal | None) -> None:
        self.setVisible(answer.status is not AnswerStatus.EMPTY)
        prediction = answer.prediction
        failed = answer.status is AnswerStatus.FAILED
        shown = prediction if not failed else None
        self.activity.set_busy(answer.status is AnswerStatus.STALE)
        self._show_numbers(shown, current=answer.status is AnswerStatus.CURRENT)
        self._show_change(shown, answer.parent)
        self._show_problem(answer if failed else None)
        hydride = crystal is not None and words.is_hydride(crystal.composition)
        self.note.setText(words.HYDRIDE if hydride else "")
        self.note.setVisible(hydride and not failed)

    def _show_numbers(self, prediction: TcPrediction | None, current: bool) -> None:
        tc, interval = "—", ""
        if prediction is not None:
            tc, interval = f"{words.kelvin(prediction.tc_kelvin)} K", words.interval(prediction)
            self.model.setText(f"Model: {prediction.model}")
        self.value.setText(f"<i>T</i><sub>c</sub>&nbsp; {tc}")
        self.value.setAccessibleName(f"Tc {tc}" + ("" if current else ", being calculated"))
        self.interval.setText(interval)
        self.coverage.setVisible(prediction is not None)
        self.interval_name.setVisible(prediction is not None)
        self.model.setVisible(prediction is not None)
        role = QPalette.ColorRole.WindowText if current else QPalette.ColorRole.Mid
        for label in (self.value, self.interval, self.change):
            label.setForegroundRole(role)

    def _show_change(self, now: TcPrediction | None, before: TcPrediction | None) -> None:
        comparable = now is not None and before is not None and now != before
        self.change.setVisible(comparable)
        if comparable and now is not None and before is not None:
            self.change.setText(words.change(now, before))

    def _show_problem(self, failed: TcAnswer | None) -> None:
        self.problem.setVisible(failed is not None)
        if failed is not None:
            self.problem.setText(" ".join(filter(None, (failed.error, failed.hint))))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(self.value)
        spread = QVBoxLayout()
        spread.setSpacing(0)
        spread.addStretch(1)
        spread.addWidget(self.interval_name)
        spread.addWidget(self.interval)
        spread.addStretch(1)
        top.addLayout(spread)
        top.addStretch(1)
        top.addWidget(self.activity)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        for widget in (self.change, self.coverage, self.note, self.problem, self.model):
            layout.addWidget(widget)
