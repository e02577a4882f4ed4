"""Joins the dialogs of lab records to the catalogue and to the crystal that is open."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.lab_record import Before, LabRecord, Origin
from sc3d_desktop.data.record_tables import FORMATS, write_records
from sc3d_desktop.data.records import (
    KeptRecord,
    delete_record,
    edit_record,
    list_records,
    now,
    origin_of,
    put_record,
)
from sc3d_desktop.errors import CatalogueError
from sc3d_desktop.state.answer import AnswerStatus, TcAnswer
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.banner import Banners, Subject
from sc3d_desktop.window.records.dialog import MadeDialog
from sc3d_desktop.window.session import Session

if TYPE_CHECKING:
    from sc3d_desktop.window.records.listing import RecordsDialog

_KINDS = "Table (*.csv);;JSON (*.json)"


class RecordsDesk(QObject):
    """``changed`` says that the catalogue has other records than before. ``dialog`` and
    ``listing`` are those that are open, if any.
    """

    changed = Signal()

    def __init__(self, session: Session, ask: Ask, banners: Banners, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._ask, self._banners = session, ask, banners
        self._path = session.browser.path
        self.dialog: MadeDialog | None = None
        self.listing: RecordsDialog | None = None
        self._before: Before | None = None
        self._deleted: tuple[Crystal | str, LabRecord] | None = None
        session.answer.changed.connect(self._show_before)

    # A new record

    def make(self, window: QWidget) -> None:
        """Ask what came of the crystal that is open."""
        crystal = self._session.document.crystal
        if crystal is None or self.dialog is not None:
            return
        self._before = None
        origin = self._origin()
        dialog = self._open(MadeDialog(formula(crystal.composition), self._ask, None, window))
        dialog.record_wanted.connect(partial(self._keep, crystal, origin))
        self._show_before()

    def _origin(self) -> Origin:
        """A catalogue that cannot be read is told of when the record is to be kept."""
        document = self._session.document
        assert document.opened is not None
        if document.path is not None:
            return _of_file(document.opened, document.path, document.edits)
        with suppress(CatalogueError), Catalogue.open(self._path) as catalogue:
            return origin_of(catalogue, document.opened, document.edits)
        return Origin(document.opened.name, edits=document.edits)

    def _open(self, dialog: MadeDialog) -> MadeDialog:
        self.dialog = dialog
        dialog.finished.connect(self._leave)
        dialog.open()
        return dialog

    def _leave(self) -> None:
        self.dialog = None

    def _show_before(self) -> None:
        """The prediction stands from the moment it is first seen beside the question."""
        if self.dialog is not None and self._before is None:
            self._before = _before(self._session.answer)
            if self._before is not None:
                self.dialog.show_before(self._before)

    def _keep(self, crystal: Crystal, origin: Origin, record: LabRecord, sure: bool) -> None:
        dialog = self.dialog
        assert dialog is not None
        made = replace(record, before=self._before, origin=origin)
        try:
            with Catalogue.open(self._path) as catalogue:
                kept = put_record(catalogue, crystal, made, sure)
        except CatalogueError as error:
            dialog.show_problem(error)
            return
        dialog.accept()
        show = partial(self.show, dialog.parentWidget())
        said = f"{kept.formula} is recorded: {kept.record.result}."
        self._banners.say(Subject.DONE, said, "", ("Show my records", show))
        self.changed.emit()

    # All of them

    def show(self, window: QWidget | None) -> None:
        from sc3d_desktop.window.records.listing import RecordsDialog

        listing = RecordsDialog(window)
        listing.edit_wanted.connect(self._edit)
        listing.delete_wanted.connect(self._delete)
        listing.undo_wanted.connect(self._bring_back)
        listing.export_wanted.connect(self._export)
        listing.finished.connect(self._close_listing)
        self.listing, self._deleted = listing, None
        self._refresh()
        listing.open()

    def _close_listing(self) -> None:
        self.listing = self._deleted = None

    def _refresh(self) -> None:
        if self.listing is not None:
            try:
                with Catalogue.open(self._path) as catalogue:
                    records = list_records(catalogue)
            except CatalogueError as error:
                self.listing.show_problem(error)
                return
            self.listing.show_records(records, self._deleted is not None)

    def _edit(self, kept: KeptRecord) -> None:
        dialog = self._open(MadeDialog(kept.formula, self._ask, kept.record, self.listing))
        self._before = kept.record.before
        dialog.record_wanted.connect(partial(self._correct, kept.id))

    def _correct(self, record_id: int, record: LabRecord, sure: bool) -> None:
        dialog = self.dialog
        assert dialog is not None
        try:
            with Catalogue.open(self._path) as catalogue:
                edit_record(catalogue, record_id, record, sure)
        except CatalogueError as error:
            dialog.show_problem(error)
            return
        dialog.accept()
        self._refresh()
        self.changed.emit()

    def _delete(self, kept: KeptRecord) -> None:
        self._do(lambda catalogue: self._take_out(catalogue, kept))

    def _take_out(self, catalogue: Catalogue, kept: KeptRecord) -> None:
        material = catalogue.crystal(kept.entry_id) or kept.formula
        delete_record(catalogue, kept.id)
        self._deleted = (material, kept.record)

    def _bring_back(self) -> None:
        if self._deleted is not None:
            material, record = self._deleted
            self._do(lambda catalogue: put_record(catalogue, material, record, sure=True))
            self._deleted = None
            self._refresh()

    def _do(self, change: Callable[[Catalogue], object]) -> None:
        assert self.listing is not None
        try:
            with Catalogue.open(self._path) as catalogue:
                change(catalogue)
        except CatalogueError as error:
            self.listing.show_problem(error)
            return
        self._refresh()
        self.changed.emit()

    def _export(self) -> None:
        assert self.listing is not None
        suggested = str(Path.home() / "my-records.csv")
        out = self._ask.file_to_save("Export my records", suggested, _KINDS)
        if out is None:
            return
        out = out if out.suffix.lower() in FORMATS else out.with_name(f"{out.name}.csv")
        try:
            write_records(self.listing.records, out)
        except CatalogueError as error:
            self.listing.show_problem(error)


def _before(answer: TcAnswer) -> Before | None:
    p = answer.prediction
    if answer.status is not AnswerStatus.CURRENT or p is None:
        return None
    return Before(
        tc_kelvin=p.tc_kelvin,
        tc_low_kelvin=p.tc_low_kelvin,
        tc_high_kelvin=p.tc_high_kelvin,
        model=p.model,
        made_at=now(),
        p_superconductor=p.p_superconductor,
        domain=p.domain,
        in_training=p.in_training,
    )


def _of_file(opened: Crystal, path: Path, edits: tuple[str, ...]) -> Origin:
    """Of a file that has gone there is only the name."""
    sha256 = ""
    with suppress(OSError):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Origin(opened.name or formula(opened.composition), str(path), sha256, edits=edits)
