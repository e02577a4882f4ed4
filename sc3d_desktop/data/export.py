"""Entries as a table (CSV, XLSX) or as an archive of CIF files with their tables."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from sc3d_desktop.crystal.cif import write_cif
from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.entry import Collection, Entry
from sc3d_desktop.data.tables import ENCODING, Cell, csv_text, harmless, typed, whole, workbook
from sc3d_desktop.errors import CatalogueError

FORMATS = (".csv", ".xlsx", ".zip")
_PAGE = 50

ENTRY_HEADINGS = (
    "collection", "key", "formula", "name", "family", "disorder", "n_sites", "space_group",
    "space_group_number", "tc_low_kelvin", "tc_high_kelvin", "n_measurements",
    "not_superconducting", "predicted_kelvin", "predicted_low_kelvin", "predicted_high_kelvin",
    "p_superconductor",
    "in_training", "tags", "notes",
)  # fmt: skip
MEASUREMENT_HEADINGS = (
    "collection", "key", "formula", "tc_kelvin", "down_to_kelvin", "pressure_gpa", "calculated",
    "reference", "doi",
)  # fmt: skip

Lines = list[tuple[Cell, ...]]


def export_entries(
    catalogue: Catalogue, ids: Sequence[int], out: Path, model: str = ""
) -> Generator[int, None, Path]:
    """Write entries to ``out``, whose suffix chooses the format; yields how many are read.

    The file is there when all of it is, and not before. Raises ``CatalogueError`` where it cannot
    be written.
    """
    if out.suffix.lower() not in FORMATS:
        raise CatalogueError(
            f"{out.name} is no table.", f"Give it the suffix {', '.join(FORMATS)}."
        )
    try:
        with whole(out) as unfinished:
            yield from _WRITERS[out.suffix.lower()](catalogue, ids, unfinished, model)
    except OSError as error:
        message = f"{out.name} could not be written: {error.strerror}."
        raise CatalogueError(message, "Choose another folder, or free some space.") from error
    return out


def _csv(catalogue: Catalogue, ids: Sequence[int], out: Path, model: str) -> Iterator[int]:
    with out.open("w", newline="", encoding=ENCODING) as stream:
        writer = csv.writer(stream)
        writer.writerow(ENTRY_HEADINGS)
        for done, entry in _entries(catalogue, ids, model):
            writer.writerow([harmless(cell) for cell in _line(entry)])
            yield done


def _xlsx(catalogue: Catalogue, ids: Sequence[int], out: Path, model: str) -> Iterator[int]:
    with workbook(out, "Entries", "Measurements") as (entries, measured):
        entries.append(ENTRY_HEADINGS)
        measured.append(MEASUREMENT_HEADINGS)
        for done, entry in _entries(catalogue, ids, model):
            entries.append([typed(entries, cell) for cell in _line(entry)])
            for line in _measurements(entry):
                measured.append([typed(measured, cell) for cell in line])
            yield done


def _zip(catalogue: Catalogue, ids: Sequence[int], out: Path, model: str) -> Iterator[int]:
    lines: Lines = [ENTRY_HEADINGS]
    measured: Lines = [MEASUREMENT_HEADINGS]
    collections: dict[str, Collection] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, entry in _entries(catalogue, ids, model):
            crystal = catalogue.crystal(entry.row.id)
            if crystal is not None:
                archive.writestr(f"cif/{_file_name(entry)}", write_cif(crystal))
            lines.append(_line(entry))
            measured += _measurements(entry)
            collections[entry.collection.name] = entry.collection
            yield done
        archive.writestr("entries.csv", csv_text(lines))
        archive.writestr("measurements.csv", csv_text(measured))
        archive.writestr("SOURCES.txt", _sources(collections))


_WRITERS = {".csv": _csv, ".xlsx": _xlsx, ".zip": _zip}


def _entries(catalogue: Catalogue, ids: Sequence[int], model: str) -> Iterator[tuple[int, Entry]]:
    for done, entry_id in enumerate(ids, start=1):
        yield done, catalogue.entry(int(entry_id), model)


def _line(entry: Entry) -> tuple[Cell, ...]:
    row = entry.row
    facts = {name: getattr(row, name) for name in ENTRY_HEADINGS if hasattr(row, name)}
    facts |= {"key": entry.key, "tags": ", ".join(row.tags), "notes": " ".join(entry.notes)}
    return tuple(facts[name] for name in ENTRY_HEADINGS)


def _measurements(entry: Entry) -> Lines:
    start = (entry.collection.name, entry.key, entry.row.formula)
    return [
        (*start, *(getattr(m, name) for name in MEASUREMENT_HEADINGS[len(start) :]))
        for m in entry.measurements
    ]


def _file_name(entry: Entry) -> str:
    formula = "".join(c for c in entry.row.formula if c.isalnum() or c in ".-") or "crystal"
    return f"{formula[:80]}-{entry.row.id}.cif"


def _sources(collections: dict[str, Collection]) -> str:
    parts = [
        f"{c.title}\n  Licence: {c.licence}\n  Source: {c.source}" for c in collections.values()
    ]
    return "\n\n".join(["Where these entries come from, and on what terms", *parts]) + "\n"
