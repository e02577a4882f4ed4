"""The tables of the catalogue, and the steps that bring an older file up to date.

What the browser's table shows of an entry stands in the entry's own line, worked out when it is
written, so that neither a filter nor a page of the table needs a join over measurements.
"""

from __future__ import annotations

import sqlite3

_FIRST = """
CREATE TABLE collection (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    licence TEXT NOT NULL,
    source TEXT NOT NULL
);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    collection_id INTEGER NOT NULL REFERENCES collection ON DELETE CASCADE,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    formula TEXT NOT NULL,
    name TEXT NOT NULL,
    chemical_system TEXT NOT NULL,
    elements_low INTEGER NOT NULL,
    elements_high INTEGER NOT NULL,
    composition INTEGER NOT NULL,
    family TEXT NOT NULL,
    disorder TEXT NOT NULL,
    n_sites INTEGER NOT NULL,
    space_group TEXT NOT NULL,
    space_group_number INTEGER NOT NULL,
    tc_low REAL,
    tc_high REAL,
    n_measurements INTEGER NOT NULL,
    pressure REAL,
    not_superconducting INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    notes TEXT NOT NULL,
    alike INTEGER,
    UNIQUE (collection_id, key)
);
CREATE INDEX entry_formula ON entry (formula);
CREATE INDEX entry_system ON entry (chemical_system);
CREATE INDEX entry_composition ON entry (composition);
CREATE TABLE structure (
    entry_id INTEGER PRIMARY KEY REFERENCES entry ON DELETE CASCADE,
    content BLOB NOT NULL
);
CREATE TABLE measurement (
    id INTEGER PRIMARY KEY,
    entry_id INTEGER NOT NULL REFERENCES entry ON DELETE CASCADE,
    tc REAL,
    pressure REAL,
    reference TEXT NOT NULL,
    doi TEXT NOT NULL,
    down_to REAL,
    calculated INTEGER NOT NULL
);
CREATE INDEX measurement_entry ON measurement (entry_id);
CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE entry_tag (
    entry_id INTEGER NOT NULL REFERENCES entry ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tag ON DELETE CASCADE,
    PRIMARY KEY (entry_id, tag_id)
) WITHOUT ROWID;
CREATE TABLE prediction (
    entry_id INTEGER NOT NULL REFERENCES entry ON DELETE CASCADE,
    model TEXT NOT NULL,
    tc REAL NOT NULL,
    tc_low REAL NOT NULL,
    tc_high REAL NOT NULL,
    p_superconductor REAL,
    domain TEXT,
    in_training INTEGER,
    PRIMARY KEY (entry_id, model)
) WITHOUT ROWID;
CREATE TABLE problem (
    collection_id INTEGER NOT NULL REFERENCES collection ON DELETE CASCADE,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (collection_id, key)
) WITHOUT ROWID;
CREATE TABLE saved_query (name TEXT PRIMARY KEY, query TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO state VALUES ('generation', 0);
CREATE VIRTUAL TABLE entry_text USING fts5 (content, tokenize = 'trigram');
CREATE TRIGGER entry_gone AFTER DELETE ON entry BEGIN
    DELETE FROM entry_text WHERE rowid = old.id;
END;
"""

_LAB_RECORDS = """
CREATE TABLE lab_record (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    entry_id INTEGER NOT NULL REFERENCES entry ON DELETE CASCADE,
    content TEXT NOT NULL
);
CREATE INDEX lab_record_entry ON lab_record (entry_id);
"""

MIGRATIONS = (_FIRST, _LAB_RECORDS)
"""Step i brings a file of version i to version i + 1; one that has shipped is never changed."""

VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to ``VERSION``, each step whole or not at all."""
    for version in range(version_of(connection), VERSION):
        script = f"BEGIN IMMEDIATE;{MIGRATIONS[version]}PRAGMA user_version = {version + 1};COMMIT;"
        try:
            connection.executescript(script)
        except sqlite3.Error:
            if connection.in_transaction:
                connection.rollback()
            if version_of(connection) <= version:  # else another program was faster
                raise


def version_of(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
