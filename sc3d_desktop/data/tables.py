"""Tables that a spreadsheet opens without harm, in files that are there whole or not at all."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import Any

ENCODING = "utf-8-sig"
"""With a mark by which spreadsheets take the text for UTF-8."""

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | float | int | bool | None


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula is kept a text."""
    runs = isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA)
    return f"'{cell}" if runs else cell


def typed(sheet: Any, cell: Cell) -> Any:
    """A cell of a write-only openpyxl sheet whose text is never taken for a formula."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(cell, str):
        return cell
    made = WriteOnlyCell(sheet, "".join(c for c in cell if c.isprintable()))
    made.data_type = "s"
    return made


def csv_text(lines: Iterable[Sequence[Cell]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) for cell in line] for line in lines)
    return "\ufeff" + text.getvalue()


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A file beside ``out`` that takes its place when all went well, and goes when not."""
    handle, name = mkstemp(dir=out.parent, prefix=f".{out.name}-")
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
