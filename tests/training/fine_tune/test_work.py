"""Parts of a task on disk: what was kept comes back to the bit, and what is damaged does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fine_tune_cases import nickelates, polymorphs

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.registry import Version
from sc3d_desktop.training.fine_tune import work
from sc3d_desktop.training.fine_tune.run import Task, task_key
from sc3d_desktop.training.fine_tune.work import Work

KEY, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def parts() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "change": rng.normal(size=(3, 4)) * 1e-9, "far": np.array([np.inf]),
        "weights": rng.normal(size=5).astype(np.float32), "none": np.zeros(0),
    }  # fmt: skip


def files(path) -> list[str]:
    return sorted(p.name for p in (path / KEY).iterdir())


def test_what_is_kept_comes_back_to_the_bit(tmp_path, parts):
    Work(tmp_path, KEY).put("one", parts)
    found = Work(tmp_path, KEY).get("one")
    assert found is not None
    assert found.keys() == parts.keys()
    for name, value in parts.items():
        assert found[name].dtype == value.dtype
        assert found[name].tobytes() == value.tobytes()
    assert files(tmp_path) == ["about.json", "one.safetensors"]


def test_what_was_not_kept_is_not_there(tmp_path, parts):
    kept = Work(tmp_path, KEY)
    kept.put("one", parts)
    assert kept.get("two") is None
    assert Work(tmp_path, OTHER).get("one") is None
    assert Work(None, KEY).get("one") is None


@pytest.mark.parametrize("seed", range(20))
def test_a_part_with_any_byte_changed_or_missing_is_not_trusted(tmp_path, parts, seed):
    kept = Work(tmp_path, KEY)
    kept.put("one", parts)
    path = tmp_path / KEY / "one.safetensors"
    content, rng = bytearray(path.read_bytes()), np.random.default_rng(seed)
    if seed % 2:
        content = content[: rng.integers(len(content))]
    else:
        # Padding of the header says nothing, so a byte of the numbers or of the words is changed.
        at = rng.choice([i for i, byte in enumerate(content) if byte not in b" "])
        content[at] ^= 1 << rng.integers(8)
    path.write_bytes(content)
    found = kept.get("one")
    assert found is None or all(np.array_equal(found[k], parts[k]) for k in parts)


def test_a_part_of_another_task_or_another_name_is_not_taken(tmp_path, parts):
    Work(tmp_path, KEY).put("one", parts)
    content = (tmp_path / KEY / "one.safetensors").read_bytes()
    (tmp_path / OTHER).mkdir()
    (tmp_path / OTHER / "one.safetensors").write_bytes(content)
    (tmp_path / KEY / "two.safetensors").write_bytes(content)
    assert Work(tmp_path, OTHER).get("one") is None
    assert Work(tmp_path, KEY).get("two") is None


def test_the_tasks_that_were_begun_are_listed_and_forgotten(parts):
    first, second = (Work(work.folder(), key, {"data": key[:1]}) for key in (KEY, OTHER))
    assert work.stopped() == ()
    for name in ("one", "two"):
        first.put(name, parts)
    second.put("one", parts)
    assert {s.key: (s.about["data"], s.parts) for s in work.stopped()} == {
        KEY: ("a", 2), OTHER: ("b", 1),
    }  # fmt: skip
    work.forget(KEY)
    assert [s.key for s in work.stopped()] == [OTHER]
    second.remove()
    assert work.stopped() == ()


@pytest.mark.parametrize("words", ["", "[]", '{"about": 3, "begun_at": "x"}', '{"about": {}}'])
def test_a_task_whose_words_are_damaged_is_not_listed_and_still_goes_on(tmp_path, parts, words):
    kept = Work(tmp_path, KEY)
    kept.put("one", parts)
    (tmp_path / KEY / "about.json").write_text(words)
    assert work.stopped(tmp_path) == ()
    assert kept.get("one") is not None


def test_nothing_outside_its_folder_is_forgotten(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "within").mkdir()
    work.forget("../outside", tmp_path / "within")
    assert (tmp_path / "outside").is_dir()


def test_a_folder_that_cannot_be_written_is_told(tmp_path, parts):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TrainingError, match="cannot be kept"):
        Work(tmp_path / "file", KEY).put("one", parts)


def test_the_key_depends_on_all_that_the_result_depends_on_but_not_on_its_name(tmp_path):
    records = [*polymorphs(), *nickelates()]
    parent = Version("shipped", tmp_path, "1" * 64)
    task = Task(parent, records, "one", tmp_path / "one", "words")
    other_structure = [replace(records[0], crystal=records[1].crystal), *records[1:]]
    others = [
        replace(task, parent=replace(parent, sha256="2" * 64)),
        replace(task, records=records[:-1]),
        replace(task, records=other_structure),
        replace(task, records=[replace(records[0], weight=2.0), *records[1:]]),
        replace(task, records=[replace(records[0], tc_kelvin=9.0), *records[1:]]),
        replace(task, network=False),
        replace(task, device="cuda"),
    ]
    keys = {task_key(t) for t in (task, *others)}
    assert len(keys) == 1 + len(others)
    same = replace(task, name="two", out=tmp_path / "two", data="other words")
    assert task_key(same) == task_key(task)
