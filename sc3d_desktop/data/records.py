"""Lab records in the catalogue. Each belongs to an entry of the user's own collection, so that what
was measured here never mixes with a published data set, and outlives it.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.content import crystal_from_bytes
from sc3d_desktop.data.elements import composition_hash
from sc3d_desktop.data.entry import Collection, Draft, Measurement
from sc3d_desktop.data.importers.source import Item, fingerprint
from sc3d_desktop.data.lab_record import LabRecord, Origin, check_record, record_from_json
from sc3d_desktop.data.write import put_entry
from sc3d_desktop.errors import CatalogueError

MINE = Collection(
    "my-measurements",
    "My measurements",
    "Yours: what you made and measured. A structure keeps the terms of the file it came from.",
    "Your lab records",
)

_LIST = """SELECT r.id, r.entry_id, e.formula, r.content
FROM lab_record r JOIN entry e ON e.id = r.entry_id"""


@dataclass(frozen=True)
class KeptRecord:
    """A record in the catalogue, with the formula of what was measured."""

    id: int
    entry_id: int
    formula: str
    record: LabRecord


def put_record(
    catalogue: Catalogue, material: Crystal | str, record: LabRecord, sure: bool = False
) -> KeptRecord:
    """Keep a record of a crystal, or of a formula where nobody knows the structure. The entry is
    made with the first record of a material. Raises ``CatalogueError`` for what ``check_record``
    refuses; one whose ``uid`` is there already is given back as it is kept.
    """
    check_record(record, sure)
    uid = record.uid or uuid.uuid4().hex
    made = replace(record, uid=uid, recorded_at=record.recorded_at or now())
    with catalogue.transaction() as db:
        if not db.execute("SELECT 1 FROM lab_record WHERE uid = ?", (uid,)).fetchone():
            _insert(db, material, made)
    (kept,) = _read(catalogue.all(f"{_LIST} WHERE r.uid = ?", (uid,)))
    return kept


def now() -> str:
    """The moment, as records state it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def list_records(catalogue: Catalogue) -> tuple[KeptRecord, ...]:
    """All of them, the latest first."""
    found = _read(catalogue.all(f"{_LIST} ORDER BY r.id DESC"))
    return tuple(sorted(found, key=lambda kept: kept.record.recorded_at, reverse=True))


def origin_of(catalogue: Catalogue, opened: Crystal, edits: tuple[str, ...] = ()) -> Origin:
    """Where a crystal comes from that was opened from no file: the collection it is of. One that
    was measured before comes from where that sample came from.
    """
    said = formula(opened.composition)
    name = f"{opened.name}, {said}" if opened.name and opened.name != said else said
    collection = _collection_of(catalogue, opened)
    if collection != MINE.name:
        return Origin(name, collection=collection, edits=edits)
    first = _records_of_key(catalogue.connection, _key(opened))[0].origin
    return replace(first, edits=(*first.edits, *edits))


def _collection_of(catalogue: Catalogue, crystal: Crystal) -> str:
    """The first that holds this very crystal; empty where none does."""
    rows = catalogue.all(
        """SELECT e.id, c.name FROM entry e JOIN collection c ON c.id = e.collection_id
        WHERE e.composition = ? AND e.n_sites = ? ORDER BY e.id""",
        (composition_hash(crystal.composition), len(crystal)),
    )
    return next((name for i, name in rows if catalogue.crystal(i) == crystal), "")


def edit_record(
    catalogue: Catalogue, record_id: int, record: LabRecord, sure: bool = False
) -> None:
    """Correct a record. What it was compared with and where it comes from stay as they were."""
    check_record(record, sure)
    with catalogue.transaction() as db:
        old = _one(db, record_id)
        kept = {
            name: getattr(old.record, name) for name in ("before", "origin", "recorded_at", "uid")
        }
        content = _content(replace(record, **kept))
        db.execute("UPDATE lab_record SET content = ? WHERE id = ?", (content, record_id))
        _write_anew(db, old.entry_id, _material(db, old))


