"""The parts of a project that go into the catalogue: collections, lab records, saved queries."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data import Catalogue, Collection
from sc3d_desktop.data.content import crystal_from_json
from sc3d_desktop.data.lab_record import record_from_json
from sc3d_desktop.data.query import query_from_json
from sc3d_desktop.data.records import list_records, put_record
from sc3d_desktop.data.write import import_entries
from sc3d_desktop.errors import CatalogueError, ProjectError, Sc3dError
from sc3d_desktop.project.entries import ProjectEntries, holds, stored_prediction
from sc3d_desktop.project.manifest import Manifest
from sc3d_desktop.project.parts import plain_json, read_json
from sc3d_desktop.steps import retell

Step = tuple[int, int, str]
Steps = Generator[Step, None, None]


class Told(Protocol):
    """What becomes of the parts is written down here."""

    collections: dict[str, int]
    records: int
    records_there: int
    queries: int
    problems: list[str]


def bring_in_collections(
    catalogue: Catalogue, folder: Path, manifest: Manifest, told: Told
) -> Steps:
    """Each under its own name, or another where that is taken by anything else; one that is there
    already, entry by entry, is passed over.
    """
    for head in sorted(folder.glob("collections/*.json")):
        own = _collection(read_json(head))
        lines = ProjectEntries(head.with_suffix(".jsonl"), own)
        if not (yield from _compare(catalogue, lines)):
            named = _under_free_name(catalogue, own, manifest)
            yield from _bring_in(catalogue, replace(lines, collection=named), told)


def _compare(catalogue: Catalogue, source: ProjectEntries) -> Generator[Step, None, bool]:
    total, name = source.count(), source.collection.name
    return (yield from retell(holds(catalogue, source), lambda n: (n, total, f"comparing {name}")))


def _bring_in(catalogue: Catalogue, source: ProjectEntries, told: Told) -> Steps:
    total, name = source.count(), source.collection.name
    steps = import_entries(catalogue, source)
    outcome = yield from retell(steps, lambda so_far: (so_far.done, total, name))
    told.problems += [f"{p.key}: {p.message}" for p in outcome.problems]
    told.collections[name] = outcome.added + outcome.changed
    if outcome.added + outcome.changed:
        _add_the_rest(catalogue, source)


def _collection(data: Any) -> Collection:
    try:
        return Collection(*(str(data[name]) for name in ("name", "title", "licence", "source")))
    except (LookupError, TypeError) as error:
        raise ProjectError(
            "A collection of the project is damaged.", "Ask for another copy."
        ) from error


def _under_free_name(catalogue: Catalogue, said: Collection, manifest: Manifest) -> Collection:
    """Its own name where it is free or is of this project already, else one with the project's."""
    there = {c.name: c.source for c, _ in catalogue.collections()}
    source = f"{said.source}; from the project “{manifest.title}” ({manifest.uid[:8]})"
    name, n = said.name, 1
    while name in there and there[name] != source:
        name = f"{said.name} ({manifest.title}{f' {n}' if n > 1 else ''})"
        n += 1
    return Collection(name, said.title, said.licence, source)


def _add_the_rest(catalogue: Catalogue, source: ProjectEntries) -> None:
    """Tags and predictions, which an import does not bring."""
    query = """SELECT e.key, e.id FROM entry e JOIN collection c ON c.id = e.collection_id
        WHERE c.name = ?"""
    ids = dict(catalogue.all(query, (source.collection.name,)))
    tags: dict[str, list[int]] = {}
    predictions: dict[str, list[Any]] = {}
    for line in source.lines():
        entry_id = ids.get(line["key"])
        if entry_id is None:
            continue
        for tag in map(str, line["tags"]):
            tags.setdefault(tag, []).append(entry_id)
        for model, data in line["predictions"].items():
            if (stored := stored_prediction(data)) is not None:
                predictions.setdefault(model, []).append((entry_id, stored))
    for tag, tagged in tags.items():
        catalogue.set_tag(tagged, tag)
    for model, found in predictions.items():
        catalogue.put_predictions(model, found)


def bring_in_records(catalogue: Catalogue, folder: Path, told: Told) -> Steps:
    """Records are told by their ``uid``: those that are there stay as they are."""
    path = folder / "records.jsonl"
    if not path.is_file():
        return
    there = {kept.record.uid for kept in list_records(catalogue)}
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, text in enumerate(lines, start=1):
            yield (number, 0, "lab records")
            try:
                material, record = _record(text)
                if record.uid in there:
                    told.records_there += 1
                    continue
                put_record(catalogue, material, record, sure=True)
                told.records += 1
            except Sc3dError as error:
                told.problems.append(f"Lab record {number}: {error}")


def _record(text: str) -> tuple[Crystal | str, Any]:
    try:
        data = plain_json(text)
        crystal, stated = data["crystal"], str(data["formula"])
        material = crystal_from_json(crystal) if crystal is not None else stated
        return material, record_from_json(data["record"])
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        RecursionError,
    ) as e:
        raise CatalogueError("It is damaged.", "Ask for another copy of the project.") from e


def bring_in_queries(catalogue: Catalogue, folder: Path, manifest: Manifest, told: Told) -> None:
    """A query whose name is taken by another one gets the project's behind it."""
    path = folder / "recipes.json"
    if not path.is_file():
        return
    there = catalogue.saved_queries()
    for name, query in _queries(read_json(path)):
        try:
            asked = query_from_json(query)
            if there.get(name) == asked:
                continue
            catalogue.save_query(name if name not in there else f"{name} ({manifest.title})", asked)
            told.queries += 1
        except Sc3dError as error:
            told.problems.append(f"Saved query {name}: {error}")


def _queries(data: Any) -> Iterable[tuple[str, Any]]:
    try:
        return [(str(name), query) for name, query in data["saved_queries"].items()]
    except (AttributeError, LookupError, TypeError) as error:
        raise ProjectError("The saved queries are damaged.", "Ask for another copy.") from error
