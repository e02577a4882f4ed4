"""The periodic table that drops down to ask for elements."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from sc3d_desktop.panels.parts import Heading, Note
from sc3d_desktop.panels.parts.popup import Popup
from sc3d_desktop.viz.element_filter import ElementFilter, Wish

_HELP = (
    "A click goes through must have (+), may have (○) and must not have (−); Shift-click: may "
    "have; Ctrl-click: must not have. As soon as one may be there, all others may not."
)


class ElementPopup(Popup):
    """``changed`` carries the elements that must, may and must not be there, as frozensets."""

    changed = Signal(object, object, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.table = ElementFilter(self)
        self.table.wishes_changed.connect(self._tell)
        self.clear = QPushButton("Clear", self)
        self.clear.clicked.connect(self._clear)
        head = QHBoxLayout()
        head.addWidget(Heading("Elements", parent=self), 1)
        head.addWidget(self.clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.table)
        layout.addWidget(Note(_HELP, self))

    def show_wishes(self, must: Iterable[str], may: Iterable[str], must_not: Iterable[str]) -> None:
        self.table.set_wishes(must, may, must_not)

    def open_below(self, anchor: QWidget) -> None:
        super().open_below(anchor)
        self.table.setFocus()

    def _tell(self) -> None:
        wishes = (Wish.MUST, Wish.MAY, Wish.MUST_NOT)
        self.changed.emit(*(self.table.asked(wish) for wish in wishes))

    def _clear(self) -> None:
        self.table.set_wishes((), (), ())
        self._tell()
