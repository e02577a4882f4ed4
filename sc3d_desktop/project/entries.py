"""Entries of a collection as lines of JSON, and such lines as a source of entries."""

from __future__ import annotations

import json
import math
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula, parse_formula
from sc3d_desktop.data import Catalogue, Collection, Draft, Measurement, StoredPrediction
from sc3d_desktop.data.content import crystal_as_json, crystal_from_json
from sc3d_desktop.data.entry import Entry
from sc3d_desktop.data.facts import mismatch
from sc3d_desktop.data.importers.source import Item, fingerprint
from sc3d_desktop.errors import CatalogueError, CrystalError
from sc3d_desktop.project.parts import BAD_JSON, plain_json

Line = dict[str, Any]
_AT_ONCE = 100


def entry_line(catalogue: Catalogue, entry: Entry, with_crystal: bool) -> Line:
    """An entry with its measurements, tags and predictions; the coordinates only if they may."""
    crystal = catalogue.crystal(entry.row.id)
    stated = entry.row.formula
    if crystal is not None and parse_formula(stated) is None:
        stated = formula(crystal.composition)
    return {
        "key": entry.key,
        "formula": stated,
        "name": entry.row.name,
        "family": entry.row.family,
        "notes": [note for note in entry.notes if note not in _derived(stated, crystal)],
        "tags": list(entry.row.tags),
        "measurements": [asdict(m) for m in entry.measurements],
        "crystal": crystal_as_json(crystal) if crystal is not None and with_crystal else None,
        "predictions": _predictions(catalogue, entry.row.id),
    }


def _derived(stated: str, crystal: Crystal | None) -> set[str]:
    """Notes that follow from formula and structure: they are found anew on opening."""
    found = {f.text for f in crystal.findings if f.code == "formula"} if crystal else set()
    return found | {mismatch(parse_formula(stated), crystal)}


def _predictions(catalogue: Catalogue, entry_id: int) -> dict[str, Line]:
    rows = catalogue.all(
        """SELECT model, tc, tc_low, tc_high, p_superconductor, domain, in_training
        FROM prediction WHERE entry_id = ? ORDER BY model""",
        (entry_id,),
    )
    return {model: asdict(StoredPrediction(*rest)) for model, *rest in rows}


@dataclass(frozen=True)
class ProjectEntries:
    """An ``EntrySource`` of the lines that ``entry_line`` gave, one a line of ``path``."""

    path: Path
    collection: Collection

    def count(self) -> int:
        return sum(1 for _ in self._lines())

    def items(self) -> Iterator[Item]:
        for number, line in enumerate(self._lines(), start=1):
            yield Item(_key(line, number), fingerprint(line), partial(_draft, line, number))

    def _lines(self) -> Iterator[str]:
        with self.path.open(encoding="utf-8", errors="replace") as lines:
            yield from (line for line in lines if line.strip())

    def lines(self) -> Iterator[Line]:
        """Those that can be read, for what an import does not bring: tags and predictions."""
        for number, text in enumerate(self._lines(), start=1):
            try:
                yield _parsed(text, number)
            except CatalogueError:
                continue  # the import has told of it


def holds(catalogue: Catalogue, source: ProjectEntries) -> Generator[int, None, bool]:
    """Whether the catalogue has all these entries in a collection of the same name and source, with
    the same measurements and, where there are any, coordinates; yields how many were compared.
    """
    if source.collection not in {collection for collection, _ in catalogue.collections()}:
        return False
    query = """SELECT e.key, e.id FROM entry e JOIN collection c ON c.id = e.collection_id
        WHERE c.name = ?"""
    ids = dict(catalogue.all(query, (source.collection.name,)))
    for number, line in enumerate(source.lines(), start=1):
        if not _same(catalogue, ids.get(line["key"]), line):
            return False
        if number % _AT_ONCE == 0:
            yield number
    return True


def _same(catalogue: Catalogue, entry_id: int | None, line: Line) -> bool:
    if entry_id is None:
        return False
    entry = catalogue.entry(entry_id)
    here = json.loads(json.dumps(entry_line(catalogue, entry, line.get("crystal") is not None)))
    return all(here[name] == line.get(name) for name in _CONTENT)


_KINDS = {"key": str, "tags": list, "predictions": dict}
_CONTENT = ("formula", "name", "family", "measurements", "crystal")


def _parsed(text: str, number: int) -> Line:
    try:
        line = plain_json(text)
        if all(isinstance(line[name], kind) for name, kind in _KINDS.items()):
            return dict(line)
    except (*BAD_JSON, LookupError, TypeError):
        pass
    raise CatalogueError(f"Line {number} of the collection is damaged.", "Save the project again.")


def _key(text: str, number: int) -> str:
    try:
        return str(_parsed(text, number)["key"])
    except CatalogueError:
        return f"line {number}"


def _draft(text: str, number: int) -> Draft:
    line = _parsed(text, number)
    try:
        return Draft(
            formula=str(line["formula"]),
            crystal=crystal_from_json(line["crystal"]) if line["crystal"] is not None else None,
            measurements=tuple(_measurement(m) for m in line["measurements"]),
            family=str(line["family"]),
            name=str(line["name"]),
            notes=tuple(map(str, line["notes"])),
        )
    except (CrystalError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as e:
        said = f"Line {number} of the collection is damaged."
        raise CatalogueError(said, "Save the project again where it came from.") from e


def _measurement(data: Line) -> Measurement:
    stated: Line = {
        name: None if data[name] is None else float(data[name])
        for name in ("tc_kelvin", "pressure_gpa", "down_to_kelvin")
    }
    stated |= {name: str(data[name]) for name in ("reference", "doi")}
    return Measurement(**stated, calculated=bool(data["calculated"]))


def stored_prediction(data: Any) -> StoredPrediction | None:
    """None for anything but a prediction."""
    try:
        p, trained = data["p_superconductor"], data["in_training"]
        tc, low, high = (float(data[name]) for name in _TEMPERATURES)
        if not all(0 < value < math.inf for value in (tc, low, high)):
            return None
        return StoredPrediction(
            tc,
            low,
            high,
            p_superconductor=None if p is None else float(p),
            domain=None if data["domain"] is None else str(data["domain"]),
            in_training=None if trained is None else bool(trained),
        )
    except (LookupError, TypeError, ValueError):
        return None


_TEMPERATURES = ("tc_kelvin", "tc_low_kelvin", "tc_high_kelvin")
