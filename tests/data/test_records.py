"""Lab records in the catalogue, and files of its earlier version."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from catalogue_cases import filled, random_drafts
from record_cases import before, random_record
from sodnet_cases import random_crystal

from sc3d_desktop.data import Catalogue, Query
from sc3d_desktop.data.lab_record import LabRecord, Origin
from sc3d_desktop.data.record_tables import HEADINGS, write_records
from sc3d_desktop.data.records import (
    MINE,
    delete_record,
    edit_record,
    list_records,
    origin_of,
    put_record,
)
from sc3d_desktop.data.schema import VERSION, version_of
from sc3d_desktop.errors import CatalogueError

FORMATS = Path(__file__).parent / "formats"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.sqlite"


def test_records_come_back_equal_beside_what_was_predicted(path: Path) -> None:
    rng = np.random.default_rng(1)
    made = {}
    with filled(path, random_drafts(5, seed=1)) as catalogue:
        for i in range(12):
            kept = put_record(catalogue, random_crystal(i % 7, 3), random_record(rng))
            made[kept.record.uid] = kept
    with Catalogue.open(path) as catalogue:
        assert {kept.record.uid: kept for kept in list_records(catalogue)} == made
        assert {c.name: n for c, n in catalogue.collections()}[MINE.name] == 7


def test_a_record_shows_as_a_measurement_with_its_prediction(path: Path) -> None:
    crystal = random_crystal(3, 2)
    origin = Origin("Mg1.0B2.0", "MgB2.cif", "ab", edits=("Al on Mg1", "Change B1"))
    record = LabRecord(
        tc_kelvin=31.0, pressure_gpa=2.0, sample="pellet", before=before(28.0), origin=origin,
        measured_on=date(2026, 3, 4),
    )  # fmt: skip
    with Catalogue.open(path) as catalogue:
        kept = put_record(catalogue, crystal, record)
        put_record(catalogue, crystal, LabRecord(down_to_kelvin=4.2))
        entry = catalogue.entry(kept.entry_id, "model a (0123)")
        assert catalogue.crystal(kept.entry_id) == crystal
        assert list(catalogue.search("pellet")) == [kept.entry_id]
    assert entry.collection == MINE
    assert [(m.tc_kelvin, m.down_to_kelvin) for m in entry.measurements] == [
        (31.0, None), (None, 4.2),
    ]  # fmt: skip
    assert entry.measurements[0].pressure_gpa == 2.0
    assert "own measurement of 2026-03-04: pellet" in entry.measurements[0].reference
    assert (entry.row.predicted_kelvin, entry.row.predicted_high_kelvin) == (28.0, 56.0)
    assert "MgB2.cif" in entry.notes[0]
    assert "Al on Mg1; Change B1" in entry.notes[0]
    assert "before 31 K was measured: 28 K (14 to 56 K)" in entry.notes[1]


def test_a_correction_keeps_the_prediction_and_the_origin(path: Path) -> None:
    record = LabRecord(tc_kelvin=31.0, before=before(28.0), origin=Origin("MgB2", "a.cif"))
    with Catalogue.open(path) as catalogue:
        kept = put_record(catalogue, random_crystal(3, 2), record)
        edit_record(catalogue, kept.id, LabRecord(tc_kelvin=13.0, before=before(13.0)))
        (now,) = list_records(catalogue)
        assert now.record == replace(kept.record, tc_kelvin=13.0)
        assert [m.tc_kelvin for m in catalogue.measurements(kept.entry_id)] == [13.0]
        with pytest.raises(CatalogueError, match="above 0 K"):
            edit_record(catalogue, kept.id, LabRecord(tc_kelvin=-13.0))
        assert list_records(catalogue) == (now,)


def test_an_entry_goes_with_the_last_of_its_records(path: Path) -> None:
    crystal = random_crystal(3, 2)
    with Catalogue.open(path) as catalogue:
        first = put_record(catalogue, crystal, LabRecord(tc_kelvin=31.0))
        second = put_record(catalogue, crystal, LabRecord(tc_kelvin=32.0))
        assert first.entry_id == second.entry_id
        delete_record(catalogue, first.id)
        assert [m.tc_kelvin for m in catalogue.measurements(second.entry_id)] == [32.0]
        delete_record(catalogue, second.id)
        assert len(catalogue) == 0
        assert len(catalogue.search("own")) == 0
        with pytest.raises(CatalogueError, match="no lab record"):
            delete_record(catalogue, second.id)


def test_a_record_that_is_refused_leaves_nothing_behind(path: Path) -> None:
    with Catalogue.open(path) as catalogue:
        with pytest.raises(CatalogueError, match="above room temperature"):
            put_record(catalogue, random_crystal(3, 2), LabRecord(tc_kelvin=400.0))
        assert len(catalogue) == 0
        put_record(catalogue, random_crystal(3, 2), LabRecord(tc_kelvin=400.0), sure=True)
        assert len(catalogue) == 1


def test_a_structure_keeps_its_origin_through_a_second_record(path: Path) -> None:
    with filled(path, random_drafts(6, seed=1)) as catalogue:
        opened = next(c for i in range(1, 7) if (c := catalogue.crystal(i)) is not None)
        origin = origin_of(catalogue, opened, ("Al on Mg1",))
        assert (origin.collection, origin.edits) == ("cases", ("Al on Mg1",))
        made = random_crystal(8, 4)
        put_record(catalogue, made, LabRecord(tc_kelvin=31.0, origin=origin))
        again = origin_of(catalogue, made, ("Change B1",))
        assert again == replace(origin, edits=("Al on Mg1", "Change B1"))
        assert origin_of(catalogue, random_crystal(99, 2)).collection == ""


def test_a_record_of_a_formula_needs_no_structure(path: Path) -> None:
    with Catalogue.open(path) as catalogue:
        kept = put_record(catalogue, "La3Ni2O7", LabRecord(tc_kelvin=80.0, pressure_gpa=14.0))
        assert kept.formula == "La3Ni2O7"
        assert catalogue.crystal(kept.entry_id) is None
        edit_record(catalogue, kept.id, LabRecord(tc_kelvin=78.0))
        assert [m.tc_kelvin for m in catalogue.measurements(kept.entry_id)] == [78.0]


def test_a_record_that_is_there_already_is_not_taken_twice(path: Path) -> None:
    with Catalogue.open(path) as catalogue:
        kept = put_record(catalogue, random_crystal(3, 2), LabRecord(tc_kelvin=31.0))
        again = put_record(catalogue, random_crystal(3, 2), replace(kept.record, tc_kelvin=5.0))
        assert again == kept
        assert len(list_records(catalogue)) == 1


def test_a_collection_with_records_is_not_removed(path: Path) -> None:
    with filled(path, random_drafts(2, seed=1)) as catalogue:
        put_record(catalogue, "MgB2", LabRecord(tc_kelvin=39.0))
        with pytest.raises(CatalogueError, match="1 of your lab records"):
            catalogue.delete_collection(MINE.name)
        catalogue.delete_collection("cases")
        assert len(list_records(catalogue)) == 1


def test_records_are_written_as_a_table_and_as_json(path: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    with Catalogue.open(path) as catalogue:
        for i in range(6):
            put_record(catalogue, random_crystal(i, 2), random_record(rng))
        kept = list_records(catalogue)
    table = write_records(kept, tmp_path / "records.csv").read_text("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(table, newline="")))
    assert tuple(lines[0]) == HEADINGS
    assert [line["uid"] for line in lines] == [k.record.uid for k in kept]
    assert not any(line["sample"].startswith("=") for line in lines)
    data = json.loads(write_records(kept, tmp_path / "records.json").read_text("utf-8"))
    assert [d["before"] for d in data] == [k.record.as_json()["before"] for k in kept]
    with pytest.raises(CatalogueError, match="no table"):
        write_records(kept, tmp_path / "records.xls")


def test_a_file_of_the_first_version_is_brought_up_to_date_with_all_in_it(path: Path) -> None:
    shutil.copy(FORMATS / "catalogue-1.sqlite", path)
    with Catalogue.open(path) as catalogue:
        assert version_of(catalogue.connection) == VERSION
        rows = catalogue.rows(range(1, 5), "model a")
        assert [row.tc_high_kelvin for row in rows] == [46.39, 77.465, 2.003, 28.385]
        assert [row.tags for row in rows] == [("to make",), ("to make",), (), ()]
        assert rows[0].predicted_kelvin == 5.0
        assert catalogue.saved_queries() == {"warm": Query(tc_kelvin=(20.0, None))}
        assert list_records(catalogue) == ()
        put_record(catalogue, "MgB2", LabRecord(tc_kelvin=39.0))
        assert len(catalogue) == 5


def test_a_file_of_the_second_version_holds_its_record(path: Path) -> None:
    shutil.copy(FORMATS / "catalogue-2.sqlite", path)
    with Catalogue.open(path) as catalogue:
        (kept,) = list_records(catalogue)
        assert kept.record.quoted_kelvin == 31.5
        assert kept.record.before == before(28.0)
        assert kept.record.origin.edits == ("Al on Mg1",)
        assert catalogue.crystal(kept.entry_id) is not None
