"""Tables that hold a CIF in each line, as some databases export them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from sc3d_desktop.crystal.text import MAX_BYTES

_CIF = ("cif", "cif_string", "cif_text", "structure_cif")
_NAMES = ("collectioncode", "icsd_id", "id", "material_id", "mat_id", "name")
_HEAD_BYTES = 20_000


def holds_structures(path: Path) -> bool:
    """Whether the first line of a CSV file names a column of CIFs."""
    try:
        with path.open("rb") as stream:
            first = stream.readline(_HEAD_BYTES)
    except OSError:
        return False
    return _column(next(csv.reader([_decoded(first)]), []), _CIF) is not None


def structures_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and CIF of every line, one line in memory at a time. A line without one is empty."""
    csv.field_size_limit(MAX_BYTES)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        lines = csv.reader(stream)
        heads = next(lines, [])
        cif, name = _column(heads, _CIF), _column(heads, _NAMES)
        assert cif is not None
        for number, line in enumerate(lines, start=2):
            text = line[cif] if cif < len(line) else ""
            named = line[name] if name is not None and name < len(line) else ""
            yield named or f"line {number}", text.encode()


def _column(heads: list[str], names: tuple[str, ...]) -> int | None:
    found = [head.strip().lower() for head in heads]
    return next((found.index(name) for name in names if name in found), None)


def _decoded(raw: bytes) -> str:
    return io.TextIOWrapper(io.BytesIO(raw), "utf-8-sig", errors="replace").read()
