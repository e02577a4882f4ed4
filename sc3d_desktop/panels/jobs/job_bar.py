"""The job bar: a row for each job that takes a while, and the model and device at the right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.jobs import (
    Cancelled,
    Event,
    Failed,
    Finished,
    Job,
    LoadModel,
    ModelInfo,
    Priority,
    Progress,
    Queued,
    Started,
)
from sc3d_desktop.panels.jobs.job_row import JobRow

_PATIENCE_MS = 400
"""An interactive job gets a row only if it takes longer than this."""


class JobBar(QWidget):
    """Follows the engine's events; a job that fails leaves its row, with the reason."""

    def __init__(self, engine: Engine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self.rows: dict[int, JobRow] = {}
        self.idle = QLabel("No jobs running", self)
        self.idle.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.model = QLabel("Model not loaded yet", self)
        self.model.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.model.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.model_name = "not loaded"
        self.device = ""
        self._patience = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._patience.timeout.connect(self._show_waiting)
        self._lay_out()
        engine.told.connect(self._on_event)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 28)

    def _lay_out(self) -> None:
        rows = QWidget(self)
        self._rows = QVBoxLayout(rows)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self._rows.addWidget(self.idle)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 12, 2)
        layout.setSpacing(24)
        layout.addWidget(rows, 1)
        layout.addWidget(self.model, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _on_event(self, job_id: int, event: Event) -> None:
        match event:
            case Queued() | Started():
                self._on_begun(job_id, event)
            case Progress():
                if job_id in self.rows:
                    self.rows[job_id].show_progress(event)
            case Finished(result):
                self._on_finished(job_id, result)
            case Cancelled():
                self._drop(job_id)
            case Failed():
                self._on_failed(job_id, event)

    def _on_begun(self, job_id: int, event: Queued | Started) -> None:
        job = self._engine.job(job_id)
        if job is None or not job.in_bar:
            return
        row = self.rows.get(job_id) or self._new_row(job_id, job)
        if isinstance(event, Started):
            row.show_started()
        if isinstance(row.job, LoadModel):
            self.model.setText("Loading the model…")
        elif row.job.priority is Priority.BULK:
            row.show()
        elif not self._patience.isActive():
            self._patience.start()
        self._tell_idle()

    def _new_row(self, job_id: int, job: Job[Any]) -> JobRow:
        row = self.rows[job_id] = JobRow(job)
        row.cancel_wanted.connect(lambda: self._engine.cancel(job_id))
        row.dismissed.connect(lambda: self._drop(job_id))
        row.hide()
        self._rows.addWidget(row)
        return row

    def _on_finished(self, job_id: int, result: object) -> None:
        if self._job_is_load(job_id) and isinstance(result, ModelInfo):
            self.model_name, self.device = result.name, result.device
            self.model.setText(f"{result.name} on {result.device}")
            self.model.setToolTip("")
        self._drop(job_id)

    def _on_failed(self, job_id: int, event: Failed) -> None:
        row = self.rows.get(job_id)
        if row is None:
            return
        if isinstance(row.job, LoadModel):
            self.model.setText("The model could not be loaded")
            self.model.setToolTip(" ".join(filter(None, (event.error, event.hint))))
        if row.job.priority is Priority.BULK:
            row.show_failed(event)
            row.show()
        else:
            self._drop(job_id)  # whoever asked shows the reason where the answer would be

    def _job_is_load(self, job_id: int) -> bool:
        row = self.rows.get(job_id)
        return row is not None and isinstance(row.job, LoadModel)

    def _show_waiting(self) -> None:
        """Show the jobs that have outlasted our patience; look again for the younger ones."""
        for row in self.rows.values():
            if row.age_ms() >= _PATIENCE_MS and not isinstance(row.job, LoadModel):
                row.show()
        if any(row.isHidden() and not isinstance(row.job, LoadModel) for row in self.rows.values()):
            self._patience.start()
        self._tell_idle()

    def _drop(self, job_id: int) -> None:
        row = self.rows.pop(job_id, None)
        if row is not None:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        if not self.rows:
            self._patience.stop()
        self._tell_idle()

    def _tell_idle(self) -> None:
        busy = any(not row.isHidden() for row in self.rows.values())
        self.idle.setVisible(not busy)

    @property
    def busy(self) -> bool:
        """Whether any job is still to end."""
        return any(not row.over for row in self.rows.values())

    def shown_jobs(self) -> list[Job[Any]]:
        return [row.job for row in self.rows.values() if not row.isHidden()]
