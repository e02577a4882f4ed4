"""The lines above one of two pictures: what it shows, and its Tc."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula, formula_html
from sc3d_desktop.crystal.symmetry import Symmetry
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.panels.parts import Heading
from sc3d_desktop.panels.parts.text import interval, kelvin, space_group_html


class SideHead(QWidget):
    """``letter`` is A or B; buttons may be put at its end. ``resized`` carries the new width."""

    resized = Signal(int)

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.letter = Heading(letter, 4, self)
        self.title, self.line = QLabel(self), QLabel(self)
        self.line.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        words = QVBoxLayout()
        words.setSpacing(0)
        for label in (self.title, self.line):
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(label)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 4, 6, 4)
        self._row.setSpacing(10)
        self._row.addWidget(self.letter)
        self._row.addLayout(words, 1)

    def add_button(self, button: QWidget) -> None:
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def show_crystal(self, crystal: Crystal, symmetry: Symmetry | None, what: str) -> None:
        group = f" · {space_group_html(symmetry.space_group)}" if symmetry is not None else ""
        self.title.setText(f"<b>{formula_html(crystal.composition)}</b>{group}")
        self.title.setAccessibleName(formula(crystal.composition))
        self.title.setToolTip(crystal.name)
        self._what = escape(what)

    def show_tc(self, prediction: TcPrediction | None, problem: str, stale: bool) -> None:
        """After the crystal; a stale number is not shown as that of the crystal in sight."""
        known = prediction is not None and not stale
        told = tc_html(prediction) if prediction is not None and known else "T<sub>c</sub> …"
        # Tc first: where there is little room the end is cut off.
        self.line.setText(f"{'T<sub>c</sub> not known' if problem else told} · {self._what}")
        self.line.setToolTip(problem or ("90 % interval in brackets" if known else ""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit(event.size().width())

    @property
    def caption(self) -> str:
        """Rich text for a figure."""
        return f"<b>{self.letter.text()}</b>&nbsp; {self.title.text()} · {self.line.text()}"


def tc_html(prediction: TcPrediction) -> str:
    ends = interval(prediction.tc_low_kelvin, prediction.tc_high_kelvin)
    return f"T<sub>c</sub> {kelvin(prediction.tc_kelvin)} K ({ends})"
