"""The table of Wyckoff orbits."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from sc3d_desktop.crystal import Species
from sc3d_desktop.crystal.disorder import classify_site
from sc3d_desktop.crystal.symmetry import Orbit
from sc3d_desktop.viz.theme import DISORDER_NAMES, element_colour

_COLUMNS = ("Orbit", "Wyckoff", "Species", "Kind")
_TIPS = (
    "Symmetry-equivalent sites, by the label in the file",
    "Sites in this cell and Wyckoff letter",
    "Elements and their occupancies",
    "O ordered · SD substitutional · PD positional · SPD both",
)
_ICON_PX = 16
_ROW_PX = 26

Index = QModelIndex | QPersistentModelIndex


def species_text(species: Species) -> str:
    """``La 0.925, Sr 0.075``; a full single species is just its symbol."""
    if len(species) == 1 and species.vacancy <= 1e-4:
        return next(iter(species))
    return ", ".join(f"{el} {w:.4f}".rstrip("0").rstrip(".") for el, w in species.items())


def pie_icon(species: Species, scale: float = 2.0) -> QIcon:
    """What occupies a site as a small pie, as in the picture; a gap is the vacancy."""
    pixmap = QPixmap(int(_ICON_PX * scale), int(_ICON_PX * scale))
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    circle = QRectF(1.5, 1.5, _ICON_PX - 3, _ICON_PX - 3)
    painter.setPen(Qt.PenStyle.NoPen)
    start = 90 * 16
    for element, occupancy in species.items():
        span = -round(min(1.0, occupancy) * 360 * 16)
        painter.setBrush(QColor(element_colour(element)))
        painter.drawPie(circle, start, span)
        start += span
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QColor("#7A838F"))
    painter.drawEllipse(circle)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # not tinted: its colours mean elements
    return icon


class OrbitModel(QAbstractTableModel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.orbits: tuple[Orbit, ...] = ()
        self._species: tuple[Species, ...] = ()

    def show_orbits(self, orbits: tuple[Orbit, ...], species: tuple[Species, ...]) -> None:
        """Rows change only when the orbits do; ``species`` is what each orbit holds now."""
        same_rows = [o.sites for o in orbits] == [o.sites for o in self.orbits]
        if not same_rows:
            self.beginResetModel()
        self.orbits, self._species = orbits, species
        if same_rows and orbits:
            last = self.index(len(orbits) - 1, len(_COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        elif not same_rows:
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self.orbits)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _COLUMNS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        orbit, species = self.orbits[index.row()], self._species[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.column(), orbit, species)
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return pie_icon(species)
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 3:
            return DISORDER_NAMES[classify_site(species)]
        if role == Qt.ItemDataRole.ToolTipRole:
            return species_text(species)
        return None

    def _text(self, column: int, orbit: Orbit, species: Species) -> str:
        match column:
            case 0:
                return orbit.label
            case 1:
                return f"{orbit.multiplicity}{orbit.letter}"
            case 2:
                return species_text(species)
            case _:
                return str(classify_site(species))


class OrbitTable(QTableView):
    """``picked(sites)`` comes when the user chooses a row, never from ``show_selected``."""

    picked = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.orbit_model = OrbitModel(self)
        self.setModel(self.orbit_model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.setAccessibleName("Wyckoff orbits")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(56)
        for column in (0, 1, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self._showing = False

    def show_selected(self, sites: tuple[int, ...]) -> None:
        """Mark the orbit that holds ``sites``; none of them marks nothing."""
        self._showing = True
        row = next(
            (i for i, o in enumerate(self.orbit_model.orbits) if set(sites) & set(o.sites)), -1
        )
        if row < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif row != self.currentIndex().row() or not self.selectionModel().hasSelection():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            flags |= QItemSelectionModel.SelectionFlag.Rows
            index = self.orbit_model.index(row, 0)
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)
        self._showing = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the marked orbit in sight when the table shrinks."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height(2))

    def sizeHint(self) -> QSize:
        return QSize(320, self._height(min(8, max(3, self.orbit_model.rowCount()))))

    def _height(self, rows: int) -> int:
        return self.horizontalHeader().sizeHint().height() + rows * _ROW_PX + 4

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._showing:
            self.picked.emit(self.orbit_model.orbits[current.row()].sites)
