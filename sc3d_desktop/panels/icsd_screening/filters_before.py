"""Which structures are looked at: elements, classes of disorder, sites, radioactive ones."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from sc3d_desktop.crystal.disorder import DisorderClass
from sc3d_desktop.panels.parts.choices import Choices, RangeBox
from sc3d_desktop.panels.parts.element_popup import ElementPopup
from sc3d_desktop.panels.parts.text import disorder_word
from sc3d_desktop.screening.filters import Filters

_ANY = "any"
_USUAL = Filters()


class FiltersBefore(QWidget):
    """``changed`` carries the ``Filters`` as they now are."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filters = _USUAL
        self.elements = QPushButton("Elements…", self)
        self.elements.setToolTip("Which elements must, may or must not be there")
        self.asked = QLabel(self)
        self.asked.setWordWrap(True)
        self.disorders = Choices(2, self)
        self.disorders.set_names({str(kind): disorder_word(str(kind)) for kind in DisorderClass})
        self.sites = RangeBox("Sites", "in the cell", self)
        self.radioactive = QCheckBox("Leave out radioactive elements", self)
        self.radioactive.setToolTip("Those without long-lived isotopes; Th and U stay in")
        self.popup: ElementPopup | None = None
        self._lay_out()
        self.elements.clicked.connect(self.open_elements)
        self.disorders.changed.connect(self._tell)
        self.sites.changed.connect(self._tell)
        self.radioactive.clicked.connect(self._tell)
        self.show_filters(self._filters)

    def _lay_out(self) -> None:
        elements = QHBoxLayout()
        elements.setSpacing(8)
        elements.addWidget(self.elements)
        elements.addWidget(self.asked, 1)
        layout = self._form = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(8)
        layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        layout.addRow("Elements", elements)
        layout.addRow("Disorder", self.disorders)
        layout.addRow("Sites", self.sites)
        layout.addRow("", self.radioactive)

    def put_first(self, name: str, widget: QWidget) -> None:
        self._form.insertRow(0, name, widget)

    def show_filters(self, filters: Filters) -> None:
        self._filters = filters
        self.asked.setText(said_of_elements(filters))
        self.disorders.show_chosen(frozenset(filters.disorders))
        low = None if filters.fewest_sites <= 1 else float(filters.fewest_sites)
        self.sites.show_range((low, float(filters.most_sites)))
        self.radioactive.setChecked(not filters.radioactive)
        if self.popup is not None:
            self.popup.show_wishes(filters.must, filters.may, filters.must_not)

    def open_elements(self) -> None:
        if self.popup is None:
            self.popup = ElementPopup(self)
            self.popup.changed.connect(self._take_elements)
        filters = self._filters
        self.popup.show_wishes(filters.must, filters.may, filters.must_not)
        self.popup.open_below(self.elements)

    def _take_elements(
        self, must: frozenset[str], may: frozenset[str], must_not: frozenset[str]
    ) -> None:
        self.changed.emit(
            replace(
                self._filters,
                must=tuple(sorted(must)),
                may=tuple(sorted(may)),
                must_not=tuple(sorted(must_not)),
            )
        )

    def _tell(self) -> None:
        low, high = self.sites.range()
        self.changed.emit(
            replace(
                self._filters,
                disorders=tuple(sorted(self.disorders.chosen())),
                fewest_sites=max(1, int(low or 1)),
                most_sites=max(1, int(high)) if high is not None else _USUAL.most_sites,
                radioactive=not self.radioactive.isChecked(),
            )
        )


def said_of_elements(filters: Filters) -> str:
    """``with La, Cu; else only O; without Hg``."""
    parts = (
        ("with", filters.must),
        ("else only", filters.may),
        ("without", filters.must_not),
    )
    return "; ".join(f"{word} {', '.join(names)}" for word, names in parts if names) or _ANY
