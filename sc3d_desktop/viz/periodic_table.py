"""The periodic table as one small widget to pick an element from, with mouse or keys."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from sc3d_desktop.crystal.elements import Element, element, symbols

COLUMNS, ROWS = 18, 9.4
MIN_CELL_PIXELS, CELL_PIXELS = 20, 26
TYPING_MS = 900
_F_ROWS = {6: 7.35, 7: 8.35}
_METALLOIDS = frozenset({"B", "Si", "Ge", "As", "Sb", "Te"})
_NON_METALS = frozenset({"H", "C", "N", "O", "P", "S", "Se"})
_HUES = {
    "alkali": 268, "alkaline earth": 96, "transition": 205, "lanthanide": 168, "actinide": 330,
    "metal": 232, "metalloid": 42, "non-metal": 8, "halogen": 62, "noble gas": 188,
}  # fmt: skip
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_PICK_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


def category(item: Element) -> str:
    """The family an element is tinted by."""
    if item.symbol in _NON_METALS:
        return "non-metal"
    if item.symbol in _METALLOIDS:
        return "metalloid"
    if 57 <= item.number <= 71:
        return "lanthanide"
    if 89 <= item.number <= 103:
        return "actinide"
    by_group = {1: "alkali", 2: "alkaline earth", 17: "halogen", 18: "noble gas"}
    return by_group.get(item.group, "transition" if item.group <= 12 else "metal")


def place(item: Element) -> tuple[int, float]:
    """Column from 0 and row from 0; lanthanides and actinides stand in the two rows below."""
    for first, period in ((57, 6), (89, 7)):
        if first <= item.number <= first + 14:
            return 2 + item.number - first, _F_ROWS[period]
    return item.group - 1, item.period - 1


class PeriodicTable(QWidget):
    """Click, or move with the arrows, or type a symbol and press Enter.

    ``element_picked`` carries the symbol. Follows the palette, light or dark.
    """

    element_picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Periodic table")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._places = {symbol: place(element(symbol)) for symbol in symbols() if symbol}
        self._enabled = frozenset(self._places)
        self._marked: frozenset[str] = frozenset()
        self._current = "H"
        self._hovered = ""
        self._typed = ""
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._forget_typing)

    def set_enabled_elements(self, elements: Iterable[str] | None) -> None:
        """Only these can be picked; None for all."""
        everything = frozenset(self._places)
        self._enabled = everything if elements is None else everything & frozenset(elements)
        self.update()

    def set_marked(self, elements: Iterable[str]) -> None:
        """Outline these, for instance those present on the site."""
        self._marked = frozenset(elements)
        self.update()

    def set_current(self, symbol: str) -> None:
        """Put the keyboard's cell on an element."""
        if symbol in self._places:
            self._current = symbol
            self._describe(symbol)
            self.update()

    @property
    def current(self) -> str:
        return self._current

    def cell(self, symbol: str) -> QRectF:
        """Where an element is drawn."""
        column, row = self._places[symbol]
        side = self._side()
        left = max(0.0, (self.width() - COLUMNS * side) / 2)
        top = max(0.0, (self.height() - ROWS * side) / 2)
        return QRectF(left + column * side, top + row * side, side - 1, side - 1)

    def sizeHint(self) -> QSize:
        return QSize(COLUMNS * CELL_PIXELS, round(ROWS * CELL_PIXELS))

    def minimumSizeHint(self) -> QSize:
        return QSize(COLUMNS * MIN_CELL_PIXELS, round(ROWS * MIN_CELL_PIXELS))

    def _side(self) -> float:
        return max(4.0, min(self.width() / COLUMNS, self.height() / ROWS))

    def _at(self, point: QPoint) -> str:
        return next((s for s in self._places if self.cell(s).contains(point.toPointF())), "")

    def _describe(self, symbol: str) -> None:
        text = f"{element(symbol).name} ({symbol}), Z = {element(symbol).number}" if symbol else ""
        self.setToolTip(text)
        self.setAccessibleDescription(text)

    def _pick(self, symbol: str, modifiers: Qt.KeyboardModifier) -> None:
        if symbol in self._enabled:
            self.set_current(symbol)
            self.element_picked.emit(symbol)

    # ---- mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self._at(event.position().toPoint())
        if hovered != self._hovered:
            self._hovered = hovered
            self._describe(hovered)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = ""
        self.update()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick(self._at(event.position().toPoint()), event.modifiers())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = Qt.Key(event.key()), event.text()
        if key in _STEPS:
            self._step(*_STEPS[key])
        elif key in _PICK_KEYS:
            self._pick(self._current, event.modifiers())
        elif text.isalpha():
            self._type(text)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def _step(self, dx: int, dy: int) -> None:
        """To the nearest element in that direction, over gaps."""
        column, row = self._places[self._current]
        best, least = self._current, float("inf")
        for symbol, (x, y) in self._places.items():
            along = (x - column) * dx + (y - row) * dy
            across = abs((x - column) * dy) + abs((y - row) * dx)
            if along > 0.2 and (across < 0.5 or dy) and along + 3 * across < least:
                best, least = symbol, along + 3 * across
        self.set_current(best)

    def _type(self, text: str) -> None:
        """Letters typed shortly after each other make a symbol: b, then a, is Ba."""
        for typed in (self._typed + text, text):
            wanted = typed.capitalize()
            starts = [symbol for symbol in self._places if symbol.startswith(wanted)]
            if starts:
                self._typed = typed
                self._typing.start()
                self.set_current(wanted if wanted in starts else starts[0])
                return

    def _forget_typing(self) -> None:
        self._typed = ""

    # ---- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(max(7, round(self._side() * 0.44)))
        painter.setFont(font)
        dark = self.palette().window().color().lightness() < 128
        for symbol in self._places:
            self._paint_cell(painter, symbol, dark)
        self._paint_placeholders(painter)
        painter.end()

    def _paint_cell(self, painter: QPainter, symbol: str, dark: bool) -> None:
        box, enabled, marked = self.cell(symbol), symbol in self._enabled, symbol in self._marked
        accent = self.palette().highlight().color()
        fill = self._fill(symbol, dark)
        if symbol == self._hovered and enabled:
            fill = fill.lighter(135) if dark else fill.darker(112)
        painter.setPen(QPen(accent, 2.0) if marked else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        inset = 1.0 if marked else 0.0
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 3, 3)
        if symbol == self._current and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().text().color(), 1.0, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(box.adjusted(2.5, 2.5, -2.5, -2.5), 2, 2)
        font = painter.font()
        font.setBold(marked)
        painter.setFont(font)
        painter.setPen(self._ink(symbol, fill))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), symbol)

    def _fill(self, symbol: str, dark: bool) -> QColor:
        """The colour of an element's cell."""
        return _tint(category(element(symbol)), dark, symbol in self._enabled)

    def _ink(self, symbol: str, fill: QColor) -> QColor:
        """The colour of its symbol."""
        text = self.palette().text().color()
        text.setAlphaF(1.0 if symbol in self._enabled else 0.35)
        return text

    def _paint_placeholders(self, painter: QPainter) -> None:
        font = painter.font()
        font.setPixelSize(max(6, round(self._side() * 0.27)))
        painter.setFont(font)
        muted = self.palette().text().color()
        muted.setAlphaF(0.55)
        painter.setPen(muted)
        for above, text in (("Y", "57–71"), ("Y", "89–103")):
            down = self._side() * (1 if text.startswith("57") else 2)
            box = self.cell(above).translated(0, down)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


def _tint(family: str, dark: bool, enabled: bool) -> QColor:
    saturation, lightness = (90, 62) if dark else (150, 224)
    if not enabled:
        saturation, lightness = (0, 48) if dark else (0, 244)
    return QColor.fromHsl(_HUES[family], saturation, lightness)
