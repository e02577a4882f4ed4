"""Recipes on disk, a file each: a damaged one is told, stays as it is, and spares the others."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sc3d_desktop.errors import RecipeError
from sc3d_desktop.paths import user_data, write_whole
from sc3d_desktop.recipes.recipe import Kind, Recipe, recipe_from_json

_VERSION = 1
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Found:
    """The recipes that can be read, by name, and what is wrong with the others."""

    recipes: tuple[Recipe, ...]
    problems: tuple[RecipeError, ...]


class RecipeStore:
    """``folder`` is in the folder of the user, unless it is named."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = user_data() / "recipes" if folder is None else folder

    def all(self, kind: Kind | None = None) -> Found:
        recipes: list[Recipe] = []
        problems: list[RecipeError] = []
        for path in sorted(self.folder.glob(f"{kind or '*'}-*.json")):
            try:
                recipes.append(_read(path))
            except RecipeError as error:
                problems.append(error)
        kept = (recipe for recipe in recipes if kind in (None, recipe.kind))
        return Found(tuple(sorted(kept, key=lambda r: (r.kind, r.name.lower()))), tuple(problems))

    def has(self, kind: Kind, name: str) -> bool:
        return self._path(kind, name).exists()

    def get(self, kind: Kind, name: str) -> Recipe:
        """Raises ``RecipeError`` where there is none of that name, or it cannot be read."""
        path = self._path(kind, name)
        if not path.exists():
            there = ", ".join(recipe.name for recipe in self.all(kind).recipes)
            raise RecipeError(
                f"There is no recipe “{name}” of the kind {kind}.",
                f"There is: {there}." if there else "None has been saved yet.",
            )
        return _read(path)

    def put(self, recipe: Recipe, replace: bool = False) -> None:
        """On disk when it returns. Raises ``RecipeError`` where the name is taken, unless it may be
        replaced; what cannot be read is never replaced.
        """
        path = self._path(recipe.kind, recipe.name)
        if path.exists():
            _read(path)
            if not replace:
                raise RecipeError(
                    f"There is a recipe “{recipe.name}” already.", "Choose another name."
                )
        try:
            data = {"version": _VERSION, "recipe": recipe.as_json()}
            write_whole(path, json.dumps(data, indent=1, allow_nan=False).encode())
        except OSError as error:
            raise _unwritable(path, error) from error

    def delete(self, kind: Kind, name: str) -> None:
        """Raises ``RecipeError`` where there is none, or it cannot be deleted."""
        path = self._path(kind, name)
        if not path.exists():
            self.get(kind, name)
        try:
            path.unlink()
        except OSError as error:
            raise _unwritable(path, error) from error

    def _path(self, kind: Kind, name: str) -> Path:
        """Names that differ only in what a file system overlooks get files of their own."""
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        said = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
        return self.folder / f"{kind}-{said}-{digest}.json"


def _read(path: Path) -> Recipe:
    try:
        data = json.loads(_text(path))
        if data["version"] != _VERSION:
            raise ValueError("it is of a later version of the program")
        return recipe_from_json(data["recipe"])
    except (OSError, LookupError, TypeError, ValueError, RecursionError, RecipeError) as error:
        said = error.message if isinstance(error, RecipeError) else f"{error}."
        raise RecipeError(
            f"The recipe in {path} cannot be read: {said}",
            "It was left as it is. Put it right, or move it away.",
        ) from error


def _text(path: Path) -> bytes:
    with path.open("rb") as stream:
        raw = stream.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise ValueError("it is too large to be one")
    return raw


def _unwritable(path: Path, error: OSError) -> RecipeError:
    said = f"The recipe {path.name} cannot be written: {error.strerror or error}."
    return RecipeError(said, f"Look at {path.parent}: is there room, and may you write there?")


def free_names(name: str, longest: int) -> Iterator[str]:
    """The name, then the same with numbers behind it."""
    yield name
    number = 2
    while True:
        ending = f" ({number})"
        yield f"{name[: longest - len(ending)].rstrip()}{ending}"
        number += 1