def delete_record(catalogue: Catalogue, record_id: int) -> None:
    """Forget a record, and its material with the last one of it."""
    with catalogue.transaction() as db:
        old = _one(db, record_id)
        db.execute("DELETE FROM lab_record WHERE id = ?", (record_id,))
        query = "SELECT 1 FROM lab_record WHERE entry_id = ?"
        if db.execute(query, (old.entry_id,)).fetchone():
            _write_anew(db, old.entry_id, _material(db, old))
        else:
            db.execute("DELETE FROM entry WHERE id = ?", (old.entry_id,))


def _insert(db: sqlite3.Connection, material: Crystal | str, record: LabRecord) -> None:
    key = _key(material)
    entry_id = _put(db, key, material, [*_records_of_key(db, key), record])
    db.execute(
        "INSERT INTO lab_record (uid, entry_id, content) VALUES (?, ?, ?)",
        (record.uid, entry_id, _content(record)),
    )


def _key(material: Crystal | str) -> str:
    return material if isinstance(material, str) else material.key[:32]


def _records_of_key(db: sqlite3.Connection, key: str) -> list[LabRecord]:
    query = """JOIN collection c ON c.id = e.collection_id
        WHERE c.name = ? AND e.key = ? ORDER BY r.id"""
    rows = db.execute(f"{_LIST} {query}", (MINE.name, key)).fetchall()
    return [kept.record for kept in _read(rows)]


def _write_anew(db: sqlite3.Connection, entry_id: int, material: Crystal | str) -> None:
    """Let the entry show the records it has by now."""
    ((key,),) = db.execute("SELECT key FROM entry WHERE id = ?", (entry_id,)).fetchall()
    _put(db, key, material, _records_of_key(db, key))


def _put(
    db: sqlite3.Connection, key: str, material: Crystal | str, records: Sequence[LabRecord]
) -> int:
    draft = _draft(material, records)
    item = Item(key, fingerprint(repr(draft)), lambda: draft)
    entry_id = put_entry(db, MINE, item, draft)
    for before in (record.before for record in records if record.before is not None):
        db.execute(
            "INSERT OR REPLACE INTO prediction VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry_id, before.model, before.tc_kelvin, before.tc_low_kelvin,
                before.tc_high_kelvin, before.p_superconductor, before.domain, before.in_training,
            ),
        )  # fmt: skip
    return entry_id


def _draft(material: Crystal | str, records: Sequence[LabRecord]) -> Draft:
    crystal = material if isinstance(material, Crystal) else None
    stated = material if isinstance(material, str) else formula(material.composition)
    origins = dict.fromkeys(r.origin.words for r in records if r.origin.words)
    notes = [f"The structure is that of {words}." for words in origins]
    notes += [
        f"Predicted before {record.result} was measured: {before.words}, on {before.made_at[:10]}."
        for record in records
        if (before := record.before) is not None
    ]
    name = crystal.name if crystal is not None else ""
    return Draft(stated, crystal, tuple(map(_measurement, records)), name=name, notes=tuple(notes))


def _measurement(record: LabRecord) -> Measurement:
    day = f" of {record.measured_on}" if record.measured_on else ""
    parts = (f"own measurement{day}", record.sample, record.note)
    return Measurement(
        tc_kelvin=record.quoted_kelvin,
        pressure_gpa=record.pressure_gpa,
        reference=": ".join(part for part in parts if part),
        down_to_kelvin=record.down_to_kelvin,
    )


def _material(db: sqlite3.Connection, kept: KeptRecord) -> Crystal | str:
    query = "SELECT content FROM structure WHERE entry_id = ?"
    found = db.execute(query, (kept.entry_id,)).fetchone()
    return crystal_from_bytes(found[0]) if found else kept.formula


def _one(db: sqlite3.Connection, record_id: int) -> KeptRecord:
    found = _read(db.execute(f"{_LIST} WHERE r.id = ?", (record_id,)).fetchall())
    if not found:
        raise CatalogueError(
            f"There is no lab record {record_id}.", "It may have been deleted; list them again."
        )
    return found[0]


def _read(rows: Iterable[tuple[int, int, str, str]]) -> list[KeptRecord]:
    return [
        KeptRecord(record_id, entry_id, said, record_from_json(json.loads(content)))
        for record_id, entry_id, said, content in rows
    ]


def _content(record: LabRecord) -> str:
    return json.dumps(record.as_json(), allow_nan=False)
