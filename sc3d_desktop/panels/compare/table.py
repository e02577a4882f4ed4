"""The table beneath the two pictures, which can be copied into a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableWidget, QTableWidgetItem, QWidget

from sc3d_desktop.panels.compare.rows import Line
from sc3d_desktop.panels.parts import MarkupDelegate

HEADINGS = ("", "A", "B", "Change", "Change in %")
_WIDTHS = (190, 150, 150, 150)
_CHANGED_ROLE = int(Qt.ItemDataRole.UserRole) + 1  # the one before is that of a link
_ROW_ROOM_PX, _USUAL_PX, _LEAST_PX = 6, 190, 70


class DifferenceTable(QTableWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        self._lines: Sequence[Line] = ()
        super().__init__(0, len(HEADINGS), parent)
        self.setAccessibleName("What differs between A and B")
        self.setHorizontalHeaderLabels(HEADINGS)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        rows, heads = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setDefaultSectionSize(self.fontMetrics().height() + _ROW_ROOM_PX)
        heads.setStretchLastSection(True)
        heads.setHighlightSections(False)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        self.setItemDelegateForRow(0, MarkupDelegate(parent=self))  # the formulas

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Only cells that have changed are touched, so a drag leaves scroll and selection alone."""
        self._lines = lines
        self.setRowCount(len(lines))
        self.clearSpans()
        for row, line in enumerate(lines):
            for column, text in enumerate(line.cells):
                self._write(row, column, text, line.changed)
            if line.said:
                self.setSpan(row, 1, 1, len(HEADINGS) - 1)

    def as_text(self, rows: Sequence[int] | None = None) -> str:
        """Lines with tabs between their cells; of these rows, or all."""
        chosen = range(len(self._lines)) if rows is None else rows
        cells = [HEADINGS, *(self._lines[row].cells for row in chosen)]
        return "\n".join("\t".join(line) for line in cells)

    def copy(self) -> None:
        """The selected lines, or all where none is."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        QGuiApplication.clipboard().setText(self.as_text(rows or None))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy", self.copy)
        menu.popup(event.globalPos())

    def sizeHint(self) -> QSize:
        return QSize(400, _USUAL_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _LEAST_PX)

    def _write(self, row: int, column: int, text: str, changed: bool) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            self.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)
            item.setToolTip(text)
        if item.data(_CHANGED_ROLE) != changed:
            item.setData(_CHANGED_ROLE, changed)
            self._shade(item, changed)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for row, line in enumerate(self._lines):
                for item in (self.item(row, column) for column in range(len(HEADINGS))):
                    if item is not None:
                        self._shade(item, line.changed)

    def _shade(self, item: QTableWidgetItem, changed: bool) -> None:
        role = QPalette.ColorRole.Text if changed else QPalette.ColorRole.PlaceholderText
        item.setForeground(self.palette().color(role))
