"""One calculation: what it says in words, and its plots."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QSplitter,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.dft.results.types import Stated
from sc3d_desktop.dft.results.words import Line, stated_lines
from sc3d_desktop.jobs import ReadCalculation
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.results.coupling import CouplingPage, has_coupling
from sc3d_desktop.window.results.electrons import ElectronsPage
from sc3d_desktop.window.results.phonons import PhononsPage

_SIZE, _SIZE_WITHOUT_PLOTS = (1200, 700), (520, 460)
_SHARES = (330, 870)
_CELL = 'style="padding: 3px 10px 3px 0"'


class ResultsDialog(QDialog):
    """Not modal, so that the crystal can be looked at beside it. ``crystal_wanted`` carries the
    relaxed structure and a path of None: it is not yet a file of its own. ``comparison_wanted``
    asks to see beside it what was given, once it is open.
    """

    crystal_wanted = Signal(object, object)
    comparison_wanted = Signal()
    failed = Signal(object)

    def __init__(self, found: ReadCalculation, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Calculation {found.path.name}")
        self.setSizeGripEnabled(True)
        self.found = found
        self.words = QTextBrowser(self)
        self.words.setAccessibleName("What was calculated")
        self.words.setHtml(_html(found.lines, found.result.stated))
        self.electrons: ElectronsPage | None = None
        self.coupling: CouplingPage | None = None
        self.phonons: PhononsPage | None = None
        self.tabs = QTabWidget(self)
        self._add_pages(ask)
        self._add_buttons()
        self._lay_out()
        self._follow_palette()

    def _add_pages(self, ask: Ask) -> None:
        result = self.found.result
        if result.bands is not None or result.dos is not None:
            self.electrons = ElectronsPage(self.found, ask, self)
            self.electrons.failed.connect(self.failed)
            self.tabs.addTab(self.electrons, "Bands and DOS")
        if result.phonons is not None:
            self.phonons = PhononsPage(result.phonons, self.found.path, ask, self)
            self.phonons.failed.connect(self.failed)
            self.tabs.addTab(self.phonons, "Phonons")
        if has_coupling(result):
            self.coupling = CouplingPage(result, self.found.path, ask, self)
            self.coupling.failed.connect(self.failed)
            self.tabs.addTab(self.coupling, "α²F and Tc")

    def _add_buttons(self) -> None:
        self.buttons = QDialogButtonBox(self)
        roles = QDialogButtonBox.ButtonRole
        self.open_relaxed = self.buttons.addButton("Open relaxed structure", roles.ActionRole)
        self.open_relaxed.setEnabled(self.found.result.relaxed is not None)
        self.open_relaxed.clicked.connect(
            lambda: self.crystal_wanted.emit(self.found.result.relaxed, None)
        )
        self.compare = self.buttons.addButton("Compare with what was given", roles.ActionRole)
        self.compare.setEnabled(None not in (self.found.result.relaxed, self.found.result.start))
        self.compare.clicked.connect(self._ask_to_compare)
        self.buttons.addButton("Close", roles.RejectRole)
        self.buttons.rejected.connect(self.reject)

    def _ask_to_compare(self) -> None:
        self.crystal_wanted.emit(self.found.result.relaxed, None)
        self.comparison_wanted.emit()

    def _lay_out(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.words)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(splitter, 1)
        layout.addWidget(self.buttons)
        self.tabs.setVisible(self.tabs.count() > 0)
        if self.tabs.count():
            splitter.addWidget(self.tabs)
            splitter.setSizes(_SHARES)
            splitter.setStretchFactor(1, 1)
        self.resize(*(_SIZE if self.tabs.count() else _SIZE_WITHOUT_PLOTS))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_palette()

    def _follow_palette(self) -> None:
        dark = self.palette().color(QPalette.ColorRole.Base).lightnessF() < 0.5
        for page in (self.electrons, self.phonons, self.coupling):
            if page is not None:
                page.set_theme(dark)


def _html(lines: tuple[Line, ...], stated: tuple[Stated, ...]) -> str:
    said = [*lines, *stated_lines(stated)]
    rows = (
        f"<tr><td {_CELL}><b>{escape(heading)}</b></td><td {_CELL}>{escape(text)}</td></tr>"
        for heading, text in said
    )
    return f"<table>{''.join(rows)}</table>"
