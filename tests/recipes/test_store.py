"""Recipes on disk: each by itself, and none lost by another that is damaged."""

from __future__ import annotations

import json
import os
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from recipe_cases import random_recipe

from sc3d_desktop.errors import RecipeError
from sc3d_desktop.paths import user_data
from sc3d_desktop.recipes import Kind, RecipeStore, new_recipe
from sc3d_desktop.recipes.store import free_names

NAMES = ("Cuprates", "cuprates", "CUPRATES!", "Kupfer ∙ Oxid", "a/b", "..", "con", "é")


@pytest.fixture
def store() -> RecipeStore:
    return RecipeStore()


def test_recipes_lie_in_the_folder_of_the_user(store: RecipeStore) -> None:
    assert store.folder == user_data() / "recipes"
    assert store.all().recipes == ()


def test_each_recipe_is_found_by_kind_and_name(store: RecipeStore) -> None:
    rng = np.random.default_rng(1)
    made = [random_recipe(kind, name, rng) for kind in Kind for name in NAMES]
    for recipe in made:
        store.put(recipe)
    assert len(list(store.folder.iterdir())) == len(made), "no two share a file"
    for recipe in made:
        assert store.get(recipe.kind, recipe.name) == recipe
    for kind in Kind:
        assert {r.name for r in store.all(kind).recipes} == set(NAMES)
    found = RecipeStore(store.folder).all()
    assert sorted(found.recipes, key=str) == sorted(made, key=str)
    assert found.problems == ()


def test_a_name_that_is_taken_is_only_replaced_on_request(store: RecipeStore) -> None:
    rng = np.random.default_rng(2)
    one, two = (random_recipe(Kind.GENERATE, "mine", rng) for _ in range(2))
    store.put(one)
    with pytest.raises(RecipeError, match="already"):
        store.put(two)
    assert store.get(Kind.GENERATE, "mine") == one
    store.put(two, replace=True)
    assert store.get(Kind.GENERATE, "mine") == two
    assert not store.has(Kind.SCREEN, "mine")


def test_what_is_not_there_is_told_with_what_is(store: RecipeStore) -> None:
    with pytest.raises(RecipeError, match="None has been saved yet"):
        store.get(Kind.SCREEN, "mine")
    store.put(new_recipe(Kind.SCREEN, "yours", {}))
    with pytest.raises(RecipeError, match="There is: yours"):
        store.get(Kind.SCREEN, "mine")
    with pytest.raises(RecipeError, match="There is: yours"):
        store.delete(Kind.SCREEN, "mine")
    store.delete(Kind.SCREEN, "yours")
    assert store.all().recipes == ()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"[" * 100_000, b"\xff\xfe", b"{}", b'{"version": 1}', b"null",
        b'{"version": 2, "recipe": {}}', b'{"version": 1, "recipe": {"name": "x"}}',
        b'"' + b"x" * 1_000_001 + b'"',
    ],
)  # fmt: skip
def test_a_damaged_file_is_told_kept_and_spares_the_others(
    store: RecipeStore, content: bytes
) -> None:
    store.put(new_recipe(Kind.SCREEN, "good", {}))
    store.put(new_recipe(Kind.SCREEN, "bad", {}))
    (path,) = store.folder.glob("screen-bad-*.json")
    path.write_bytes(content)
    found = store.all(Kind.SCREEN)
    assert [recipe.name for recipe in found.recipes] == ["good"]
    (problem,) = found.problems
    assert str(path) in problem.message
    for replace in (False, True):
        with pytest.raises(RecipeError, match="cannot be read"):
            store.put(new_recipe(Kind.SCREEN, "bad", {}), replace)
    assert path.read_bytes() == content
    store.delete(Kind.SCREEN, "bad")
    assert not path.exists()


def test_a_write_that_fails_leaves_the_recipe_as_it_was(
    store: RecipeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = new_recipe(Kind.SCREEN, "mine", {"filters": {"must": ["O"]}})
    store.put(old)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RecipeError, match="No space left") as caught:
        store.put(new_recipe(Kind.SCREEN, "mine", {}), replace=True)
    assert str(store.folder) in caught.value.hint
    assert store.get(Kind.SCREEN, "mine") == old
    assert len(list(store.folder.iterdir())) == 1, "nothing unfinished is left"


def test_a_recipe_of_a_later_version_is_listed_and_says_so_when_used(store: RecipeStore) -> None:
    store.put(new_recipe(Kind.SCREEN, "later", {}))
    (path,) = store.folder.iterdir()
    data = json.loads(path.read_text("utf-8"))
    data["recipe"]["choices"] = {"flavour": "new"}
    path.write_text(json.dumps(data), encoding="utf-8")
    assert [recipe.name for recipe in store.all().recipes] == ["later"]


def test_free_names_are_numbered_within_the_length() -> None:
    assert list(islice(free_names("mine", 80), 3)) == ["mine", "mine (2)", "mine (3)"]
    assert all(len(name) <= 10 for name in islice(free_names("x" * 10, 10), 12))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RecipeError, match="cannot be written"):
        RecipeStore(tmp_path / "file").put(new_recipe(Kind.SCREEN, "mine", {}))
