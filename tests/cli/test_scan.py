"""``sc3d scan``: Tc along a doping line."""

from __future__ import annotations

import pytest
from crystal_cases import cif

KEYS = {
    *("x", "file", "block", "formula", "disorder", "n_sites", "tc_kelvin", "tc_low_kelvin"),
    *("tc_high_kelvin", "p_superconductor", "domain", "novelty", "in_training", "nearest"),
    *("notes", "warnings", "error", "model"),
}


def test_json_has_the_points_asked_for_with_x_and_the_keys_of_predict(sc3d, example):
    path = example("MgB2")
    words = ("--site", "Mg1", "--dopant", "Al", "--from", "0.1", "--to", "0.5", "--points", "5")
    done = sc3d("scan", path, *words, "--json")
    assert done.status == 0
    assert [r["x"] for r in done.records] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    assert all(set(r) == KEYS for r in done.records)
    assert [r["formula"] for r in done.records][::2] == [
        "Mg0.9Al0.1B2",
        "Mg0.7Al0.3B2",
        "Mg0.5Al0.5B2",
    ]
    assert {r["file"] for r in done.records} == {str(path)}
    assert all(r["tc_low_kelvin"] < r["tc_kelvin"] < r["tc_high_kelvin"] for r in done.records)


def test_without_a_range_x_goes_from_0_to_0_3_in_31_points(sc3d, example):
    records = sc3d("scan", example("MgB2"), "--site", "Mg1", "--dopant", "Al", "--json").records
    assert [r["x"] for r in records] == pytest.approx([n / 100 for n in range(31)])
    assert [r["disorder"] for r in records] == ["O"] + ["SD"] * 30


def test_at_x_0_tc_is_that_of_the_parent_and_it_changes_along_the_line(sc3d, example):
    path = example("MgB2")
    (parent,) = sc3d("predict", path, "--json").records
    curve = sc3d("scan", path, "--site", "Mg1", "--dopant", "Al", "--to", "1", "--json").records
    assert curve[0]["tc_kelvin"] == pytest.approx(parent["tc_kelvin"], rel=1e-4)
    assert len({r["tc_kelvin"] for r in curve}) > len(curve) / 2


def test_one_point_is_the_start_of_the_range(sc3d, example):
    words = ("--site", "Mg1", "--dopant", "Al", "--from", "0.2", "--to", "0.4", "--points", "1")
    assert [r["x"] for r in sc3d("scan", example("MgB2"), *words, "--json").records] == [0.2]


@pytest.mark.parametrize("word", ["vacancy", "Vacancy", "vac"])
def test_a_vacancy_empties_the_site(sc3d, example, word):
    words = ("--site", "O1", "--dopant", word, "--to", "0.5", "--points", "2", "--json")
    full, half = sc3d("scan", example("YBa2Cu3O7"), *words).records
    assert (full["formula"], full["disorder"]) == ("Ba2YCu3O7", "O")
    assert (half["formula"], half["disorder"]) == ("Ba2YCu3O6.5", "PD")


def test_a_dopant_that_is_there_takes_its_share_from_the_majority(sc3d, example):
    words = ("--site", "La1", "--dopant", "Sr", "--from", "0.05", "--to", "0.1", "--points", "2")
    first, last = sc3d("scan", example("La1.85Sr0.15CuO4"), *words, "--json").records
    assert first["formula"] == "Sr0.1La1.9CuO4"
    assert last["formula"] == "Sr0.2La1.8CuO4"


def test_an_element_on_one_orbit_stands_for_the_orbit(sc3d, example):
    words = ("--dopant", "Al", "--points", "2", "--json")
    by_label = sc3d("scan", example("MgB2"), "--site", "Mg1", *words).out
    assert sc3d("scan", example("MgB2"), "--site", "Mg", *words).out == by_label


def test_without_json_a_person_reads_what_replaces_what_where(sc3d, example):
    done = sc3d("scan", example("MgB2"), "--site", "B1", "--dopant", "C", "--points", "3")
    title, header, *rows = done.out.splitlines()
    assert title.startswith("MgB2: C for B on B1 (2d); SODNet small")
    assert header.split()[0] == "x"
    assert "Tc / K" in header
    assert [row.split()[:2] for row in rows] == [
        ["0.0000", "MgB2"],
        ["0.1500", "MgB1.7C0.3"],
        ["0.3000", "MgB1.4C0.6"],
    ]


REFUSED = {
    "no such site": (("--site", "Fe1", "--dopant", "Al"), "no site “Fe1”", "Mg1, B1"),
    "dopant no element": (("--site", "Mg1", "--dopant", "Xx"), "“Xx” is not", "symbol"),
    "dopant is the site": (("--site", "Mg1", "--dopant", "Mg"), "only species", "another"),
    "to above 1": (
        ("--site", "Mg1", "--dopant", "Al", "--to", "1.2"),
        "cannot reach 1.2",
        "--to 1",
    ),
    "empty site": (
        ("--site", "Mg1", "--dopant", "vacancy", "--to", "1"),
        "cannot reach 1: Mg and vacancies",
        "--to 0.99",
    ),
    "from above to": (
        ("--site", "Mg1", "--dopant", "Al", "--from", "0.4", "--to", "0.2"),
        "from 0.4 to 0.2",
        "0 ≤ from ≤ to",
    ),
    "from below 0": (("--site", "Mg1", "--dopant", "Al", "--from", "-0.1"), "from -0.1", "0 ≤"),
    "range nan": (("--site", "Mg1", "--dopant", "Al", "--to", "nan"), "nan", "0 ≤"),
    "no points": (("--site", "Mg1", "--dopant", "Al", "--points", "0"), "0 points", "1 to"),
    "too many": (("--site", "Mg1", "--dopant", "Al", "--points", "1000000"), "1000000", "1 to"),
}


@pytest.mark.parametrize(("words", "what", "hint"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["table", "json"])
def test_a_line_that_cannot_be_is_refused_with_a_way_out(sc3d, example, words, what, hint, form):
    done = sc3d("scan", example("MgB2"), *words, *form)
    assert done.status == 1
    assert done.out == ""
    message, advice = done.err.splitlines()
    assert message.startswith("sc3d: ")
    assert what in message
    assert hint in advice


def test_an_element_on_several_orbits_asks_which(sc3d, example):
    done = sc3d("scan", example("YBa2Cu3O7"), "--site", "Cu", "--dopant", "Zn")
    assert done.status == 1
    assert "more than one orbit" in done.err
    assert "Cu1, Cu2" in done.err


def test_a_range_beyond_the_share_of_host_and_dopant_is_refused(sc3d, tmp_path):
    path = tmp_path / "three.cif"
    path.write_text(cif("A La 0 0 0 0.5\nB Sr 0 0 0 0.1\nC Ba 0 0 0 0.4"))
    done = sc3d("scan", path, "--site", "A", "--dopant", "Sr", "--to", "0.7")
    assert done.status == 1
    assert "--to 0.6" in done.err


@pytest.mark.parametrize("text", [cif("Mg1 Mg 0 0 0 2"), "hello", ""])
def test_a_bad_file_is_an_error_and_no_table(sc3d, tmp_path, text):
    path = tmp_path / "bad.cif"
    path.write_text(text)
    done = sc3d("scan", path, "--site", "Mg1", "--dopant", "Al")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("sc3d: bad.cif")
