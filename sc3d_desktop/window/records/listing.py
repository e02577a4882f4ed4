"""My records: the table, and what was measured against what had been predicted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.data.accuracy import accuracy
from sc3d_desktop.data.records import KeptRecord
from sc3d_desktop.errors import CatalogueError
from sc3d_desktop.panels.parts import Note, Problem
from sc3d_desktop.panels.parts.text import kelvin
from sc3d_desktop.viz.records_plot import RecordsPlot

_HEADINGS = ("Material", "Measured", "Predicted before", "GPa", "Date", "Sample and note")
_SIZE = (1120, 560)
_DARK_BELOW = 128


class RecordsDialog(QDialog):
    """Enter corrects the current record, Delete forgets it until something else is done. The
    signals carry a ``KeptRecord``; ``export_wanted`` nothing.
    """

    edit_wanted = Signal(object)
    delete_wanted = Signal(object)
    undo_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("My records")
        self.records: tuple[KeptRecord, ...] = ()
        self.table = _table(self)
        self.plot = RecordsPlot(self)
        self.plot.set_theme(self.palette().window().color().lightness() < _DARK_BELOW)
        self.words, self.problem = Note(parent=self), Problem(self)
        self.edit, self.delete, self.undo, self.export, self.done_ = (
            _button(text, self) for text in ("&Correct…", "&Delete", "&Undo", "&Export…", "Close")
        )
        self._lay_out()
        self._connect()
        self.resize(*_SIZE)

    def _lay_out(self) -> None:
        splitter = QSplitter(self)
        splitter.addWidget(self.table)
        splitter.addWidget(self.plot)
        splitter.setSizes([_SIZE[0] * 3 // 5, _SIZE[0] * 2 // 5])
        splitter.setChildrenCollapsible(False)
        row = QHBoxLayout()
        for button in (self.edit, self.delete, self.undo):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.export)
        row.addWidget(self.done_)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(splitter, 1)
        layout.addWidget(self.words)
        layout.addWidget(self.problem)
        layout.addLayout(row)
        self.undo.hide()

    def _connect(self) -> None:
        self.table.itemSelectionChanged.connect(self._show_chosen)
        self.table.doubleClicked.connect(self._edit)
        self.plot.brushed.connect(self._choose)
        self.edit.clicked.connect(self._edit)
        self.delete.clicked.connect(self._delete)
        self.undo.clicked.connect(self.undo_wanted)
        self.export.clicked.connect(self.export_wanted)
        self.done_.clicked.connect(self.close)

    @property
    def current(self) -> KeptRecord | None:
        row = self.table.currentRow()
        return self.records[row] if 0 <= row < len(self.records) else None

    def show_records(self, records: Sequence[KeptRecord], deleted: bool = False) -> None:
        """``deleted`` offers to bring back the last one that was."""
        row = max(0, self.table.currentRow())
        self.records = tuple(records)
        self.problem.clear_error()
        self.table.setRowCount(len(records))
        for i, kept in enumerate(records):
            for j, text in enumerate(_cells(kept)):
                item = QTableWidgetItem(text)
                item.setToolTip(_tip(kept))
                self.table.setItem(i, j, item)
        self.words.setText(accuracy(kept.record for kept in records).words)
        self.undo.setVisible(deleted)
        self.export.setEnabled(bool(records))
        self.table.selectRow(min(row, len(records) - 1))
        self._show_chosen()

    def show_problem(self, error: CatalogueError) -> None:
        self.problem.show_error(error)

    def _show_chosen(self) -> None:
        chosen = self.current
        for button in (self.edit, self.delete):
            button.setEnabled(chosen is not None)
        compared = [
            (kept.id, tc, before)
            for kept in self.records
            if (tc := kept.record.quoted_kelvin) and (before := kept.record.before)
        ]
        ids = np.array([i for i, _, _ in compared], np.int64)
        ends = [(b.tc_low_kelvin, b.tc_high_kelvin) for _, _, b in compared]
        self.plot.set_records(
            ids,
            np.array([tc for _, tc, _ in compared], np.float64),
            np.array([b.tc_kelvin for _, _, b in compared], np.float64),
            np.array(ends, np.float64).reshape(-1, 2),
            ids == (chosen.id if chosen is not None else -1),
        )

    def _choose(self, ids: Sequence[int]) -> None:
        rows = [i for i, kept in enumerate(self.records) if kept.id in ids]
        if rows:
            self.table.selectRow(rows[0])

    def _edit(self) -> None:
        if self.current is not None:
            self.edit_wanted.emit(self.current)

    def _delete(self) -> None:
        if self.current is not None:
            self.delete_wanted.emit(self.current)


def _table(parent: QWidget) -> QTableWidget:
    table = QTableWidget(0, len(_HEADINGS), parent)
    table.setAccessibleName("My records")
    table.setHorizontalHeaderLabels(_HEADINGS)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    return table


def _button(text: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAutoDefault(text.startswith("&C"))
    return button


def _cells(kept: KeptRecord) -> tuple[str, ...]:
    record, before = kept.record, kept.record.before
    predicted = "–"
    if before is not None:
        ends = f"{kelvin(before.tc_low_kelvin)} to {kelvin(before.tc_high_kelvin)}"
        predicted = f"{kelvin(before.tc_kelvin)} K ({ends})"
    gone = len(record.missing_attachments())
    parts = (record.sample, record.note, f"⚠ {gone} of its files not there" if gone else "")
    return (
        kept.formula,
        record.result.replace("not superconducting down to", "not SC >"),
        predicted,
        "–" if record.pressure_gpa is None else f"{record.pressure_gpa:g}",
        record.measured_on.isoformat() if record.measured_on else "–",
        " · ".join(part.replace("\n", " ") for part in parts if part),
    )


def _tip(kept: KeptRecord) -> str:
    """Where the numbers come from."""
    record, before = kept.record, kept.record.before
    lines = [f"Structure: {record.origin.words}"] if record.origin.words else []
    lines += [f"Predicted by {before.model}, {before.made_at}"] if before is not None else []
    lines += [f"File: {path}" for path in record.attachments]
    return "\n".join([*lines, f"Recorded {record.recorded_at}"])
