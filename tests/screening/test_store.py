"""A run is refused where it is not the one that is meant, with the reason."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from screening_cases import SPEC, run_all, some_pieces

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.store import VERSION, RunStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "r.sqlite"
    with RunStore.create(path, SPEC) as store:
        run_all(store, some_pieces(40, 1))
    return path


def test_a_run_remembers_what_it_was_of(path: Path) -> None:
    with RunStore.read(path) as store:
        assert store.spec == SPEC
        assert store.finished
        assert store.next_piece == 40


def test_a_new_run_never_replaces_a_file(path: Path) -> None:
    with pytest.raises(ScreeningError, match="there already") as caught:
        RunStore.create(path, SPEC)
    assert "--resume" in caught.value.hint


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        (replace(SPEC, model="another"), "model"),
        (replace(SPEC, sources=({"kind": "files"},)), "sources"),
        (replace(SPEC, filters={}), "filters"),
    ],
)
def test_a_run_of_something_else_is_not_gone_on_with(path: Path, spec: object, what: str) -> None:
    with pytest.raises(ScreeningError, match=f"other {what}") as caught:
        RunStore.resume(path, spec)  # type: ignore[arg-type]
    assert "new run" in caught.value.hint
    RunStore.resume(path, replace(SPEC, program="2")).close()


def test_two_programs_never_write_into_one_run_but_may_read(path: Path) -> None:
    with RunStore.resume(path) as writer:
        with pytest.raises(ScreeningError, match="Another program"):
            RunStore.resume(path)
        with RunStore.read(path) as reader:
            assert reader.counts() == writer.counts()
    RunStore.resume(path).close()


def test_a_run_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    for opening in (RunStore.resume, RunStore.read):
        with pytest.raises(ScreeningError, match="newer version"):
            opening(path)


def test_what_is_no_run_is_said(tmp_path: Path) -> None:
    text, other = tmp_path / "a.txt", tmp_path / "b.sqlite"
    text.write_text("not a database at all, but long enough to be looked at " * 20)
    sqlite3.connect(other).execute("CREATE TABLE x (y)").connection.close()
    with pytest.raises(ScreeningError, match="not a database"):
        RunStore.read(text)
    with pytest.raises(ScreeningError, match="no run"):
        RunStore.read(other)
    with pytest.raises(ScreeningError, match="There is no run"):
        RunStore.resume(tmp_path / "missing.sqlite")
    with pytest.raises(ScreeningError, match="cannot be written"):
        RunStore.create(tmp_path / "no" / "folder" / "r.sqlite", SPEC)


def test_the_ledger_lists_what_was_refused_with_the_reason(path: Path) -> None:
    with RunStore.read(path) as store:
        ledger = store.refused()
        assert len(ledger) == store.counts()["refused"] > 0
        assert all(line.reason and line.path for _, line in ledger)
        second = ledger[1][0]
        assert store.refused(start=second, most=1) == [ledger[1]]


def test_no_coordinates_are_kept(path: Path) -> None:
    text = path.read_bytes()
    assert b"_atom_site" not in text
    assert b"Se1" not in text
