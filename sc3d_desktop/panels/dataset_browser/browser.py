"""The dataset browser: filter bar, table, and below it the card and the charts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QLabel, QMenu, QSplitter, QVBoxLayout, QWidget

from sc3d_desktop.data.columns import Ints
from sc3d_desktop.data.query import Query
from sc3d_desktop.panels.dataset_browser.charts import Charts
from sc3d_desktop.panels.dataset_browser.compare import MOST_COMPARED, CompareDialog
from sc3d_desktop.panels.dataset_browser.filter_bar import FilterBar
from sc3d_desktop.panels.dataset_browser.table import EntryTable
from sc3d_desktop.panels.parts import IconButton
from sc3d_desktop.state.browser import Browser

_READING = "Reading the catalogue…"
_EMPTY = "The catalogue is empty.\nImport a collection from the menu “Data”."
_NOTHING_FITS = "Nothing fits.\nTake a filter away, or clear them all."
_TABLE_SHARE, _CARD_SHARE = 3, 2


class DatasetBrowser(QWidget):
    """``open_wanted`` carries the id of an entry, ``tag_wanted`` ids, a tag and whether it is to be
    there, ``new_tag_wanted`` ids.
    """

    open_wanted = Signal(int)
    tag_wanted = Signal(object, str, bool)
    new_tag_wanted = Signal(object)

    def __init__(self, browser: Browser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._browser = browser
        self._actions: Sequence[QAction | None] = ()
        self.filters = FilterBar(browser, self)
        self.table = EntryTable(browser, self)
        self.charts = Charts(browser, self)
        self.card = self.charts.card
        self.more = IconButton("mdi6.dots-vertical", "What can be done with the entries", self)
        self.message = QLabel(_READING, self.table.viewport())
        self._lay_out()
        self._connect()
        self._show_found()

    def _lay_out(self) -> None:
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.filters.buttons.addWidget(self.more)
        QWidget.setTabOrder(self.filters.clear, self.more)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.charts)
        self.splitter.setStretchFactor(0, _TABLE_SHARE)
        self.splitter.setStretchFactor(1, _CARD_SHARE)
        self.splitter.setChildrenCollapsible(False)
        message = QVBoxLayout(self.table.viewport())
        message.addWidget(self.message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.filters)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.filters.left_down.connect(self._enter_table)
        self.table.opened.connect(self.open_wanted)
        self.table.typed.connect(self.filters.search)
        self.table.card_wanted.connect(self.toggle_card)
        self.table.menu_wanted.connect(self._open_menu)
        self.table.current_changed.connect(self.card.show_entry)
        self.table.too_scattered.connect(self._narrow)
        self.card.open_wanted.connect(self.open_wanted)
        self.card.tag_wanted.connect(lambda i, tag, on: self.tag_wanted.emit([i], tag, on))
        self.more.clicked.connect(self._open_more)
        self._browser.found_changed.connect(self._show_found)

    def sizeHint(self) -> QSize:
        return QSize(540, 640)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 240)

    def set_actions(self, actions: Sequence[QAction | None]) -> None:
        """What the menu of the rows offers; None for a line between."""
        self._actions = actions

    def add_plots(self, dark: bool) -> None:
        self.charts.add_plots(dark)

    def set_theme(self, dark: bool) -> None:
        self.charts.set_theme(dark)

    @property
    def chosen(self) -> Ints:
        """The selected entries in the order of the table; without any, that of the keyboard."""
        ids = self._browser.ids[self._browser.places(self._browser.selection)]
        current = self.table.current_id()
        return np.array([current]) if not len(ids) and current is not None else ids

    # What is shown

    def _show_found(self) -> None:
        columns = self._browser.columns
        if columns is None:
            self.message.setText(_READING)
        else:
            self.message.setText(_EMPTY if not len(columns) else _NOTHING_FITS)
        self.message.setVisible(not len(self._browser.ids))
        self.card.show_entry(self.table.current_id())

    def refresh(self) -> None:
        """What is known of the entries in sight has changed."""
        self.table.entries.reread()
        self.card.refresh()

    def _narrow(self, ids: Ints) -> None:
        """A selection in very many pieces becomes a filter: only its entries are left."""
        self._browser.ask_for(ids=frozenset(ids.tolist()))

    # What the user does

    def focus_search(self) -> None:
        self.filters.search()

    def _enter_table(self) -> None:
        if not len(self._browser.selection) and len(self._browser.ids):
            self.table.selectRow(0)
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_card(self) -> None:
        """Show the card, or hide it with the charts where it is in sight."""
        shown = self.charts.isVisible() and self.charts.currentWidget() is self.card
        self.charts.setVisible(not shown)
        if not shown:
            self.charts.setCurrentWidget(self.card)

    def open_chosen(self) -> None:
        chosen = self.chosen
        if len(chosen):
            self.open_wanted.emit(int(chosen[0]))

    def compare_chosen(self) -> None:
        ids = [int(i) for i in self.chosen[:MOST_COMPARED]]
        if ids:
            pairs = [(self._browser.entry(i), self._browser.crystal(i)) for i in ids]
            CompareDialog(pairs, self.window()).open()

    def show_only_chosen(self) -> None:
        if len(self.chosen):
            self._narrow(self.chosen)

    def clear(self) -> None:
        self._browser.ask(Query())

    # Menus

    def menu(self) -> QMenu:
        menu = QMenu(self)
        for action in self._actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        menu.addSeparator()
        self._add_tags(menu.addMenu("Tag"))
        menu.addAction("Show only these", self.show_only_chosen).setEnabled(bool(len(self.chosen)))
        return menu

    def _add_tags(self, menu: QMenu) -> None:
        chosen = self.chosen
        menu.setEnabled(bool(len(chosen)) and self._browser.is_open)
        if not menu.isEnabled():
            return
        held = self._browser.columns.tags if self._browser.columns is not None else {}
        for tag in self._browser.tags():
            action = menu.addAction(tag)
            action.setCheckable(True)
            action.setChecked(bool(np.isin(chosen, held.get(tag, chosen[:0])).all()))
            action.toggled.connect(lambda on, tag=tag: self.tag_wanted.emit(chosen, tag, on))
        menu.addSeparator()
        menu.addAction("New tag…", lambda: self.new_tag_wanted.emit(chosen))

    def _open_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.exec(at)
        menu.deleteLater()

    def _open_more(self) -> None:
        self._open_menu(self.more.mapToGlobal(QPoint(0, self.more.height())))
