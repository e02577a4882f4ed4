"""``sc3d record``: what somebody made and measured."""

from __future__ import annotations

import argparse
import hashlib
from datetime import date
from pathlib import Path

from sc3d_desktop.cli.records import json_line, table_row
from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files import Read, read_all
from sc3d_desktop.crystal.formula import formula, parse_formula
from sc3d_desktop.data import Catalogue, catalogue_file
from sc3d_desktop.data.accuracy import accuracy
from sc3d_desktop.data.lab_record import Before, LabRecord, Origin
from sc3d_desktop.data.record_tables import write_records
from sc3d_desktop.data.records import (
    KeptRecord,
    delete_record,
    list_records,
    now,
    put_record,
)
from sc3d_desktop.errors import CatalogueError

_WIDTHS = (5, 26, 34, 12, 24)
_HEADINGS = ("id", "formula", "measured", "date", "predicted before")


def run(arguments: argparse.Namespace) -> int:
    with Catalogue.open(arguments.catalogue or catalogue_file()) as catalogue:
        return _ACTIONS[arguments.what](catalogue, arguments)


def _add(catalogue: Catalogue, arguments: argparse.Namespace) -> int:
    material, origin = _material(arguments.file, arguments.block)
    record = LabRecord(
        tc_kelvin=arguments.tc,
        tc_onset_kelvin=arguments.onset,
        tc_zero_kelvin=arguments.zero,
        down_to_kelvin=arguments.not_below,
        pressure_gpa=arguments.pressure,
        measured_on=_day(arguments.date),
        sample=arguments.sample,
        note=arguments.note,
        attachments=tuple(str(path.absolute()) for path in arguments.attach),
        before=None if arguments.no_prediction else _predicted(material),
        origin=origin,
    )
    kept = put_record(catalogue, material, record, arguments.sure)
    _tell(kept, arguments.json)
    for path in kept.record.missing_attachments():
        print(f"      {path} is not there.")
    return 0


def _material(named: str, block: str | None) -> tuple[Crystal | str, Origin]:
    """A structure from its file, or a formula where there is no such file."""
    path = Path(named)
    if not path.exists():
        if parse_formula(named) is None:
            raise CatalogueError(f"There is no file {named}.", "Name a file, or write a formula.")
        return named, Origin()
    found = [outcome for outcome in read_all([path]) if isinstance(outcome, Read)]
    chosen = [read for read in found if block in (None, read.crystal.block)]
    if len(chosen) != 1:
        blocks = ", ".join(read.crystal.block or read.crystal.name for read in found) or "none"
        raise CatalogueError(
            f"{path.name} holds {len(chosen)} structures to choose from.",
            f"Name one of its blocks with --block: {blocks}.",
        )
    crystal = chosen[0].crystal
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return crystal, Origin(crystal.name or formula(crystal.composition), str(path), sha256)


def _predicted(material: Crystal | str) -> Before | None:
    """What the model in use says of it now, before the record is there."""
    if isinstance(material, str):
        return None
    from sc3d_desktop.engine.services import LocalServices

    (p,) = LocalServices().tc_model().predict([material])
    return Before(
        p.tc_kelvin,
        p.tc_low_kelvin,
        p.tc_high_kelvin,
        p.model,
        now(),
        p.p_superconductor,
        p.domain,
        p.in_training,
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CatalogueError(f"“{text}” is no date.", "Write it as in 2026-03-31.") from error


def _list(catalogue: Catalogue, arguments: argparse.Namespace) -> int:
    records = list_records(catalogue)
    if arguments.out is not None:
        print(f"{write_records(records, arguments.out)}: {len(records):,} records")
        return 0
    if not arguments.json:
        print(table_row(_HEADINGS, _WIDTHS))
    for kept in records:
        _tell(kept, arguments.json)
    if not arguments.json:
        print(accuracy(kept.record for kept in records).words)
    return 0


def _delete(catalogue: Catalogue, arguments: argparse.Namespace) -> int:
    delete_record(catalogue, arguments.id)
    print(f"Record {arguments.id} is deleted.")
    return 0


_ACTIONS = {"add": _add, "list": _list, "delete": _delete}


def _tell(kept: KeptRecord, as_json: bool) -> None:
    record, before = kept.record, kept.record.before
    if as_json:
        said = {"id": kept.id, "formula": kept.formula} | record.as_json()
        print(json_line(said | {"attachments_missing": list(record.missing_attachments())}))
        return
    predicted = "–"
    if before is not None:
        ends = f"{before.tc_low_kelvin:.3g} to {before.tc_high_kelvin:.3g}"
        predicted = f"{before.tc_kelvin:.3g} K ({ends})"
    day = record.measured_on.isoformat() if record.measured_on else "–"
    print(table_row((str(kept.id), kept.formula, record.result, day, predicted), _WIDTHS))
