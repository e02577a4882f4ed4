"""Cells that show a short rich text, such as a formula with subscripts."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPalette, QStaticText, QTransform
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sc3d_desktop.panels.parts.text import formula_markup

OPENS_ROLE = int(Qt.ItemDataRole.UserRole)
"""Whether the row of a cell can be opened."""

_MARGIN_PX = 4
_Role = QPalette.ColorRole
Index = QModelIndex | QPersistentModelIndex


class MarkupDelegate(QStyledItemDelegate):
    """Makes rich text of the cell's plain one; underlined, as links are, where the row opens."""

    def __init__(
        self, markup: Callable[[str], str] = formula_markup, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._markup = markup

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        text, own.text = own.text, ""
        style = own.widget.style() if own.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        opens = bool(index.data(OPENS_ROLE))
        selected = bool(own.state & QStyle.StateFlag.State_Selected)
        role = _Role.HighlightedText if selected else _Role.Link if opens else _Role.Text
        painter.save()
        painter.setPen(own.palette.color(role))
        _paint(painter, own, text, _laid_out(self._markup(text), own.font.toString()), opens)
        painter.restore()


def _paint(
    painter: QPainter, option: QStyleOptionViewItem, plain: str, text: QStaticText, opens: bool
) -> None:
    place = option.rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
    size = text.size()
    painter.setFont(option.font)
    top = place.top() + (place.height() - size.height()) / 2
    if size.width() <= place.width():
        painter.drawStaticText(QPointF(place.left(), top), text)
    else:
        metrics = QFontMetricsF(option.font)
        elided = metrics.elidedText(plain, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), elided)
    if opens:  # below the subscripts, which an underlined font would strike through
        end = place.left() + min(size.width(), place.width())
        foot = min(top + size.height(), place.bottom()) - 1.5
        painter.drawLine(QPointF(place.left(), foot), QPointF(end, foot))


@lru_cache(maxsize=2000)
def _laid_out(markup: str, font_name: str) -> QStaticText:
    text = QStaticText(markup)
    text.setTextFormat(Qt.TextFormat.RichText)
    font = QFont()
    font.fromString(font_name)
    text.prepare(QTransform(), font)
    return text
