"""The catalogue of materials: one SQLite file, read by many, written in short transactions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data.columns import Columns, Ints
from sc3d_desktop.data.content import crystal_from_bytes
from sc3d_desktop.data.entry import (
    Collection,
    Entry,
    Measurement,
    Problem,
    Row,
    StoredPrediction,
)
from sc3d_desktop.data.load import load_columns
from sc3d_desktop.data.query import Query, query_from_json
from sc3d_desktop.data.schema import VERSION, migrate, version_of
from sc3d_desktop.data.sqlite_file import SqliteFile, connect
from sc3d_desktop.errors import CatalogueError
from sc3d_desktop.paths import user_data
from sc3d_desktop.steps import finish

_MOST_AT_ONCE = 500
"""Ids in one statement."""

_SHORTEST_TRIGRAM = 3

_ROW = """
SELECT e.id, e.formula, e.name, e.chemical_system, e.family, e.disorder, e.tc_low, e.tc_high,
    e.n_measurements, e.pressure, e.not_superconducting, e.n_sites, e.space_group,
    e.space_group_number, c.name, e.alike, e.findings,
    (SELECT group_concat(t.name, char(31)) FROM entry_tag x JOIN tag t ON t.id = x.tag_id
     WHERE x.entry_id = e.id),
    p.tc, p.tc_low, p.tc_high, p.p_superconductor, p.in_training,
    (SELECT min(m.down_to) FROM measurement m WHERE m.entry_id = e.id AND m.tc IS NULL),
    (SELECT min(m.calculated) FROM measurement m WHERE m.entry_id = e.id AND m.tc IS NOT NULL)
FROM entry e JOIN collection c ON c.id = e.collection_id
LEFT JOIN prediction p ON p.entry_id = e.id AND p.model = ?
WHERE e.id IN ({})
"""


def catalogue_file() -> Path:
    """Where the user's catalogue is kept."""
    return user_data() / "catalogue.sqlite"


