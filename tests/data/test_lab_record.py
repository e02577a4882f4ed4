"""What a lab record may say, and that JSON gives it back equal."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from record_cases import before, random_record

from sc3d_desktop.data.accuracy import accuracy
from sc3d_desktop.data.lab_record import (
    LabRecord,
    check_record,
    doubt_of,
    record_from_json,
)
from sc3d_desktop.errors import CatalogueError

TODAY = date(2026, 6, 1)

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "no result"),
    ({"tc_kelvin": -4.0}, "above 0 K"),
    ({"tc_kelvin": 0.0}, "above 0 K"),
    ({"tc_kelvin": math.nan}, "above 0 K"),
    ({"tc_zero_kelvin": math.inf}, "above 0 K"),
    ({"down_to_kelvin": -1.0}, "above 0 K"),
    ({"tc_kelvin": 301.0}, "above room temperature"),
    ({"tc_kelvin": 39.0, "down_to_kelvin": 2.0}, "contradict"),
    ({"tc_zero_kelvin": 3.0, "down_to_kelvin": 2.0}, "contradict"),
    ({"tc_onset_kelvin": 38.0, "tc_zero_kelvin": 39.0}, "zero-resistance Tc of 39 K is above"),
    ({"tc_onset_kelvin": 38.0, "tc_kelvin": 39.0}, "quoted Tc of 39 K is above the onset"),
    ({"tc_kelvin": 36.0, "tc_zero_kelvin": 37.0}, "above the quoted Tc of 36 K"),
    ({"tc_kelvin": 39.0, "pressure_gpa": -1.0}, "pressure of -1 GPa"),
    ({"tc_kelvin": 39.0, "pressure_gpa": 20_000.0}, "beyond any press"),
    ({"tc_kelvin": 39.0, "measured_on": date(2026, 6, 2)}, "has not come yet"),
]


@pytest.mark.parametrize(("stated", "said"), REFUSED, ids=[case[1] for case in REFUSED])
def test_what_cannot_be_is_refused_in_words(stated: dict[str, Any], said: str) -> None:
    with pytest.raises(CatalogueError, match=said) as caught:
        check_record(LabRecord(**stated), today=TODAY)
    assert caught.value.hint


def test_what_is_only_unlikely_is_taken_from_somebody_who_is_sure() -> None:
    warm = LabRecord(tc_kelvin=310.0, pressure_gpa=1200.0)
    assert "310 K" in doubt_of(warm)
    check_record(warm, sure=True, today=TODAY)
    assert not doubt_of(LabRecord(tc_kelvin=300.0, pressure_gpa=1000.0))


def test_random_records_are_taken_and_come_back_equal_from_json() -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        record = random_record(rng)
        check_record(record, today=TODAY)
        assert record_from_json(json.loads(json.dumps(record.as_json()))) == record


def test_damaged_json_is_refused_and_never_half_read() -> None:
    rng = np.random.default_rng(6)
    for _ in range(300):
        data = random_record(rng).as_json()
        if rng.random() < 0.5:
            del data[str(rng.choice(list(data)))]
        else:
            data[str(rng.choice(["tc_kelvin", "before", "origin", "measured_on"]))] = "?"
        with pytest.raises(CatalogueError):
            record_from_json(data)


def test_the_quoted_tc_comes_before_the_onset_and_zero_resistance() -> None:
    record = LabRecord(tc_onset_kelvin=39.0, tc_zero_kelvin=37.0)
    assert record.quoted_kelvin == 39.0
    assert replace(record, tc_kelvin=38.0).quoted_kelvin == 38.0
    assert LabRecord(tc_zero_kelvin=37.0).result == "37 K (zero 37)"
    assert LabRecord(down_to_kelvin=1.8).result == "not superconducting down to 1.8 K"


def test_attachments_that_are_gone_are_told(tmp_path: Path) -> None:
    there, gone = tmp_path / "there.dat", tmp_path / "gone.dat"
    there.touch()
    record = LabRecord(tc_kelvin=3.0, attachments=(str(there), str(gone)))
    assert record.missing_attachments() == (str(gone),)


def test_accuracy_agrees_with_a_plain_reckoning() -> None:
    rng = np.random.default_rng(7)
    records = [random_record(rng) for _ in range(60)]
    found = accuracy(records)
    pairs = [(r.quoted_kelvin, r.before) for r in records if r.before and r.quoted_kelvin]
    errors = [abs(math.log(b.tc_kelvin) - math.log(tc)) for tc, b in pairs]
    assert found.n == len(pairs) > 20
    assert found.mean_error == pytest.approx(sum(errors) / len(errors))
    assert found.too_high == len([1 for tc, b in pairs if b.tc_kelvin > tc])
    assert found.inside == len([1 for tc, b in pairs if b.tc_low_kelvin <= tc <= b.tc_high_kelvin])


def test_accuracy_says_that_four_are_too_few_and_five_are_not() -> None:
    made = [LabRecord(tc_kelvin=10.0, before=before(20.0))] * 4
    assert "4 records" in accuracy(made).words
    assert "too few to say" in accuracy(made).words
    five = accuracy([*made, LabRecord(tc_kelvin=10.0, before=before(5.0))])
    assert "a factor of 2, 4 of 5 times too high; 5 of 5" in five.words


def test_a_sample_without_a_transition_counts_by_its_probability() -> None:
    records = [LabRecord(down_to_kelvin=2.0, before=before(20.0, p)) for p in (0.2, 0.9, None)]
    assert accuracy(records).words.endswith(
        "3 without a transition; the model had thought so of 1."
    )
