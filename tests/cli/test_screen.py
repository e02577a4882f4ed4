"""A screening from the command line: counts, the best, and going on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from catalogue_cases import filled, random_drafts
from crystal_cases import cif
from screening_cases import SumModel

from sc3d_desktop.data import catalogue_file
from sc3d_desktop.engine.services import LocalServices
from sc3d_desktop.screening.store import RunStore

Command = Callable[..., Any]


@pytest.fixture(autouse=True)
def _quick_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalServices, "tc_model", lambda self: SumModel())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    text = "".join(cif(f"A1 {el} 0 0 0 1", block=el) for el in ("Nb", "Pu", "Ta", "Nb"))
    path = tmp_path / "all.cif"
    path.write_text(text + "data_bad\n_cell_length_a 4\n")
    return path


def test_every_input_is_counted(sc3d: Command, source: Path, tmp_path: Path) -> None:
    run = tmp_path / "r.sqlite"
    outcome = sc3d("screen", source, "--run", run, "--workers", 0)
    assert outcome.status == 1, "one was refused"
    assert "2 predicted, 1 same, 1 skipped, 1 refused" in outcome.out
    assert "Nb" in outcome.out.splitlines()[2]


def test_a_run_goes_on_with_what_it_was_of(sc3d: Command, source: Path, tmp_path: Path) -> None:
    run = tmp_path / "r.sqlite"
    assert sc3d("screen", source, "--run", run, "--workers", 0, "--without", "Ta").status == 1
    again = sc3d("screen", "--resume", "--run", run, "--workers", 0, "--json").records[0]
    assert again["predicted"] == 1
    with RunStore.read(run) as store:
        assert store.spec.filters["must_not"] == ["Ta"]
    other = sc3d("screen", source, "--resume", "--run", run, "--workers", 0)
    assert other.status == 1
    assert "other filters" in other.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing.cif"], "There is no"),
        ([], "nothing to screen"),
        (["--resume"], "There is no run"),
        (["--without", "Xq"], "not a chemical element"),
        (["--most-sites", "0"], "at least one site"),
    ],
)
def test_what_cannot_be_screened_is_said(
    sc3d: Command, tmp_path: Path, words: list[str], said: str
) -> None:
    outcome = sc3d("screen", *words, "--run", tmp_path / "r.sqlite", "--workers", 0)
    assert outcome.status == 1
    assert said in outcome.err


def test_a_run_is_never_overwritten(sc3d: Command, source: Path, tmp_path: Path) -> None:
    run = tmp_path / "r.sqlite"
    sc3d("screen", source, "--run", run, "--workers", 0)
    outcome = sc3d("screen", source, "--run", run, "--workers", 0)
    assert "there already" in outcome.err
    assert sqlite3.connect(run).execute("SELECT count(*) FROM line").fetchone() == (5,)


def test_the_catalogue_can_be_screened(sc3d: Command, tmp_path: Path) -> None:
    filled(catalogue_file(), random_drafts(20, seed=1)).close()
    run = tmp_path / "r.sqlite"
    counts = sc3d("screen", "catalogue", "--run", run, "--workers", 0, "--json").records[0]
    assert counts["predicted"] > 5
    assert counts["refused"] == 0
