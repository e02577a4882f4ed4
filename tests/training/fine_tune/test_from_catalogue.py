"""Records from collections: what can be learnt from comes along, the rest is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from sodnet_cases import random_crystal

from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.entry import Collection, Draft, Measurement
from sc3d_desktop.data.importers.source import Item
from sc3d_desktop.data.lab_record import LabRecord
from sc3d_desktop.data.records import put_record
from sc3d_desktop.data.write import put_entry
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.fine_tune.from_catalogue import observations


@pytest.fixture
def catalogue(tmp_path: Path):
    with Catalogue.open(tmp_path / "c.sqlite") as opened:
        yield opened


def test_lab_records_come_with_their_crystal_and_their_result(catalogue):
    crystal = random_crystal(1)
    put_record(catalogue, crystal, LabRecord(tc_kelvin=12.0))
    put_record(catalogue, "CuS", LabRecord(down_to_kelvin=0.4))
    found = observations(catalogue, ["my-measurements"])
    first, second = sorted(found.records, key=lambda o: o.crystal is None)
    assert (first.tc_kelvin, first.down_to_kelvin) == (12.0, None)
    assert first.crystal == crystal
    assert (second.formula, second.tc_kelvin, second.down_to_kelvin) == ("CuS", None, 0.4)
    assert not found.remarks


def test_calculated_and_pressed_ones_are_passed_over_and_counted(catalogue):
    reports = (
        Measurement(250.0, 170.0),
        Measurement(40.0, None, calculated=True),
        Measurement(39.0, 0.5, "ambient, nearly"),
        Measurement(None),
    )
    draft = Draft("LaH10", None, reports)
    with catalogue.transaction() as db:
        put_entry(db, Collection("papers", "Papers"), Item("1", "f", lambda: draft), draft)
    found = observations(catalogue, ["papers"])
    assert [(o.tc_kelvin, o.source) for o in found.records] == [(39.0, "ambient, nearly")]
    assert len(found.remarks) == 3
    assert all(remark.startswith("1 passed over") for remark in found.remarks)


def test_an_unknown_collection_is_refused(catalogue):
    with pytest.raises(TrainingError, match="no collection “papers”"):
        observations(catalogue, ["papers"])
