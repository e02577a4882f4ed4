from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sc3d_desktop.state.store import read_json, write_json


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "file.json"


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_what_was_written_is_read(file: Path) -> None:
    write_json(file, {"version": 1, "text": "Å → K", "number": 0.1})
    assert read_json(file, 1) == {"version": 1, "text": "Å → K", "number": 0.1}


def test_no_file_is_no_data(file: Path) -> None:
    assert read_json(file, 1) is None


def test_a_write_that_fails_halfway_leaves_the_old_file_and_nothing_else(file: Path) -> None:
    write_json(file, {"version": 1, "good": True})
    with pytest.raises(TypeError):
        write_json(file, {"version": 1, "much": ["x"] * 10_000, "bad": object()})
    assert read_json(file, 1) == {"version": 1, "good": True}
    assert names(file.parent) == ["file.json"]


def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_else(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_json(file, {"version": 1, "good": True})

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_json(file, {"version": 1, "good": False})
    assert read_json(file, 1) == {"version": 1, "good": True}
    assert names(file.parent) == ["file.json"]


def test_what_json_cannot_hold_is_refused(file: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(file, {"version": 1, "x": float("nan")})
    assert not file.exists()


DAMAGED: list[Any] = [b"", b'{"version": 1, "te', b"\xff\xfe\x00", b"[1]", b"null", b"[" * 100_000]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_kept_aside(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    assert read_json(file, 1) is None
    assert names(file.parent) == ["file.json.bad"]
    assert (file.parent / "file.json.bad").read_bytes() == content


def test_a_file_of_another_version_is_kept_aside(file: Path) -> None:
    write_json(file, {"version": 2})
    assert read_json(file, 1) is None
    assert names(file.parent) == ["file.json.bad"]


def test_a_folder_in_the_place_of_the_file_is_no_data(file: Path) -> None:
    file.mkdir(parents=True)
    assert read_json(file, 1) is None
    assert file.is_dir()
