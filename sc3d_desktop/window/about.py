"""Help ▸ About and Help ▸ Keyboard shortcuts."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

import sc3d_desktop
from sc3d_desktop.window.commands import Commands, plain

_CITATION = (
    "P. Chen, L. Peng, R. Jiao, Q. Mo, Z. Wang, W. Huang, Y. Liu, Y. Lu: “Learning "
    "Superconductivity from Ordered and Disordered Material Structures”, Advances in Neural "
    "Information Processing Systems 37, Datasets and Benchmarks Track (2024)."
)
_LICENCES = (
    ("SC3D Desktop", "MIT"),
    ("Qt and PySide6", "LGPL 3"),
    ("PyTorch", "BSD 3-Clause"),
    ("e3nn, PyTorch Geometric, pymatgen", "MIT"),
    ("spglib, vispy", "BSD 3-Clause"),
    ("gemmi", "MPL 2.0"),
    ("pyqtgraph, qtawesome", "MIT"),
    ("Material Design Icons", "Apache 2.0"),
)
_POINTER_KEYS = (
    ("Turn the crystal", "drag, or the arrow keys"),
    ("Move the crystal", "drag with the middle button"),
    ("Nearer or further", "wheel"),
    ("Select an orbit", "click an atom"),
    ("Look along a, b, c (reciprocal: with Shift)", "A, B, C"),
    ("Occupancy up or down by 0.01", "→ ←"),
    ("Occupancy up or down by 0.001", "Shift + → ←"),
    ("Occupancy up or down by 0.1", "Page Up, Page Down"),
    ("Smallest and largest occupancy", "Home, End"),
)


def about_text(model: str, device: str) -> str:
    licences = "".join(f"<tr><td>{n}&nbsp;&nbsp;</td><td>{w}</td></tr>" for n, w in _LICENCES)
    known = [(n, v) for n, v in (("Model", model), ("Device", device)) if v]
    facts = "<br>".join(f"<b>{name}</b> {escape(value)}" for name, value in known)
    return (
        f"<h2>SC3D Desktop {sc3d_desktop.__version__}</h2>"
        "<p>Edit a crystal's partial occupancies and watch its predicted superconducting "
        "<i>T</i><sub>c</sub>.</p>"
        f"<p>{facts}</p>"
        f"<p><b>Please cite</b><br>{escape(_CITATION)}</p>"
        f"<p><b>Licences</b></p><table>{licences}</table>"
    )


class AboutDialog(QDialog):
    def __init__(self, model: str, device: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("About SC3D Desktop")
        self.text = QLabel(about_text(model, device), self)
        self.text.setWordWrap(True)
        self.text.setMinimumWidth(480)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        with_close_button(self, self.text)


class ShortcutsDialog(QDialog):
    """Every command with a shortcut, from the registry, and what the mouse and keys do."""

    def __init__(self, commands: Commands, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keyboard shortcuts")
        rows = [*_command_rows(commands), *_POINTER_KEYS]
        self.table = QTableWidget(len(rows), 2, self)
        self.table.setHorizontalHeaderLabels(["What", "Keys"])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                self.table.setItem(i, j, QTableWidgetItem(text))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        with_close_button(self, self.table)
        self.resize(560, 560)


def _command_rows(commands: Commands) -> list[tuple[str, str]]:
    rows = []
    for command_id in commands:
        keys = commands.command(command_id).shortcuts
        native = [QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText) for k in keys]
        if native:
            rows.append((plain(commands.command(command_id).text), ", ".join(native)))
    return rows


def with_close_button(dialog: QDialog, body: QWidget) -> None:
    buttons = QDialogButtonBox(dialog)
    buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
    buttons.rejected.connect(dialog.close)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(20, 16, 20, 16)
    layout.setSpacing(16)
    layout.addWidget(body)
    layout.addWidget(buttons)
