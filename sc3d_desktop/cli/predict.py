"""``sc3d predict``: Tc of many files, in input order; a bad file gives a line and stops nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from sc3d_desktop.cli.records import (
    ANSWER_HEADINGS,
    ANSWER_WIDTHS,
    Record,
    answer_cells,
    error_record,
    json_line,
    prediction_record,
    remarks,
    table_row,
)
from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files import Read, read_all
from sc3d_desktop.errors import CifError
from sc3d_desktop.models.interface import TcModel

_CHUNK = 32
_WIDTHS = (28, 22, 5, *ANSWER_WIDTHS)


def run(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.engine.services import model_of

    model = model_of(arguments.weights)
    failed = False
    if not arguments.json:
        print(table_row(("file", "formula", "class", *ANSWER_HEADINGS), _WIDTHS))
    for record in _records(_items(arguments.paths), model):
        failed |= record["error"] is not None
        print(json_line(record) if arguments.json else _line(record), flush=True)
    if not arguments.json:
        print(f"Model: {model.name}", file=sys.stderr)
    return 1 if failed else 0


def _items(paths: list[Path]) -> Iterator[tuple[str, Crystal | CifError]]:
    for outcome in read_all(paths):
        found = outcome.crystal if isinstance(outcome, Read) else outcome.error
        yield str(outcome.source), found


def _records(items: Iterator[tuple[str, Crystal | CifError]], model: TcModel) -> Iterator[Record]:
    """One record an item; crystals are predicted in chunks, the first one at once."""
    for size in chain([1], iter(lambda: _CHUNK, 0)):
        chunk = list(islice(items, size))
        if not chunk:
            return
        crystals = [item for _, item in chunk if isinstance(item, Crystal)]
        predictions = iter(model.predict(crystals))
        for file, item in chunk:
            if isinstance(item, Crystal):
                yield prediction_record(file, item, next(predictions))
            else:
                yield error_record(file, str(item))


def _line(record: Record) -> str:
    name = Path(record["file"]).name
    if record["error"] is not None:
        return f"{name}: {record['error']}"
    cells = (name, record["formula"], record["disorder"], *answer_cells(record))
    return table_row(cells, _WIDTHS) + remarks(record)
