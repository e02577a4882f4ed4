"""Pictures of crystals to keep: one, or two side by side, with what is written on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QTextDocument

from sc3d_desktop.viz.overlay import Overlay
from sc3d_desktop.viz.theme import CanvasTheme

if TYPE_CHECKING:
    from sc3d_desktop.viz.renderer import Renderer

_MARGIN_PX, _HEAD_PX, _LINE_PX = 12, 30, 1


def figure(renderer: Renderer | None, overlay: Overlay, scale: float) -> QImage:
    """What a canvas shows, enlarged; without a renderer its ground alone, and what is written."""
    size = QSize(round(overlay.width() * scale), round(overlay.height() * scale))
    image = QImage(size, QImage.Format.Format_RGBA8888)
    image.fill(overlay.theme.background)
    if renderer is not None:
        pixels = renderer.picture(size.width(), size.height(), scale)
        stride = 4 * size.width()
        image = QImage(pixels.tobytes(), size.width(), size.height(), stride, image.format()).copy()
    painter = QPainter(image)
    painter.scale(scale, scale)
    overlay.paint(painter, with_note=False)
    painter.end()
    return image


def side_by_side(
    pictures: Sequence[QImage],
    captions: Sequence[str],
    theme: CanvasTheme,
    font: QFont,
    scale: float,
) -> QImage:
    """Pictures enlarged by ``scale`` in a row, a caption of rich text above each."""
    head, line = round(_HEAD_PX * scale), round(_LINE_PX * scale)
    width = sum(picture.width() for picture in pictures) + line * (len(pictures) - 1)
    height = head + max(picture.height() for picture in pictures)
    image = QImage(QSize(width, height), QImage.Format.Format_RGBA8888)
    image.fill(theme.panel_border)
    painter = QPainter(image)
    left = 0
    for picture, caption in zip(pictures, captions, strict=True):
        area = QRectF(left, 0, picture.width(), height)
        painter.fillRect(area, QColor(theme.background))
        painter.drawImage(QPointF(left, head), picture)
        _write(painter, area, caption, theme, font, scale)
        left += picture.width() + line
    painter.end()
    return image


def _write(
    painter: QPainter, area: QRectF, caption: str, theme: CanvasTheme, font: QFont, scale: float
) -> None:
    text = QTextDocument()
    text.setDocumentMargin(0)
    text.setDefaultFont(font)
    text.setHtml(f'<span style="color: {theme.text}">{caption}</span>')
    painter.save()
    painter.setClipRect(area)
    painter.translate(area.left() + _MARGIN_PX * scale, 0)
    painter.scale(scale, scale)
    painter.translate(0, (_HEAD_PX - text.size().height()) / 2)
    text.drawContents(painter)
    painter.restore()
