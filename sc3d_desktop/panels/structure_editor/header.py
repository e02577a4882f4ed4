"""What the crystal is: formula, name, space group, class of disorder."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import classify
from sc3d_desktop.crystal.formula import formula, formula_html
from sc3d_desktop.crystal.symmetry import Symmetry
from sc3d_desktop.panels.parts import Badge, Heading, IconButton
from sc3d_desktop.panels.parts.text import space_group_html
from sc3d_desktop.viz.theme import DISORDER_COLOURS, DISORDER_NAMES

_DISORDER_TIP = "Class of disorder: O ordered, SD substitutional, PD positional, SPD both"


class CrystalHeader(QWidget):
    """``findings_wanted`` asks to see what was noticed in the file."""

    findings_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.formula = Heading(points=5, parent=self)
        self.formula.setTextFormat(Qt.TextFormat.RichText)
        self.formula.setWordWrap(True)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.space_group = QLabel(self)
        self.badge = Badge(self)
        self.info = IconButton("mdi6.information-outline", "", self)
        self.info.clicked.connect(self.findings_wanted)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.formula, 1)
        top.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        second = QHBoxLayout()
        second.setSpacing(4)
        second.addWidget(self.space_group)
        second.addWidget(self.info)
        second.addStretch(1)
        layout.addLayout(top)
        layout.addLayout(second)

    def show_crystal(self, crystal: Crystal, symmetry: Symmetry) -> None:
        self.formula.setText(formula_html(crystal.composition))
        self.formula.setAccessibleName(formula(crystal.composition))
        sites = f"{len(crystal)} site" + ("s" if len(crystal) != 1 else "")
        self.space_group.setText(
            f"<b>{space_group_html(symmetry.space_group)}</b> (no. {symmetry.number}) · {sites} · "
            f"{crystal.volume:.2f} Å³"
        )
        kind = classify(crystal)
        self.badge.set_badge(
            f"{kind} {DISORDER_NAMES[kind]}", DISORDER_COLOURS[kind], _DISORDER_TIP
        )
        notes = "\n".join(crystal.notes)
        self.info.setToolTip(notes)
        self.info.setAccessibleName(notes)
        self.info.setVisible(bool(notes))
