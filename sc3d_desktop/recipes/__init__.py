"""Recipes: named sets of choices that somebody uses again, of a hand-off, the generator, a
screening.
"""

from sc3d_desktop.recipes.kinds import understood
from sc3d_desktop.recipes.recipe import (
    Choices,
    Kind,
    Recipe,
    as_used,
    new_recipe,
    recipe_from_json,
)
from sc3d_desktop.recipes.store import Found, RecipeStore

__all__ = [
    "Choices",
    "Found",
    "Kind",
    "Recipe",
    "RecipeStore",
    "as_used",
    "new_recipe",
    "recipe_from_json",
    "understood",
]
