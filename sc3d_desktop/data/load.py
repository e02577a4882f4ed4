"""Reading the catalogue's columns out of its tables, piece by piece."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.data.columns import Coded, Columns, Ints

_PIECE = 20_000
_WORDS = ("family", "disorder", "collection", "space_group")
_NUMBERS = {
    "ids": np.int64,
    "elements_low": np.int64,
    "elements_high": np.int64,
    "composition": np.int64,
    "space_group_number": np.int64,
    "n_sites": np.int64,
    "tc_low_kelvin": np.float64,
    "tc_high_kelvin": np.float64,
    "pressure_gpa": np.float64,
    "n_measurements": np.int64,
    "not_superconducting": np.bool_,
    "findings": np.int64,
    "alike": np.int64,
    "predicted_kelvin": np.float64,
    "predicted_low_kelvin": np.float64,
    "predicted_high_kelvin": np.float64,
    "p_superconductor": np.float64,
    "in_training": np.int64,
}
_SELECT = """
SELECT e.family, e.disorder, c.name, e.space_group,
    e.id, e.elements_low, e.elements_high, e.composition, e.space_group_number, e.n_sites,
    e.tc_low, e.tc_high, e.pressure, e.n_measurements, e.not_superconducting, e.findings,
    coalesce(e.alike, -1), p.tc, p.tc_low, p.tc_high, p.p_superconductor,
    coalesce(p.in_training, -1)
FROM entry e JOIN collection c ON c.id = e.collection_id
LEFT JOIN prediction p ON p.entry_id = e.id AND p.model = ?
WHERE e.id > ? ORDER BY e.id LIMIT ?
"""


def load_columns(
    connection: sqlite3.Connection, model: str
) -> Generator[tuple[int, int], None, Columns]:
    """The columns, with the predictions of ``model``; yields (rows read, rows there are).

    The connection must be in a transaction of its own, so that all pieces are of one moment.
    """
    generation = _one(connection, "SELECT value FROM state WHERE name = 'generation'")
    total = _one(connection, "SELECT count(*) FROM entry")
    words: list[dict[str, int]] = [{} for _ in _WORDS]
    pieces: list[list[NDArray[Any]]] = []
    last = -1
    while piece := connection.execute(_SELECT, (model, last, _PIECE)).fetchall():
        last = piece[-1][len(_WORDS)]
        pieces.append(_arrays(list(zip(*piece, strict=True)), words))
        yield sum(len(p[0]) for p in pieces), total
    values = [np.concatenate(parts) for parts in zip(*pieces, strict=True)] if pieces else _empty()
    facts: dict[str, Any] = dict(zip((*_WORDS, *_NUMBERS), values, strict=True))
    facts |= {w: Coded(facts[w], tuple(known)) for w, known in zip(_WORDS, words, strict=True)}
    return Columns(
        generation=generation,
        **facts,
        formula_rank=_ranks(connection, "formula", facts["ids"]),
        system_rank=_ranks(connection, "chemical_system", facts["ids"]),
        tags=_tags(connection),
    )


def _arrays(fields: Sequence[Sequence[Any]], words: list[dict[str, int]]) -> list[NDArray[Any]]:
    """One array for each column of a piece; words become codes, shared with earlier pieces."""
    coded = [
        np.array([known.setdefault(word, len(known)) for word in column], dtype=np.int32)
        for column, known in zip(fields, words, strict=False)
    ]
    numbers = zip(fields[len(_WORDS) :], _NUMBERS.values(), strict=True)
    return [*coded, *(np.array(column, dtype=kind) for column, kind in numbers)]


def _empty() -> list[NDArray[Any]]:
    kinds: Iterable[Any] = [*[np.int32] * len(_WORDS), *_NUMBERS.values()]
    return [np.array([], dtype=kind) for kind in kinds]


def _ranks(connection: sqlite3.Connection, column: str, ids: Ints) -> Ints:
    """The place of each row when sorted by a text, equal for equal texts."""
    found = connection.execute(f"SELECT id, {column} FROM entry ORDER BY {column}").fetchall()
    rank = np.zeros(len(ids), dtype=np.int64)
    if not found:
        return rank
    order, texts = zip(*found, strict=True)
    changes = np.array([a != b for a, b in pairwise(texts)], dtype=np.int64)
    at = np.searchsorted(ids, np.array(order, dtype=np.int64))
    rank[at] = np.concatenate([[0], np.cumsum(changes)])
    return rank


def _tags(connection: sqlite3.Connection) -> dict[str, Ints]:
    """Tag → ids of its entries, rising."""
    rows: dict[str, list[int]] = {}
    query = """
        SELECT t.name, x.entry_id FROM tag t JOIN entry_tag x ON x.tag_id = t.id
        ORDER BY t.name, x.entry_id
    """
    for name, entry_id in connection.execute(query):
        rows.setdefault(name, []).append(entry_id)
    return {name: np.array(ids, dtype=np.int64) for name, ids in rows.items()}


def _one(connection: sqlite3.Connection, query: str) -> int:
    (value,) = connection.execute(query).fetchone()
    return int(value)
