"""Importing: a source into its collection, a chunk of entries in each transaction.

What was written stays when the program is stopped or killed, and a repeated import passes over it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from itertools import islice

from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.content import crystal_to_bytes
from sc3d_desktop.data.entry import Collection, Draft, Problem
from sc3d_desktop.data.facts import Facts, facts_of
from sc3d_desktop.data.importers.source import EntrySource, Item
from sc3d_desktop.errors import Sc3dError

CHUNK = 16
"""Entries in one transaction: about a tenth of a second of work, so that others get their turn."""


@dataclass
class ImportOutcome:
    """What an import has done so far. ``problems`` are the lines of the source that gave no entry,
    ``noted`` the entries that came in with a remark, as where formula and structure disagree, with
    key and remark: both are told at the end, also those an earlier import met.
    """

    collection: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    problems: tuple[Problem, ...] = ()
    noted: tuple[Problem, ...] = ()

    @property
    def done(self) -> int:
        """How many items were looked at."""
        return self.added + self.changed + self.unchanged + self.failed


@dataclass(frozen=True)
class _Made:
    """An item with what became of it: a draft and its facts, or the reason why there is none."""

    item: Item
    draft: Draft | None
    facts: Facts | None
    problem: str = ""


def import_entries(
    catalogue: Catalogue, source: EntrySource
) -> Generator[ImportOutcome, None, ImportOutcome]:
    """Bring the entries of a source into the catalogue; yields the outcome so far after each chunk.

    Entries are told by their key: known ones that have not changed are passed over, others
    replaced, and what the user added to them stays. Raises ``CatalogueError`` where
    nothing more can be read or written; what was yielded before is kept.
    """
    outcome = ImportOutcome(source.collection.name)
    with catalogue.transaction() as db:
        collection_id = _collection_id(db, source.collection)
    entries = _fingerprints(catalogue.connection, "entry", collection_id)
    failures = _fingerprints(catalogue.connection, "problem", collection_id)
    items = source.items()
    while chunk := list(islice(items, CHUNK)):
        fresh = [item for item in chunk if entries.get(item.key) != item.fingerprint]
        made = [_make(item) for item in fresh if failures.get(item.key) != item.fingerprint]
        if made:
            with catalogue.transaction() as db:
                for one in made:
                    _write(db, collection_id, one)
        outcome.unchanged += len(chunk) - len(fresh)
        outcome.failed += len(fresh) - len(made)
        _count(outcome, made, entries)
        yield outcome
    outcome.problems = catalogue.problems(outcome.collection)
    outcome.noted = catalogue.noted(outcome.collection)
    return outcome


def put_entry(db: sqlite3.Connection, collection: Collection, item: Item, draft: Draft) -> int:
    """Write one entry in the transaction of the caller, in place of an older one of its key;
    returns its id. Raises ``CatalogueError`` for a draft that cannot be an entry.
    """
    collection_id = _collection_id(db, collection)
    _write(db, collection_id, _Made(item, draft, facts_of(draft)))
    query = "SELECT id FROM entry WHERE collection_id = ? AND key = ?"
    ((entry_id,),) = db.execute(query, (collection_id, item.key)).fetchall()
    return int(entry_id)


def _make(item: Item) -> _Made:
    try:
        draft = item.make()
        return _Made(item, draft, facts_of(draft))
    except Sc3dError as error:
        return _Made(item, None, None, str(error))


def _count(outcome: ImportOutcome, made: Iterable[_Made], entries: dict[str, str]) -> None:
    for one in made:
        key = one.item.key
        if one.facts is None:
            outcome.failed += 1
        elif key in entries:
            outcome.changed += 1
        else:
            outcome.added += 1
            entries[key] = one.item.fingerprint


def _collection_id(db: sqlite3.Connection, collection: Collection) -> int:
    texts = (collection.name, collection.title, collection.licence, collection.source)
    ((collection_id,),) = db.execute(
        """INSERT INTO collection (name, title, licence, source) VALUES (?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET
            title = excluded.title, licence = excluded.licence, source = excluded.source
        RETURNING id""",
        texts,
    ).fetchall()
    return int(collection_id)


def _fingerprints(db: sqlite3.Connection, table: str, collection_id: int) -> dict[str, str]:
    query = f"SELECT key, fingerprint FROM {table} WHERE collection_id = ?"
    return dict(db.execute(query, (collection_id,)).fetchall())


def _write(db: sqlite3.Connection, collection_id: int, made: _Made) -> None:
    item, draft, facts = made.item, made.draft, made.facts
    if draft is None or facts is None:
        db.execute(
            "INSERT OR REPLACE INTO problem VALUES (?, ?, ?, ?)",
            (collection_id, item.key, item.fingerprint, made.problem),
        )
        return
    entry_id = _write_entry(db, collection_id, item, facts)
    db.execute("DELETE FROM problem WHERE collection_id = ? AND key = ?", (collection_id, item.key))
    for table in ("structure", "measurement", "prediction"):  # all three are of the old content
        db.execute(f"DELETE FROM {table} WHERE entry_id = ?", (entry_id,))
    db.execute("DELETE FROM entry_text WHERE rowid = ?", (entry_id,))
    if draft.crystal is not None:
        content = crystal_to_bytes(draft.crystal)
        db.execute("INSERT INTO structure VALUES (?, ?)", (entry_id, content))
    db.executemany(
        """INSERT INTO measurement (entry_id, tc, pressure, reference, doi, down_to, calculated)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                entry_id,
                m.tc_kelvin,
                m.pressure_gpa,
                m.reference,
                m.doi,
                m.down_to_kelvin,
                m.calculated,
            )
            for m in draft.measurements
        ],
    )
    db.execute(
        "INSERT INTO entry_text (rowid, content) VALUES (?, ?)",
        (entry_id, _text(item, draft, facts)),
    )


def _write_entry(db: sqlite3.Connection, collection_id: int, item: Item, facts: Facts) -> int:
    """The id of the entry's line, which stays the same when it is replaced."""
    values = {
        "collection_id": collection_id,
        "key": item.key,
        "fingerprint": item.fingerprint,
        "formula": facts.formula,
        "name": facts.name,
        "chemical_system": facts.chemical_system,
        "elements_low": facts.bits[0],
        "elements_high": facts.bits[1],
        "composition": facts.composition,
        "family": facts.family,
        "disorder": facts.disorder,
        "n_sites": facts.n_sites,
        "space_group": facts.space_group,
        "space_group_number": facts.space_group_number,
        "tc_low": facts.tc_low_kelvin,
        "tc_high": facts.tc_high_kelvin,
        "n_measurements": facts.n_measurements,
        "pressure": facts.pressure_gpa,
        "not_superconducting": facts.not_superconducting,
        "findings": facts.findings,
        "notes": json.dumps(facts.notes),
    }
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    replaced = ", ".join(f"{name} = excluded.{name}" for name in values)
    ((entry_id,),) = db.execute(
        f"""INSERT INTO entry ({columns}) VALUES ({marks})
        ON CONFLICT (collection_id, key) DO UPDATE SET {replaced}, alike = NULL RETURNING id""",
        tuple(values.values()),
    ).fetchall()
    return int(entry_id)


def _text(item: Item, draft: Draft, facts: Facts) -> str:
    """What a search in the text looks through."""
    sources = (text for m in draft.measurements for text in (m.reference, m.doi))
    parts = (facts.formula, facts.name, item.key, *facts.notes, *sources)
    return "\n".join(dict.fromkeys(part for part in parts if part))
