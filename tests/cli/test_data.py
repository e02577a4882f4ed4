"""The catalogue from the command line: import, find, export, tidy up."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crystal_cases import cif

from sc3d_desktop.cli import data as module
from sc3d_desktop.cli.progress import _bar
from sc3d_desktop.data import Catalogue, StoredPrediction, catalogue_file
from sc3d_desktop.jobs import PredictEntries, Progress

Command = Callable[..., Any]

TABLE = "file,formula,tc_K,family,reference\nnb.cif,Nb,9.2,others,10.1/nb\nnb.cif,Nb,9.8,,\n"
FILES = {
    "nb.cif": cif("Nb1 Nb 0 0 0 1\nNb2 Nb 0.5 0.5 0.5 1"),
    "fese.cif": cif("Fe1 Fe 0 0 0 1\nSe1 Se 0.5 0.5 0.3 0.9"),
    "bad.cif": "data_x\n_cell_length_a 1\n",
    "tc.csv": TABLE,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def imported(sc3d: Command, folder: Path) -> Path:
    assert sc3d("data", "import", "cif", folder).status == 1
    return folder


def formulas(outcome: Any) -> list[str]:
    return [record["formula"] for record in outcome.records]


def test_an_import_says_licence_counts_and_what_is_wrong(sc3d: Command, folder: Path) -> None:
    outcome = sc3d("data", "import", "cif", folder)
    assert outcome.status == 1
    assert outcome.out == "mine: 2 new, 0 changed, 0 as before, 1 not imported, 0 with remarks\n"
    assert "Licence:" in outcome.err
    assert "bad.cif: not imported:" in outcome.err
    again = sc3d("data", "import", "cif", folder, "--json").records[0]
    assert (again["added"], again["unchanged"], again["failed"]) == (0, 2, 1)
    assert again["problems"][0]["key"] == "bad.cif"


def test_entries_are_found_by_what_they_are(sc3d: Command, imported: Path) -> None:
    for options, found in (
        ([], ["FeSe0.9", "Nb"]),
        (["--formula", "Nb4"], ["Nb"]),
        (["--formula", "Fe-Se"], ["FeSe0.9"]),
        (["--elements", "Fe,Se"], ["FeSe0.9"]),
        (["--without", "Fe"], ["Nb"]),
        (["--only", "Fe, Se, Te"], ["FeSe0.9"]),
        (["--disorder", "PD", "SD"], ["FeSe0.9"]),
        (["--family", "others"], ["Nb"]),
        (["--tc-min", "9.5"], ["Nb"]),
        (["--tc-max", "9"], []),
        (["--superconducting", "yes"], ["Nb"]),
        (["--superconducting", "no"], []),
        (["--text", "10.1/nb"], ["Nb"]),
        (["--collection", "mine"], ["FeSe0.9", "Nb"]),
        (["--tag", "none"], []),
        (["--sort", "formula", "--descending"], ["Nb", "FeSe0.9"]),
        (["--limit", "1"], ["FeSe0.9"]),
    ):
        assert formulas(sc3d("data", "list", "--json", *options)) == found, options


def test_a_list_for_people_shows_the_spread_of_tc(sc3d: Command, imported: Path) -> None:
    outcome = sc3d("data", "list")
    assert "9.2 – 9.8 (2)" in outcome.out
    assert outcome.out.splitlines()[0].split()[:3] == ["id", "formula", "family"]
    assert "2 of 2 entries found" in outcome.err


@pytest.mark.parametrize("options", [["--formula", "Xq"], ["--elements", "Fe,Xq"]])
def test_what_can_never_be_found_is_an_error(sc3d: Command, options: list[str]) -> None:
    outcome = sc3d("data", "list", *options)
    assert outcome.status == 1
    assert "Xq" in outcome.err


def test_an_export_holds_what_was_asked_for(sc3d: Command, imported: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert sc3d("data", "export", "--formula", "Nb", "--out", out).out == f"{out}: 1 entries\n"
    text = out.read_text(encoding="utf-8-sig")
    assert [line["formula"] for line in csv.DictReader(io.StringIO(text))] == ["Nb"]
    failed = sc3d("data", "export", "--out", tmp_path / "out.doc")
    assert failed.status == 1
    assert ".xlsx" in failed.err


def test_duplicates_collections_and_their_removal(sc3d: Command, imported: Path) -> None:
    imported.rename(imported.with_name("again"))
    sc3d("data", "import", "cif", imported.with_name("again"))
    found = sc3d("data", "duplicates", "--json").records
    assert sorted((row["alike"], row["collection"]) for row in found) == [
        (1, "again"), (1, "mine"), (2, "again"), (2, "mine"),
    ]  # fmt: skip
    assert {c["name"]: c["entries"] for c in sc3d("data", "collections", "--json").records} == {
        "again": 2,
        "mine": 2,
    }
    assert "2 entries removed" in sc3d("data", "remove", "mine").out
    assert "There is: again" in sc3d("data", "remove", "mine").err
    assert len(sc3d("data", "list", "--json").records) == 2


def test_another_catalogue_can_be_named(sc3d: Command, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    sc3d("data", "import", "cif", folder, "--catalogue", other)
    assert len(sc3d("data", "list", "--json", "--catalogue", other).records) == 2
    assert not catalogue_file().exists()


def test_predictions_are_kept(
    sc3d: Command, imported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[PredictEntries] = []

    def do(job: PredictEntries) -> int:
        asked.append(job)
        return len(job.ids)

    monkeypatch.setattr(module, "do", do)
    assert sc3d("data", "predict", "--formula", "Nb").out == "1 entries predicted\n"
    assert [job.ids for job in asked] == [(2,)]
    with Catalogue.open() as catalogue:
        catalogue.put_predictions("m", [(2, StoredPrediction(9.0, 5.0, 15.0))])
        assert catalogue.rows([2], "m")[0].predicted_kelvin == 9.0


def test_a_source_needs_its_path(sc3d: Command) -> None:
    outcome = sc3d("data", "import", "3dsc")
    assert outcome.status == 1
    assert "needs a path" in outcome.err


def test_the_bar_shows_how_far_it_is() -> None:
    assert _bar(Progress(5, 10)) == "[###############...............] 5 of 10"
    assert _bar(Progress(12_000, 0)) == "12,000"
    assert _bar(Progress(1, 1, "1 MB")) == f"[{'#' * 30}] 1 MB"
