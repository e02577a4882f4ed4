"""The link from document to answer: what changed is predicted, what is late is dropped."""

from __future__ import annotations

from PySide6.QtCore import QObject

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.edits import DopingLine
from sc3d_desktop.engine.cache import LeastRecentlyUsed
from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.jobs import Event, Failed, Finished, PredictTc, ScanTc, TcCurve
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.state.answer import AnswerStatus, TcAnswer
from sc3d_desktop.state.document import Document

CURVE_POINTS = 41
_PREDICTIONS, _CURVES = 2000, 50


class TcLink(QObject):
    """Follows the document. A crystal seen before is answered at once, without a job, so undo is
    instant; moving along the doping line keeps its curve."""

    def __init__(
        self, document: Document, answer: TcAnswer, engine: Engine, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._answer, self._engine = document, answer, engine
        self._predictions: LeastRecentlyUsed[str, TcPrediction] = LeastRecentlyUsed(_PREDICTIONS)
        self._curves: LeastRecentlyUsed[tuple[DopingLine, str], TcCurve] = LeastRecentlyUsed(
            _CURVES
        )
        self._opened: Crystal | None = None
        self._tc_job = self._curve_job = 0
        self._tc_crystal: Crystal | None = None
        self._curve_key: tuple[DopingLine, str] | None = None
        document.crystal_changed.connect(self._on_crystal_changed)
        document.doping_changed.connect(self._on_doping_changed)
        engine.event.connect(self._on_event)

    def _on_crystal_changed(self, crystal: Crystal) -> None:
        if self._document.opened is not self._opened:
            self._opened = self._document.opened
            self._answer.clear()
        self._ask_for_tc(crystal)
        self._ask_for_curve()

    def _on_doping_changed(self, _line: DopingLine | None) -> None:
        self._ask_for_curve()

    # The value

    def _ask_for_tc(self, crystal: Crystal) -> None:
        self._engine.cancel(self._tc_job)
        known = self._predictions.get(crystal.key)
        if known is not None:
            self._tc_job = 0
            self._show(crystal, known)
            return
        self._answer.mark_stale()
        self._tc_crystal = crystal
        job = PredictTc(crystal, self._document.revision)
        self._tc_job = self._engine.submit(job, replace="tc")

    def _show(self, crystal: Crystal, prediction: TcPrediction) -> None:
        if crystal is self._opened or crystal == self._opened:
            self._answer.show_parent(prediction)
        self._answer.show(prediction)

    # The curve

    def _ask_for_curve(self) -> None:
        line, crystal = self._document.doping, self._document.crystal
        if line is None or crystal is None or not line.fits(crystal):
            self._forget_curve()
            return
        key = (line, line.at(crystal, 0.0).key)
        if key == self._curve_key and self._answer.curve_status is not AnswerStatus.FAILED:
            return
        self._engine.cancel(self._curve_job)
        self._curve_key = key
        self._answer.mark_curve_stale(line)
        known = self._curves.get(key)
        if known is not None:
            self._curve_job = 0
            self._answer.show_curve(known)
            return
        x = curve_points(line)
        job = ScanTc(x, line.crystals(crystal, x), self._document.revision)
        self._curve_job = self._engine.submit(job, replace="curve")

    def _forget_curve(self) -> None:
        self._engine.cancel(self._curve_job)
        self._curve_job, self._curve_key = 0, None
        if self._answer.curve_status is not AnswerStatus.EMPTY:
            self._answer.clear_curve()

    # Answers

    def _on_event(self, job_id: int, event: Event) -> None:
        if job_id and job_id == self._tc_job:
            self._on_tc_event(event)
        elif job_id and job_id == self._curve_job:
            self._on_curve_event(event)

    def _on_tc_event(self, event: Event) -> None:
        """Only the newest job gets here: its crystal is the one on the screen."""
        crystal = self._tc_crystal
        if isinstance(event, Finished) and crystal is not None:
            self._predictions.put(crystal.key, event.result)
            self._show(crystal, event.result)
        elif isinstance(event, Failed):
            self._answer.fail(event.error, event.hint)

    def _on_curve_event(self, event: Event) -> None:
        if isinstance(event, Finished) and self._curve_key is not None:
            self._curves.put(self._curve_key, event.result)
            self._answer.show_curve(event.result)
        elif isinstance(event, Failed):
            self._answer.fail_curve(event.error)


def curve_points(line: DopingLine) -> tuple[float, ...]:
    """Evenly spaced x from 0 to the end of the line."""
    step = line.maximum / (CURVE_POINTS - 1)
    return tuple(i * step for i in range(CURVE_POINTS))
