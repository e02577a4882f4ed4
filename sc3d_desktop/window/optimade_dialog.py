"""Which OPTIMADE database is screened, and what it is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.panels.parts import Note, Problem
from sc3d_desktop.panels.parts.choices import RangeBox
from sc3d_desktop.screening.sources import Asked, Optimade
from sc3d_desktop.screening.sources.optimade import Database

_NOTE = (
    "The list comes from the OPTIMADE consortium, when you ask for it. Only your conditions are "
    "sent to a database; how its data may be used is for it to say."
)


class OptimadeDialog(QDialog):
    """``chosen`` carries a source as its ``as_json`` says it; ``providers_wanted`` and
    ``databases_wanted`` ask for what ``show_providers`` and ``show_databases`` then bring.
    """

    chosen = Signal(object)
    providers_wanted = Signal()
    databases_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("OPTIMADE database")
        self._provider = ""
        self.providers, self.databases = QComboBox(self), QComboBox(self)
        self.fetch = QPushButton("Get the list", self)
        self.address = QLineEdit(self)
        self.all_of, self.none_of = QLineEdit(self), QLineEdit(self)
        self.sites = RangeBox("Sites", "in the cell", self)
        self.filter = QLineEdit(self)
        self.problem = Problem(self)
        self.buttons, roles = QDialogButtonBox(self), QDialogButtonBox.ButtonRole
        self.add = self.buttons.addButton("Add", roles.AcceptRole)
        self.buttons.addButton("Cancel", roles.RejectRole)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        for box in (self.providers, self.databases):
            box.setEnabled(False)
            box.setMinimumContentsLength(28)
        self.address.setPlaceholderText("https://…")
        self.all_of.setPlaceholderText("La, Cu")
        self.none_of.setPlaceholderText("Hg")
        self.filter.setPlaceholderText('nelements<=4 AND elements HAS "O"')
        self.fetch.setAutoDefault(False)
        provider = QHBoxLayout()
        provider.addWidget(self.providers, 1)
        provider.addWidget(self.fetch)
        form = QFormLayout()
        for name, row in (
            ("Provider", provider), ("Database", self.databases), ("Address", self.address),
            ("With all of", self.all_of), ("Without", self.none_of), ("Sites", self.sites),
            ("Filter", self.filter),
        ):  # fmt: skip
            form.addRow(name, row)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addLayout(form)
        layout.addWidget(Note(_NOTE, self))
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.fetch.clicked.connect(self._ask_providers)
        self.providers.activated.connect(self._ask_databases)
        self.databases.activated.connect(self._take_database)
        self.buttons.accepted.connect(self._add)
        self.buttons.rejected.connect(self.reject)

    # What there is

    def _ask_providers(self) -> None:
        self.problem.clear_error()
        self.fetch.setEnabled(False)
        self.providers_wanted.emit()

    def show_providers(self, found: Sequence[Database]) -> None:
        self.fetch.setEnabled(True)
        _fill(self.providers, found)
        self.providers.setFocus()
        self._ask_databases()

    def _ask_databases(self) -> None:
        provider = self.providers.currentData()
        if provider is not None:
            self.problem.clear_error()
            self._provider = provider.id
            self.databases.clear()
            self.databases.setEnabled(False)
            self.databases_wanted.emit(provider)

    def show_databases(self, found: Sequence[Database]) -> None:
        _fill(self.databases, found)
        self._take_database()

    def _take_database(self) -> None:
        database = self.databases.currentData()
        if database is not None:
            self.address.setText(database.url)

    def show_problem(self, error: Sc3dError) -> None:
        self.fetch.setEnabled(True)
        self.problem.show_error(error)

    # What is asked for

    def _add(self) -> None:
        self.problem.clear_error()
        try:
            source = Optimade(self.address.text().strip(), self._asked(), self._name())
        except Sc3dError as error:
            self.problem.show_error(error)
            return
        self.chosen.emit(source.as_json())
        self.accept()

    def _asked(self) -> Asked:
        low, high = self.sites.range()
        return Asked(
            all_of=_symbols(self.all_of.text()),
            none_of=_symbols(self.none_of.text()),
            n_sites=(None if low is None else int(low), None if high is None else int(high)),
            filter=self.filter.text().strip(),
        )

    def _name(self) -> str:
        """The provider's, as long as the address is that of one of its databases."""
        database = self.databases.currentData()
        listed = database is not None and database.url == self.address.text().strip()
        return self._provider if listed else ""


def _fill(box: QComboBox, found: Sequence[Database]) -> None:
    box.clear()
    for database in sorted(found, key=lambda d: d.name.casefold()):
        box.addItem(database.name, database)
        box.setItemData(box.count() - 1, database.description, Qt.ItemDataRole.ToolTipRole)
    box.setEnabled(bool(found))


def _symbols(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[\s,;]+", text) if part)
