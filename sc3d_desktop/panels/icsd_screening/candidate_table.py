"""The best candidates so far: a table that follows the run while it goes on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from sc3d_desktop.data.columns import Ints
from sc3d_desktop.panels.icsd_screening.columns import columns
from sc3d_desktop.panels.parts.row_model import RowModel
from sc3d_desktop.panels.parts.row_table import RowTable
from sc3d_desktop.screening.store import Line
from sc3d_desktop.state.screening import Screening

CANDIDATE_MIME = "application/x-sc3d-candidate"
"""What a dragged row carries: the number of its line in the run."""


class CandidateTable(RowTable):
    """``keep_pressed`` comes with the Insert key."""

    mime = CANDIDATE_MIME
    keep_pressed = Signal()

    def __init__(self, screening: Screening, parent: QWidget | None = None) -> None:
        self._screening = screening
        rows = RowModel(screening, columns(self._badge, self._badge_tip), parent)
        super().__init__(screening, rows, parent)
        self.setAccessibleName("Candidates")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Insert:
            self.keep_pressed.emit()
        else:
            super().keyPressEvent(event)

    # What is known of a candidate

    def known(self, line_id: int) -> str:
        """In a sentence what the catalogue has to do with a candidate; empty for nothing."""
        line = self._screening.line(line_id)
        return self._badge_tip(line) if line is not None else ""

    def _badge(self, line: Line) -> str:
        if self._screening.is_known(line):
            return "known"
        return "trained on" if line.in_training else ""

    def _badge_tip(self, line: Line) -> str:
        said = []
        if self._screening.is_known(line):
            said.append("A superconductor of the catalogue has this composition")
        if line.in_training:
            said.append("In the training set of the model: remembered, not predicted")
        return ". ".join(said)

    def ids_in_sight(self) -> Ints:
        """The candidates whose rows are on the screen."""
        top = max(0, self.rowAt(0))
        bottom = self.rowAt(self.viewport().height() - 1)
        ids = self._screening.ids
        return ids[top : (bottom + 1 if bottom >= 0 else len(ids))]
