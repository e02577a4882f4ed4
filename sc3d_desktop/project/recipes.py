"""The recipes of a project, beside those there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from sc3d_desktop.errors import RecipeError
from sc3d_desktop.project.parts import read_json
from sc3d_desktop.recipes import Recipe, RecipeStore, recipe_from_json, understood
from sc3d_desktop.recipes.recipe import LONGEST_NAME
from sc3d_desktop.recipes.store import free_names

_MOST = 1_000


class Told(Protocol):
    """What becomes of the recipes is written down here."""

    recipes: int
    problems: list[str]


def bring_in_recipes(store: RecipeStore, folder: Path, told: Told) -> None:
    """One whose name is taken by another gets a number behind it; one that is there already, under
    its name or such a number, is passed over. An old project has none.
    """
    path = folder / "recipes.json"
    listed = _listed(read_json(path), told) if path.is_file() else ()
    for number, data in enumerate(listed, start=1):
        try:
            told.recipes += _bring_in(store, recipe_from_json(data))
        except RecipeError as error:
            told.problems.append(f"Recipe {number}: {error}")


def _listed(data: Any, told: Told) -> Sequence[Any]:
    listed = data.get("recipes", []) if isinstance(data, dict) else []
    if not isinstance(listed, list) or len(listed) > _MOST:
        told.problems.append("The recipes are damaged; ask for another copy of the project.")
        return ()
    return listed


def _bring_in(store: RecipeStore, recipe: Recipe) -> bool:
    """Whether it is new. Its choices are kept as this version understands them."""
    choices = understood(recipe)
    for name in free_names(recipe.name, LONGEST_NAME):
        if not store.has(recipe.kind, name):
            store.put(Recipe(recipe.kind, name, choices, recipe.made_at, recipe.program))
            return True
        if _same(store, recipe, name):
            return False
    raise AssertionError("there is always another number")


def _same(store: RecipeStore, recipe: Recipe, name: str) -> bool:
    """A recipe that cannot be read is another."""
    try:
        return understood(store.get(recipe.kind, name)) == understood(recipe)
    except RecipeError:
        return False
