"""What is exported says what the catalogue holds, in files that other programs read."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from catalogue_cases import Drafts, filled, random_drafts
from crystal_cases import assert_same_crystal

from sc3d_desktop.crystal.files import Read, read_all
from sc3d_desktop.data import Catalogue, Draft, Measurement
from sc3d_desktop.data.export import ENTRY_HEADINGS, MEASUREMENT_HEADINGS, export_entries
from sc3d_desktop.errors import CatalogueError

ODD = Draft(
    "MgB2",
    measurements=(
        Measurement(39.0, pressure_gpa=1.5, reference='=HYPERLINK("x")', doi="10.1/a"),
        Measurement(None, down_to_kelvin=2.0, reference="+1"),
    ),
    name="=1+1",
    notes=('with "quotes", and\na line', "Tc–x"),
)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    catalogue = filled(tmp_path / "c.sqlite", [ODD, *random_drafts(12, seed=8)])
    catalogue.set_tag([1], "to make")
    return catalogue


def exported(catalogue: Catalogue, out: Path, ids: list[int]) -> Path:
    assert list(export_entries(catalogue, ids, out)) == list(range(1, len(ids) + 1))
    return out


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_csv_has_a_line_for_each_entry_in_the_order_asked(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    with catalogue:
        out = exported(catalogue, tmp_path / "x.csv", [3, 1, 2])
        table = lines(out.read_text(encoding="utf-8"))
        rows = catalogue.rows([3, 1, 2])
    assert list(table[0]) == list(ENTRY_HEADINGS)
    assert [line["formula"] for line in table] == [row.formula for row in rows]
    assert table[1]["tc_high_kelvin"] == "39.0"
    assert table[1]["tags"] == "to make"
    assert table[1]["notes"] == 'with "quotes", and\na line Tc–x'
    assert table[1]["name"] == "'=1+1", "a spreadsheet must not run it"


def test_xlsx_keeps_every_report_apart_and_runs_no_formula(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    with catalogue:
        out = exported(catalogue, tmp_path / "x.xlsx", [1, 2])
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Entries", "Measurements"]
    entries = list(book["Entries"].iter_rows())
    assert tuple(cell.value for cell in entries[0]) == ENTRY_HEADINGS
    name = entries[1][ENTRY_HEADINGS.index("name")]
    assert (name.value, name.data_type) == ("=1+1", "s")
    measured = [tuple(row) for row in book["Measurements"].iter_rows(max_row=3, values_only=True)]
    assert measured[0] == MEASUREMENT_HEADINGS
    assert measured[1][3:] == (39.0, None, 1.5, False, '=HYPERLINK("x")', "10.1/a")
    assert measured[2][3:] == (None, 2, None, False, "+1", None)
    book.close()


def test_zip_holds_the_structures_and_says_where_they_come_from(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    ids = list(range(1, 14))
    with catalogue:
        out = exported(catalogue, tmp_path / "x.zip", ids)
        crystals = [c for i in ids if (c := catalogue.crystal(i)) is not None]
    read = [o.crystal for o in read_all([out]) if isinstance(o, Read)]
    assert len(read) == len(crystals) > 5
    for one, other in zip(crystals, read, strict=True):
        assert_same_crystal(one, other)
    with zipfile.ZipFile(out) as archive:
        assert len(lines(archive.read("entries.csv").decode())) == 13
        assert len(lines(archive.read("measurements.csv").decode())) >= 2
        assert Drafts([]).collection.licence in archive.read("SOURCES.txt").decode()


def test_an_export_that_fails_or_is_stopped_leaves_the_old_file(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    out = tmp_path / "x.csv"
    out.write_text("old")
    with catalogue:
        steps = export_entries(catalogue, [1, 2], out)
        next(steps)
        steps.close()
        with pytest.raises(CatalogueError, match="no entry 99"):
            list(export_entries(catalogue, [1, 99], out))
    assert out.read_text() == "old"
    assert {path.name for path in tmp_path.iterdir() if "x.csv" in path.name} == {"x.csv"}


def test_what_cannot_be_written_is_said(catalogue: Catalogue, tmp_path: Path) -> None:
    with catalogue:
        with pytest.raises(CatalogueError, match="no table"):
            list(export_entries(catalogue, [1], tmp_path / "x.doc"))
        with pytest.raises(CatalogueError, match="could not be written"):
            list(export_entries(catalogue, [1], tmp_path / "none" / "x.csv"))
