"""What the options of a hand-off ask for: those given, then the recipe, then what is usual."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sc3d_desktop.dft import METHODS, FElectrons, Magnetism, Options, Scripts
from sc3d_desktop.errors import RecipeError
from sc3d_desktop.recipes import Kind, RecipeStore, as_used, understood
from sc3d_desktop.recipes.hand_off import PROGRAMS, read_hand_off

_READ: dict[str, Callable[[Any], Any]] = {
    "steps": tuple,
    "magnetism": Magnetism,
    "scripts": Scripts,
    "method": METHODS.__getitem__,
    "f_electrons": FElectrons,
    "hubbard": tuple,
}
_AS_GIVEN = (
    *("preset", "kpoints_files", "size", "tolerance", "min_sites", "max_sites", "count", "seed"),
    "time_limit_seconds",
)


def options_of(arguments: argparse.Namespace) -> Options:
    """Raises ``HandOffError`` and ``RecipeError``."""
    base = _of_recipe(arguments.recipe, arguments.form) if arguments.recipe else Options()
    given = {name: getattr(arguments, name) for name in (*_AS_GIVEN, *_READ)}
    wanted = {n: _READ.get(n, _same)(v) for n, v in given.items() if v is not None}
    options = replace(base, **wanted)
    changed = replace(options, size=None) != base
    return replace(options, recipe=as_used(arguments.recipe, changed))


def _same(value: Any) -> Any:
    return value


def _of_recipe(name: str, program: str) -> Options:
    code, options = read_hand_off(understood(RecipeStore().get(Kind.HAND_OFF, name)))
    if code != PROGRAMS[program]:
        (other,) = (key for key, there in PROGRAMS.items() if there == code)
        raise RecipeError(f"The recipe “{name}” is for {code.name}.", f"Use “sc3d export {other}”.")
    return options
