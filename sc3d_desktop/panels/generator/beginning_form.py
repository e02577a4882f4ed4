"""Whether to begin with the structure that is open, and what may change of it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.state.request_plan import RequestPlan


class BeginningForm(QWidget):
    def __init__(self, plan: RequestPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self.wanted = QCheckBox(self)
        self.change, self.share = QSlider(Qt.Orientation.Horizontal, self), QLabel(self)
        self.symmetry = QCheckBox("Keep its space group", self)
        self.elements = QCheckBox("Keep its elements", self)
        self.change.setRange(2, 100)
        self.change.setAccessibleName("How much may change")
        self.change.setToolTip("A little gives variants of it, all of it something else")
        self._lay_out()
        self.wanted.clicked.connect(lambda on: plan.begin_with(wanted=on))
        self.change.valueChanged.connect(lambda percent: plan.begin_with(change=percent / 100))
        self.symmetry.clicked.connect(lambda on: plan.begin_with(keep_symmetry=on))
        self.elements.clicked.connect(lambda on: plan.begin_with(keep_elements=on))
        plan.changed.connect(self._show_plan)
        self._show_plan()

    def _lay_out(self) -> None:
        slide, keep = QHBoxLayout(), QHBoxLayout()
        slide.addWidget(QLabel("Change", self))
        slide.addWidget(self.change, 1)
        slide.addWidget(self.share)
        keep.addWidget(self.symmetry)
        keep.addWidget(self.elements)
        keep.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.wanted)
        layout.addLayout(slide)
        layout.addLayout(keep)

    def _show_plan(self) -> None:
        how, crystal = self._plan.beginning, self._plan.crystal
        name = formula(crystal.composition) if crystal is not None else "none is open"
        self.wanted.setText(f"The structure that is open ({name})")
        self.wanted.setChecked(how.wanted)
        self.wanted.setEnabled(crystal is not None or how.wanted)
        with QSignalBlocker(self.change):
            self.change.setValue(round(100 * how.change))
        self.share.setText(f"{how.change:.0%}".replace("%", " %"))
        self.symmetry.setChecked(how.keep_symmetry)
        self.elements.setChecked(how.keep_elements)
        for widget in (self.change, self.symmetry, self.elements):
            widget.setEnabled(how.wanted)
