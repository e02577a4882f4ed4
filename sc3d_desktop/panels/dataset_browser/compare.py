"""Some entries side by side, fact by fact."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data.entry import Entry
from sc3d_desktop.panels.dataset_browser import texts
from sc3d_desktop.panels.dataset_browser.card_text import reported

MOST_COMPARED = 8
_SIDES_PX, _ENDS_PX = 150, 120

Pair = tuple[Entry, Crystal | None]


def _cell(pair: Pair, first: int, unit: str) -> str:
    """Three of the cell's six numbers."""
    crystal = pair[1]
    if crystal is None:
        return ""
    return ", ".join(f"{crystal.cell_parameters[i]:.4g}" for i in range(first, first + 3)) + unit


_FACTS: tuple[tuple[str, Callable[[Pair], str]], ...] = (
    ("Name", lambda p: p[0].row.name),
    ("Reported", lambda p: "; ".join(reported(m) for m in p[0].measurements)),
    ("Predicted", lambda p: texts.predicted(p[0].row)),
    ("Superconductor", lambda p: texts.probability(p[0].row)),
    ("Family", lambda p: texts.family(p[0].row)),
    ("Disorder", lambda p: texts.disorder(p[0].row)),
    ("Space group", lambda p: p[0].row.space_group),
    ("Sites", lambda p: texts.sites(p[0].row)),
    ("a, b, c", lambda p: _cell(p, 0, " Å")),
    ("α, β, γ", lambda p: _cell(p, 3, "°")),
    ("Volume", lambda p: f"{p[1].volume:.5g} Å³" if p[1] is not None else ""),
    ("Trained on", lambda p: texts.in_training(p[0].row)),
    ("Tags", lambda p: ", ".join(p[0].row.tags)),
    ("Collection", lambda p: p[0].collection.title),
)


def compared(pairs: Sequence[Pair]) -> list[tuple[str, list[str]]]:
    """Name and values of each fact that at least one of the entries has."""
    lines = [(name, [value(pair) for pair in pairs]) for name, value in _FACTS]
    return [(name, values) for name, values in lines if any(values)]


class CompareDialog(QDialog):
    """Facts that differ are written bold."""

    def __init__(self, pairs: Sequence[Pair], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{len(pairs)} entries compared")
        lines = compared(pairs)
        self.table = QTableWidget(len(lines), len(pairs), self)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setHorizontalHeaderLabels([entry.row.formula for entry, _ in pairs])
        self.table.setVerticalHeaderLabels([name for name, _ in lines])
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(True)
        for i, (_, values) in enumerate(lines):
            for j, value in enumerate(values):
                item = QTableWidgetItem(value)
                font = item.font()
                font.setBold(len(set(values)) > 1)
                item.setFont(font)
                self.table.setItem(i, j, item)
        self.table.resizeColumnsToContents()
        self.table.resizeRowsToContents()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addWidget(buttons)
        width, height = self.table.horizontalHeader().length(), self.table.verticalHeader().length()
        self.resize(min(1200, width + _SIDES_PX), min(700, height + _ENDS_PX))
