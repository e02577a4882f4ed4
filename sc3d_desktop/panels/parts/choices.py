"""Check boxes of which some are chosen, and a range of numbers of which either end may be open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from sc3d_desktop.data.query import Range


class Choices(QWidget):
    """Check boxes; ``changed`` comes with a click by the user."""

    changed = Signal()

    def __init__(self, columns: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self.boxes: dict[str, QCheckBox] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)

    def set_names(self, names: dict[str, str]) -> None:
        """Key and text of each box."""
        if list(names) == list(self.boxes):
            return
        for old in self.boxes.values():
            self._grid.removeWidget(old)
            old.deleteLater()
        self.boxes = {}
        for i, (key, text) in enumerate(names.items()):
            box = self.boxes[key] = QCheckBox(text, self)
            box.clicked.connect(self.changed)
            self._grid.addWidget(box, i // self._columns, i % self._columns)

    def show_chosen(self, chosen: frozenset[str]) -> None:
        for key, box in self.boxes.items():
            box.setChecked(key in chosen)

    def chosen(self) -> frozenset[str]:
        return frozenset(key for key, box in self.boxes.items() if box.isChecked())


class RangeBox(QWidget):
    """From and to; an empty end is open. ``changed`` comes while typing."""

    changed = Signal()

    def __init__(self, what: str, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.low, self.high = QLineEdit(self), QLineEdit(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for line, word in ((self.low, "from"), (self.high, "to")):
            line.setPlaceholderText("any")
            line.setFixedWidth(72)
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
            line.setAccessibleName(f"{what} {word}")
            line.textEdited.connect(self.changed)
            layout.addWidget(QLabel(word, self))
            layout.addWidget(line)
        layout.addWidget(QLabel(unit, self))
        layout.addStretch(1)

    def show_range(self, wanted: Range) -> None:
        for line, value in zip((self.low, self.high), wanted, strict=True):
            if _number(line.text()) != value:
                line.setText("" if value is None else f"{value:g}")

    def range(self) -> Range:
        return _number(self.low.text()), _number(self.high.text())


def _number(text: str) -> float | None:
    """What is not yet a number asks for nothing."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None
