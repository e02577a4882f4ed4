"""The table of entries."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sc3d_desktop.panels.dataset_browser.columns import COLUMNS
from sc3d_desktop.panels.parts.row_model import RowModel
from sc3d_desktop.panels.parts.row_table import RowTable
from sc3d_desktop.state.browser import Browser

ENTRY_MIME = "application/x-sc3d-entry"
"""What a dragged row carries: the id of its entry."""


class EntryTable(RowTable):
    mime = ENTRY_MIME

    def __init__(self, browser: Browser, parent: QWidget | None = None) -> None:
        super().__init__(browser, RowModel(browser, COLUMNS, parent), parent)
        self.setAccessibleName("Entries")
