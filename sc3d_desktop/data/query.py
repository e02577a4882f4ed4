"""What a user asks of the catalogue: which entries, in which order."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.crystal.formula import parse_formula
from sc3d_desktop.errors import Sc3dError

Range = tuple[float | None, float | None]
"""Both ends included; None is open."""

EVERYTHING: Range = (None, None)


@dataclass(frozen=True)
class Query:
    """All conditions hold at once; an empty one asks for everything.

    Elements: every one of ``must`` is there, none of ``must_not``, and where ``may`` is not empty,
    nothing outside ``must`` and ``may``. ``formula`` is a formula (any multiple of it), or a
    chemical system such as ``La-Sr-Cu-O``: exactly these elements. ``tc_kelvin`` holds for an entry
    when the spread of its reported Tc meets it. ``space_group`` is a symbol or a number. ``text``
    is looked for in formula, name, notes, references and tags. ``ids`` is a selection made
    elsewhere, as in a plot.
    """

    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    must_not: frozenset[str] = frozenset()
    formula: str = ""
    families: frozenset[str] = frozenset()
    disorders: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    tc_kelvin: Range = EVERYTHING
    n_sites: Range = EVERYTHING
    space_group: str = ""
    in_training: bool | None = None
    superconducting: bool | None = None
    text: str = ""
    ids: frozenset[int] | None = None

    def as_json(self) -> dict[str, Any]:
        """Only what is asked for, so that what a later version adds is missing from old files."""
        empty = Query()
        said = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in said.items()
            if value != getattr(empty, name)
        }


@dataclass(frozen=True)
class Sort:
    """A column of the table, by the name of its field in ``Row``; entries without a value come last
    either way.
    """

    column: str = "id"
    descending: bool = False


def query_from_json(data: Any) -> Query:
    """The query that ``as_json`` wrote. Raises ``Sc3dError`` for anything else."""
    try:
        return Query(**{name: _READ[name](value) for name, value in data.items()})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Sc3dError(f"This is no query: {error!r}.", "Make and save the query anew.") from error


def elements_of_system(text: str) -> frozenset[str] | None:
    """The elements of ``La-Sr-Cu-O``; None where the text is no chemical system."""
    parts = re.split(r"\s*[-–]\s*", text.strip())
    system = len(parts) > 1 and all(is_element(part) for part in parts)
    return frozenset(parts) if system else None


def check_formula(text: str) -> None:
    """Raise ``Sc3dError`` where the text is neither a formula nor a chemical system."""
    if text.strip() and elements_of_system(text) is None and parse_formula(text) is None:
        raise Sc3dError(
            f"“{text.strip()}” is neither a formula nor a chemical system.",
            "Write MgB2, or Mg-B for everything of these elements.",
        )


def check_elements(names: Iterable[str]) -> None:
    """Raise ``Sc3dError`` where one of the names is no element."""
    for name in names:
        if not is_element(name):
            raise Sc3dError(f"“{name}” is not a chemical element.", "Use a symbol such as La.")


def _names(value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
        raise TypeError(f"{value!r} is no list of names")
    return frozenset(value)


def _ids(value: Any) -> frozenset[int] | None:
    return None if value is None else frozenset(int(x) for x in value)


def _range(value: Any) -> Range:
    low, high = (None if x is None else float(x) for x in value)
    if any(x is not None and not math.isfinite(x) for x in (low, high)):
        raise ValueError(f"{value!r} is not finite")
    return (low, high)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _flag(value: Any) -> bool | None:
    if value not in (None, True, False):
        raise TypeError(f"{value!r} is neither true nor false")
    return None if value is None else bool(value)


_READ: dict[str, Callable[[Any], Any]] = {
    "must": _names,
    "may": _names,
    "must_not": _names,
    "formula": _text,
    "families": _names,
    "disorders": _names,
    "collections": _names,
    "tags": _names,
    "tc_kelvin": _range,
    "n_sites": _range,
    "space_group": _text,
    "in_training": _flag,
    "superconducting": _flag,
    "text": _text,
    "ids": _ids,
}