class Catalogue(SqliteFile):
    """An open catalogue, for one thread. ``model`` names the weights whose predictions are meant.

    All methods raise ``CatalogueError`` where the file cannot be read or written.
    """

    error = CatalogueError
    when_full = "Free some space on the disk and try again; what is in it is safe."
    when_damaged = "Move {} aside; the program makes a new one, to import into again."

    @classmethod
    def open(cls, path: Path | None = None) -> Catalogue:
        """Open a catalogue, the user's without a path; made or brought up to date if needed."""
        path = path or catalogue_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        with cls.said_plainly(path):
            connection = connect(path)
            try:
                _prepare(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """As that of any file; what is written raises the generation."""
        with super().transaction() as db:
            yield db
            db.execute("UPDATE state SET value = value + 1 WHERE name = 'generation'")

    # Reading

    @property
    def generation(self) -> int:
        """A number that rises with every change, by whichever program."""
        return int(self.all("SELECT value FROM state WHERE name = 'generation'")[0][0])

    def __len__(self) -> int:
        return int(self.all("SELECT count(*) FROM entry")[0][0])

    def columns(self, model: str = "") -> Columns:
        """The facts of all entries; ``jobs.catalogue.LoadColumns`` does it in steps."""
        return finish(self.load(model))

    def load(self, model: str = "") -> Generator[tuple[int, int], None, Columns]:
        """``columns`` as a generator that yields (rows read, rows there are)."""
        with self.said_plainly(self.path):
            self.connection.execute("BEGIN")
            try:
                return (yield from load_columns(self.connection, model))
            finally:
                self.connection.execute("COMMIT")

    def rows(self, ids: Iterable[int], model: str = "") -> list[Row]:
        """A page of the table, in the order of ``ids``; those that are gone are left out."""
        wanted = [int(i) for i in ids]
        found = {row.id: row for part in _parts(wanted) for row in self._rows(part, model)}
        return [found[i] for i in wanted if i in found]

    def _rows(self, ids: Sequence[int], model: str) -> Iterator[Row]:
        for fields in self.all(_ROW.format(_marks(ids)), (model, *ids)):
            *facts, tags, tc, low, high, p, trained, down_to, calculated = fields
            facts[10] = bool(facts[10])  # not_superconducting
            names = tuple(sorted(tags.split("\x1f"))) if tags else ()
            trained = None if trained is None else bool(trained)
            more = (names, tc, low, high, p, trained, down_to, bool(calculated))
            yield Row(*(*facts, *more))

    def formulas(self, ids: Iterable[int]) -> dict[int, str]:
        """Id → formula as its source writes it; those that are gone are left out."""
        query = "SELECT id, formula FROM entry WHERE id IN ({})"
        parts = _parts([int(i) for i in ids])
        return {i: said for part in parts for i, said in self.all(query.format(_marks(part)), part)}

    def entry(self, entry_id: int, model: str = "") -> Entry:
        """Everything of one entry. Raises ``CatalogueError`` where there is none."""
        rows = self.rows([entry_id], model)
        if not rows:
            raise CatalogueError(f"There is no entry {entry_id}.", "It may have been removed.")
        ((key, notes, *collection),) = self.all(
            """SELECT e.key, e.notes, c.name, c.title, c.licence, c.source
            FROM entry e JOIN collection c ON c.id = e.collection_id WHERE e.id = ?""",
            (entry_id,),
        )
        crystal = self.crystal(entry_id)
        return Entry(
            row=rows[0],
            key=key,
            collection=Collection(*collection),
            measurements=self.measurements(entry_id),
            notes=tuple(json.loads(notes)),
            findings=crystal.findings if crystal is not None else (),
        )

    def measurements(self, entry_id: int) -> tuple[Measurement, ...]:
        """The reports on an entry, the highest Tc first."""
        rows = self.all(
            """SELECT tc, pressure, reference, doi, down_to, calculated FROM measurement
            WHERE entry_id = ? ORDER BY tc IS NULL, tc DESC, id""",
            (entry_id,),
        )
        return tuple(Measurement(*(*said, bool(calculated))) for *said, calculated in rows)

    def crystal(self, entry_id: int) -> Crystal | None:
        """The structure of an entry; None where it has none."""
        found = self.all("SELECT content FROM structure WHERE entry_id = ?", (entry_id,))
        return crystal_from_bytes(found[0][0]) if found else None

    def search(self, text: str) -> Ints:
        """Ids, rising, of the entries whose formula, name, notes, references or tags hold each word
        of the text.
        """
        fits = [self._search(word) for word in text.split()]
        if not fits:
            return np.array([i for (i,) in self.all("SELECT id FROM entry ORDER BY id")], np.int64)
        return np.array(sorted(set.intersection(*fits)), dtype=np.int64)

    def _search(self, word: str) -> set[int]:
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        if len(word) >= _SHORTEST_TRIGRAM:
            quoted = '"' + word.replace('"', '""') + '"'
            found = self.all("SELECT rowid FROM entry_text WHERE content MATCH ?", (quoted,))
        else:
            found = self.all(
                "SELECT rowid FROM entry_text WHERE content LIKE ? ESCAPE '\\'", (pattern,)
            )
        tagged = self.all(
            """SELECT x.entry_id FROM tag t JOIN entry_tag x ON x.tag_id = t.id
            WHERE t.name LIKE ? ESCAPE '\\'""",
            (pattern,),
        )
        return {i for (i,) in (*found, *tagged)}

    def collections(self) -> list[tuple[Collection, int]]:
        """Every collection with its number of entries, by name."""
        rows = self.all(
            """SELECT c.name, c.title, c.licence, c.source, count(e.id)
            FROM collection c LEFT JOIN entry e ON e.collection_id = c.id
            GROUP BY c.id ORDER BY c.name"""
        )
        return [(Collection(*row[:-1]), int(row[-1])) for row in rows]

    def problems(self, collection: str) -> tuple[Problem, ...]:
        """What could not be imported of a collection, and why."""
        rows = self.all(
            """SELECT p.key, p.message FROM problem p JOIN collection c ON c.id = p.collection_id
            WHERE c.name = ? ORDER BY p.key""",
            (collection,),
        )
        return tuple(Problem(*row) for row in rows)

    def noted(self, collection: str) -> tuple[Problem, ...]:
        """The entries of a collection that came in with remarks: key and remarks."""
        rows = self.all(
            """SELECT e.key, e.notes FROM entry e JOIN collection c ON c.id = e.collection_id
            WHERE c.name = ? AND e.notes != '[]' ORDER BY e.key""",
            (collection,),
        )
        return tuple(Problem(key, " ".join(json.loads(notes))) for key, notes in rows)

    # What the user adds

    def tags(self) -> tuple[str, ...]:
        return tuple(name for (name,) in self.all("SELECT name FROM tag ORDER BY name"))

    def set_tag(self, ids: Iterable[int], tag: str, on: bool = True) -> None:
        """Give the entries a tag, or take it away; a tag of no entry is forgotten."""
        name = " ".join(tag.split())
        if not name or not name.isprintable():
            raise CatalogueError("A tag needs a name.", "Type a word such as “to make”.")
        pairs = [(int(i), name) for i in ids]
        with self.transaction() as db:
            if on:
                db.execute("INSERT OR IGNORE INTO tag (name) VALUES (?)", (name,))
                db.executemany(
                    """INSERT OR IGNORE INTO entry_tag
                    SELECT e.id, t.id FROM entry e, tag t WHERE e.id = ? AND t.name = ?""",
                    pairs,
                )
            else:
                db.executemany(
                    """DELETE FROM entry_tag WHERE entry_id = ?
                    AND tag_id = (SELECT id FROM tag WHERE name = ?)""",
                    pairs,
                )
            db.execute("DELETE FROM tag WHERE id NOT IN (SELECT tag_id FROM entry_tag)")

    def saved_queries(self) -> dict[str, Query]:
        rows = self.all("SELECT name, query FROM saved_query ORDER BY name")
        return {name: query_from_json(json.loads(query)) for name, query in rows}

    def save_query(self, name: str, query: Query) -> None:
        """Keep a query under a name, in place of an older one of that name."""
        if not name.strip():
            raise CatalogueError("A saved query needs a name.", "Type what it looks for.")
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO saved_query VALUES (?, ?)",
                (name.strip(), json.dumps(query.as_json())),
            )

    def delete_query(self, name: str) -> None:
        with self.transaction() as db:
            db.execute("DELETE FROM saved_query WHERE name = ?", (name,))

    def delete_collection(self, name: str) -> None:
        """Remove a collection with all its entries, and what the user tagged of them. One that
        holds lab records stays: nothing else has them.
        """
        with self.transaction() as db:
            ((kept,),) = db.execute(
                """SELECT count(*) FROM lab_record r JOIN entry e ON e.id = r.entry_id
                JOIN collection c ON c.id = e.collection_id WHERE c.name = ?""",
                (name,),
            ).fetchall()
            if kept:
                raise CatalogueError(
                    f"{name} holds {kept:,} of your lab records.",
                    "Export and delete these first, one by one.",
                )
            db.execute("DELETE FROM collection WHERE name = ?", (name,))

    def put_predictions(self, model: str, found: Iterable[tuple[int, StoredPrediction]]) -> None:
        """Keep a model's answers; of entries that are gone nothing is kept."""
        rows = [
            (
                model, p.tc_kelvin, p.tc_low_kelvin, p.tc_high_kelvin, p.p_superconductor,
                p.domain, p.in_training, entry_id,
            )
            for entry_id, p in found
        ]  # fmt: skip
        with self.transaction() as db:
            db.executemany(
                """INSERT OR REPLACE INTO prediction
                SELECT id, ?, ?, ?, ?, ?, ?, ? FROM entry WHERE id = ?""",
                rows,
            )

    def put_groups(self, groups: Iterable[Sequence[int]]) -> None:
        """Replace the groups of entries that are one material in one structure."""
        pairs = [(number, i) for number, ids in enumerate(groups, start=1) for i in ids]
        with self.transaction() as db:
            db.execute("UPDATE entry SET alike = NULL WHERE alike IS NOT NULL")
            db.executemany("UPDATE entry SET alike = ? WHERE id = ?", pairs)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    if version_of(connection) > VERSION:
        raise CatalogueError(
            f"{path.name} was written by a newer version of the program.", "Install that version."
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    migrate(connection)
    connection.execute("PRAGMA foreign_keys = ON")


def _parts(ids: list[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while part := list(islice(rest, _MOST_AT_ONCE)):
        yield part


def _marks(ids: Sequence[int]) -> str:
    return ", ".join("?" * len(ids))
