"""A periodic table on which elements are asked for: must have, may have, must not have."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from sc3d_desktop.viz.periodic_table import PeriodicTable


class Wish(IntEnum):
    """In the order in which clicks go through them."""

    NONE = 0
    MUST = 1
    MAY = 2
    MUST_NOT = 3


WISH_COLOURS = {Wish.MUST: "#1B7F5C", Wish.MAY: "#2D7FC1", Wish.MUST_NOT: "#B3402E"}
WISH_WORDS = {Wish.MUST: "must have", Wish.MAY: "may have", Wish.MUST_NOT: "must not have"}
_KEYS = {
    Qt.Key.Key_Plus: Wish.MUST,
    Qt.Key.Key_Minus: Wish.MUST_NOT,
    Qt.Key.Key_Delete: Wish.NONE,
    Qt.Key.Key_Backspace: Wish.NONE,
}
_NEUTRAL = {True: "#333A43", False: "#E9ECF0"}
_INK = QColor("#FFFFFF")


class ElementFilter(PeriodicTable):
    """A click goes on to the next wish, Shift and a click means “may”, Ctrl and a click “must not”;
    Space does as a click. ``wishes_changed`` comes with every change by the user.
    """

    wishes_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Elements asked for")
        self._wishes: dict[str, Wish] = {}

    def set_wishes(self, must: Iterable[str], may: Iterable[str], must_not: Iterable[str]) -> None:
        pairs = ((Wish.MUST, must), (Wish.MAY, may), (Wish.MUST_NOT, must_not))
        self._wishes = {element: wish for wish, elements in pairs for element in elements}
        self.update()

    def asked(self, wish: Wish) -> frozenset[str]:
        return frozenset(element for element, w in self._wishes.items() if w is wish)

    def wish(self, element: str) -> Wish:
        return self._wishes.get(element, Wish.NONE)

    def _pick(self, symbol: str, modifiers: Qt.KeyboardModifier) -> None:
        if not symbol:
            return
        keys, now = Qt.KeyboardModifier, self.wish(symbol)
        if modifiers & keys.ShiftModifier:
            wish = Wish.NONE if now is Wish.MAY else Wish.MAY
        elif modifiers & keys.ControlModifier:
            wish = Wish.NONE if now is Wish.MUST_NOT else Wish.MUST_NOT
        else:
            wish = Wish((now + 1) % len(Wish))
        self._set(symbol, wish)

    def _set(self, symbol: str, wish: Wish) -> None:
        self.set_current(symbol)
        if wish is not self.wish(symbol):
            self._wishes.pop(symbol, None)
            if wish is not Wish.NONE:
                self._wishes[symbol] = wish
            self._describe(symbol)
            self.update()
            self.wishes_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wish = _KEYS.get(Qt.Key(event.key()))
        if wish is None:
            super().keyPressEvent(event)
        else:
            self._set(self.current, wish)

    def _describe(self, symbol: str) -> None:
        super()._describe(symbol)
        if self.wish(symbol) is not Wish.NONE:
            text = f"{self.toolTip()}: {WISH_WORDS[self.wish(symbol)]}"
            self.setToolTip(text)
            self.setAccessibleDescription(text)

    # ---- drawing

    def _fill(self, symbol: str, dark: bool) -> QColor:
        return QColor(WISH_COLOURS.get(self.wish(symbol), _NEUTRAL[dark]))

    def _ink(self, symbol: str, fill: QColor) -> QColor:
        return _INK if self.wish(symbol) else super()._ink(symbol, fill)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each wish has its mark as well as its colour."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(_INK, 1.4))
        for symbol, wish in self._wishes.items():
            self._paint_mark(painter, symbol, wish)
        painter.end()

    def _paint_mark(self, painter: QPainter, symbol: str, wish: Wish) -> None:
        box = self.cell(symbol)
        arm = box.width() * 0.11
        at = box.topRight() + QPointF(-2.0 * arm, 2.0 * arm)
        if wish is Wish.MAY:
            painter.drawEllipse(at, arm * 0.8, arm * 0.8)
            return
        painter.drawLine(at - QPointF(arm, 0), at + QPointF(arm, 0))
        if wish is Wish.MUST:
            painter.drawLine(at - QPointF(0, arm), at + QPointF(0, arm))
