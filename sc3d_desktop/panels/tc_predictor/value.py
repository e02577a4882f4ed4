"""The predicted Tc, how far to trust it, and how it compares with the crystal as opened."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.panels.parts import Activity, Heading, Note, Problem
from sc3d_desktop.panels.parts.text import kelvin
from sc3d_desktop.panels.tc_predictor import words
from sc3d_desktop.panels.tc_predictor.marked_line import MarkedLine
from sc3d_desktop.panels.tc_predictor.training_badge import TrainingBadge
from sc3d_desktop.state.answer import AnswerStatus, TcAnswer

_BIG_POINTS, _SMALL_POINTS = 12.0, 1.0
_INTERVAL_POINTS = 2.0
_ALARM_POINTS = 2.0
_Role = QPalette.ColorRole


class TcValue(QWidget):
    """An old number is never shown as a new one: while the answer is stale it is grey.

    What is probably no superconductor says so in large type, and its Tc steps back.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = MarkedLine(self)
        self.value = Heading(points=_BIG_POINTS, parent=self)
        self.value.setTextFormat(Qt.TextFormat.RichText)
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.interval = Heading(points=_INTERVAL_POINTS, parent=self)
        self.interval_name = Note("90 % interval", self)
        self.interval_name.setWordWrap(False)
        for label in (self.interval, self.interval_name):
            label.setToolTip(words.COVERAGE)
        self.activity = Activity(self)
        self.domain = MarkedLine(self)
        self.trained = TrainingBadge(self)
        self.change = QLabel(self)
        self.change.setWordWrap(True)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.note.setWordWrap(True)
        self.problem = Problem(self)
        self._sizes = {w: w.font().pointSizeF() for w in (self.value, self.interval)}
        self._plain = self.font().pointSizeF()
        self._doubtful = False
        self._lay_out()

    def show_answer(self, answer: TcAnswer) -> None:
        self.setVisible(answer.status is not AnswerStatus.EMPTY)
        failed = answer.status is AnswerStatus.FAILED
        current = answer.status is AnswerStatus.CURRENT
        shown = answer.prediction if not failed else None
        self.activity.set_busy(answer.status is AnswerStatus.STALE)
        self._show_trust(shown, current)
        self._show_numbers(shown, current)
        self._show_change(shown, answer.parent)
        self._show_problem(answer if failed else None)

    def _show_trust(self, prediction: TcPrediction | None, current: bool) -> None:
        p = prediction.p_superconductor if prediction else None
        verdict = None if p is None else words.verdict(p)
        self.verdict.say(verdict, words.PROBABILITY, current)
        self._set_doubtful(verdict is not None and verdict.level is words.Level.POOR)
        state = prediction.domain if prediction else None
        tip = words.novelty(prediction.novelty if prediction else None)
        self.domain.say(None if state is None else words.domain(state), tip, current)
        self.trained.show_badge(bool(prediction and prediction.in_training), current)
        notes = prediction.notes if prediction else ()
        self.note.setText("\n".join(notes))
        self.note.setVisible(bool(notes))

    def _show_numbers(self, prediction: TcPrediction | None, current: bool) -> None:
        tc, interval = "—", ""
        if prediction is not None:
            tc, interval = f"{kelvin(prediction.tc_kelvin)} K", words.interval(prediction)
        condition = "if it is one:&nbsp; " if self._doubtful else ""
        self.value.setText(f"{condition}<i>T</i><sub>c</sub>&nbsp; {tc}")
        said = f"If it is a superconductor: Tc {tc}" if self._doubtful else f"Tc {tc}"
        self.value.setAccessibleName(said + ("" if current else ", being calculated"))
        self.interval.setText(interval)
        self.interval_name.setVisible(prediction is not None)
        number = _Role.PlaceholderText if self._doubtful else _Role.WindowText
        self._paint_in(number if current else _Role.Mid, self.value, self.interval)
        self._paint_in(_Role.WindowText if current else _Role.Mid, self.change, self.note)
        self._paint_in(_Role.PlaceholderText if current else _Role.Mid, self.interval_name)

    def _paint_in(self, role: QPalette.ColorRole, *labels: QLabel) -> None:
        for label in labels:
            label.setForegroundRole(role)

    def _set_doubtful(self, doubtful: bool) -> None:
        """Large type for the verdict and small type for the numbers, or the other way round."""
        if doubtful == self._doubtful:
            return
        self._doubtful = doubtful
        for label, points in self._sizes.items():
            _set_font(label, self._plain + _SMALL_POINTS if doubtful else points, not doubtful)
        _set_font(self.verdict.text, self._plain + (_ALARM_POINTS if doubtful else 0), doubtful)

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
        layout.setSpacing(2)
        layout.addWidget(self.verdict)
        layout.addLayout(top)
        for widget in (self.domain, self.trained, self.change, self.note, self.problem):
            layout.addWidget(widget)


def _set_font(label: QLabel, points: float, bold: bool) -> None:
    font = label.font()
    font.setPointSizeF(points)
    font.setBold(bold)
    label.setFont(font)
