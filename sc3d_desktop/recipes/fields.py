"""Choices read from a file of anybody's: each of the right type and within its range, or told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.errors import RecipeError
from sc3d_desktop.recipes.recipe import Choices

Reader = Callable[[Any], Any]
"""Gives the value it was given, or a like one; raises ``ValueError`` with what it should be."""

_LONGEST_TEXT = 200


def read(choices: Any, readers: Mapping[str, Reader], of: str = "") -> dict[str, Any]:
    """The choices by name; those left out are not in it. ``of`` says which part they are of.

    Raises ``RecipeError`` for the first that is unknown or cannot be.
    """
    if not isinstance(choices, Mapping):
        raise RecipeError(f"“{of}” holds no choices.", "Make and save the recipe anew.")
    found = {}
    for name, value in choices.items():
        if name not in readers:
            raise RecipeError(
                f"“{name}” is no choice that this version knows.",
                "Update the program, or make and save the recipe anew.",
            )
        try:
            found[name] = readers[name](value)
        except ValueError as error:
            said = _short(value)
            raise RecipeError(
                f"“{name}” is {said} and should be {error}.", "Make and save the recipe anew."
            ) from error
    return found


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def whole(least: int, most: int) -> Reader:
    def of(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"a whole number from {least:,} to {most:,}")
        return value

    return of


def number(least: float, most: float) -> Reader:
    def of(value: Any) -> float:
        if type(value) not in (int, float) or not least <= value <= most:
            raise ValueError(f"a number from {least:g} to {most:g}")
        return float(value)

    return of


def one_of(*names: str) -> Reader:
    def of(value: Any) -> str:
        if not isinstance(value, str) or value not in names:
            raise ValueError(f"one of {', '.join(names)}")
        return value

    return of


def some_of(*names: str) -> Reader:
    def of(value: Any) -> tuple[str, ...]:
        if not _texts(value) or not set(value) <= set(names) or len(set(value)) < len(value):
            raise ValueError(f"a list of some of {', '.join(names)}")
        return tuple(value)

    return of


def elements(value: Any) -> tuple[str, ...]:
    if not _texts(value) or not all(map(is_element, value)) or len(set(value)) < len(value):
        raise ValueError("a list of chemical elements")
    return tuple(value)


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or not value.isprintable():
        raise ValueError("a short text")
    return value


def maybe(reader: Reader) -> Reader:
    """None as well."""
    return lambda value: None if value is None else reader(value)


def part(readers: Mapping[str, Reader], of: str) -> Reader:
    """Choices within a choice."""
    return lambda value: read(value, readers, of)


def as_set(reader: Reader) -> Reader:
    return lambda value: frozenset(reader(value))


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(x, str) for x in value)


def plain(values: Mapping[str, Any]) -> Choices:
    """The same in the types of JSON, sets in order."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value
