"""What this version makes of the choices of a recipe."""

from __future__ import annotations

from collections.abc import Callable

from sc3d_desktop.errors import RecipeError
from sc3d_desktop.recipes.generate import generate_choices, read_generate
from sc3d_desktop.recipes.hand_off import hand_off_choices, read_hand_off
from sc3d_desktop.recipes.recipe import Choices, Kind, Recipe
from sc3d_desktop.recipes.screen import read_screen, screen_choices

_WHOLE: dict[Kind, Callable[[Choices], Choices]] = {
    Kind.HAND_OFF: lambda choices: hand_off_choices(*read_hand_off(choices)),
    Kind.GENERATE: lambda choices: generate_choices(*read_generate(choices)),
    Kind.SCREEN: lambda choices: screen_choices(*read_screen(choices)),
}


def understood(recipe: Recipe) -> Choices:
    """All of its choices, the usual one where it leaves one out. Raises ``RecipeError`` where one
    is unknown or out of range.
    """
    try:
        return _WHOLE[recipe.kind](recipe.choices)
    except RecipeError as error:
        said = f"The recipe “{recipe.name}” cannot be used: {error.message}"
        raise RecipeError(said, error.hint) from error
