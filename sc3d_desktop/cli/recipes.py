"""``sc3d recipes``: the choices that were saved under a name."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from sc3d_desktop.cli.records import json_line, table_row
from sc3d_desktop.data import Catalogue, Query, catalogue_file
from sc3d_desktop.errors import RecipeError
from sc3d_desktop.recipes import Kind, RecipeStore, understood

QUERY = "query"
"""The kind of the saved queries of the dataset browser, which the catalogue keeps."""

_WIDTHS = (9, 32, 20, 8)
_HEADINGS = ("kind", "name", "made (UTC)", "version")


def run(arguments: argparse.Namespace) -> int:
    return {"list": _list, "show": _show, "delete": _delete}[arguments.what](arguments)


def _list(arguments: argparse.Namespace) -> int:
    kind = arguments.kind
    found = RecipeStore().all(Kind(kind) if kind not in (None, QUERY) else None)
    records = [] if kind == QUERY else [recipe.as_json() for recipe in found.recipes]
    if kind in (None, QUERY):
        records += [_query_record(name, query) for name, query in _queries().items()]
    if not arguments.json:
        print(table_row(_HEADINGS, _WIDTHS))
    for record in records:
        cells = (record["kind"], record["name"], record["made_at"], record["program"])
        print(json_line(record) if arguments.json else table_row(cells, _WIDTHS))
    for problem in found.problems:
        print(problem, file=sys.stderr)
    return 1 if found.problems else 0


def _queries() -> dict[str, Query]:
    path = catalogue_file()
    if not path.is_file():
        return {}
    with Catalogue.open(path) as catalogue:
        return catalogue.saved_queries()


def _query_record(name: str, query: Query) -> dict[str, Any]:
    """When it was saved is not known."""
    return {"kind": QUERY, "name": name, "choices": query.as_json(), "made_at": "", "program": ""}


def _show(arguments: argparse.Namespace) -> int:
    """With every choice, also one that the recipe leaves as it usually is."""
    kind, name = _kind_of(arguments), arguments.name
    if kind == QUERY:
        record = _query_record(name, _queries()[name])
    else:
        recipe = RecipeStore().get(Kind(kind), name)
        record = recipe.as_json() | {"choices": dict(understood(recipe))}
    if arguments.json:
        print(json_line(record))
        return 0
    made = record["made_at"] and f", made {record['made_at']} with version {record['program']}"
    print(f"{name} ({kind}){made}")
    _print_choices(record["choices"])
    return 0


def _print_choices(choices: Any, before: str = "  ") -> None:
    for name, value in choices.items():
        if isinstance(value, dict):
            print(f"{before}{name}:")
            _print_choices(value, before + "  ")
        else:
            print(f"{before}{name}: {_words(value)}")


def _words(value: Any) -> str:
    match value:
        case None | []:
            return "–"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
    return str(value) or "–"


def _delete(arguments: argparse.Namespace) -> int:
    kind, name = _kind_of(arguments), arguments.name
    if kind == QUERY:
        with Catalogue.open(catalogue_file()) as catalogue:
            catalogue.delete_query(name)
    else:
        RecipeStore().delete(Kind(kind), name)
    print(json_line({"deleted": name, "kind": kind}) if arguments.json else f"{name} is deleted.")
    return 0


def _kind_of(arguments: argparse.Namespace) -> str:
    """The only one of this name, or the one that was asked for. A recipe that is damaged has a name
    all the same.
    """
    store, name = RecipeStore(), arguments.name
    kinds = [kind.value for kind in Kind if store.has(kind, name)]
    kinds += [QUERY] if name in _queries() else []
    wanted = [kind for kind in kinds if arguments.kind in (None, kind)]
    if not wanted:
        there = ", ".join((*(recipe.name for recipe in store.all().recipes), *_queries()))
        of = f" of the kind {arguments.kind}" if arguments.kind else ""
        hint = f"There is: {there}." if there else "None has been saved yet."
        raise RecipeError(f"There is no recipe “{name}”{of}.", hint)
    if len(wanted) > 1:
        said = f"There is more than one recipe “{name}”: {', '.join(wanted)}."
        raise RecipeError(said, "Say which with --kind.")
    return wanted[0]
