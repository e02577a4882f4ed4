"""A run reported, and the paper's candidates checked, from the command line."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from line_cases import AnyModel, random_lines, run_of

from sc3d_desktop.engine.services import LocalServices

Command = Callable[..., Any]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(LocalServices, "tc_model", lambda self: AnyModel())
    return run_of(tmp_path / "r.sqlite", random_lines(60, 1))


def test_without_options_a_page_is_written_beside_the_run(sc3d: Command, made: Path) -> None:
    outcome = sc3d("screen", "report", made)
    out = made.with_name("r-report.html")
    assert (outcome.status, outcome.out.strip()) == (0, str(out))
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_format_name_and_number_can_be_chosen(sc3d: Command, made: Path, tmp_path: Path) -> None:
    out = tmp_path / "the best.csv"
    words = ("--format", "csv", "--out", out, "--best", 7, "--min-probability", 0.4)
    assert sc3d("screen", "report", made, *words).status == 0
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 7
    assert all(float(row["p_superconductor"]) >= 0.4 for row in rows)


def test_structures_come_on_request_only(sc3d: Command, made: Path) -> None:
    archive = made.with_name("r-report-structures.zip")
    sc3d("screen", "report", made, "--format", "xlsx")
    assert not archive.exists()
    outcome = sc3d("screen", "report", made, "--format", "xlsx", "--with-structures")
    assert outcome.out.splitlines()[1] == str(archive)
    assert archive.is_file()


def test_a_run_that_is_not_there_is_told(sc3d: Command, tmp_path: Path) -> None:
    outcome = sc3d("screen", "report", tmp_path / "none.sqlite")
    assert outcome.status == 1
    assert "There is no run" in outcome.err


def test_a_folder_may_still_be_called_report(
    sc3d: Command, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``screen ./report`` screens it, also where it stands behind the options."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report").mkdir()
    for words in (("./report", "--run", "s.sqlite"), ("--run", "t.sqlite", "report")):
        outcome = sc3d("screen", *words, "--workers", 0)
        assert outcome.out.startswith("0 predicted, 0 same, 0 skipped, 0 refused")


def test_the_papers_candidates_are_listed_with_a_sentence_where_ours_differ(
    sc3d: Command, made: Path
) -> None:
    lines = sc3d("screen", "check").out.splitlines()
    assert sum(not line.startswith(" ") for line in lines) == 1 + 27
    at = next(i for i, line in enumerate(lines) if line.startswith("BaSr"))
    assert "124" in lines[at]
    assert "is not sensible" in lines[at + 1]
    records = sc3d("screen", "check", "--json").records
    assert sum("tc_kelvin" in record for record in records) == 21
    assert {r["formula"] for r in records if r["not_built"]} >= {"SrTi2", "FeCl7Te"}
