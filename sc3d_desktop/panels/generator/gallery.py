"""The candidates as a wall of pictures."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from sc3d_desktop.panels.parts.row_model import Column, Index, RowModel
from sc3d_desktop.panels.parts.text import formula_text, kelvin
from sc3d_desktop.state.found_candidates import FoundCandidates
from sc3d_desktop.viz.thumbnail import thumbnail

_SIDE_PX = 92
_MARGIN_PX = 4
_LINES = 2


class Gallery(QListView):
    """``opened`` carries the index of a candidate, ``current_changed`` that of the one the keyboard
    is at, or None.
    """

    opened = Signal(int)
    current_changed = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, found: FoundCandidates, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found = found
        self._count = len(found.ids)
        self._telling = False
        self.tiles = RowModel(found, (Column("formula", "", lambda c: c.formula, 0),), self)
        self.painter_of_tiles = _Tiles(self)
        self.setAccessibleName("Pictures of the candidates")
        self.setModel(self.tiles)
        self.setItemDelegate(self.painter_of_tiles)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(
            lambda at: self.menu_wanted.emit(self.viewport().mapToGlobal(at))
        )
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        found.found_changed.connect(self._show_found)
        found.selection_changed.connect(self._show_selection)

    def set_theme(self, dark: bool) -> None:
        self.painter_of_tiles.dark = dark
        self.viewport().update()

    def current_id(self) -> int | None:
        place = self.currentIndex().row()
        return int(self._found.ids[place]) if 0 <= place < len(self._found.ids) else None

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._telling:
            self.current_changed.emit(self.current_id())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def _open(self, place: int) -> None:
        if 0 <= place < len(self._found.ids):
            self.opened.emit(int(self._found.ids[place]))

    def _show_found(self) -> None:
        self._telling = True
        self.tiles.refresh()
        self._telling = False
        self._show_selection()

    def _show_selection(self) -> None:
        if self._telling:
            return
        self._telling = True
        flags, model = QItemSelectionModel.SelectionFlag, self.selectionModel()
        model.clearSelection()
        for place in self._found.places(self._found.selection).tolist():
            index = self.tiles.index(place, 0)
            model.setCurrentIndex(index, flags.NoUpdate)
            model.select(index, flags.Select)
        self._telling = False

    def _tell_selection(self) -> None:
        if not self._telling:
            self._telling = True
            places = [index.row() for index in self.selectionModel().selectedIndexes()]
            self._found.select(self._found.ids[places])
            self._telling = False


class _Tiles(QStyledItemDelegate):
    """A picture, the formula below it, and its Tc."""

    def __init__(self, gallery: Gallery) -> None:
        super().__init__(gallery)
        self._gallery = gallery
        self.dark = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = option.fontMetrics.height()
        return QSize(_SIDE_PX + 4 * _MARGIN_PX, _SIDE_PX + _LINES * line + 3 * _MARGIN_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        candidate = self._gallery.tiles.row(index.row())
        if candidate is None:
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        roles, box = QPalette.ColorRole, QRectF(option.rect)
        painter.save()
        if selected:
            painter.fillRect(box, option.palette.color(roles.Highlight))
        left = box.left() + (box.width() - _SIDE_PX) / 2
        ratio = self._gallery.devicePixelRatioF()
        picture = thumbnail(candidate.crystal, _SIDE_PX, self.dark, ratio)
        painter.drawImage(QPointF(left, box.top() + _MARGIN_PX), picture)
        painter.setPen(option.palette.color(roles.HighlightedText if selected else roles.Text))
        said = candidate.judgement
        missing = "Tc not known" if said.valid else "not valid"
        words = missing if said.tc_kelvin is None else f"{kelvin(said.tc_kelvin)} K"
        self._write(painter, box, option, formula_text(candidate.formula), words)
        painter.restore()

    def _write(
        self, painter: QPainter, box: QRectF, option: QStyleOptionViewItem, *lines: str
    ) -> None:
        metrics = QFontMetricsF(option.font)
        painter.setFont(option.font)
        top = box.top() + _SIDE_PX + 2 * _MARGIN_PX
        for number, text in enumerate(lines):
            line = QRectF(
                box.left(), top + number * metrics.height(), box.width(), metrics.height()
            )
            cut = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, box.width() - _MARGIN_PX)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignCenter), cut)
