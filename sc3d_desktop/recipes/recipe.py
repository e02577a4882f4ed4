"""A named set of choices, whatever it is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sc3d_desktop import __version__
from sc3d_desktop.data.records import now
from sc3d_desktop.errors import RecipeError

Choices = Mapping[str, Any]
"""Plain types alone, as ``json`` reads them."""

CHANGED = "(changed)"
LONGEST_NAME = 80
_KEYS = {"kind", "name", "choices", "made_at", "program"}


class Kind(StrEnum):
    """What the choices are of."""

    HAND_OFF = "hand-off"
    GENERATE = "generate"
    SCREEN = "screen"


@dataclass(frozen=True)
class Recipe:
    """``made_at`` is a time in UTC, ``program`` the version that made it. What the choices mean is
    known to ``understood``: a later version may have others.

    Raises ``RecipeError`` for a name that cannot be one.
    """

    kind: Kind
    name: str
    choices: Choices
    made_at: str
    program: str

    def __post_init__(self) -> None:
        check_name(self.name)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "name": self.name,
            "choices": dict(self.choices),
            "made_at": self.made_at,
            "program": self.program,
        }


def new_recipe(kind: Kind, name: str, choices: Choices) -> Recipe:
    return Recipe(kind, name.strip(), choices, now(), __version__)


def as_used(name: str, changed: bool) -> str:
    """How a record names the recipe it came from, and says that something was changed since."""
    return f"{name} {CHANGED}" if name and changed else name


def check_name(name: str) -> None:
    """Raise ``RecipeError`` where it cannot be the name of a recipe."""
    if not name.strip():
        raise RecipeError("A recipe needs a name.", "Say in a few words what it is for.")
    if name != name.strip() or not name.isprintable():
        raise RecipeError(
            f"{name!r} cannot be the name of a recipe.", "Use letters and signs of one line."
        )
    if len(name) > LONGEST_NAME:
        raise RecipeError(
            f"The name of a recipe has {len(name):,} letters.", f"Use at most {LONGEST_NAME}."
        )
    if name.endswith(CHANGED):
        raise RecipeError(
            f"“{name}” would read like a recipe that was changed.", f"Leave out “{CHANGED}”."
        )


def recipe_from_json(data: Any) -> Recipe:
    """What ``as_json`` wrote; its choices may still be strange. Raises ``RecipeError``."""
    try:
        if set(data) != _KEYS or not isinstance(data["choices"], dict):
            raise TypeError("its parts are others")
        texts = [data[key] for key in ("name", "made_at", "program")]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("its parts are no texts")
        name, made_at, program = texts
        return Recipe(Kind(data["kind"]), name, data["choices"], made_at, program)
    except (LookupError, TypeError, ValueError) as error:
        raise RecipeError(
            f"This is no recipe of this version: {error}.", "Make and save the recipe anew."
        ) from error
