"""What is asked where many crystals are handed off at once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sc3d_desktop.dft import Options
from sc3d_desktop.panels.parts import Heading, Note
from sc3d_desktop.window.hand_off.limits import Limits

_NOTE = (
    "Each disordered crystal is represented by the smallest ordered cell within this difference. "
    "Target and achieved composition stand side by side in the index; a crystal that has no such "
    "cell is refused there with the reason."
)
_LARGEST_PERCENT = 50.0


class ManyLimits(QWidget):
    """The difference of composition that is allowed for all of them. ``edited`` comes with any
    choice.
    """

    edited = Signal()

    def __init__(self, n_disordered: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tolerance = QDoubleSpinBox(self)
        self.tolerance.setRange(0.0, _LARGEST_PERCENT)
        self.tolerance.setDecimals(2)
        self.tolerance.setSingleStep(0.1)
        self.tolerance.setSuffix(" % of the sites")
        self.tolerance.setValue(100 * Options().tolerance)
        self.tolerance.setAccessibleName("Largest difference")
        self.limits = Limits(self)
        self.limits.edited.connect(self.edited)
        self.tolerance.valueChanged.connect(self.edited)
        row = QHBoxLayout()
        row.addWidget(QLabel("Largest difference", self))
        row.addWidget(self.tolerance)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        what = f"{n_disordered:,} disordered crystal{'s' if n_disordered > 1 else ''}"
        layout.addWidget(Heading(f"Ordered cells for {what}", parent=self))
        layout.addWidget(Note(_NOTE, self))
        layout.addLayout(row)
        layout.addWidget(self.limits)
        layout.addStretch(1)

    def show_options(self, options: Options) -> None:
        self.limits.show_options(options)
        with QSignalBlocker(self.tolerance):
            self.tolerance.setValue(100 * options.tolerance)

    def into(self, options: Options) -> Options:
        """A difference that is shown rounded stays as it is."""
        options, shown = self.limits.into(options), self.tolerance.value()
        if round(100 * options.tolerance, self.tolerance.decimals()) == shown:
            return options
        return replace(options, tolerance=shown / 100)
