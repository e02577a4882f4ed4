"""“I made it”: one record, new or to be corrected."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from sc3d_desktop.data.lab_record import Before, LabRecord, doubt_of
from sc3d_desktop.errors import CatalogueError
from sc3d_desktop.panels.parts import Heading, Note, Problem
from sc3d_desktop.panels.parts.text import formula_markup
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.records.form import RecordForm

_WIDTH = 620
_WAITING = "No prediction stands beside it yet; without one it is kept, but compared with nothing."


class MadeDialog(QDialog):
    """``record_wanted`` carries the record and whether somebody is sure of it. Whoever keeps it
    accepts the dialog, or tells it the problem: all that was typed stays.
    """

    record_wanted = Signal(object, bool)

    def __init__(
        self, formula: str, ask: Ask, old: LabRecord | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Correct a record" if old else "I made it")
        self.form = RecordForm(ask, self)
        self.before, self.problem = Note(_WAITING, self), Problem(self)
        self.buttons, roles = QDialogButtonBox(self), QDialogButtonBox.ButtonRole
        self.keep = self.buttons.addButton("Record", roles.AcceptRole)
        self.buttons.addButton("Cancel", roles.RejectRole)
        self.keep.setDefault(True)
        self._sure_of: LabRecord | None = None
        self._lay_out(formula)
        self.buttons.accepted.connect(self._want)
        self.buttons.rejected.connect(self.reject)
        if old is not None:
            self.form.show_record(old)
            self.show_before(old.before)
        self.form.tc.setFocus()

    def _lay_out(self, formula: str) -> None:
        heading = Heading(points=2, parent=self)
        heading.setTextFormat(Qt.TextFormat.RichText)
        heading.setText(formula_markup(formula))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        for widget in (heading, self.before, self.form, self.problem, self.buttons):
            layout.addWidget(widget)
        self.setMinimumWidth(_WIDTH)

    def show_before(self, before: Before | None) -> None:
        """What was predicted before the measurement."""
        self.before.setText(_WAITING if before is None else f"Predicted before: {before.words}.")

    def show_problem(self, error: CatalogueError) -> None:
        self.problem.show_error(error)

    def _want(self) -> None:
        """A doubtful record is asked about once; recording it again unchanged is the answer."""
        self.problem.clear_error()
        try:
            record = self.form.record()
        except CatalogueError as error:
            self.show_problem(error)
            return
        doubt, sure = doubt_of(record), record == self._sure_of
        if doubt and not sure:
            self._sure_of = record
            hint = "Correct it, or press “Record” once more."
            self.show_problem(CatalogueError(doubt, hint))
            return
        self.record_wanted.emit(record, sure)
