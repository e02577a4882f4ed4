"""The form that drops down with everything that can be asked for besides elements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from sc3d_desktop.data.entry import DISORDER, FAMILIES
from sc3d_desktop.data.query import Query
from sc3d_desktop.panels.parts.choices import Choices, RangeBox
from sc3d_desktop.panels.parts.popup import Popup
from sc3d_desktop.panels.parts.text import disorder_word
from sc3d_desktop.viz.families import FAMILY_NAMES

TYPING_MS = 100
"""So long after the last letter the question is asked."""

_MOST_CHOICES = 24


class YesNo(QComboBox):
    """Any, yes or no."""

    def __init__(self, yes: str, no: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for text in ("any", yes, no):
            self.addItem(text)

    def show_flag(self, flag: bool | None) -> None:
        self.setCurrentIndex(0 if flag is None else 1 if flag else 2)

    def flag(self) -> bool | None:
        return (None, True, False)[self.currentIndex()]


class FilterForm(Popup):
    """``changed`` carries the query as the form now has it."""

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._query = Query()
        self.families, self.disorders = Choices(3, self), Choices(2, self)
        self.families.set_names({name: FAMILY_NAMES[name] for name in (*FAMILIES, "")})
        self.disorders.set_names({kind: disorder_word(kind) for kind in (*DISORDER, "")})
        self.collections, self.tags = Choices(3, self), Choices(3, self)
        self.tc, self.sites = RangeBox("Tc", "K", self), RangeBox("Sites", "", self)
        self.space_group = QLineEdit(self)
        self.space_group.setPlaceholderText("P6_3/mmc or 194")
        self.superconducting = YesNo("superconducting", "found not to be", self)
        self.in_training = YesNo("trained on", "not trained on", self)
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._tell)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        layout = self._form = QFormLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for name, widget in (
            ("Family", self.families),
            ("Disorder", self.disorders),
            ("Tc", self.tc),
            ("Superconductor", self.superconducting),
            ("Sites", self.sites),
            ("Space group", self.space_group),
            ("The model", self.in_training),
            ("Collection", self.collections),
            ("Tags", self.tags),
        ):
            layout.addRow(name, widget)

    def _connect(self) -> None:
        for choices in (self.families, self.disorders, self.collections, self.tags):
            choices.changed.connect(self._tell)
        for flag in (self.superconducting, self.in_training):
            flag.activated.connect(self._tell)
        for box in (self.tc, self.sites):
            box.changed.connect(self._typing.start)
        self.space_group.textEdited.connect(lambda _text: self._typing.start())

    def set_sources(self, collections: Sequence[str], tags: Sequence[str]) -> None:
        """Which collections and tags there are to choose from."""
        for choices, names in ((self.collections, collections), (self.tags, tags)):
            choices.set_names({name: name for name in names[:_MOST_CHOICES]})
            self._form.setRowVisible(choices, bool(names))

    def show_query(self, query: Query) -> None:
        self._query = query
        self.families.show_chosen(query.families)
        self.disorders.show_chosen(query.disorders)
        self.collections.show_chosen(query.collections)
        self.tags.show_chosen(query.tags)
        self.superconducting.show_flag(query.superconducting)
        self.in_training.show_flag(query.in_training)
        if not self._typing.isActive():
            self.tc.show_range(query.tc_kelvin)
            self.sites.show_range(query.n_sites)
            if self.space_group.text().strip() != query.space_group.strip():
                self.space_group.setText(query.space_group)

    def open_below(self, anchor: QWidget) -> None:
        super().open_below(anchor)
        self.families.boxes[FAMILIES[0]].setFocus()

    def hideEvent(self, event: object) -> None:
        super().hideEvent(event)  # type: ignore[arg-type]
        if self._typing.isActive():
            self._tell()

    def _tell(self) -> None:
        self._typing.stop()
        self.changed.emit(
            replace(
                self._query,
                families=self.families.chosen(),
                disorders=self.disorders.chosen(),
                collections=self.collections.chosen(),
                tags=self.tags.chosen(),
                tc_kelvin=self.tc.range(),
                n_sites=self.sites.range(),
                space_group=self.space_group.text().strip(),
                superconducting=self.superconducting.flag(),
                in_training=self.in_training.flag(),
            )
        )
