"""How large ordered cells may be, how they are found, how many of them, and from what seed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from sc3d_desktop.dft import METHODS, Options
from sc3d_desktop.recipes.hand_off import LARGEST_SEED, MOST_CELLS, MOST_SITES

_WORDS = {
    "auto": "Automatic",
    "enumeration": "Enumeration",
    "ewald": "Enumeration, ranked by Ewald energy",
    "quasirandom": "Special quasirandom structures (SQS)",
}


class Limits(QWidget):
    """``changed`` comes when other cells are possible than before, ``edited`` with any choice."""

    changed = Signal()
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        usual = Options()
        self.least = self._number("Least atoms", 1, MOST_SITES, usual.min_sites)
        self.most = self._number("Most atoms", 1, MOST_SITES, usual.max_sites)
        self.count = self._number("Cells to write", 1, MOST_CELLS, usual.count)
        self.seed = self._number("Seed", 0, LARGEST_SEED, usual.seed)
        self.count.setToolTip("No two are alike; fewer are written where there are no more.")
        self.seed.setToolTip("Of what is sampled; it is kept in the record.")
        self.method = QComboBox(self)
        self.method.setAccessibleName("Method")
        for key in METHODS:
            self.method.addItem(_WORDS[key], key)
        self._lay_out()
        for box in (self.least, self.most):
            box.valueChanged.connect(self.changed)
        self.method.currentIndexChanged.connect(self.changed)
        self.changed.connect(self.edited)
        for box in (self.count, self.seed):
            box.valueChanged.connect(self.edited)

    def show_options(self, options: Options) -> None:
        """Without a word of it: the caller knows that other cells are possible."""
        for box, value in (
            (self.least, options.min_sites), (self.most, options.max_sites),
            (self.count, options.count), (self.seed, options.seed),
        ):  # fmt: skip
            with QSignalBlocker(box):
                box.setValue(value)
        key = next(name for name, method in METHODS.items() if method == options.method)
        with QSignalBlocker(self.method):
            self.method.setCurrentIndex(self.method.findData(key))

    def into(self, options: Options) -> Options:
        return replace(
            options,
            min_sites=self.least.value(),
            max_sites=self.most.value(),
            count=self.count.value(),
            seed=self.seed.value(),
            method=METHODS[self.method.currentData()],
        )

    def _number(self, name: str, least: int, most: int, value: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(least, most)
        box.setValue(value)
        box.setKeyboardTracking(False)
        box.setAccessibleName(name)
        return box

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        numbers = (("Atoms from", self.least), ("to", self.most), ("Cells to write", self.count))
        for line in (numbers, (("Method", self.method), ("Seed", self.seed))):
            row = QHBoxLayout()
            for name, box in line:
                row.addWidget(QLabel(name, self))
                row.addWidget(box)
            row.addStretch(1)
            layout.addLayout(row)
