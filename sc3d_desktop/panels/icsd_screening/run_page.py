"""A run that goes on or has ended: its head, its candidates, its ledger, its plot."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QLabel, QMenu, QSplitter, QTabWidget, QVBoxLayout, QWidget

from sc3d_desktop.data.columns import Ints
from sc3d_desktop.panels.icsd_screening.candidate_table import CandidateTable
from sc3d_desktop.panels.icsd_screening.details import Details
from sc3d_desktop.panels.icsd_screening.filters_after import FiltersAfter
from sc3d_desktop.panels.icsd_screening.ledger import LedgerTab
from sc3d_desktop.panels.icsd_screening.plot_tab import PlotTab
from sc3d_desktop.panels.icsd_screening.run_header import RunHeader
from sc3d_desktop.panels.parts import Note
from sc3d_desktop.screening.ranking import EXPLANATION
from sc3d_desktop.state.screening import Screening

_BEST, _LEDGER, _PLOT = range(3)
_HEIGHTS = [440, 170]
_NOTHING_YET = "Nothing has been predicted yet."
_NOTHING_FITS = "No candidate fits the filters."


class RunPage(QWidget):
    """``open_wanted`` carries the number of a line, ``vasp_wanted`` and ``keep_wanted`` an array of
    them.
    """

    open_wanted = Signal(int)
    vasp_wanted = Signal(object)
    keep_wanted = Signal(object)

    def __init__(self, screening: Screening, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._screening = screening
        self.header = RunHeader(screening, self)
        self.filters = FiltersAfter(screening, self)
        self.table = CandidateTable(screening, self)
        self.message = QLabel(_NOTHING_YET, self.table.viewport())
        self.details = Details(self)
        self.ledger = LedgerTab(screening, self)
        self.plot = PlotTab(screening, self)
        self.tabs = QTabWidget(self)
        self._lay_out()
        self._connect()
        self._show_found()

    def _lay_out(self) -> None:
        best = QWidget(self)
        above = QVBoxLayout(best)
        above.setContentsMargins(0, 6, 0, 0)
        above.setSpacing(4)
        above.addWidget(self.filters)
        above.addWidget(Note(EXPLANATION, best))
        above.addWidget(self.table, 1)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        QVBoxLayout(self.table.viewport()).addWidget(self.message)
        self.tabs.setDocumentMode(True)
        for page, name in ((best, "Best"), (self.ledger, "Ledger"), (self.plot, "Plot")):
            self.tabs.addTab(page, name)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.addWidget(self.tabs)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes(_HEIGHTS)
        self.splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.header)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        table, details, screening = self.table, self.details, self._screening
        table.opened.connect(self.open_wanted)
        table.current_changed.connect(self._show_details)
        table.card_wanted.connect(self.toggle_details)
        table.keep_pressed.connect(self.keep_chosen)
        table.menu_wanted.connect(self._open_menu)
        table.too_scattered.connect(lambda _ids: None)
        details.open_wanted.connect(self.open_wanted)
        details.vasp_wanted.connect(lambda i: self.vasp_wanted.emit(np.array([i])))
        details.keep_wanted.connect(lambda i: self.keep_wanted.emit(np.array([i])))
        screening.found_changed.connect(self._show_found)
        screening.run_changed.connect(self._show_found)
        screening.kin_changed.connect(self._show_kin)

    def add_plots(self, dark: bool) -> None:
        self.plot.add_plot(dark)

    def set_theme(self, dark: bool) -> None:
        self.plot.set_theme(dark)

    # What is shown

    def _show_found(self) -> None:
        screening = self._screening
        some = screening.counts.get("predicted", 0)
        self.message.setText(_NOTHING_FITS if some else _NOTHING_YET)
        loading = screening.ranking is None and screening.is_open
        self.message.setVisible(not len(screening.ids) and not loading)
        refused = screening.counts.get("refused", 0)
        self.tabs.setTabText(_LEDGER, f"Ledger ({refused:,})" if refused else "Ledger")
        self._show_details(self.table.current_id())

    def _show_details(self, line_id: int | None) -> None:
        line = self._screening.line(line_id) if line_id is not None else None
        known = self.table.known(line_id) if line_id is not None else ""
        self.details.show_line(line_id, line, known)

    def _show_kin(self) -> None:
        self.table.entries.reread()
        self._show_details(self.table.current_id())

    # What the user does

    @property
    def chosen(self) -> Ints:
        """The selected candidates in the order of the table; without any, that of the keyboard."""
        screening = self._screening
        ids = screening.ids[screening.places(screening.selection)]
        current = self.table.current_id()
        return np.array([current]) if not len(ids) and current is not None else ids

    def keep_chosen(self) -> None:
        if len(self.chosen):
            self.keep_wanted.emit(self.chosen)

    def toggle_details(self) -> None:
        self.details.setVisible(not self.details.isVisible())

    def show_best(self) -> None:
        self.tabs.setCurrentIndex(_BEST)

    def menu(self) -> QMenu:
        menu, chosen = QMenu(self), self.chosen
        one = int(chosen[0]) if len(chosen) else 0
        for text, slot in (
            ("Open in the structure view", lambda: self.open_wanted.emit(one)),
            ("Keep in “My candidates”", self.keep_chosen),
            ("Export VASP folders…", lambda: self.vasp_wanted.emit(chosen)),
            ("Copy formula", self.table.copy),
        ):
            menu.addAction(text, slot).setEnabled(bool(len(chosen)))
        return menu

    def _open_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.exec(at)
        menu.deleteLater()
