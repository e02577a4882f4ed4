"""The crystal that is worked on, and when asked for another one beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QSplitter, QToolButton, QVBoxLayout, QWidget

from sc3d_desktop.panels.compare.head import SideHead
from sc3d_desktop.panels.compare.table import DifferenceTable
from sc3d_desktop.panels.parts import IconButton
from sc3d_desktop.viz.compare_link import CameraLink
from sc3d_desktop.viz.crystal_canvas import CrystalCanvas
from sc3d_desktop.viz.figure import side_by_side
from sc3d_desktop.viz.legend import ColourBy
from sc3d_desktop.viz.theme import canvas_theme

_NARROW = 340
"""In pixels: a head has no room for what its button says."""

_TABLE_SHARE = 4
"""The pictures get so many times the height of the table."""


class ComparisonView(QWidget):
    """``canvas`` is B, always in sight; A, the heads and the table come with ``set_comparing``.

    ``close_wanted`` comes with Esc and the button.
    """

    close_wanted = Signal()

    def __init__(self, canvas: CrystalCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas, self.other = canvas, CrystalCanvas()
        self.other.setAccessibleName("Crystal it is compared with")
        self.head_a, self.head_b = SideHead("A", self), SideHead("B", self)
        self.table = DifferenceTable(self)
        self.choose = QToolButton(self)
        self.menu = QMenu(self.choose)
        self.close_button = IconButton("mdi6.close", "Close the comparison (Esc)", self)
        self.link = CameraLink(self.other, canvas, self)
        self._dark = False
        self._fill_heads()
        self._lay_out()
        self.comparing = True
        self.set_comparing(False)

    def _fill_heads(self) -> None:
        self.choose.setAccessibleName("Compare with")
        self.choose.setToolTip("Compare with something else")
        self.choose.setMenu(self.menu)
        self.choose.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.head_a.add_button(self.choose)
        self.head_a.resized.connect(self._fit_choose)
        self.head_b.add_button(self.close_button)
        self.close_button.clicked.connect(self.close_wanted)
        self.escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self.escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.escape.activated.connect(self.close_wanted)

    def _lay_out(self) -> None:
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self._pane_a = _pane(self.head_a, self.other)
        pane_b = _pane(self.head_b, self.canvas)
        for pane in (self._pane_a, pane_b):
            self.panes.addWidget(pane)
            self.panes.setStretchFactor(self.panes.indexOf(pane), 1)
        self.panes.setCollapsible(1, False)
        self.rows = QSplitter(Qt.Orientation.Vertical)
        self.rows.addWidget(self.panes)
        self.rows.addWidget(self.table)
        self.rows.setStretchFactor(0, 1)
        self.rows.setCollapsible(0, False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.rows)

    def _fit_choose(self, width: int) -> None:
        self.choose.setText("Compare with  " if width >= _NARROW else " ")  # room for the arrow

    def set_comparing(self, on: bool) -> None:
        if on == self.comparing:
            return
        self.comparing = on
        for part in (self._pane_a, self.head_b, self.table):
            part.setVisible(on)
        self.escape.setEnabled(on)
        if on:
            self.panes.setSizes([self.width() // 2] * 2)
            below = self.height() // (_TABLE_SHARE + 1)
            self.rows.setSizes([self.height() - below, below])
        self.link.set_on(on)

    def set_choices(self, choices: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """What A can be, and what does it."""
        self.menu.clear()
        for text, choose in choices:
            self.menu.addAction(text, choose)

    # What holds for both pictures

    def set_theme(self, dark: bool) -> None:
        self._dark = dark
        for canvas in (self.canvas, self.other):
            canvas.set_theme(dark)

    def set_colour_by(self, kind: str) -> None:
        for canvas in (self.canvas, self.other):
            canvas.set_colour_by(cast(ColourBy, kind))

    def set_show(self, part: str, on: bool) -> None:
        for canvas in (self.canvas, self.other):
            canvas.set_show(**{part: on})

    def set_contributions(self, of_a: Sequence[float] | None, of_b: Sequence[float] | None) -> None:
        """One ramp for both, so that a colour is the same number in both."""
        known = [*(of_a or ()), *(of_b or ())] if self.comparing else []
        ends = (min(known), max(known)) if known else None
        self.other.set_contributions(of_a, ends)
        self.canvas.set_contributions(of_b, ends)

    def render_image(self, scale: float = 2.0) -> QImage:
        """The picture, or both with what they are, enlarged for a figure."""
        if not self.comparing:
            return self.canvas.render_image(scale)
        shown = [(c, h) for c, h in self._sides() if c.width() > 1]
        pictures = [canvas.render_image(scale) for canvas, _ in shown]
        captions = [head.caption for _, head in shown]
        return side_by_side(pictures, captions, canvas_theme(self._dark), self.font(), scale)

    def _sides(self) -> list[tuple[CrystalCanvas, SideHead]]:
        return [(self.other, self.head_a), (self.canvas, self.head_b)]


def _pane(head: QWidget, canvas: QWidget) -> QWidget:
    pane = QWidget()
    layout = QVBoxLayout(pane)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(head)
    layout.addWidget(canvas, 1)
    return pane
