"""The card of one entry: picture, reports with their links, remarks, tags, source."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QPalette, QPixmap
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.data.entry import Entry
from sc3d_desktop.errors import CatalogueError
from sc3d_desktop.panels.dataset_browser.card_text import card_html
from sc3d_desktop.panels.dataset_browser.chips import Chip
from sc3d_desktop.panels.parts.flow import FlowLayout
from sc3d_desktop.state.browser import Browser
from sc3d_desktop.viz.thumbnail import thumbnail

_SIDE_PX = 148
_WAIT_MS = 40
"""An arrow key that is held down passes over entries faster than they can be read."""

NOTHING = "Select an entry to see what is known of it."


class Card(QWidget):
    """``tag_wanted`` carries an id, a tag, and whether it is to be there."""

    tag_wanted = Signal(int, str, bool)
    open_wanted = Signal(int)
    vasp_wanted = Signal(int)
    made_wanted = Signal(int)

    def __init__(self, browser: Browser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._browser = browser
        self._dark = False
        self.entry: Entry | None = None
        self._wanted: int | None = None
        self._wait = QTimer(self, interval=_WAIT_MS, singleShot=True)
        self._wait.timeout.connect(self.refresh)
        self.picture = QLabel(self)
        self.picture.setFixedSize(_SIDE_PX, _SIDE_PX)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.open = QPushButton("Open", self)
        self.open.setToolTip("Open it in the structure view (Enter)")
        self.vasp = QPushButton("VASP…", self)
        self.vasp.setToolTip("Write the inputs of a calculation of it")
        self.made = QPushButton("I made it…", self)
        self.made.setToolTip("Open it, and record what you measured on a sample of it")
        self.text = QTextBrowser(self)
        self.text.setAccessibleName("The entry")
        self.text.setOpenExternalLinks(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.viewport().setAutoFillBackground(False)
        self.tag = QLineEdit(self)
        self.tag.setPlaceholderText("Add a tag")
        self.tag.setFixedWidth(110)
        self.tags: list[Chip] = []
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self.tag)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.tag.setCompleter(completer)
        self._lay_out()
        self.tag.returnPressed.connect(self._add_tag)
        self.open.clicked.connect(self._open)
        self.vasp.clicked.connect(self._hand_off)
        self.made.clicked.connect(self._tell_made)
        self._clear()

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(6)
        side.addWidget(self.picture)
        side.addWidget(self.open)
        side.addWidget(self.vasp)
        side.addWidget(self.made)
        side.addStretch(1)
        self._tag_row = QWidget(self)
        self._flow = FlowLayout(self._tag_row, spacing=4)
        self._flow.addWidget(self.tag)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.text, 1)
        words.addWidget(self._tag_row)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(10)
        layout.addLayout(side)
        layout.addLayout(words, 1)

    def set_theme(self, dark: bool) -> None:
        self._dark = dark
        self.refresh()

    def show_entry(self, entry_id: int | None) -> None:
        """Show an entry a moment later, or that there is none."""
        self._wanted = entry_id
        self._wait.start()

    def refresh(self) -> None:
        """Read the entry anew."""
        self._wait.stop()
        self.entry = self._read()
        if self.entry is None:
            self._clear()
            return
        self.text.setHtml(card_html(self.entry))
        self._show_picture(self.entry.row.id)
        self._show_tags(self.entry.row.tags)
        self._tag_row.show()

    def _read(self) -> Entry | None:
        if self._wanted is None or not self._browser.is_open:
            return None
        try:
            return self._browser.entry(self._wanted)
        except CatalogueError:  # it has gone since the snapshot was taken
            return None

    def _clear(self) -> None:
        self.text.setPlainText(NOTHING)
        self.picture.clear()
        for button in (self.open, self.vasp, self.made):
            button.hide()
        self._tag_row.hide()

    def _show_picture(self, entry_id: int) -> None:
        crystal = self._browser.crystal(entry_id)
        for button in (self.open, self.vasp, self.made):
            button.show()
            button.setEnabled(crystal is not None)
        if crystal is None:
            self.picture.setText("No structure")
            return
        image = thumbnail(crystal, _SIDE_PX, self._dark, self.devicePixelRatioF())
        self.picture.setPixmap(QPixmap.fromImage(image))

    def _show_tags(self, tags: tuple[str, ...]) -> None:
        for old in self.tags:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.tags = [self._chip(tag) for tag in tags]
        self._names.setStringList(list(self._browser.tags()))
        self._flow.invalidate()

    def _chip(self, tag: str) -> Chip:
        chip = Chip(tag, self._tag_row)
        chip.removed.connect(lambda: self._tell(tag, False))
        self._flow.addWidget(chip)
        chip.show()
        return chip

    def _add_tag(self) -> None:
        tag = self.tag.text().strip()
        if tag:
            self.tag.clear()
            self._tell(tag, True)

    def _tell(self, tag: str, on: bool) -> None:
        if self.entry is not None:
            self.tag_wanted.emit(self.entry.row.id, tag, on)

    def _open(self) -> None:
        if self.entry is not None:
            self.open_wanted.emit(self.entry.row.id)

    def _hand_off(self) -> None:
        if self.entry is not None:
            self.vasp_wanted.emit(self.entry.row.id)

    def _tell_made(self) -> None:
        if self.entry is not None:
            self.made_wanted.emit(self.entry.row.id)
