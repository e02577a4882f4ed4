"""The versions of the model: a list with cards, and what can be done with each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.jobs import Compared
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.models.registry import SHIPPED, Version
from sc3d_desktop.panels.parts import Problem
from sc3d_desktop.window.models.tables import fill, word_table

_DELETE, _REALLY = "&Delete", "Delete for &good"


class VersionsDialog(QDialog):
    """``use_wanted``, ``compare_wanted`` and ``delete_wanted`` carry the name of a version."""

    use_wanted = Signal(str)
    compare_wanted = Signal(str)
    delete_wanted = Signal(str)
    back_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Versions of the model")
        self._versions: tuple[Version, ...] = ()
        self._in_use, self._can_go_back = SHIPPED, False
        self.table = word_table(("Version", "made", ""), self)
        self.table.setAccessibleName("Versions")
        self.table.itemSelectionChanged.connect(self._show_chosen)
        self.card = QTextBrowser(self)
        self.card.setAccessibleName("Card of the version")
        self.card.document().setDocumentMargin(10)
        self.compared = QLabel("", self)
        self.compared.setWordWrap(True)
        self.compared.setTextFormat(Qt.TextFormat.RichText)
        self.compared.hide()
        self.problem = Problem(self)
        self.use = self._button("&Use", lambda: self.use_wanted.emit(self._name))
        self.compare = self._button("&Compare with the one in use", self._want_comparison)
        self.back = self._button("Roll &back", self.back_wanted.emit)
        self.delete = self._button(_DELETE, self._want_delete)
        self._lay_out()
        self.resize(860, 520)

    def _button(self, text: str, slot: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _lay_out(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self.table)
        splitter.addWidget(self.card)
        splitter.setSizes([400, 440])
        splitter.setChildrenCollapsible(False)
        buttons = QHBoxLayout()
        for button in (self.use, self.compare, self.back, self.delete):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self._button("Close", self.close))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(splitter, 1)
        for label in (self.compared, self.problem):
            layout.addWidget(label)
        layout.addLayout(buttons)

    def show_versions(self, versions: tuple[Version, ...], in_use: str, can_go_back: bool) -> None:
        """List them anew; the chosen one stays chosen if it is still there."""
        before = self._name or in_use
        self._versions, self._in_use, self._can_go_back = versions, in_use, can_go_back
        self.problem.clear_error()
        self.compared.hide()
        fill(self.table, [_row(version, in_use) for version in versions])
        names = [version.name for version in versions]
        self.table.selectRow(names.index(before) if before in names else 0)
        self._show_chosen()

    def show_compared(self, found: Compared) -> None:
        """Two versions side by side."""
        self.compared.setText(_compared_html(found))
        self.compared.show()

    @property
    def _chosen(self) -> Version | None:
        row = self.table.currentRow()
        return self._versions[row] if 0 <= row < len(self._versions) else None

    @property
    def _name(self) -> str:
        return self._chosen.name if self._chosen is not None else ""

    def _show_chosen(self) -> None:
        version = self._chosen
        sound = version is not None and not version.problem
        other = version is not None and version.name != self._in_use
        self.delete.setText(_DELETE)
        self.use.setEnabled(sound and other)
        self.compare.setEnabled(sound and other)
        self.delete.setEnabled(other and self._name != SHIPPED)
        self.back.setEnabled(self._can_go_back)
        self.card.setHtml(_card_html(version) if version is not None else "")

    def _want_comparison(self) -> None:
        self.compared.setText("Comparing…")
        self.compared.show()
        self.compare_wanted.emit(self._name)

    def _want_delete(self) -> None:
        """It cannot be undone, so it takes two clicks."""
        if self.delete.text() == _DELETE:
            self.delete.setText(_REALLY)
        else:
            self.delete_wanted.emit(self._name)


def _row(version: Version, in_use: str) -> tuple[str, str, str]:
    made = str(version.about.get("made_at", ""))[:10]
    state = "in use" if version.name == in_use else "damaged" if version.problem else ""
    return (version.name, made, state)


def _card_html(version: Version) -> str:
    about = version.about
    parts = [f"<h3>{escape(version.name)}</h3>"]
    facts = [
        ("", version.problem),
        ("Hash", version.sha256[:16]),
        ("Started from", about.get("parent", "")),
        ("Learnt from", about.get("data", "")),
        ("Made", f"{about['made_at']} with SC3D Desktop {about['program']}" if about else ""),
        ("Before and after", about.get("summary", "")),
    ]
    if version.name == SHIPPED:
        facts.append(("", "The model that came with the program. Help ▸ Model card tells more."))
    for heading, text in facts:
        if text:
            title = f"<b>{heading}</b><br>" if heading else ""
            parts.append(f"<p>{title}{escape(str(text)).replace(chr(10), '<br>')}</p>")
    return "".join(parts)


def _compared_html(found: Compared) -> str:
    rows: list[Sequence[str]] = [("", *found.models)]
    if found.of_crystal is not None:
        rows.append(("The open crystal", *map(_tc, found.of_crystal)))
    if found.mae_ln_kelvin is not None:
        errors = [f"{mae:.2f} ln K (× {math.exp(mae):.2f})" for mae in found.mae_ln_kelvin]
        rows.append((f"Error on your {found.n_records:,} records", *errors))
    if len(rows) == 1:
        return "There is no crystal open and no record to compare on."
    cells = ("".join(f"<td>{escape(cell)}&nbsp;&nbsp;&nbsp;</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def _tc(p: TcPrediction) -> str:
    return f"{p.tc_kelvin:.3g} K ({p.tc_low_kelvin:.3g} – {p.tc_high_kelvin:.3g} K)"
