"""Recipes in a project: all kinds come back, beside those there are, and strange ones are told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from project_cases import fill_home, opened, saved
from recipe_cases import random_recipe

from sc3d_desktop.project import Contents
from sc3d_desktop.recipes import Kind, Recipe, RecipeStore, new_recipe


@pytest.fixture
def folder(here: Path) -> Path:
    return saved(fill_home(here), here / "project").out


@pytest.fixture
def theirs(here: Path) -> RecipeStore:
    return RecipeStore(here / "recipes")


@pytest.fixture
def ours(there: Path) -> RecipeStore:
    return RecipeStore(there / "recipes")


def recipes(store: RecipeStore) -> dict[tuple[str, str], Recipe]:
    return {(recipe.kind, recipe.name): recipe for recipe in store.all().recipes}


def rewrite(folder: Path, change: Any) -> None:
    """What a stranger may put there: with its hash."""
    path = folder / "recipes.json"
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(change(data)), encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest["files"]["recipes.json"] = {"bytes": path.stat().st_size, "sha256": digest}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_equal_recipes_are_passed_over_and_taken_names_get_numbers(
    folder: Path, there: Path, theirs: RecipeStore, ours: RecipeStore
) -> None:
    same, taken = theirs.get(Kind.SCREEN, "mine"), new_recipe(Kind.GENERATE, "mine", {})
    ours.put(replace(same, made_at="long ago"))
    ours.put(taken)
    found = opened(folder, there)
    assert (found.recipes, found.problems) == (2, [])
    there_now = recipes(ours)
    assert set(there_now) == {
        ("screen", "mine"), ("generate", "mine"), ("generate", "mine (2)"), ("hand-off", "mine"),
    }  # fmt: skip
    assert there_now["generate", "mine"] == taken
    assert there_now["generate", "mine (2)"].choices == theirs.get(Kind.GENERATE, "mine").choices
    assert there_now["screen", "mine"].made_at == "long ago"
    assert opened(folder, there).recipes == 0, "a second opening brings nothing"


def test_a_damaged_recipe_here_is_left_alone(folder: Path, there: Path, ours: RecipeStore) -> None:
    ours.put(new_recipe(Kind.SCREEN, "mine", {}))
    (path,) = ours.folder.iterdir()
    path.write_text("{", encoding="utf-8")
    assert opened(folder, there).recipes == 3
    assert path.read_text("utf-8") == "{"
    assert ours.has(Kind.SCREEN, "mine (2)")


def test_one_that_cannot_be_read_is_left_out_and_said(here: Path, theirs: RecipeStore) -> None:
    contents = fill_home(here)
    (path,) = theirs.folder.glob("screen-*")
    path.write_text("{", encoding="utf-8")
    done = saved(contents, here / "project")
    assert done.manifest.counts["recipe"] == 2
    assert "Recipes that cannot be read: 1." in done.manifest.left_out
    assert str(here) not in "".join(done.manifest.left_out)


def test_projects_of_before_and_without_recipes_open(folder: Path, here: Path, there: Path) -> None:
    def as_before(data: dict[str, Any]) -> dict[str, Any]:
        return {"saved_queries": data["saved_queries"]}

    rewrite(folder, as_before)
    found = opened(folder, there)
    assert (found.queries, found.recipes, found.problems) == (1, 0, [])
    bare = saved(Contents("bare", model="m"), here / "bare").out
    assert opened(bare, there).problems == []


ODD: tuple[Any, ...] = (
    *(None, [], {}, "x", -1, True, 1e308, 2**70, "\ud800", "\x00", "../x", [[]], {"a": 1}),
    *("mine (changed)", "x" * 81, ["La", "La"], {"size": 4}, {"hubbard": {"Cu": -1}}),
)


@pytest.mark.parametrize("key", ["kind", "name", "choices", "made_at", "program"])
def test_a_strange_recipe_is_told_and_the_others_come_in(
    folder: Path, there: Path, ours: RecipeStore, key: str
) -> None:
    strange = [odd for odd in ODD if not (key in ("made_at", "program") and isinstance(odd, str))]
    strange = [odd for odd in strange if not (key == "name" and odd in ("x", "../x"))]
    strange = [odd for odd in strange if odd not in ({}, "\ud800")]

    def add(data: dict[str, Any]) -> dict[str, Any]:
        base = data["recipes"][0]
        return {**data, "recipes": [*(base | {key: odd} for odd in strange), *data["recipes"]]}

    rewrite(folder, add)
    found = opened(folder, there)
    assert found.recipes == 3
    assert len(found.problems) == len(strange)
    assert {name for _, name in recipes(ours)} == {"mine"}


def test_a_name_is_never_a_path(folder: Path, there: Path, ours: RecipeStore) -> None:
    rng = np.random.default_rng(4)
    names = ("../../up", "/etc/passwd", "C:\\x", "con", "..", "a" * 80)
    more = [random_recipe(Kind.SCREEN, name, rng).as_json() for name in names]
    rewrite(folder, lambda data: {**data, "recipes": more})
    assert opened(folder, there).recipes == len(names)
    assert len(list(ours.folder.iterdir())) == len(names)
    assert {name for _, name in recipes(ours)} == set(names)


@pytest.mark.parametrize("listed", [None, {}, "x", 7, [{}] * 1001])
def test_what_is_no_list_of_recipes_is_told(
    folder: Path, there: Path, ours: RecipeStore, listed: Any
) -> None:
    rewrite(folder, lambda data: {**data, "recipes": listed})
    found = opened(folder, there)
    assert found.problems == ["The recipes are damaged; ask for another copy of the project."]
    assert (found.queries, recipes(ours)) == (1, {})
