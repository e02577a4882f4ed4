"""The known superconductors nearest to the crystal, as a table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QWidget

from sc3d_desktop.models.interface import NearestKnown
from sc3d_desktop.panels.parts import OPENS_ROLE
from sc3d_desktop.panels.parts.text import kelvin
from sc3d_desktop.panels.tc_predictor import words

FORMULA, TC, PRESSURE, DISTANCE, REFERENCE = range(5)
HEADINGS = ("Nearest known", "Tc (K)", "P (GPa)", "Distance", "Reference")
NUMBERS = (TC, PRESSURE, DISTANCE)
_TIPS = (
    "The known superconductors most like this crystal, as the model sees it",
    "Reported critical temperature",
    "Pressure at which it was reported",
    "Distance as the model sees it: the smaller, the more alike",
    "Where the Tc was reported",
)


class NearestModel(QStandardItemModel):
    """Under a slider the distances change at most, and only their text is set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEADINGS), parent)
        self.known: tuple[NearestKnown, ...] = ()
        for column, (heading, tip) in enumerate(zip(HEADINGS, _TIPS, strict=True)):
            item = _item(heading, column)
            item.setToolTip(tip)
            self.setHorizontalHeaderItem(column, item)

    def show_known(self, known: tuple[NearestKnown, ...]) -> None:
        if known == self.known:
            return
        same_rows = [_without_distance(k) for k in known] == [
            _without_distance(k) for k in self.known
        ]
        self.known = known
        if same_rows:
            for row, one in enumerate(known):
                self.item(row, DISTANCE).setText(_texts(one)[DISTANCE])
            return
        self.removeRows(0, self.rowCount())
        for one in known:
            self.appendRow(_row(one))


def _without_distance(known: NearestKnown) -> tuple[object, ...]:
    return (*_texts(known)[:DISTANCE], known.reference, known.structure)


def _texts(known: NearestKnown) -> tuple[str, ...]:
    pressure = "" if known.pressure_gpa is None else f"{known.pressure_gpa:g}"
    tc, distance = kelvin(known.tc_kelvin), f"{known.distance:.2f}"
    return known.formula, tc, pressure, distance, known.reference


def _row(known: NearestKnown) -> list[QStandardItem]:
    items = [_item(text, column) for column, text in enumerate(_texts(known))]
    for item in items:
        item.setToolTip(words.known_tip(known))
        item.setData(bool(known.structure), OPENS_ROLE)
    return items


def _item(text: str, column: int) -> QStandardItem:
    item = QStandardItem(text)
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return item
