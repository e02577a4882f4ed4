"""The species of the selected sites: one row each with slider, exact entry, balance and remove."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.crystal.elements import element as element_of
from sc3d_desktop.panels.parts import Badge, IconButton, NumberBox
from sc3d_desktop.panels.structure_editor.slider import OccupancySlider
from sc3d_desktop.viz.theme import element_colour

_VACANCY_COLOUR = "#8E97A3"
_DECIMALS, _STEP = 4, 0.01
_ROW_PX, _ROW_SPACING = 28, 4
_MOST_ROWS = 4


@dataclass(frozen=True)
class SpeciesView:
    """What a row shows. ``element`` is "" for the vacancy."""

    element: str
    occupancy: float
    limit: float
    balances: bool
    removable: bool


class SpeciesRow(QWidget):
    wanted = Signal(str, float, object)
    balance_chosen = Signal(str)
    removed = Signal(str)
    abandoned = Signal()

    def __init__(self, element: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.element = element
        self.name = element_of(element).name if element else "vacancy"
        colour = element_colour(element) if element else _VACANCY_COLOUR
        self.chip = Badge(self)
        self.chip.set_badge(element or "□", colour, self.name)
        self.chip.setFixedSize(40, 24)
        self.slider = OccupancySlider(colour, self)
        self.slider.setAccessibleName(f"Occupancy of {self.name}")
        self.slider.setToolTip("Drag or use the arrow keys; Shift for steps of 0.001")
        self.box = NumberBox(_DECIMALS, _STEP, self)
        # Wide enough to type a wrong value: it is then explained rather than silently changed.
        self.box.setRange(-99, 99)
        self.box.setFixedWidth(88)
        self.setFixedHeight(_ROW_PX)
        self.box.setAccessibleName(f"Exact occupancy of {self.name}")
        self.balance = IconButton("mdi6.scale-balance", "", self)
        self.balance.setCheckable(True)
        self.remove = IconButton("mdi6.close", f"Remove {self.name} from these sites", self)
        self._lay_out()
        self._connect()

    def show_view(self, view: SpeciesView) -> None:
        self.slider.show_value(view.occupancy, view.limit)
        self.box.show_value(view.occupancy)
        self.balance.setChecked(view.balances)
        said = "balances" if view.balances else "does not balance"
        tip = f"{self.name.capitalize()} {said} the change of the others"
        self.balance.setToolTip(tip if view.balances else f"Let {self.name} balance the others")
        self.balance.setAccessibleName(tip)
        self.remove.setEnabled(view.removable)
        self.remove.setVisible(bool(self.element))

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.chip)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.box)
        layout.addWidget(self.balance)
        layout.addWidget(self.remove)
        keeps = self.remove.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.remove.setSizePolicy(keeps)

    def _connect(self) -> None:
        self.slider.wanted.connect(self._want)
        self.box.entered.connect(self._want)
        self.box.abandoned.connect(self.abandoned)
        self.balance.clicked.connect(self._choose_balance)
        self.remove.clicked.connect(self._remove)

    def _want(self, occupancy: float, gesture: object) -> None:
        self.wanted.emit(self.element, occupancy, gesture)

    def _choose_balance(self) -> None:
        self.balance_chosen.emit(self.element)

    def _remove(self) -> None:
        self.removed.emit(self.element)


class SpeciesList(QScrollArea):
    """The rows of some sites, scrolled where there are many.

    Rows live on while their elements stay, so a drag is never cut.
    """

    wanted = Signal(str, float, object)
    balance_chosen = Signal(str)
    removed = Signal(str)
    abandoned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        body = QWidget()
        self._layout = QVBoxLayout(body)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_ROW_SPACING)
        self._layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.rows: dict[str, SpeciesRow] = {}
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        rows = min(len(self.rows), _MOST_ROWS)
        height = rows * _ROW_PX + max(0, rows - 1) * _ROW_SPACING
        return QSize(self._layout.minimumSize().width(), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def show_views(self, views: tuple[SpeciesView, ...]) -> None:
        if tuple(self.rows) != tuple(view.element for view in views):
            self._rebuild(tuple(view.element for view in views))
        for view in views:
            self.rows[view.element].show_view(view)

    def focus(self, element: str) -> None:
        if element in self.rows:
            self.rows[element].slider.setFocus(Qt.FocusReason.OtherFocusReason)

    def mark_problem(self, element: str) -> None:
        if element in self.rows:
            self.rows[element].box.mark_problem(True)

    def _rebuild(self, elements: tuple[str, ...]) -> None:
        for element in set(self.rows) - set(elements):
            row = self.rows.pop(element)
            row.hide()
            row.deleteLater()
        kept = self.rows
        self.rows = {el: kept.get(el) or self._new_row(el) for el in elements}
        for row in self.rows.values():
            self._layout.removeWidget(row)
            self._layout.addWidget(row)
        self.updateGeometry()
        ordered = list(self.rows.values())
        for before, after in pairwise(ordered):
            QWidget.setTabOrder(before.remove, after.slider)

    def _new_row(self, element: str) -> SpeciesRow:
        row = SpeciesRow(element)
        row.wanted.connect(self.wanted)
        row.balance_chosen.connect(self.balance_chosen)
        row.removed.connect(self.removed)
        row.abandoned.connect(self.abandoned)
        return row
