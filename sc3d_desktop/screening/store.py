"""A run of a screening: one SQLite file that holds what was asked and a line for every structure.

A chunk is written in one transaction with the place in the source that it reaches, so whatever
happens loses at most the chunk in flight. Of a structure there is what was found and where it lies,
never its coordinates.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any

from sc3d_desktop.data.sqlite_file import SqliteFile, connect
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.lock import Lock

VERSION = 1

_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE run (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO run VALUES ('next_piece', '0'), ('finished', 'false');
CREATE TABLE line (
    id INTEGER PRIMARY KEY,
    piece INTEGER NOT NULL,
    part INTEGER NOT NULL,
    identifier TEXT NOT NULL,
    path TEXT NOT NULL,
    member TEXT NOT NULL,
    block TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    formula TEXT NOT NULL,
    chemical_system TEXT NOT NULL,
    elements_low INTEGER NOT NULL,
    elements_high INTEGER NOT NULL,
    composition INTEGER NOT NULL,
    disorder TEXT NOT NULL,
    n_sites INTEGER NOT NULL,
    doubts TEXT NOT NULL,
    key BLOB NOT NULL,
    same_as INTEGER REFERENCES line,
    tc REAL,
    tc_low REAL,
    tc_high REAL,
    p_superconductor REAL,
    domain TEXT,
    novelty REAL,
    in_training INTEGER,
    nearest TEXT,
    UNIQUE (piece, part)
);
CREATE INDEX line_key ON line (key) WHERE status = 'predicted';
CREATE INDEX line_tc_low ON line (tc_low DESC) WHERE status = 'predicted';
CREATE INDEX line_status ON line (status);
PRAGMA user_version = 1;
COMMIT;
"""

STATUSES = ("predicted", "same", "skipped", "refused")
"""Predicted; the same structure as an earlier line, with its answer; passed over by a filter;
unreadable. Every input has one of them."""


@dataclass(frozen=True)
class Line:
    """A line of a run; temperatures in K. What a status has not is None or empty."""

    piece: int
    part: int
    identifier: str
    path: str
    member: str
    block: str
    status: str
    reason: str
    formula: str
    chemical_system: str
    elements_low: int
    elements_high: int
    composition: int
    disorder: str
    n_sites: int
    doubts: str
    key: bytes
    same_as: int | None = None
    tc: float | None = None
    tc_low: float | None = None
    tc_high: float | None = None
    p_superconductor: float | None = None
    domain: str | None = None
    novelty: float | None = None
    in_training: bool | None = None
    nearest: str | None = None


_COLUMNS = tuple(f.name for f in fields(Line))
_ANSWER = _COLUMNS[_COLUMNS.index("tc") :]


