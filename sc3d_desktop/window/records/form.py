"""The fields of a lab record."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QWidget,
)

from sc3d_desktop.data.lab_record import LabRecord
from sc3d_desktop.errors import CatalogueError
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.records.attachments import Attachments

_NUMBER_PX = 76
_NOTE_PX = 64


class RecordForm(QWidget):
    """Empty fields are not stated. ``record`` reads them as they stand."""

    def __init__(self, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.super_, self.normal = (
            QRadioButton("&Superconducting", self),
            QRadioButton("&Not superconducting", self),
        )
        self.tc, self.onset, self.zero = (
            _number("Tc", self),
            _number("Onset", self),
            _number("Zero resistance", self),
        )
        self.down_to, self.pressure = _number("Down to", self), _number("Pressure", self)
        self.day = QLineEdit(date.today().isoformat(), self)
        self.day.setPlaceholderText("YYYY-MM-DD")
        self.sample, self.note = QLineEdit(self), QPlainTextEdit(self)
        self.sample.setPlaceholderText("Synthesis, form, number of the sample")
        self.note.setPlaceholderText("How Tc was determined, shielding fraction, …")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(_NOTE_PX)
        self.attachments = Attachments(ask, self)
        self._lay_out()
        self.super_.toggled.connect(self._show_kind)
        self.super_.setChecked(True)

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        found = (("Tc", self.tc), ("onset", self.onset), ("zero resistance", self.zero))
        form.addRow(self.super_, _row(*found))
        form.addRow(self.normal, _row(("down to", self.down_to)))
        form.addRow("&Pressure", _row(("", self.pressure), unit="GPa; empty for ambient"))
        for text, widget in (
            ("&Measured on", self.day),
            ("Sam&ple", self.sample),
            ("N&ote", self.note),
            ("Files", self.attachments),
        ):
            form.addRow(text, widget)
        self.day.setFixedWidth(_NUMBER_PX * 2)
        self.day.setAccessibleName("Measured on")

    def _show_kind(self, superconducting: bool) -> None:
        """What was typed stays where it is, also while it does not count."""
        for line in (self.tc, self.onset, self.zero):
            line.setEnabled(superconducting)
        self.down_to.setEnabled(not superconducting)

    def show_record(self, record: LabRecord) -> None:
        for line, value in (
            (self.tc, record.tc_kelvin),
            (self.onset, record.tc_onset_kelvin),
            (self.zero, record.tc_zero_kelvin),
            (self.down_to, record.down_to_kelvin),
            (self.pressure, record.pressure_gpa),
        ):
            line.setText("" if value is None else f"{value:.10g}")
        self.normal.setChecked(record.quoted_kelvin is None)
        self.day.setText(record.measured_on.isoformat() if record.measured_on else "")
        self.sample.setText(record.sample)
        self.note.setPlainText(record.note)
        self.attachments.show_paths(record.attachments)

    def record(self) -> LabRecord:
        """Raises ``CatalogueError`` for a field that cannot be read; it gets the keyboard then."""
        return LabRecord(
            tc_kelvin=_value(self.tc),
            tc_onset_kelvin=_value(self.onset),
            tc_zero_kelvin=_value(self.zero),
            down_to_kelvin=_value(self.down_to),
            pressure_gpa=_value(self.pressure),
            measured_on=_day(self.day),
            sample=self.sample.text().strip(),
            note=self.note.toPlainText().strip(),
            attachments=self.attachments.paths,
        )


def _number(name: str, parent: QWidget) -> QLineEdit:
    line = QLineEdit(parent)
    line.setAccessibleName(name)
    line.setFixedWidth(_NUMBER_PX)
    line.setAlignment(Qt.AlignmentFlag.AlignRight)
    return line


def _row(*fields: tuple[str, QLineEdit], unit: str = "K") -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for text, line in fields:
        if text:
            layout.addWidget(QLabel(text))
        layout.addWidget(line)
        layout.addWidget(QLabel(unit))
        layout.addSpacing(8)
    layout.addStretch(1)
    return row


def _value(line: QLineEdit) -> float | None:
    """None for an empty line, or one that does not count."""
    text = line.text().strip().replace(",", ".")
    if not text or not line.isEnabled():
        return None
    try:
        return float(text)
    except ValueError as error:
        line.setFocus()
        line.selectAll()
        raise CatalogueError(
            f"{line.accessibleName()}: “{line.text()}” is no number.", "Type it as in 38.5."
        ) from error


def _day(line: QLineEdit) -> date | None:
    text = line.text().strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        line.setFocus()
        raise CatalogueError(f"“{text}” is no date.", "Type it as in 2026-03-31.") from error
