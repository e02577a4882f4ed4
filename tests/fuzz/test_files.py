"""A short run of the fuzzing of files; ``tests/fuzz/files.py`` is the long one."""

from __future__ import annotations

import time

import pytest
from fuzz_cases import (
    CORPUS,
    Input,
    TooSlowError,
    WrongSilenceError,
    check,
    check_against_gemmi,
    check_crystal,
    corpus,
    made,
    time_limit,
)

from sc3d_desktop.crystal.cif import parse_cif

INPUTS = 1_500


def test_damaged_files_are_read_or_refused_and_nothing_else(tmp_path):
    """Other inputs every day; a failure names the seed and the number of its input."""
    seed, files = int(time.time() // 86_400), corpus()
    counts = {True: 0, False: 0}
    for number in range(INPUTS):
        one = made(seed, number, files)
        try:
            counts[check(one, tmp_path) > 0] += 1
        except Exception as error:
            error.add_note(f"files.py --seed {seed} --first {number} --inputs 1, {one.name}")
            raise
    assert min(counts.values()) > INPUTS / 10


def test_an_input_is_the_same_whenever_its_seed_and_number_are():
    files = corpus()
    plain = [n for n in range(200) if not made(7, n, files).name.endswith(("gz", "zip"))]
    assert [made(7, n, files) for n in plain] == [made(7, n, files) for n in plain]
    assert len({made(7, n, files).raw for n in plain}) > 150


def test_the_run_would_notice_a_hang():
    with pytest.raises(TooSlowError), time_limit(0.05):
        time.sleep(5)


def test_the_run_would_notice_an_occupancy_lost_without_a_word(tmp_path):
    raw = (CORPUS / "flavours" / "icsd.cif").read_bytes()
    with pytest.raises(WrongSilenceError, match="unknown occupancy"):
        check(Input("icsd.cif", raw, unknown_occupancy=True), tmp_path)


def test_the_run_would_notice_atoms_lost_without_a_word():
    raw = (CORPUS / "symmetry" / "hm_lower_case.cif").read_bytes()
    (whole,) = parse_cif(raw.decode())
    check_against_gemmi(whole, raw)
    lost = type(whole)(whole.lattice, whole.sites[:-1])
    with pytest.raises(WrongSilenceError, match="gemmi finds"):
        check_against_gemmi(lost, raw)


def test_the_run_would_notice_a_crystal_that_none_can_be():
    raw = (CORPUS / "symmetry" / "hm_lower_case.cif").read_bytes()
    (crystal,) = parse_cif(raw.decode())
    object.__setattr__(crystal, "lattice", crystal.lattice * float("nan"))
    with pytest.raises(WrongSilenceError, match="no cell"):
        check_crystal(crystal)
