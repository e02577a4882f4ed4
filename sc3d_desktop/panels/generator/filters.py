"""Which candidates are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from sc3d_desktop.panels.parts import NumberBox
from sc3d_desktop.state.found_candidates import FoundCandidates

_MOST_KELVIN = 1000.0


class Filters(QWidget):
    def __init__(self, found: FoundCandidates, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found = found
        self.text, self.lowest = QLineEdit(self), NumberBox(1, 5, self)
        self.valid, self.novel = QCheckBox("Valid", self), QCheckBox("New", self)
        self.unique = QCheckBox("Unique", self)
        self.count = QLabel(self)
        self._set_up()
        self._lay_out()
        self.text.textEdited.connect(lambda text: self._want(text=text))
        self.lowest.entered.connect(lambda kelvin, _gesture: self._want(tc_kelvin=kelvin))
        self.valid.clicked.connect(lambda on: self._want(valid=on))
        self.novel.clicked.connect(lambda on: self._want(novel=on))
        self.unique.clicked.connect(lambda on: self._want(unique=on))
        found.wanted_changed.connect(self._show_wanted)
        found.found_changed.connect(self._show_count)
        self._show_wanted()
        self._show_count()

    def _set_up(self) -> None:
        self.text.setPlaceholderText("Elements, or a part of the formula")
        self.text.setAccessibleName("Elements, or a part of the formula")
        self.text.setClearButtonEnabled(True)
        self.lowest.setRange(0, _MOST_KELVIN)
        self.lowest.setSuffix(" K")
        self.lowest.setSpecialValueText("any")
        self.lowest.setAccessibleName("Tc at least")
        self.lowest.setFixedWidth(78)
        self.valid.setToolTip("Only candidates without a fault")
        self.novel.setToolTip("Only what is known to be new")
        self.unique.setToolTip("None that has the same structure as an earlier one")

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self.text, 1)
        above.addWidget(QLabel("Tc ≥", self))
        above.addWidget(self.lowest)
        for box in (self.valid, self.novel, self.unique):
            below.addWidget(box)
        below.addStretch(1)
        below.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(above)
        layout.addLayout(below)

    def _want(self, **conditions: Any) -> None:
        self._found.want(replace(self._found.wanted, **conditions))

    def _show_wanted(self) -> None:
        wanted = self._found.wanted
        if self.text.text() != wanted.text:
            self.text.setText(wanted.text)
        self.lowest.show_value(wanted.tc_kelvin)
        self.valid.setChecked(wanted.valid)
        self.novel.setChecked(wanted.novel)
        self.unique.setChecked(wanted.unique)

    def _show_count(self) -> None:
        found, total = len(self._found.ids), len(self._found.all)
        self.count.setText(f"{found:,} of {total:,}" if found < total else f"{total:,}")
