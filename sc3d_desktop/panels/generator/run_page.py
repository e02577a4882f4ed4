"""A run that goes on or has ended: its head, its candidates, and what is known of one of them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QLabel, QMenu, QSplitter, QTabWidget, QVBoxLayout, QWidget

from sc3d_desktop.data.columns import Ints
from sc3d_desktop.panels.generator.candidate_table import CandidateTable
from sc3d_desktop.panels.generator.details import Details
from sc3d_desktop.panels.generator.filters import Filters
from sc3d_desktop.panels.generator.gallery import Gallery
from sc3d_desktop.panels.generator.run_header import RunHeader
from sc3d_desktop.panels.generator.texts import vasp_words
from sc3d_desktop.state.generation import Generation

_HEIGHTS = [420, 200]
_NOTHING_YET = "Nothing has been made yet."
_NOTHING_FITS = "No candidate fits the filters."


class RunPage(QWidget):
    """``keep_wanted`` and ``vasp_wanted`` carry an array of indices, the other signals the index
    of a candidate.
    """

    open_wanted = Signal(int)
    symmetrised_wanted = Signal(int)
    dope_wanted = Signal(int)
    vasp_wanted = Signal(object)
    relax_wanted = Signal(int)
    keep_wanted = Signal(object)

    def __init__(self, generation: Generation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._generation, self._found = generation, generation.found
        self.header = RunHeader(generation, self)
        self.filters = Filters(self._found, self)
        self.table, self.gallery = CandidateTable(self._found, self), Gallery(self._found, self)
        self.message = QLabel(_NOTHING_YET, self.table.viewport())
        self.details = Details(self)
        self.tabs = QTabWidget(self)
        self._lay_out()
        self._connect()
        self._show_found()

    def _lay_out(self) -> None:
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.table, "Table")
        self.tabs.addTab(self.gallery, "Gallery")
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        QVBoxLayout(self.table.viewport()).addWidget(self.message)
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
        layout.addWidget(self.filters)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        table, gallery, details = self.table, self.gallery, self.details
        for view in (table, gallery):
            view.opened.connect(self.open_wanted)
            view.current_changed.connect(self._show_details)
            view.menu_wanted.connect(self._open_menu)
        self.header.vasp_wanted.connect(self.export_chosen)
        self.header.opening.connect(lambda: self.header.count_chosen(len(self.chosen)))
        table.card_wanted.connect(lambda: details.setVisible(not details.isVisible()))
        table.keep_pressed.connect(self.keep_chosen)
        table.dope_pressed.connect(lambda: self._tell_current(self.dope_wanted))
        details.open_wanted.connect(self.open_wanted)
        details.symmetrised_wanted.connect(self.symmetrised_wanted)
        details.dope_wanted.connect(self.dope_wanted)
        details.vasp_wanted.connect(lambda i: self.vasp_wanted.emit(np.array([i])))
        details.relax_wanted.connect(self.relax_wanted)
        details.keep_wanted.connect(lambda i: self.keep_wanted.emit(np.array([i])))
        self._found.found_changed.connect(self._show_found)
        self._generation.run_changed.connect(self._show_relaxing)

    def set_theme(self, dark: bool) -> None:
        self.table.set_theme(dark)
        self.gallery.set_theme(dark)

    # What is shown

    def _show_found(self) -> None:
        self.message.setText(_NOTHING_FITS if self._found.all else _NOTHING_YET)
        self.message.setVisible(not len(self._found.ids))
        shown = self.details.candidate
        self._show_details(shown.index if shown is not None else self.table.current_id())

    def _show_details(self, index: int | None) -> None:
        self.details.show_candidate(self._found.candidate(index))

    def _show_relaxing(self) -> None:
        self.details.set_relax_problem(self._generation.relax_problem)

    # What the user does

    @property
    def in_sight(self) -> CandidateTable | Gallery:
        return self.gallery if self.tabs.currentWidget() is self.gallery else self.table

    @property
    def chosen(self) -> Ints:
        """The selected candidates in the order of the table; without any, that of the keyboard."""
        ids = self._found.ids[self._found.places(self._found.selection)]
        current = self.in_sight.current_id()
        return np.array([current]) if not len(ids) and current is not None else ids

    def export_chosen(self) -> None:
        if len(self.chosen):
            self.vasp_wanted.emit(self.chosen)

    def keep_chosen(self) -> None:
        if len(self.chosen):
            self.keep_wanted.emit(self.chosen)

    def _tell_current(self, signal: object) -> None:
        current = self.in_sight.current_id()
        if current is not None:
            signal.emit(current)  # type: ignore[attr-defined]

    def menu(self) -> QMenu:
        menu, chosen = QMenu(self), self.chosen
        one = int(chosen[0]) if len(chosen) else 0
        symmetrised = self.details.symmetrised.isEnabled()
        relax = self.details.relax
        for text, slot, possible in (
            ("Open as made\tEnter", lambda: self.open_wanted.emit(one), True),
            ("Open symmetrised", lambda: self.symmetrised_wanted.emit(one), symmetrised),
            ("Dope…\tD", lambda: self.dope_wanted.emit(one), True),
            ("Keep in “My candidates”\tInsert", self.keep_chosen, True),
            (vasp_words(len(chosen)), self.export_chosen, True),
            (relax.text(), lambda: self.relax_wanted.emit(one), relax.isEnabled()),
            ("Copy formula", self.table.copy, True),
        ):
            menu.addAction(text, slot).setEnabled(bool(len(chosen)) and possible)
        return menu

    def _open_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.exec(at)
        menu.deleteLater()
