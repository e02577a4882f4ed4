"""``sc3d recipes``: the choices that were saved under a name."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from sc3d_desktop.cli.records import json_line, table_row
from sc3d_desktop.errors import RecipeError
from sc3d_desktop.recipes import Kind, Recipe, RecipeStore, understood

_WIDTHS = (9, 32, 20, 8)
_HEADINGS = ("kind", "name", "made (UTC)", "version")


def run(arguments: argparse.Namespace) -> int:
    return {"list": _list, "show": _show, "delete": _delete}[arguments.what](arguments)


def _list(arguments: argparse.Namespace) -> int:
    found = RecipeStore().all(_kind(arguments))
    if arguments.json:
        for recipe in found.recipes:
            print(json_line(recipe.as_json()))
    else:
        print(table_row(_HEADINGS, _WIDTHS))
        for recipe in found.recipes:
            cells = (recipe.kind, recipe.name, recipe.made_at, recipe.program)
            print(table_row(cells, _WIDTHS))
    for problem in found.problems:
        print(problem, file=sys.stderr)
    return 1 if found.problems else 0


def _show(arguments: argparse.Namespace) -> int:
    """With every choice, also one that the recipe leaves as it usually is."""
    recipe = _the_one(arguments)
    choices = understood(recipe)
    if arguments.json:
        print(json_line(recipe.as_json() | {"choices": dict(choices)}))
        return 0
    print(f"{recipe.name} ({recipe.kind}), made {recipe.made_at} with version {recipe.program}")
    _print_choices(choices)
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
    kind, name = _kind(arguments), arguments.name
    if kind is None:
        kind = _the_one(arguments).kind
    RecipeStore().delete(kind, name)
    print(json_line({"deleted": name, "kind": kind}) if arguments.json else f"{name} is deleted.")
    return 0


def _the_one(arguments: argparse.Namespace) -> Recipe:
    """Of the kind that was named, or the only one of its name."""
    store, kind, name = RecipeStore(), _kind(arguments), arguments.name
    if kind is not None:
        return store.get(kind, name)
    kinds = [each for each in Kind if store.has(each, name)]
    if not kinds:
        there = ", ".join(recipe.name for recipe in store.all().recipes)
        hint = f"There is: {there}." if there else "None has been saved yet."
        raise RecipeError(f"There is no recipe “{name}”.", hint)
    if len(kinds) > 1:
        said = f"There is more than one recipe “{name}”: {', '.join(kinds)}."
        raise RecipeError(said, "Say which with --kind.")
    return store.get(kinds[0], name)


def _kind(arguments: argparse.Namespace) -> Kind | None:
    return Kind(arguments.kind) if arguments.kind else None
