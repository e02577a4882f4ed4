"""The best candidates so far: a table that follows the run while it goes on."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from sc3d_desktop.data.columns import Ints
from sc3d_desktop.panels.icsd_screening import texts
from sc3d_desktop.panels.icsd_screening.columns import columns
from sc3d_desktop.panels.parts.row_model import RowModel
from sc3d_desktop.panels.parts.row_table import RowTable
from sc3d_desktop.screening.relatives import Kin
from sc3d_desktop.state.screening import Screening, Shown

CANDIDATE_MIME = "application/x-sc3d-candidate"
"""What a dragged row carries: the number of its line in the run."""

_SETTLE_MS = 200
"""Rows that are scrolled past are not looked at."""


class CandidateTable(RowTable):
    """``keep_pressed`` comes with the Insert key, ``sight_changed`` with the candidates whose rows
    have come to rest in sight.
    """

    mime = CANDIDATE_MIME
    keep_pressed = Signal()
    sight_changed = Signal(object)

    def __init__(self, screening: Screening, parent: QWidget | None = None) -> None:
        self._screening = screening
        rows = RowModel(screening, columns(self._badge, self._badge_tip), parent)
        super().__init__(screening, rows, parent)
        self.setAccessibleName("Candidates")
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._tell_sight)
        self.verticalScrollBar().valueChanged.connect(self._settle.start)
        screening.found_changed.connect(self._await_rest)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Insert:
            self.keep_pressed.emit()
        else:
            super().keyPressEvent(event)

    # What is known of a candidate

    def known(self, line_id: int) -> str:
        """In sentences what the catalogue has to do with a candidate; empty for nothing."""
        line = self._screening.line(line_id)
        return self._badge_tip(Shown(line_id, line)) if line is not None else ""

    def _badge(self, shown: Shown) -> str:
        """By composition alone until the catalogue has been looked through."""
        kin = self._screening.kin.get(shown.id)
        if kin is not None and kin.badges:
            return texts.badges(kin)
        if self._screening.is_known(shown.line):
            return "known"
        return "trained" if shown.line.in_training else ""

    def _badge_tip(self, shown: Shown) -> str:
        said = texts.relations(self._screening.kin.get(shown.id, Kin()))
        if not said and self._screening.is_known(shown.line):
            said = "A superconductor of the catalogue has this composition."
        if shown.line.in_training:
            said += " In the training set of the model: remembered, not predicted."
        return said.strip()

    # What is in sight

    def _await_rest(self) -> None:
        self._settle.start()

    def _tell_sight(self) -> None:
        if self.isVisible():
            self.sight_changed.emit(self.ids_in_sight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settle.start()

    def ids_in_sight(self) -> Ints:
        """The candidates whose rows are on the screen."""
        top = max(0, self.rowAt(0))
        bottom = self.rowAt(self.viewport().height() - 1)
        ids = self._screening.ids
        return ids[top : (bottom + 1 if bottom >= 0 else len(ids))]
