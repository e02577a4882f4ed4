"""Versions of the model on disk: listed, used, rolled back, deleted; damage is told, not fatal."""

from __future__ import annotations

import json

import pytest
from fine_tune_cases import small_model

from sc3d_desktop.errors import ModelError
from sc3d_desktop.models import registry
from sc3d_desktop.models.registry import SHIPPED


@pytest.fixture
def two():
    """The names of two versions of the user's."""
    for name in ("one", "two"):
        small_model(registry.weights_file(name))
    return "one", "two"


def test_without_versions_of_ones_own_the_shipped_one_answers():
    assert registry.in_use() == SHIPPED
    (only,) = registry.versions()
    assert only.name == SHIPPED
    assert not only.problem
    assert len(only.sha256) == 64


def test_versions_are_listed_behind_the_shipped_one(two):
    assert [v.name for v in registry.versions()] == [SHIPPED, *two]
    assert registry.find("one").card["version"] == "1"


def test_one_is_used_and_rolled_back_step_by_step(two):
    registry.use("one")
    registry.use("two")
    registry.use("two")
    assert registry.in_use() == "two"
    assert [registry.roll_back() for _ in range(3)] == ["one", SHIPPED, SHIPPED]
    assert not registry.can_roll_back()


def test_rolling_back_passes_over_what_was_deleted(two):
    registry.use("one")
    registry.use("two")
    registry.delete("one")
    assert registry.roll_back() == SHIPPED


def test_neither_the_shipped_one_nor_the_one_in_use_is_deleted(two):
    registry.use("one")
    for name, said in ((SHIPPED, "cannot be deleted"), ("one", "in use"), ("none", "no version")):
        with pytest.raises(ModelError, match=said):
            registry.delete(name)
    registry.delete("two")
    assert [v.name for v in registry.versions()] == [SHIPPED, "one"]


def test_a_name_that_is_taken_gets_a_number(two):
    assert registry.free_name("three") == "three"
    assert registry.free_name("one") == "one-2"
    assert registry.free_name(SHIPPED) == "shipped-2"


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a b", "x" * 41])
def test_a_name_that_could_lead_elsewhere_is_refused(name):
    with pytest.raises(ModelError, match="no name of a version"):
        registry.free_name(name)


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def empty(path):
    path.write_bytes(b"")


def random_bytes(path):
    path.write_bytes(bytes(range(256)) * 40)


def another_header(path):
    header = json.dumps({"__metadata__": {"sc3d": "[]"}, "t": {"data_offsets": [0, 0]}}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header)


@pytest.mark.parametrize("damage", [cut, empty, random_bytes, another_header])
def test_a_damaged_version_is_listed_as_such_never_used_and_can_be_deleted(two, damage):
    damage(registry.weights_file("one"))
    (broken,) = [v for v in registry.versions() if v.problem]
    assert broken.name == "one"
    assert "damaged" in broken.problem
    with pytest.raises(ModelError, match="damaged"):
        registry.use("one")
    assert registry.in_use() == SHIPPED
    registry.delete("one")


@pytest.mark.parametrize("text", ["", "{", "[]", "[1]", '["../x"]', '"one"'])
def test_a_damaged_list_of_what_was_used_means_the_shipped_one(two, text):
    registry.use("one")
    (registry.folder() / "in_use.json").write_text(text, encoding="utf-8")
    assert registry.in_use() == SHIPPED
    registry.use("two")
    assert registry.in_use() == "two"
