"""``sc3d data``: the catalogue from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sc3d_desktop.cli.progress import do
from sc3d_desktop.cli.records import json_line, kelvin, table_row
from sc3d_desktop.data import Catalogue, Query, Row, Sort, catalogue_file
from sc3d_desktop.data.columns import Ints
from sc3d_desktop.data.importers import (
    CifFolder,
    EntrySource,
    Htsc,
    StarterSet,
    SuperCon3D,
    ThreeDSC,
)
from sc3d_desktop.data.query import check_elements, check_formula
from sc3d_desktop.errors import CatalogueError, RecipeError
from sc3d_desktop.jobs import (
    DownloadSuperCon3D,
    ExportEntries,
    FindDuplicates,
    ImportCollection,
    PredictEntries,
)
from sc3d_desktop.paths import user_data

_PAGE = 200
_WIDTHS = (7, 28, 14, 5, 16, 12, 14)
_HEADINGS = ("id", "formula", "family", "class", "Tc / K", "space group", "collection")


def run(arguments: argparse.Namespace) -> int:
    path = arguments.catalogue or catalogue_file()
    return int(_ACTIONS[arguments.what](path, arguments))


def _import(path: Path, arguments: argparse.Namespace) -> int:
    source = _source(arguments)
    print(f"{source.collection.title}\n  Licence: {source.collection.licence}", file=sys.stderr)
    outcome = do(ImportCollection(path, source))
    for remark in outcome.noted:
        print(f"{remark.key}: {remark.message}", file=sys.stderr)
    for problem in outcome.problems:
        print(f"{problem.key}: not imported: {problem.message}", file=sys.stderr)
    if arguments.json:
        print(json_line(asdict(outcome)))
    else:
        print(
            f"{outcome.collection}: {outcome.added:,} new, {outcome.changed:,} changed, "
            f"{outcome.unchanged:,} as before, {outcome.failed:,} not imported, "
            f"{len(outcome.noted):,} with remarks"
        )
    return 1 if outcome.failed else 0


def _source(arguments: argparse.Namespace) -> EntrySource:
    """What is to be imported. Raises ``CatalogueError`` where a path is needed and missing."""
    if arguments.source == "starter":
        return StarterSet()
    if arguments.download:
        return SuperCon3D(do(DownloadSuperCon3D(user_data() / "downloads" / "supercon3d.zip")))
    if arguments.path is None:
        raise CatalogueError(
            f"“sc3d data import {arguments.source}” needs a path.",
            "Name the folder or archive; supercon3d can also be fetched with --download.",
        )
    if arguments.source == "cif":
        return CifFolder(arguments.path, arguments.table)
    kinds: dict[str, Callable[[Path], EntrySource]]
    kinds = {"supercon3d": SuperCon3D, "3dsc": ThreeDSC, "htsc": Htsc}
    return kinds[arguments.source](arguments.path)


def _list(path: Path, arguments: argparse.Namespace) -> int:
    with Catalogue.open(path) as catalogue:
        ids = _found(catalogue, arguments)
        shown = ids if arguments.limit is None else ids[: arguments.limit]
        if not arguments.json:
            print(table_row(_HEADINGS, _WIDTHS))
        for row in _rows(catalogue, shown):
            print(json_line(asdict(row)) if arguments.json else _line(row))
    if not arguments.json:
        print(f"{len(shown):,} of {len(ids):,} entries found", file=sys.stderr)
    return 0


def _export(path: Path, arguments: argparse.Namespace) -> int:
    with Catalogue.open(path) as catalogue:
        ids = tuple(_found(catalogue, arguments).tolist())
    out = do(ExportEntries(path, ids, arguments.out))
    print(f"{out}: {len(ids):,} entries")
    return 0


def _predict(path: Path, arguments: argparse.Namespace) -> int:
    with Catalogue.open(path) as catalogue:
        ids = tuple(_found(catalogue, arguments).tolist())
    print(f"{do(PredictEntries(path, ids)):,} entries predicted")
    return 0


def _duplicates(path: Path, arguments: argparse.Namespace) -> int:
    n_groups = do(FindDuplicates(path))
    with Catalogue.open(path) as catalogue:
        columns = catalogue.columns()
        ids = columns.find(Query(), Sort("alike"))[: int((columns.alike >= 0).sum())]
        for row in _rows(catalogue, ids):
            print(json_line(asdict(row)) if arguments.json else f"{row.alike:>5}  {_line(row)}")
    if not arguments.json:
        print(f"{n_groups:,} groups", file=sys.stderr)
    return 0


def _collections(path: Path, arguments: argparse.Namespace) -> int:
    with Catalogue.open(path) as catalogue:
        for collection, n in catalogue.collections():
            if arguments.json:
                print(json_line(asdict(collection) | {"entries": n}))
            else:
                print(f"{collection.name}: {n:,} entries\n  {collection.title}")
                print(f"  Licence: {collection.licence}\n  Source: {collection.source}")
    return 0


def _remove(path: Path, arguments: argparse.Namespace) -> int:
    with Catalogue.open(path) as catalogue:
        sizes = {collection.name: n for collection, n in catalogue.collections()}
        if arguments.name not in sizes:
            names = ", ".join(sizes) or "none"
            raise CatalogueError(
                f"There is no collection “{arguments.name}”.", f"There is: {names}."
            )
        catalogue.delete_collection(arguments.name)
    print(f"{arguments.name}: {sizes[arguments.name]:,} entries removed")
    return 0


_ACTIONS = {
    "import": _import,
    "list": _list,
    "export": _export,
    "predict": _predict,
    "duplicates": _duplicates,
    "collections": _collections,
    "remove": _remove,
}


def _found(catalogue: Catalogue, arguments: argparse.Namespace) -> Ints:
    """Ids of what the options ask for, in their order."""
    saved = _saved(catalogue, arguments.recipe) if arguments.recipe else None
    query = query_of(arguments, saved)
    of_text = catalogue.search(query.text) if query.text.strip() else None
    sort = Sort(arguments.sort, arguments.descending)
    return catalogue.columns().find(query, sort, of_text)


def query_of(arguments: argparse.Namespace, saved: Query | None = None) -> Query:
    """What is asked for here, and otherwise what was saved. Raises ``Sc3dError`` for what can never
    be found.
    """
    check_formula(arguments.formula)
    for elements in (arguments.elements, arguments.only, arguments.without):
        check_elements(elements)
    base = saved or Query()
    low, high = base.tc_kelvin
    asked: dict[str, Any] = {
        "must": frozenset(arguments.elements),
        "may": frozenset(arguments.only),
        "must_not": frozenset(arguments.without),
        "formula": arguments.formula,
        "families": frozenset(arguments.family),
        "disorders": frozenset(arguments.disorder),
        "collections": frozenset(arguments.collection),
        "tags": frozenset(arguments.tag),
        "space_group": arguments.space_group,
        "text": arguments.text,
    }
    return replace(
        base,
        **{name: value for name, value in asked.items() if value},
        tc_kelvin=(
            low if arguments.tc_min is None else arguments.tc_min,
            high if arguments.tc_max is None else arguments.tc_max,
        ),
        superconducting={"yes": True, "no": False, None: base.superconducting}[
            arguments.superconducting
        ],
    )


def _saved(catalogue: Catalogue, name: str) -> Query:
    saved = catalogue.saved_queries()
    if name not in saved:
        there = f"There is: {', '.join(saved)}." if saved else "None has been saved yet."
        raise RecipeError(f"There is no saved query “{name}”.", there)
    return saved[name]


def _rows(catalogue: Catalogue, ids: Ints) -> Iterator[Row]:
    for start in range(0, len(ids), _PAGE):
        yield from catalogue.rows(ids[start : start + _PAGE].tolist())


def _line(row: Row) -> str:
    cells = (
        str(row.id),
        row.formula,
        row.family or "–",
        row.disorder or "–",
        tc_words(row),
        row.space_group or "–",
        row.collection,
    )
    return table_row(cells, _WIDTHS)


def tc_words(row: Row) -> str:
    """``31 – 39 (4)``: the spread of several reports and their number."""
    if row.not_superconducting:
        return "none seen"
    low, high = row.tc_low_kelvin, row.tc_high_kelvin
    if high is None:
        return "–"
    said = kelvin(high) if low == high else f"{kelvin(low)} – {kelvin(high)}"
    return f"{said} ({row.n_measurements})" if row.n_measurements > 1 else said
