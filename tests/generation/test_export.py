"""Candidates as a table, as CIF files, and as entries of the user's own collection."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from catalogue_cases import import_all
from generated_cases import random_candidate

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.data import Catalogue
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.export import HEADINGS, table_text, write_archive
from sc3d_desktop.generation.keep import Kept


@pytest.fixture
def candidates() -> tuple[Candidate, ...]:
    return tuple(random_candidate(i, seed=2) for i in range(1, 13))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_table_has_a_line_for_each_candidate_and_leaves_empty_what_is_not_known(
    candidates: tuple[Candidate, ...],
) -> None:
    rows = rows_of(table_text(candidates))
    assert tuple(rows[0]) == HEADINGS
    assert [int(row["index"]) for row in rows] == [c.index for c in candidates]
    for row, candidate in zip(rows, candidates, strict=True):
        said = candidate.judgement
        assert row["tc_kelvin"] == ("" if said.tc_kelvin is None else repr(said.tc_kelvin))
        assert row["valid"] == str(said.valid)
        assert all(fault in row["faults"] for fault in said.faults)
        assert row["novel"] == ("" if said.novel is None else str(said.novel))
        assert row["duplicate_of"] == ("" if said.duplicate_of is None else str(said.duplicate_of))
    assert {row["tc_kelvin"] == "" for row in rows} == {True, False}


def test_a_text_that_a_spreadsheet_would_run_stays_a_text() -> None:
    candidate = random_candidate(1)
    bad = replace(candidate, judgement=replace(candidate.judgement, faults=("=1+1",)))
    assert rows_of(table_text([bad]))[0]["faults"] == "'=1+1"


def test_the_archive_holds_each_crystal_as_made_and_symmetrised_where_that_is_known(
    candidates: tuple[Candidate, ...], tmp_path: Path
) -> None:
    out = tmp_path / "some.zip"
    assert list(write_archive(candidates, out)) == list(range(len(candidates)))
    with zipfile.ZipFile(out) as archive:
        names = set(archive.namelist())
        for candidate in candidates:
            name = f"{candidate.index:04d}-{candidate.formula}.cif"
            (crystal,) = parse_cif(archive.read(name).decode())
            assert_same(crystal, candidate.crystal)
            higher = candidate.judgement.symmetrised is not None
            assert (f"symmetrised/{name}" in names) == higher
        assert archive.read("candidates.csv").decode() == table_text(candidates)


def assert_same(one: Crystal, other: Crystal) -> None:
    assert one.composition == pytest.approx(dict(other.composition))
    assert abs(one.volume - other.volume) < 1e-3 * other.volume


def test_kept_candidates_say_where_they_come_from_and_come_in_once(
    candidates: tuple[Candidate, ...], tmp_path: Path
) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite") as catalogue:
        first = import_all(catalogue, Kept("high-Tc-1", candidates[:3]))
        again = import_all(catalogue, Kept("high-Tc-1", candidates[:4]))
        assert (first.added, again.added, again.unchanged) == (3, 1, 3)
        entry = catalogue.entry(1)
    assert entry.collection.name == "My candidates"
    assert any("high-Tc-1" in note for note in entry.notes)
