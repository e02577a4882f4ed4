"""What the options of the generator ask for: those given, then the recipe, then what is usual."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import GenerationError, RecipeError
from sc3d_desktop.generation.request import Request, Seed
from sc3d_desktop.recipes import Kind, RecipeStore, as_used, understood
from sc3d_desktop.recipes.generate import Like, read_generate
from sc3d_desktop.screening.filters import RADIOACTIVE, TOXIC

_FIELDS = {
    "count": "count",
    "tc": "tc_kelvin",
    "elements": "required",
    "only": "allowed",
    "formula": "formula",
    "guidance": "guidance",
    "energy": "energy",
    "steps": "steps",
    "seed": "seed",
}
"""Option → field of the request."""


def request_of(arguments: argparse.Namespace) -> Request:
    """Raises ``GenerationError`` and ``RecipeError``; the request itself is not checked."""
    recipe = _recipe(arguments.recipe) if arguments.recipe else None
    base, like = recipe or (Request(), None)
    given = {name: getattr(arguments, option) for option, name in _FIELDS.items()}
    wanted: dict[str, Any] = {name: v for name, v in given.items() if v is not None}
    if arguments.atoms is not None:
        wanted["fewest_atoms"], wanted["most_atoms"] = arguments.atoms
    if arguments.paper is not None:
        wanted["sampling"] = "paper" if arguments.paper else "quick"
    request = replace(base, **wanted)
    request = replace(request, excluded=_excluded(arguments, request, recipe is not None))
    how = _how(arguments, like or Like())
    changed = request != base or (like is not None and how != like)
    used = as_used(arguments.recipe, changed)
    return replace(request, start=_seed(arguments, how, like is not None), recipe=used)


def _recipe(name: str) -> tuple[Request, Like | None]:
    request, like = read_generate(understood(RecipeStore().get(Kind.GENERATE, name)))
    return (request if like is None else replace(request, formula="")), like


def _excluded(arguments: argparse.Namespace, request: Request, of_recipe: bool) -> tuple[str, ...]:
    """What is asked for by name is meant, radioactive and toxic or not."""
    without = arguments.without or ()
    if of_recipe and arguments.without is None and not arguments.all_elements:
        asked = {*(arguments.elements or ()), *(arguments.only or ())}
        excluded = [el for el in request.excluded if el not in asked]
    else:
        asked = {*request.required, *request.allowed}
        barred = () if arguments.all_elements else sorted({*RADIOACTIVE, *TOXIC} - asked)
        excluded = list(dict.fromkeys((*without, *barred)))
    kept = set(request.formula_unit()) if request.formula else set()
    return tuple(el for el in excluded if el in without or el not in kept)


def _how(arguments: argparse.Namespace, like: Like) -> Like:
    given = {name: getattr(arguments, name) for name in vars(like)}
    return replace(like, **{name: value for name, value in given.items() if value is not None})


def _seed(arguments: argparse.Namespace, how: Like, wanted: bool) -> Seed | None:
    if arguments.like is None:
        if wanted:
            raise RecipeError(
                f"The recipe “{arguments.recipe}” begins with a structure.", "Name it with --like."
            )
        return None
    return Seed(_crystal(arguments.like), **vars(how))


def _crystal(path: Path) -> Crystal:
    from sc3d_desktop.crystal.files import Read, read_all

    reason = "."
    for outcome in read_all([path]):
        if isinstance(outcome, Read):
            return outcome.crystal
        reason = f": {outcome.error.message}"
    raise GenerationError(f"{path} holds no structure to start from{reason}", "Choose another.")
