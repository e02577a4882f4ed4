"""The six cell parameters, editable; what the symmetry ties together moves together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.symmetry import Symmetry
from sc3d_desktop.panels.parts import NumberBox

_NAMES = ("a", "b", "c", "α", "β", "γ")
_EQUAL = 1e-3
_TRIGONAL, _CUBIC, _TETRAGONAL = 143, 195, 75


def tied(index: int, parameters: Sequence[float], space_group: int) -> tuple[int, ...]:
    """The parameters that change with parameter ``index`` so that the symmetry stays.

    Lengths that the crystal system makes equal are tied when they are equal in this setting;
    angles only in the rhombohedral one, where all three are free together.
    """
    if space_group < _TETRAGONAL:
        return (index,)
    group = range(3) if index < 3 else range(3, 6)
    if index >= 3 and not _is_rhombohedral(parameters, space_group):
        return (index,)
    if index < 3 and not (space_group >= _CUBIC or _is_rhombohedral(parameters, space_group)):
        group = range(2) if index < 2 else range(2, 3)
    return tuple(i for i in group if abs(parameters[i] - parameters[index]) < _EQUAL)


def _is_rhombohedral(parameters: Sequence[float], space_group: int) -> bool:
    trigonal = _TRIGONAL <= space_group < 168
    alpha, beta, gamma = parameters[3:]
    return trigonal and abs(alpha - gamma) < _EQUAL and abs(beta - gamma) < _EQUAL


class CellEditor(QWidget):
    """``cell_wanted(parameters, gesture, index)``: the wish for six parameters, never yet valid."""

    cell_wanted = Signal(tuple, object, int)
    abandoned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameters: tuple[float, ...] = ()
        self._space_group = 1
        self.boxes = tuple(self._box(i) for i in range(6))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for i, box in enumerate(self.boxes):
            label = QLabel(f"<i>{_NAMES[i]}</i>", self)
            label.setBuddy(box)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label, i // 3, 2 * (i % 3))
            grid.addWidget(box, i // 3, 2 * (i % 3) + 1)
            grid.setColumnStretch(2 * (i % 3) + 1, 1)

    def show_cell(self, crystal: Crystal, symmetry: Symmetry) -> None:
        self._parameters = crystal.cell_parameters
        self._space_group = symmetry.number
        for box, value in zip(self.boxes, self._parameters, strict=True):
            box.show_value(value)

    def _box(self, index: int) -> NumberBox:
        length = index < 3
        box = NumberBox(4 if length else 3, 0.01 if length else 0.1, self)
        box.setRange(-9999, 9999)
        box.setSuffix(" Å" if length else "°")
        box.setMinimumWidth(92)
        box.setAccessibleName(f"Cell {'length' if length else 'angle'} {_NAMES[index]}")
        box.entered.connect(lambda value, gesture: self._want(index, value, gesture))
        box.abandoned.connect(self.abandoned)
        return box

    def _want(self, index: int, value: float, gesture: object) -> None:
        if not self._parameters:
            return
        wished = list(self._parameters)
        for i in tied(index, self._parameters, self._space_group):
            wished[i] = value
        self.cell_wanted.emit(tuple(wished), gesture, index)
