"""How often each element occurs, as colours of a periodic table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sc3d_desktop.crystal.elements import atomic_number, element
from sc3d_desktop.viz.periodic_table import PeriodicTable
from sc3d_desktop.viz.theme import CONTRIBUTION_RAMP, ramp_rgb

_NONE = {True: "#2A3038", False: "#EEF0F3"}
_DARK_INK, _LIGHT_INK = QColor("#111418"), QColor("#FFFFFF")


class ElementHeat(PeriodicTable):
    """``element_picked`` tells which element was clicked. The scale is logarithmic."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("How often each element occurs")
        self._counts: list[int] = []
        self._total = 0

    def set_counts(self, counts: Sequence[int], total: int, marked: Iterable[str] = ()) -> None:
        """Entries with each element, by atomic number, of ``total`` entries; the ``marked``
        elements are in the selected ones.
        """
        self._counts = list(counts)
        self._total = total
        self.set_marked(marked)

    def count(self, symbol: str) -> int:
        z = atomic_number(symbol)
        return self._counts[z] if z < len(self._counts) else 0

    def _describe(self, symbol: str) -> None:
        if not symbol:
            self.setToolTip("")
            return
        n = self.count(symbol)
        share = f", {100 * n / self._total:.2g} %" if n and self._total else ""
        text = f"{element(symbol).name}: {n:,} of {self._total:,} entries{share}"
        self.setToolTip(text)
        self.setAccessibleDescription(text)

    # ---- drawing

    def _fill(self, symbol: str, dark: bool) -> QColor:
        n = self.count(symbol)
        return QColor(*ramp_rgb(self._height(n))) if n else QColor(_NONE[dark])

    def _ink(self, symbol: str, fill: QColor) -> QColor:
        if not self.count(symbol):
            faint = self.palette().text().color()
            faint.setAlphaF(0.45)
            return faint
        return _DARK_INK if fill.lightnessF() > 0.42 else _LIGHT_INK

    def _height(self, n: int) -> float:
        most = max(self._counts, default=0)
        return math.log(n) / math.log(most) if most > 1 else 1.0

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        most = max(self._counts, default=0)
        if most:
            painter = QPainter(self)
            self._paint_scale(painter, most)
            painter.end()

    def _paint_scale(self, painter: QPainter, most: int) -> None:
        """In the gap over the transition metals."""
        left, right = self.cell("Ti"), self.cell("Ni")
        top = self.cell("Be").top()
        bar = QRectF(left.left(), top, right.right() - left.left(), left.height() * 0.32)
        ramp = QLinearGradient(bar.topLeft(), bar.topRight())
        for i, colour in enumerate(CONTRIBUTION_RAMP):
            ramp.setColorAt(i / (len(CONTRIBUTION_RAMP) - 1), QColor(colour))
        painter.fillRect(bar, ramp)
        font = painter.font()
        font.setPixelSize(max(8, round(left.height() * 0.36)))
        painter.setFont(font)
        painter.setPen(self.palette().text().color())
        words = bar.translated(0, bar.height() + 2).adjusted(0, 0, 0, left.height() * 0.2)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignLeft), "1")
        painter.drawText(words, int(Qt.AlignmentFlag.AlignRight), f"{most:,} entries")