@dataclass(frozen=True)
class RunSpec:
    """What a run does: it goes on only with the same sources, filters and model."""

    sources: tuple[dict[str, Any], ...]
    filters: dict[str, Any]
    model: str
    program: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class RunStore(SqliteFile):
    """An open run. Writers hold a lock, so that two programs never write into one run; anyone may
    read meanwhile. All methods raise ``ScreeningError`` where the file cannot be used.
    """

    error = ScreeningError
    when_full = "Free some space on the disk and go on with the run; what is in it is safe."
    when_damaged = "Choose another file, or start a new run."

    def __init__(self, connection: sqlite3.Connection, path: Path, lock: Lock | None) -> None:
        super().__init__(connection, path)
        self._lock = lock

    @classmethod
    def create(cls, path: Path, spec: RunSpec) -> RunStore:
        """A new run. Raises ``ScreeningError`` where there is a file already."""
        if path.exists():
            raise ScreeningError(
                f"{path.name} is there already.", "Go on with it (--resume), or name another file."
            )
        store = cls._opened(path, Lock(path))
        with store.transaction() as db:
            db.execute("INSERT INTO run VALUES ('spec', ?)", (json.dumps(spec.as_json()),))
        return store

    @classmethod
    def resume(cls, path: Path, spec: RunSpec | None = None) -> RunStore:
        """An earlier run to go on with. With ``spec``, raises ``ScreeningError`` where the run was
        of other sources, filters or another model.
        """
        cls._check_there(path)
        store = cls._opened(path, Lock(path))
        try:
            if spec is not None:
                _check_same(store.spec, spec)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def read(cls, path: Path) -> RunStore:
        """An earlier run to look at."""
        cls._check_there(path)
        return cls._opened(path, None)

    @staticmethod
    def _check_there(path: Path) -> None:
        if not path.is_file():
            raise ScreeningError(f"There is no run {path}.", "Check the path, or start a new run.")

    @classmethod
    def _opened(cls, path: Path, lock: Lock | None) -> RunStore:
        try:
            with cls.said_plainly(path):
                return cls(_connect(path, writing=lock is not None), path, lock)
        except BaseException:
            if lock is not None:
                lock.release()
            raise

    def close(self) -> None:
        super().close()
        if self._lock is not None:
            self._lock.release()

    # What it is and how far

    @property
    def spec(self) -> RunSpec:
        data = json.loads(self._value("spec"))
        return RunSpec(tuple(data["sources"]), data["filters"], data["model"], data["program"])

    @property
    def next_piece(self) -> int:
        """The first piece of the source that is not written yet."""
        return int(self._value("next_piece"))

    @property
    def finished(self) -> bool:
        return self._value("finished") == "true"

    def _value(self, name: str) -> str:
        rows = self.all("SELECT value FROM run WHERE name = ?", (name,))
        if not rows:
            raise ScreeningError(f"{self.path.name} is no run of a screening.", "Choose another.")
        return str(rows[0][0])

    def counts(self) -> dict[str, int]:
        """Lines of each status; they add up to all inputs."""
        found = dict(self.all("SELECT status, count(*) FROM line GROUP BY status"))
        return {status: int(found.get(status, 0)) for status in STATUSES}

    # Writing

    def write(self, lines: Iterable[Line], next_piece: int) -> None:
        """A chunk, whole or not at all. ``same_as`` of lines of status ``same`` is filled in."""
        marks = ", ".join("?" * len(_COLUMNS))
        insert = f"INSERT INTO line ({', '.join(_COLUMNS)}) VALUES ({marks})"
        with self.transaction() as db:
            for line in lines:
                values = dict(zip(_COLUMNS, astuple(line), strict=True))
                if line.status == "same":
                    values |= self._answer_of(line.key)
                db.execute(insert, tuple(values.values()))
            db.execute("UPDATE run SET value = ? WHERE name = 'next_piece'", (str(next_piece),))

    def finish(self) -> None:
        with self.transaction() as db:
            db.execute("UPDATE run SET value = 'true' WHERE name = 'finished'")

    def known(self, keys: Sequence[bytes]) -> set[bytes]:
        """Which of these structures are predicted already."""
        marks = ", ".join("?" * len(keys))
        query = f"SELECT key FROM line WHERE status = 'predicted' AND key IN ({marks})"
        return {key for (key,) in self.all(query, tuple(keys))}

    def _answer_of(self, key: bytes) -> dict[str, Any]:
        query = f"""SELECT id, {", ".join(_ANSWER)} FROM line
            WHERE status = 'predicted' AND key = ? ORDER BY id LIMIT 1"""
        found = self.all(query, (key,))
        if not found:
            return {"status": "refused", "reason": "The model failed on this structure before."}
        ((line_id, *answer),) = found
        return {"same_as": line_id, **dict(zip(_ANSWER, answer, strict=True))}

    # Reading

    def lines(self, ids: Sequence[int]) -> list[tuple[int, Line]]:
        """Lines by their number, in the order asked."""
        marks = ", ".join("?" * len(ids))
        query = f"SELECT id, {', '.join(_COLUMNS)} FROM line WHERE id IN ({marks})"
        found = {row[0]: _line(row[1:]) for row in self.all(query, tuple(ids))}
        return [(i, found[i]) for i in ids if i in found]

    def refused(self, start: int = 0, most: int = 1000) -> list[tuple[int, Line]]:
        """The ledger: what could not be read and why, from line ``start`` on."""
        query = f"""SELECT id, {", ".join(_COLUMNS)} FROM line
            WHERE status = 'refused' AND id >= ? ORDER BY id LIMIT ?"""
        return [(row[0], _line(row[1:])) for row in self.all(query, (start, most))]


def _line(values: Sequence[Any]) -> Line:
    named = dict(zip(_COLUMNS, values, strict=True))
    trained = named["in_training"]
    return Line(**named | {"in_training": None if trained is None else bool(trained)})


def _check_same(old: RunSpec, new: RunSpec) -> None:
    for what, before, now in (
        ("model", old.model, new.model),
        ("sources", list(old.sources), json.loads(json.dumps(new.sources))),
        ("filters", old.filters, json.loads(json.dumps(new.filters))),
    ):
        if before != now:
            raise ScreeningError(
                f"The run was begun with other {what}: {before}, now {now}.",
                "Go on with those, or start a new run.",
            )


def _connect(path: Path, writing: bool) -> sqlite3.Connection:
    connection = connect(path)
    try:
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        if version > VERSION:
            raise ScreeningError(
                f"{path.name} was written by a newer version of the program.",
                "Install that version, or start a new run.",
            )
        if version == 0 and not writing:
            raise ScreeningError(f"{path.name} is no run of a screening.", "Choose another file.")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if version == 0:
            connection.executescript(_SCHEMA)
        return connection
    except BaseException:
        connection.close()
        raise
