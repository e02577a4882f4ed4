"""Tables that a spreadsheet opens without harm, in files that are there whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
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


@contextmanager
def workbook(out: Path, *names: str) -> Iterator[list[Any]]:
    """Empty sheets to append lines to; saved when all went well."""
    from openpyxl import Workbook
    from openpyxl.utils.exceptions import WorkbookAlreadySaved

    book = Workbook(write_only=True)
    sheets = [book.create_sheet(name) for name in names]
    try:
        yield sheets
        book.save(out)
    except BaseException:
        for sheet in sheets:
            with suppress(WorkbookAlreadySaved):
                sheet.close()  # or it complains when it is forgotten
        raise


def csv_text(lines: Iterable[Sequence[Cell]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) for cell in line] for line in lines)
    return "\ufeff" + text.getvalue()


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A file beside ``out`` that takes its place when all went well, and goes when not."""
    unfinished = out.with_name(f".{out.name[:100]}-{token_hex(4)}")
    unfinished.open("xb").close()
    try:
        yield unfinished
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
