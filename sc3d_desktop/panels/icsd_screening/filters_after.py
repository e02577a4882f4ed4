"""Which candidates are shown, decided after they were predicted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from sc3d_desktop.data.entry import DISORDER
from sc3d_desktop.panels.icsd_screening import texts
from sc3d_desktop.panels.parts import NumberBox
from sc3d_desktop.panels.parts.choices import Choices
from sc3d_desktop.panels.parts.popup import Popup
from sc3d_desktop.panels.parts.text import disorder_word
from sc3d_desktop.screening.ranking import DOMAINS, Wanted
from sc3d_desktop.state.screening import Screening

_MOST_KELVIN = 1000.0


class MoreFilters(Popup):
    """``changed`` carries ``Wanted`` as the form now has it."""

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._wanted = Wanted()
        self.domains, self.disorders, self.flags = (
            Choices(3, self), Choices(2, self), Choices(2, self),
        )  # fmt: skip
        self.domains.set_names({name: name for name in DOMAINS})
        self.disorders.set_names({kind: disorder_word(kind) for kind in DISORDER})
        self.flags.set_names({kind: texts.FLAG_WORDS[kind] for kind in texts.FLAG_MARKS})
        self.known = QCheckBox("Known superconductors of the catalogue", self)
        self.trained = QCheckBox("What the model was trained on", self)
        layout = QFormLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for name, widget in (
            ("Domain", self.domains), ("Disorder", self.disorders), ("Hide", self.known),
            ("", self.trained), ("Hide those with", self.flags),
        ):  # fmt: skip
            layout.addRow(name, widget)
        for choices in (self.domains, self.disorders, self.flags):
            choices.changed.connect(self._tell)
        for box in (self.known, self.trained):
            box.clicked.connect(self._tell)

    def show_wanted(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self.domains.show_chosen(wanted.domains)
        self.disorders.show_chosen(wanted.disorders)
        self.flags.show_chosen(wanted.no_flags)
        self.known.setChecked(wanted.hide_known)
        self.trained.setChecked(wanted.hide_trained)

    def open_below(self, anchor: QWidget) -> None:
        super().open_below(anchor)
        self.domains.boxes[DOMAINS[0]].setFocus()

    def _tell(self) -> None:
        self.changed.emit(
            replace(
                self._wanted,
                domains=self.domains.chosen(),
                disorders=self.disorders.chosen(),
                no_flags=self.flags.chosen(),
                hide_known=self.known.isChecked(),
                hide_trained=self.trained.isChecked(),
            )
        )


class FiltersAfter(QWidget):
    """Asks the screening, and shows what it was asked."""

    def __init__(self, screening: Screening, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._screening = screening
        self.probability, self.lowest = NumberBox(0, 5, self), NumberBox(1, 1, self)
        self.more, self.count = QToolButton(self), QLabel(self)
        self.popup: MoreFilters | None = None
        self._set_up()
        self._lay_out()
        self.probability.entered.connect(lambda x, _g: self._want(p_superconductor=x / 100))
        self.lowest.entered.connect(lambda x, _g: self._want(tc_low=x))
        self.more.clicked.connect(self.open_more)
        screening.asked_changed.connect(self._show_wanted)
        screening.found_changed.connect(self._show_count)
        self._show_wanted()
        self._show_count()

    def _set_up(self) -> None:
        self.probability.setRange(0, 100)
        self.probability.setSuffix(" %")
        self.lowest.setRange(0, _MOST_KELVIN)
        self.lowest.setSuffix(" K")
        for box, name in (
            (self.probability, "P(superconductor) at least"),
            (self.lowest, "Lower end of Tc at least"),
        ):
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setSpecialValueText("any")
            box.setFixedWidth(78)
        self.more.setText("More ▾")
        self.more.setToolTip("Domain, disorder, known, trained on, toxic and so on")

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        for widget in (
            QLabel("P(SC) ≥", self), self.probability, QLabel("Tc ≥", self), self.lowest,
            self.more,
        ):  # fmt: skip
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.count)

    def _want(self, **conditions: Any) -> None:
        self._screening.want(replace(self._screening.wanted, **conditions))

    def open_more(self) -> None:
        if self.popup is None:
            self.popup = MoreFilters(self)
            self.popup.changed.connect(self._screening.want)
        self.popup.show_wanted(self._screening.wanted)
        self.popup.open_below(self.more)

    def _show_wanted(self) -> None:
        wanted = self._screening.wanted
        self.probability.show_value(100 * wanted.p_superconductor)
        self.lowest.show_value(wanted.tc_low)
        others = replace(wanted, p_superconductor=0.0, tc_low=0.0) != Wanted()
        self.more.setText("More ● ▾" if others else "More ▾")
        if self.popup is not None:
            self.popup.show_wanted(wanted)

    def _show_count(self) -> None:
        screening = self._screening
        total = len(screening.ranking) if screening.ranking is not None else 0
        found = len(screening.ids)
        of = f" of {total:,}" if found < total else ""
        self.count.setText(f"{found:,}{of}" if total else "")
