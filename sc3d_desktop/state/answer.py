"""The answer shown for the document: a predicted Tc, the curve Tc(x), and whether they are old."""

from __future__ import annotations

from enum import StrEnum

from psygnal import Signal

from sc3d_desktop.crystal.edits import DopingLine
from sc3d_desktop.jobs.tc import TcCurve
from sc3d_desktop.models.interface import TcPrediction


class AnswerStatus(StrEnum):
    EMPTY = "empty"
    STALE = "stale"
    CURRENT = "current"
    FAILED = "failed"


class TcAnswer:
    """A stale prediction is kept so that it can be shown grey; it is never current by accident."""

    changed = Signal()
    curve_changed = Signal()

    def __init__(self) -> None:
        self.status = AnswerStatus.EMPTY
        self.prediction: TcPrediction | None = None
        self.parent: TcPrediction | None = None
        self.error = ""
        self.hint = ""
        self.curve_status = AnswerStatus.EMPTY
        self.curve: TcCurve | None = None
        self.curve_error = ""
        self.doping: DopingLine | None = None

    def clear(self) -> None:
        """Another crystal was opened: nothing known of it yet."""
        self.prediction = self.parent = None
        self._set(AnswerStatus.EMPTY)
        self.clear_curve()

    def mark_stale(self) -> None:
        self._set(AnswerStatus.STALE)

    def show(self, prediction: TcPrediction) -> None:
        self.prediction = prediction
        self._set(AnswerStatus.CURRENT)

    def show_parent(self, prediction: TcPrediction) -> None:
        """The prediction of the crystal as opened, which changes are measured against."""
        self.parent = prediction
        self.changed.emit()

    def fail(self, error: str, hint: str) -> None:
        self._set(AnswerStatus.FAILED, error, hint)

    def _set(self, status: AnswerStatus, error: str = "", hint: str = "") -> None:
        self.status, self.error, self.hint = status, error, hint
        self.changed.emit()

    def clear_curve(self) -> None:
        self.curve = self.doping = None
        self._set_curve(AnswerStatus.EMPTY)

    def mark_curve_stale(self, line: DopingLine) -> None:
        if line != self.doping:
            self.curve = None
        self.doping = line
        self._set_curve(AnswerStatus.STALE)

    def show_curve(self, curve: TcCurve) -> None:
        self.curve = curve
        self._set_curve(AnswerStatus.CURRENT)

    def fail_curve(self, error: str) -> None:
        self._set_curve(AnswerStatus.FAILED, error)

    def _set_curve(self, status: AnswerStatus, error: str = "") -> None:
        self.curve_status, self.curve_error = status, error
        self.curve_changed.emit()
