"""The Tc predictor: the value above; the curve Tc(x) and the nearest known compounds below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.edits import DopingLine
from sc3d_desktop.errors import CrystalError
from sc3d_desktop.panels.parts import Gesture, Note
from sc3d_desktop.panels.parts.move import move_along
from sc3d_desktop.panels.tc_predictor.arrangement import CurveAndKnown
from sc3d_desktop.panels.tc_predictor.value import TcValue
from sc3d_desktop.panels.tc_predictor.words import axis_label
from sc3d_desktop.state.answer import AnswerStatus, TcAnswer
from sc3d_desktop.state.document import Document

if TYPE_CHECKING:
    from sc3d_desktop.viz.curve_plot import CurvePlot

_EMPTY_HINT = "Open a crystal to see its predicted Tc."
_HINT = "Pick an orbit and add a dopant to see Tc(x)."


class TcPredictor(QScrollArea):
    """Shows the answer. Dragging the mark on the curve edits the crystal through the document.

    ``known_wanted`` carries the name of a known structure to open; ``card_wanted`` asks for the
    model card, ``vasp_wanted`` for the inputs of a calculation, ``made_wanted`` to record a sample.
    """

    known_wanted = Signal(str)
    card_wanted = Signal()
    vasp_wanted = Signal()
    made_wanted = Signal()

    def __init__(self, document: Document, answer: TcAnswer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._answer = answer
        self._gesture = Gesture()
        self._held = False
        self.value = TcValue()
        self.hint = Note(_HINT)
        self.plot: CurvePlot | None = None
        self._lay_out()
        document.crystal_changed.connect(self._show_value)
        document.crystal_changed.connect(self._show_hint)
        document.crystal_changed.connect(self._show_marker)
        document.doping_changed.connect(self._show_curve)
        answer.changed.connect(self._show_value)
        answer.changed.connect(self._show_marker)
        answer.curve_changed.connect(self._show_curve)
        self._show_value()
        self._show_curve()

    def add_plot(self, dark: bool) -> None:
        """Make the plot: apart, because pyqtgraph takes its time and the window comes first."""
        from sc3d_desktop.viz.curve_plot import CurvePlot

        self.plot = CurvePlot(self._stack)
        self.plot.set_theme(dark)
        self.plot.x_picked.connect(self._set_x)
        self._stack.addWidget(self.plot)
        self._show_curve()

    def set_theme(self, dark: bool) -> None:
        if self.plot is not None:
            self.plot.set_theme(dark)

    def _lay_out(self) -> None:
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.hint)
        self.below = CurveAndKnown(self._stack)
        self.below.card_wanted.connect(self.card_wanted)
        self.below.vasp_wanted.connect(self.vasp_wanted)
        self.below.made_wanted.connect(self.made_wanted)
        self.below.known.known_wanted.connect(self.known_wanted)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(12, 4, 12, 8)
        layout.setSpacing(4)
        layout.addWidget(self.value)
        layout.addWidget(self.below, 1)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _show_value(self, _crystal: Crystal | None = None) -> None:
        answer = self._answer
        self.value.show_answer(answer)
        if self._document.crystal is None:
            self.below.show_nothing()
            return
        failed = answer.status is AnswerStatus.FAILED
        current = answer.status is AnswerStatus.CURRENT
        self.below.show_prediction(None if failed else answer.prediction, current)

    def _show_hint(self, _crystal: Crystal | None = None) -> None:
        self.hint.setText(_HINT if self._document.crystal is not None else _EMPTY_HINT)

    def _show_curve(self, _line: DopingLine | None = None) -> None:
        line, plot = self._document.doping, self.plot
        self._show_hint()
        if line is None or plot is None:
            self._stack.setCurrentWidget(self.hint)
            return
        self._stack.setCurrentWidget(plot)
        curve = self._answer.curve if self._answer.doping == line else None
        plot.set_axis(axis_label(line, self._label(line)))
        if curve is None:
            failed = self._answer.curve_status is AnswerStatus.FAILED
            plot.set_message(self._answer.curve_error if failed else "Calculating the curve…")
            plot.set_curve((), (), (), ())
        else:
            points = curve.predictions
            plot.set_curve(
                curve.x,
                tuple(p.tc_kelvin for p in points),
                tuple(p.tc_low_kelvin for p in points),
                tuple(p.tc_high_kelvin for p in points),
            )
        plot.set_stale(self._answer.curve_status is not AnswerStatus.CURRENT)
        self._show_marker()

    def _show_marker(self, _crystal: Crystal | None = None) -> None:
        line, crystal = self._document.doping, self._document.crystal
        if line is None or crystal is None or self.plot is None:
            return
        current = self._answer.status is AnswerStatus.CURRENT
        prediction = self._answer.prediction if current else None
        self.plot.set_marker(line.x_of(crystal), prediction.tc_kelvin if prediction else None)

    def _set_x(self, x: float) -> None:
        line = self._document.doping
        if line is None:
            return
        try:
            move_along(self._document, line, x, self._gesture_now())
        except CrystalError as error:
            self.value.problem.show_error(error)

    def _gesture_now(self) -> object:
        """A press begins a gesture, the drag belongs to it; key presses go by time."""
        held, before = bool(QGuiApplication.mouseButtons()), self._held
        self._held = held
        if held:
            return self._gesture.hold() if before else self._gesture.begin()
        return self._gesture.go_on()

    def _label(self, line: DopingLine) -> str:
        crystal = self._document.crystal
        return crystal.sites[line.sites[0]].label if crystal is not None else ""
