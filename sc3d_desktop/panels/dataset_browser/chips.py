"""What is asked for, as chips of which each can be taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from sc3d_desktop.data.query import EVERYTHING, Query, Range
from sc3d_desktop.panels.parts import IconButton
from sc3d_desktop.panels.parts.flow import FlowLayout
from sc3d_desktop.panels.parts.text import disorder_word
from sc3d_desktop.viz.families import FAMILY_NAMES

_FORGET_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True)
class Condition:
    """One thing that is asked for, in words, and the query without it."""

    text: str
    without: Query


def conditions(query: Query) -> list[Condition]:
    """All of them: taken away one after the other, nothing is left."""
    return [Condition(text, replace(query, **change)) for text, change in _parts(query)]


def _parts(query: Query) -> Iterator[tuple[str, dict[str, Any]]]:
    if query.text.strip():
        yield f"“{query.text.strip()}”", {"text": ""}
    if query.formula.strip():
        yield query.formula.strip(), {"formula": ""}
    for element in sorted(query.must):
        yield f"with {element}", {"must": query.must - {element}}
    if query.may:
        yield f"else only {', '.join(sorted(query.may))}", {"may": frozenset()}
    for element in sorted(query.must_not):
        yield f"without {element}", {"must_not": query.must_not - {element}}
    for family in sorted(query.families):
        yield FAMILY_NAMES.get(family, family), {"families": query.families - {family}}
    for kind in sorted(query.disorders):
        yield disorder_word(kind), {"disorders": query.disorders - {kind}}
    yield from _numbers(query)
    yield from _sources(query)


def _numbers(query: Query) -> Iterator[tuple[str, dict[str, Any]]]:
    if query.tc_kelvin != EVERYTHING:
        yield f"Tc {_range(query.tc_kelvin)} K", {"tc_kelvin": EVERYTHING}
    if query.n_sites != EVERYTHING:
        yield f"{_range(query.n_sites)} sites", {"n_sites": EVERYTHING}
    if query.space_group.strip():
        yield f"space group {query.space_group.strip()}", {"space_group": ""}
    if query.superconducting is not None:
        said = "superconducting" if query.superconducting else "not superconducting"
        yield said, {"superconducting": None}
    if query.in_training is not None:
        said = "trained on" if query.in_training else "not trained on"
        yield said, {"in_training": None}


def _sources(query: Query) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in sorted(query.collections):
        yield f"from {name}", {"collections": query.collections - {name}}
    for tag in sorted(query.tags):
        yield f"#{tag}", {"tags": query.tags - {tag}}
    if query.ids is not None:
        yield f"{len(query.ids):,} marked", {"ids": None}


def _range(wanted: Range) -> str:
    low, high = wanted
    if low is None:
        return f"≤ {high:g}"
    return f"≥ {low:g}" if high is None else f"{low:g}–{high:g}"


class Chip(QWidget):
    """Delete, Backspace or a click on its cross take it away; the arrows go to the next."""

    removed = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = text
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{text}; Delete takes it away")
        self.cross = IconButton("mdi6.close", f"Take away: {text}", self)
        self.cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side = self.fontMetrics().height()
        self.cross.setFixedSize(side, side)
        self.cross.clicked.connect(self.removed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 4, 2)
        layout.setSpacing(2)
        layout.addWidget(QLabel(text, self))
        layout.addWidget(self.cross)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if event.key() in _FORGET_KEYS:
            self.removed.emit()
        elif step is not None:
            self.focusNextPrevChild(step > 0)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        roles = QPalette.ColorRole
        edge = roles.Highlight if self.hasFocus() else roles.Mid
        painter.setPen(QPen(self.palette().color(edge), 2.0 if self.hasFocus() else 1.0))
        painter.setBrush(self.palette().color(roles.Midlight))
        box = self.rect().toRectF().adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)


class ChipBar(QWidget):
    """A chip for each condition; ``changed`` carries the query without the one taken away."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: list[Chip] = []
        self._flow = FlowLayout(self, spacing=4)
        self.hide()

    def show_query(self, query: Query) -> None:
        at = next((i for i, chip in enumerate(self.chips) if chip.hasFocus()), None)
        for old in self.chips:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.chips = [self._chip(condition) for condition in conditions(query)]
        self.setVisible(bool(self.chips))
        if at is not None and self.chips:
            self.chips[min(at, len(self.chips) - 1)].setFocus()

    def _chip(self, condition: Condition) -> Chip:
        chip = Chip(condition.text, self)
        chip.removed.connect(lambda: self.changed.emit(condition.without))
        self._flow.addWidget(chip)
        chip.show()
        return chip
