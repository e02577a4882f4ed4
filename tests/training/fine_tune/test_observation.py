"""Records that nothing can be learnt from are refused with their place and a way out."""

from __future__ import annotations

import math

import pytest
from sodnet_cases import random_crystal

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.fine_tune.observation import (
    Observation,
    check,
    check_all,
    fractions,
    read_records,
    records_hash,
)
from sc3d_desktop.training.labels import crystal_fractions


@pytest.mark.parametrize("kelvin", [math.nan, math.inf, -3.0, 0.0, 301.0])
def test_a_temperature_that_cannot_be_is_refused(kelvin):
    with pytest.raises(TrainingError, match="cannot be learnt from"):
        check(Observation("MgB2", tc_kelvin=kelvin))
    with pytest.raises(TrainingError, match="cannot be learnt from"):
        check(Observation("MgB2", down_to_kelvin=kelvin))


@pytest.mark.parametrize("weight", [math.nan, -1.0, 0.0, 1e6])
def test_a_weight_that_cannot_be_is_refused(weight):
    with pytest.raises(TrainingError, match="weight of MgB2"):
        check(Observation("MgB2", tc_kelvin=39.0, weight=weight))


def test_a_record_is_of_a_tc_or_of_none():
    with pytest.raises(TrainingError, match="one of the two"):
        check(Observation("MgB2"))
    with pytest.raises(TrainingError, match="one of the two"):
        check(Observation("MgB2", tc_kelvin=39.0, down_to_kelvin=2.0))


def test_a_formula_nobody_can_read_is_refused_with_its_place():
    with pytest.raises(TrainingError, match="line 7: “Xx2” is no formula"):
        check(Observation("Xx2", tc_kelvin=1.0, source="line 7"))


def test_five_compounds_do_and_five_records_of_four_do_not():
    records = [Observation(f, tc_kelvin=9.0) for f in ("Nb", "V", "Ta", "Pb")]
    with pytest.raises(TrainingError, match="4 compounds; it takes 5"):
        check_all([*records, Observation("Nb2", tc_kelvin=9.3)])
    check_all([*records, Observation("Sn", tc_kelvin=3.7)])


def test_a_crystal_goes_before_the_formula():
    crystal = random_crystal(1)
    found = fractions([Observation("MgB2", crystal, 1.0)])
    assert (found == crystal_fractions([crystal])).all()


def test_the_hash_is_of_what_is_learnt_from_whatever_its_order():
    a, b = Observation("Nb", tc_kelvin=9.3), Observation("V", down_to_kelvin=6.0)
    assert records_hash([a, b]) == records_hash([b, a])
    assert records_hash([a, b]) != records_hash([a, Observation("V", down_to_kelvin=5.0)])


def table(tmp_path, text: str):
    path = tmp_path / "made.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_read_and_further_columns_are_passed_over(tmp_path):
    path = table(
        tmp_path, "formula,tc_kelvin,note,down_to_kelvin,weight\nNbN,16,hot,,2\nCu,,,0.01,\n"
    )
    first, second = read_records(path)
    assert (first.formula, first.tc_kelvin, first.weight) == ("NbN", 16.0, 2.0)
    assert (second.tc_kelvin, second.down_to_kelvin, second.weight) == (None, 0.01, 1.0)
    assert second.source == "made.csv, line 3"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("formula,tc\nNb,9\n", "no column tc_kelvin"),
        ("formula,tc_kelvin\nNb,nine\n", "line 2: “nine” is no number"),
        ("formula,tc_kelvin\nNb,9\nV,-5\n", "line 3: -5 K for V"),
        ("formula,tc_kelvin\nNb,nan\n", "line 2: nan K for Nb"),
    ],
)
def test_a_table_with_a_fault_is_refused_with_its_line(tmp_path, text, said):
    with pytest.raises(TrainingError, match=said):
        read_records(table(tmp_path, text))


def test_a_file_that_is_no_table_is_refused(tmp_path):
    path = tmp_path / "made.csv"
    path.write_bytes(b"\xff\xfe\x00formula")
    with pytest.raises(TrainingError, match="no CSV file"):
        read_records(path)
    with pytest.raises(TrainingError, match="cannot be read"):
        read_records(tmp_path / "none.csv")
