"""How the rows in sight are painted: all at once, with texts that were laid out once.

Qt's delegates ask the model a dozen questions a cell, each of which goes through Python; with forty
rows in sight that alone would take longer than a frame may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPalette, QStaticText, QTransform

Markup = Callable[[str], str] | None
_MARGIN_PX = 4
_Role = QPalette.ColorRole


@dataclass(frozen=True)
class Span:
    """A column in sight: its number, where it stands, and how it writes."""

    column: int
    left: int
    width: int
    number: bool
    markup: Markup


class RowPainter:
    """Paints rows of one view with one painter."""

    def __init__(self, painter: QPainter, font: QFont, palette: QPalette) -> None:
        self._painter = painter
        self._font = QFont(font)
        self._palette = palette
        self._inks = {on: palette.color(_ink(on)) for on in (False, True)}
        painter.setFont(self._font)

    def paint_row(
        self, box: QRectF, texts: Sequence[tuple[Span, str]], selected: bool, alternate: bool
    ) -> None:
        if selected or alternate:
            ground = _Role.Highlight if selected else _Role.AlternateBase
            self._painter.fillRect(box, self._palette.color(ground))
        self._painter.setPen(self._inks[selected])
        for span, text in texts:
            if text:
                self._write(box, span, text)

    def paint_focus(self, box: QRectF, selected: bool) -> None:
        self._painter.setPen(self._palette.color(_ink(True) if selected else _Role.Highlight))
        self._painter.drawRect(box.adjusted(0.5, 0.5, -1.5, -1.5))

    def _write(self, box: QRectF, span: Span, text: str) -> None:
        room = span.width - 2 * _MARGIN_PX
        laid_out, width, height = _laid_out(span.markup, text, self._font)
        left = float(span.left + _MARGIN_PX)
        if width > room:
            cut = QFontMetricsF(self._font).elidedText(text, Qt.TextElideMode.ElideRight, room)
            place = QRectF(left, box.top(), room, box.height())
            self._painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), cut)
            return
        if span.number:
            left = span.left + span.width - _MARGIN_PX - width
        top = box.top() + (box.height() - height) / 2
        self._painter.drawStaticText(QPointF(left, top), laid_out)


def _ink(selected: bool) -> QPalette.ColorRole:
    return _Role.HighlightedText if selected else _Role.Text


@lru_cache(maxsize=8000)
def _laid_out(markup: Markup, text: str, font: QFont) -> tuple[QStaticText, float, float]:
    """The text, its width and its height."""
    static = QStaticText(markup(text) if markup else text)
    static.setTextFormat(Qt.TextFormat.RichText if markup else Qt.TextFormat.PlainText)
    static.prepare(QTransform(), font)
    size = static.size()
    return static, size.width(), size.height()
