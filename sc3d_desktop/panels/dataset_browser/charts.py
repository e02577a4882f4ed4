"""The tabs below the table: the card, and charts of what was found that can be brushed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from sc3d_desktop.crystal.elements import symbols
from sc3d_desktop.data import facets
from sc3d_desktop.data.columns import Columns, Ints
from sc3d_desktop.data.entry import DISORDER
from sc3d_desktop.panels.dataset_browser.card import Card
from sc3d_desktop.panels.parts.text import disorder_word
from sc3d_desktop.state.browser import Browser
from sc3d_desktop.viz.element_heat import ElementHeat
from sc3d_desktop.viz.families import ALL_FAMILIES, FAMILY_COLOURS, FAMILY_NAMES
from sc3d_desktop.viz.shares_plot import Ring, Share, SharesPlot
from sc3d_desktop.viz.theme import DISORDER_COLOURS

_NO_STRUCTURE_COLOUR = "#5F6873"
_NONE = np.zeros(0, dtype=np.int64)
_KIND_COLOURS = [*DISORDER_COLOURS.values(), _NO_STRUCTURE_COLOUR]


class Charts(QTabWidget):
    """The charts are made by ``add_plots`` and drawn when they are looked at."""

    def __init__(self, browser: Browser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self._browser = browser
        self.card = Card(browser, self)
        self.addTab(self.card, "Entry")
        self.made = False
        self._old: set[int] = set()
        self._draw: list[Callable[[Columns], None]] = []
        browser.found_changed.connect(self._outdate)
        browser.selection_changed.connect(self._outdate)
        self.currentChanged.connect(lambda _tab: self._redraw())

    def add_plots(self, dark: bool) -> None:
        """Make the charts; pyqtgraph takes a while to import."""
        from sc3d_desktop.viz.parity_plot import ParityPlot
        from sc3d_desktop.viz.tc_histogram import TcHistogram

        self.histogram, self.elements = TcHistogram(self), ElementHeat(self)
        self.shares, self.parity = SharesPlot(self), ParityPlot(self)
        for widget, name, tip, draw in (
            (self.histogram, "Tc", "How many entries have which Tc", self._draw_histogram),
            (self.elements, "Elements", "How often each element occurs", self._draw_elements),
            (self.shares, "Shares", "Classes of disorder, and families", self._draw_shares),
            (self.parity, "Predicted", "Predicted against measured Tc", self._draw_parity),
        ):
            self.setTabToolTip(self.addTab(widget, name), tip)
            self._draw.append(draw)
        self._connect()
        self.made = True
        self.set_theme(dark)
        self._outdate()

    def _connect(self) -> None:
        select = self._browser.select
        self.histogram.brushed.connect(self._brush_tc)
        self.elements.element_picked.connect(self._brush_element)
        self.shares.brushed.connect(self._brush_share)
        self.parity.brushed.connect(select)
        for chart in (self.histogram, self.shares, self.parity):
            chart.cleared.connect(lambda: select(_NONE))

    def set_theme(self, dark: bool) -> None:
        self.card.set_theme(dark)
        if self.made:
            self.histogram.set_theme(dark)
            self.parity.set_theme(dark)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._redraw()

    # Drawing

    def _outdate(self) -> None:
        self._old = set(range(1, len(self._draw) + 1))
        self._redraw()

    def _redraw(self) -> None:
        """Bring the chart in sight up to date; the others wait until they are looked at."""
        tab, columns = self.currentIndex(), self._browser.columns
        if tab in self._old and columns is not None and self.isVisible():
            self._old.discard(tab)
            self._draw[tab - 1](columns)

    @property
    def _chosen(self) -> Ints:
        """Positions of the selected entries."""
        columns = self._browser.columns
        return _NONE if columns is None else columns.positions(self._browser.selection)

    def _draw_histogram(self, columns: Columns) -> None:
        edges, chosen = self.histogram.edges, self._chosen
        counts = facets.tc_histogram(columns, self._browser.rows, edges)
        marked = facets.tc_histogram(columns, chosen, edges) if len(chosen) else None
        self.histogram.set_counts(counts, marked)

    def _draw_elements(self, columns: Columns) -> None:
        counts = facets.element_counts(columns, self._browser.rows)
        chosen = facets.element_counts(columns, self._chosen)
        marked = [symbols()[z] for z in np.flatnonzero(chosen).tolist()]
        self.elements.set_counts(counts.tolist(), len(self._browser.ids), marked)

    def _draw_shares(self, columns: Columns) -> None:
        rows, chosen = self._browser.rows, self._chosen
        kinds = (
            facets.disorder_counts(columns, rows).tolist(),
            facets.disorder_counts(columns, chosen).tolist(),
        )
        families = (
            facets.family_counts(columns, rows).tolist(),
            facets.family_counts(columns, chosen).tolist(),
        )
        disorder = [
            Share(kind, disorder_word(kind), colour, n, marked)
            for kind, colour, n, marked in zip((*DISORDER, ""), _KIND_COLOURS, *kinds, strict=True)
        ]
        family = [
            Share(name, FAMILY_NAMES[name], FAMILY_COLOURS[name], n, marked)
            for name, n, marked in zip(ALL_FAMILIES, *families, strict=True)
        ]
        rings = (
            Ring("disorder", "Disorder", tuple(disorder)),
            Ring("family", "Family", tuple(family)),
        )
        self.shares.set_rings(rings)

    def _draw_parity(self, columns: Columns) -> None:
        found = facets.pairs(columns, self._browser.rows)
        marked = self._browser.is_selected(found.ids)
        pair = found.measured_kelvin, found.predicted_kelvin
        self.parity.set_points(found.ids, *pair, marked, int(found.trained_on.sum()))

    # Brushing

    def _brush_tc(self, low: float, high: float, family: str | None) -> None:
        if self._browser.columns is not None:
            found = facets.with_tc(self._browser.columns, self._browser.rows, low, high, family)
            self._browser.select(found)

    def _brush_element(self, element: str) -> None:
        if self._browser.columns is not None:
            found = facets.with_element(self._browser.columns, self._browser.rows, element)
            self._browser.select(found)

    def _brush_share(self, column: str, word: str) -> None:
        if self._browser.columns is not None:
            found = facets.with_word(self._browser.columns, self._browser.rows, column, word)
            self._browser.select(found)
