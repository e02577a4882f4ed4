"""The link from document to answer: what changed is predicted, what is late is dropped."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.edits import DopingLine
from sc3d_desktop.engine.cache import LeastRecentlyUsed
from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.jobs import (
    Cancelled,
    Event,
    Failed,
    Finished,
    ModelInfo,
    PredictTc,
    ScanTc,
    TcCurve,
)
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.state.answer import AnswerStatus, TcAnswer
from sc3d_desktop.state.document import Document

CURVE_POINTS = 41
REST_MS = 80
"""A curve waits until the crystal has rested this long: during a drag the engine is for Tc."""

_PREDICTIONS, _CURVES = 2000, 50
_CANCELLED = "Cancelled."
_CANCELLED_HINT = "Edit the crystal to predict again."


class TcLink(QObject):
    """Follows the document until the engine closes.

    A crystal seen before is answered at once, without a job, so undo is instant. Of the jobs handed
    in only the newest counts: an answer for an earlier revision is dropped. The curve is asked for
    once the value is there, and moving along the doping line keeps it. When another version of the
    model is loaded, all is asked anew.
    """

    def __init__(
        self, document: Document, answer: TcAnswer, engine: Engine, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._answer, self._engine = document, answer, engine
        self._predictions: LeastRecentlyUsed[str, TcPrediction] = LeastRecentlyUsed(_PREDICTIONS)
        self._curves: LeastRecentlyUsed[tuple[DopingLine, str], TcCurve] = LeastRecentlyUsed(
            _CURVES
        )
        self._model = ""
        self._opened: Crystal | None = None
        self._tc_crystal: Crystal | None = None
        self._curve_key: tuple[DopingLine, str] | None = None
        self._tc_job = self._parent_job = self._curve_job = 0
        self._scan_due = self._parent_asked = False
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._scan_if_due)
        document.crystal_changed.connect(self._on_crystal_changed)
        document.doping_changed.connect(self._on_doping_changed)
        engine.told.connect(self._on_event)
        engine.closing.connect(self._stop)
        if document.crystal is not None:
            self._on_crystal_changed(document.crystal)

    def _on_crystal_changed(self, crystal: Crystal) -> None:
        if self._document.opened is not self._opened:
            self._on_opened()
        self._ask_for_tc(crystal)
        self._ask_for_parent(crystal)
        self._ask_for_curve()

    def _on_doping_changed(self, _line: DopingLine | None) -> None:
        self._ask_for_curve()

    def _on_opened(self) -> None:
        before, self._parent_job = self._parent_job, 0
        self._engine.cancel(before)
        self._opened, self._parent_asked = self._document.opened, False
        self._answer.clear()

    # The value

    def _ask_for_tc(self, crystal: Crystal) -> None:
        before, self._tc_job = self._tc_job, 0
        known = self._predictions.get(crystal.key)
        if known is not None:
            self._engine.cancel(before)
            self._show(crystal, known)
            return
        self._answer.mark_stale()
        self._tc_crystal = crystal
        job = PredictTc(crystal, self._document.revision)
        self._tc_job = self._engine.submit(job, replace="tc")

    def _show(self, crystal: Crystal, prediction: TcPrediction) -> None:
        if crystal == self._opened:
            self._answer.show_parent(prediction)
        self._answer.show(prediction)

    def _ask_for_parent(self, crystal: Crystal) -> None:
        """An edit may replace the prediction of the opened crystal before it was made (restored
        edits, a model still loading); changes are measured against it, so ask for it once.
        """
        opened = self._opened
        if opened is None or crystal == opened or self._answer.parent or self._parent_asked:
            return
        known = self._predictions.get(opened.key)
        if known is not None:
            self._answer.show_parent(known)
            return
        self._parent_asked = True
        job = PredictTc(opened, self._document.revision)
        self._parent_job = self._engine.submit(job, replace="tc of parent")

    # The curve

    def _ask_for_curve(self) -> None:
        line, crystal = self._document.doping, self._document.crystal
        if line is None or crystal is None or not line.fits(crystal):
            self._forget_curve()
            return
        key = (line, line.at(crystal, 0.0).key)
        if key != self._curve_key or self._answer.curve_status is AnswerStatus.FAILED:
            self._want_curve(key)
        elif self._scan_due:
            self._rest.start()

    def _want_curve(self, key: tuple[DopingLine, str]) -> None:
        self._drop_scan()
        self._curve_key = key
        self._answer.mark_curve_stale(key[0])
        known = self._curves.get(key)
        if known is not None:
            self._answer.show_curve(known)
            return
        self._scan_due = True
        self._rest.start()

    def _scan_if_due(self) -> None:
        line, crystal = self._document.doping, self._document.crystal
        waits = not self._scan_due or self._rest.isActive() or self._tc_job
        if waits or line is None or crystal is None:
            return
        self._scan_due = False
        x = curve_points(line)
        job = ScanTc(x, line.crystals(crystal, x), self._document.revision)
        self._curve_job = self._engine.submit(job, replace="curve")

    def _drop_scan(self) -> None:
        self._scan_due = False
        self._rest.stop()
        before, self._curve_job = self._curve_job, 0
        self._engine.cancel(before)

    def _forget_curve(self) -> None:
        self._drop_scan()
        self._curve_key = None
        if self._answer.curve_status is not AnswerStatus.EMPTY:
            self._answer.clear_curve()

    # Answers

    def _on_event(self, job_id: int, event: Event) -> None:
        """Of each kind only the newest job is known here; its crystal is the one on the screen."""
        if isinstance(event, Finished) and isinstance(event.result, ModelInfo):
            self._use_model(event.result.name)
        if not isinstance(event, Finished | Failed | Cancelled):
            return
        if job_id == self._tc_job:
            self._tc_job = 0
            self._on_tc(event)
            self._scan_if_due()
        elif job_id == self._parent_job:
            self._parent_job = 0
            self._on_parent(event)
        elif job_id == self._curve_job:
            self._curve_job = 0
            self._on_curve(event)

    def _use_model(self, name: str) -> None:
        """Once another version answers, nothing that the one before said is shown any more."""
        if not self._model or not self._is_another(name):
            self._model = name
            return
        self._forget_curve()
        self._opened = None
        if self._document.crystal is not None:
            self._on_crystal_changed(self._document.crystal)

    def _is_another(self, name: str) -> bool:
        """Whether this is another version than before, whose answers are then forgotten."""
        before, self._model = self._model, name
        if before == name:
            return False
        self._predictions.clear()
        self._curves.clear()
        return True

    def _on_tc(self, event: Finished | Failed | Cancelled) -> None:
        crystal, self._tc_crystal = self._tc_crystal, None
        match event:
            case Finished(result) if crystal is not None:
                self._is_another(result.model)
                self._predictions.put(crystal.key, result)
                self._show(crystal, result)
            case Failed():
                self._answer.fail(event.error, event.hint)
            case Cancelled():
                self._answer.fail(_CANCELLED, _CANCELLED_HINT)

    def _on_parent(self, event: Finished | Failed | Cancelled) -> None:
        """The change against the parent is a comfort: without it the value stands alone."""
        if isinstance(event, Finished) and self._opened is not None:
            self._predictions.put(self._opened.key, event.result)
            self._answer.show_parent(event.result)

    def _on_curve(self, event: Finished | Failed | Cancelled) -> None:
        match event:
            case Finished(result) if self._curve_key is not None:
                self._curves.put(self._curve_key, result)
                self._answer.show_curve(result)
            case Failed():
                self._answer.fail_curve(event.error)
            case Cancelled():
                self._answer.fail_curve(_CANCELLED)

    def _stop(self) -> None:
        """The engine takes no more jobs; the answer stays as it is."""
        self._document.crystal_changed.disconnect(self._on_crystal_changed)
        self._document.doping_changed.disconnect(self._on_doping_changed)
        self._rest.stop()
        self._tc_job = self._parent_job = self._curve_job = 0


def curve_points(line: DopingLine) -> tuple[float, ...]:
    """Evenly spaced x from 0 to the end of the line."""
    step = line.maximum / (CURVE_POINTS - 1)
    return tuple(i * step for i in range(CURVE_POINTS))
