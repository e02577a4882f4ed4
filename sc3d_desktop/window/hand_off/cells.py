"""The ordered cells that could stand for a disordered crystal, to choose one from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.dft import Method, Options, Proposal, Way
from sc3d_desktop.dft.approximants.plan import written
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.panels.parts import Activity, Heading, Note, Problem
from sc3d_desktop.panels.parts.text import formula_markup
from sc3d_desktop.window.hand_off.limits import Limits

_NOTE = (
    "Plane-wave codes know no partial occupancy. An ordered cell has whole numbers of atoms; its "
    "cost grows with their cube. Only an exact one is chosen for you."
)
_CELLS = ("Atoms", "Achieved composition", "Largest difference", "Configurations", "Method")
_SITES = ("Site", "Species", "Asked for", "Achieved", "Difference")
_SHORT = {
    Method.ORDERED: "as it is",
    Method.ENUMERATION: "enumeration",
    Method.EWALD: "Ewald",
    Method.QUASIRANDOM: "SQS",
    None: "not possible",
}
_CELLS_HEIGHT, _SITES_HEIGHT = 170, 108
_WIDTHS = (60, 210, 130, 110)


class CellChooser(QWidget):
    """``plan_wanted`` asks for what ``show_proposal`` or ``show_problem`` then brings;
    ``stop_wanted`` asks to leave off; ``changed`` comes when ``chosen`` may be another.
    """

    plan_wanted = Signal()
    stop_wanted = Signal()
    changed = Signal()

    def __init__(self, target: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._proposal: Proposal | None = None
        self.heading = Heading(parent=self)
        self.heading.setTextFormat(Qt.TextFormat.RichText)
        self.heading.setText(f"Ordered cells for {formula_markup(target)}")
        self.limits = Limits(self)
        self.activity, self.stop = Activity(self), QPushButton("Stop", self)
        self.doing = QLabel(self)
        self.cells = _table(_CELLS, "Ordered cells", self)
        self.sites = _table(_SITES, "Shares of the mixed sites", self)
        self.why, self.problem = Note(parent=self), Problem(self)
        self.accept = QCheckBox(self)
        self._lay_out()
        self.limits.changed.connect(self.plan_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.cells.itemSelectionChanged.connect(self._show_chosen)
        self.accept.toggled.connect(self.changed)

    @property
    def way(self) -> Way | None:
        """The row that is selected."""
        rows = self.cells.selectionModel().selectedRows()
        return self._proposal.ways[rows[0].row()] if rows and self._proposal else None

    @property
    def chosen(self) -> Way | None:
        """The row that is selected; one that is not exact counts once its difference is taken."""
        way = self.way
        if way is None or way.method is None:
            return None
        return way if way.option.exact or self.accept.isChecked() else None

    def into(self, options: Options) -> Options:
        options = self.limits.into(options)
        way = self.chosen
        return options if way is None else replace(options, size=way.option.size)

    # What is being worked out

    def show_busy(self, text: str) -> None:
        """A plan is being made: the one before it holds no longer."""
        self._set_busy(True)
        self.doing.setText(text)
        self.problem.clear_error()
        self._proposal = None
        _fill(self.cells, [])
        self._show_chosen()

    def show_progress(self, text: str) -> None:
        self.doing.setText(f"{text[:1].upper()}{text[1:]}…")

    def show_proposal(self, proposal: Proposal) -> None:
        self._set_busy(False)
        self._proposal = proposal
        _fill(self.cells, [_cell_row(way) for way in proposal.ways])
        usual = proposal.usual
        if usual is not None:
            self.cells.selectRow(proposal.ways.index(usual))
        self._show_chosen()

    def show_problem(self, error: Sc3dError) -> None:
        self._set_busy(False)
        self.problem.show_error(error)
        self._show_chosen()

    def show_stopped(self) -> None:
        self._set_busy(False)
        self.doing.setText("Stopped. Change a number to look again.")

    def _set_busy(self, busy: bool) -> None:
        self.activity.set_busy(busy)
        self.stop.setEnabled(busy)
        if not busy:
            self.doing.clear()

    # What is chosen

    def _show_chosen(self) -> None:
        way = self.way
        rows = [] if way is None or self._proposal is None else self._proposal.plan.rows(way.option)
        _fill(self.sites, [_site_row(*row) for row in rows])
        self.why.setText(self._said(way))
        self.accept.setChecked(False)
        self.accept.setVisible(way is not None and way.method is not None and not way.option.exact)
        if way is not None and self._proposal is not None:
            self.accept.setText(
                f"Calculate {way.option.achieved} in place of {self._proposal.plan.target_formula}"
            )
        self.changed.emit()

    def _said(self, way: Way | None) -> str:
        if way is not None:
            return way.why
        if self._proposal is None:
            return ""
        most = self.limits.most.value()
        return f"No cell of up to {most} atoms is exact: choose one, or allow more atoms."

    def _lay_out(self) -> None:
        busy = QHBoxLayout()
        for widget in (self.activity, self.doing):
            busy.addWidget(widget)
        busy.addStretch(1)
        busy.addWidget(self.stop)
        self.stop.setAutoDefault(False)
        self.stop.setEnabled(False)
        self.cells.setMinimumHeight(_CELLS_HEIGHT)
        self.why.setMinimumHeight(2 * self.why.fontMetrics().lineSpacing())
        self.why.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for column, width in enumerate(_WIDTHS):
            self.cells.setColumnWidth(column, width)
        self.sites.setFixedHeight(_SITES_HEIGHT)
        self.sites.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.sites.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sites.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for above in (self.heading, Note(_NOTE, self), self.limits):
            layout.addWidget(above)
        layout.addLayout(busy)
        layout.addWidget(self.cells, 1)
        for below in (self.why, self.problem, self.sites, self.accept):
            layout.addWidget(below)
        keeps = self.accept.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)  # or the rest would jump from row to row
        self.accept.setSizePolicy(keeps)
        self.accept.hide()


def _cell_row(way: Way) -> tuple[str, ...]:
    option = way.option
    off = "exact" if option.exact else percent(option.deviation)
    ways = written(option.configurations)
    return (f"{option.n_sites:,}", option.achieved, off, ways, _SHORT[way.method])


def _site_row(site: str, species: str, asked: float, achieved: float) -> tuple[str, ...]:
    return (site, species, f"{asked:.4f}", f"{achieved:.4f}", f"{achieved - asked:+.4f}")


def percent(share: float) -> str:
    """Of the sites of a sublattice."""
    return f"{100 * share:.2f} % of the sites"


def _table(headings: Sequence[str], name: str, parent: QWidget) -> QTableWidget:
    table = QTableWidget(0, len(headings), parent)
    table.setHorizontalHeaderLabels(list(headings))
    table.setAccessibleName(name)
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setTabKeyNavigation(False)
    table.horizontalHeader().setHighlightSections(False)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    table.horizontalHeader().setDefaultAlignment(left)
    table.horizontalHeader().setStretchLastSection(True)
    return table


def _fill(table: QTableWidget, rows: Sequence[Sequence[str]]) -> None:
    table.clearSelection()
    table.setRowCount(len(rows))
    for n, row in enumerate(rows):
        for column, text in enumerate(row):
            table.setItem(n, column, QTableWidgetItem(text))
    table.resizeRowsToContents()
