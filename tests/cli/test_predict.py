"""``sc3d predict``: one answer a crystal, in the order of the input, bad files included."""

from __future__ import annotations

import math
import os
import sys
import zipfile

import pytest
from crystal_cases import cif

KEYS = {
    *("file", "block", "formula", "disorder", "n_sites", "tc_kelvin", "tc_low_kelvin"),
    *("tc_high_kelvin", "p_superconductor", "domain", "novelty", "in_training", "nearest"),
    *("notes", "warnings", "error", "model"),
}
BAD = {
    "unknown element": (cif("Xx1 Xx 0 0 0 1"), "Xx"),
    "occupancy 1.5": (cif("Mg1 Mg 0 0 0 1.5"), "_atom_site_occupancy"),
    "negative occupancy": (cif("Mg1 Mg 0 0 0 -0.1"), "_atom_site_occupancy"),
    "no cell": (cif().replace("_cell_length_a", "_nothing"), "_cell_length_a"),
    "cell inf": (cif(cell=("inf", 4, 4, 90, 90, 90)), "_cell_length_a"),
    "no volume": (cif(cell=(4, 4, 4, 120, 120, 120)), "volume"),
    "truncated": (cif()[:-6], "line"),
    "empty": ("", "empty"),
    "not a CIF": ("hello", "line 1"),
}


def test_json_has_one_line_a_crystal_with_exactly_the_promised_keys(sc3d, example):
    paths = [example("Nb3Sn"), example("MgB2"), example("La1.85Sr0.15CuO4")]
    done = sc3d("predict", *paths, "--json")
    assert done.status == 0
    assert [r["file"] for r in done.records] == [str(p) for p in paths]
    assert all(set(r) == KEYS for r in done.records)


def test_json_says_what_the_crystal_is_and_what_tc_was_predicted(sc3d, example):
    (record,) = sc3d("predict", example("La1.85Sr0.15CuO4"), "--json").records
    assert record["block"] == "La1.85Sr0.15CuO4"
    assert record["formula"] == "Sr0.15La1.85CuO4"
    assert (record["disorder"], record["n_sites"]) == ("SD", 14)
    assert (record["error"], record["warnings"]) == (None, [])
    assert 0 < record["p_superconductor"] < 1
    assert record["domain"] in ("inside", "edge", "outside")
    assert record["in_training"] is False
    assert record["nearest"][0]["formula"] == "La1.85Sr0.15CuO4"
    assert record["model"].startswith("SODNet small (")


def test_the_interval_is_that_of_the_weights(sc3d, example):
    (record,) = sc3d("predict", example("MgB2"), "--json").records
    assert 0 < record["tc_low_kelvin"] < record["tc_kelvin"] < record["tc_high_kelvin"]
    for end, sign in (("low", -1), ("high", 1)):
        ratio = record[f"tc_{end}_kelvin"] / record["tc_kelvin"]
        assert math.log(ratio) == pytest.approx(sign * 0.7, abs=1e-4)


def test_the_prediction_is_that_of_the_model(sc3d, example, weights):
    from sc3d_desktop.crystal.cif import read_cif
    from sc3d_desktop.models.sodnet import load_model

    path = example("YBa2Cu3O7")
    (record,) = sc3d("predict", path, "--json").records
    expected = load_model(weights, device="cpu").predict(read_cif(path))[0]
    assert record["tc_kelvin"] == pytest.approx(expected.tc_kelvin, rel=1e-3)
    assert record["model"] == expected.model


@pytest.mark.parametrize(("text", "what"), BAD.values(), ids=BAD)
def test_a_bad_file_gives_an_error_line_and_the_others_are_predicted(
    sc3d, example, tmp_path, text, what
):
    bad = tmp_path / "bad.cif"
    bad.write_text(text)
    done = sc3d("predict", example("MgB2"), bad, example("FeSe"), "--json")
    first, second, third = done.records
    assert done.status == 1
    assert all(set(r) == KEYS for r in done.records)
    assert first["error"] is third["error"] is None
    assert min(first["tc_kelvin"], third["tc_kelvin"]) > 0
    assert second["file"] == str(bad)
    assert "bad.cif" in second["error"]
    assert what in second["error"]
    assert {k for k, v in second.items() if v not in (None, [])} == {"file", "error"}


def test_a_missing_file_is_an_error_line_like_any_other(sc3d, example, tmp_path):
    done = sc3d("predict", tmp_path / "none.cif", example("MgB2"), "--json")
    assert done.status == 1
    assert "none.cif" in done.records[0]["error"]
    assert done.records[1]["error"] is None


def test_every_block_of_a_file_is_a_line_and_a_bad_block_spoils_no_other(sc3d, tmp_path):
    path = tmp_path / "three.cif"
    path.write_text(
        cif(block="one") + cif("Mg1 Mg 0 0 0 9", block="two") + cif("Al1 Al 0 0 0 1", block="three")
    )
    done = sc3d("predict", path, "--json")
    assert done.status == 1
    assert [r["block"] for r in done.records] == ["one", None, "three"]
    assert [r["formula"] for r in done.records] == ["Mg", None, "Al"]
    assert "block two" in done.records[1]["error"]


def test_a_folder_stands_for_the_cifs_below_it_in_alphabetical_order(sc3d, tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name, element in (("b.cif", "B"), ("a.CIF", "Al"), ("deep/c.cif", "C")):
        (tmp_path / "in" / name).write_text(cif(f"X {element} 0 0 0 1"))
    (tmp_path / "in" / "notes.txt").write_text("not for the model")
    done = sc3d("predict", tmp_path / "in", "--json")
    assert done.status == 0
    assert [r["formula"] for r in done.records] == ["Al", "B", "C"]


def test_a_folder_without_cifs_is_an_error_line(sc3d, tmp_path):
    (tmp_path / "bare").mkdir()
    done = sc3d("predict", tmp_path / "bare", "--json")
    assert done.status == 1
    assert "no structure files" in done.records[0]["error"]


def test_more_crystals_than_one_chunk_keep_their_order(sc3d, tmp_path):
    path = tmp_path / "many.cif"
    path.write_text(
        "".join(cif(cell=(3 + n / 50, 4, 4, 90, 90, 90), block=f"b{n}") for n in range(70))
    )
    done = sc3d("predict", path, "--json")
    assert [r["block"] for r in done.records] == [f"b{n}" for n in range(70)]
    assert done.status == 0


def test_what_was_assumed_while_reading_is_among_the_warnings(sc3d, tmp_path):
    path = tmp_path / "assumed.cif"
    path.write_text(cif("Mg1 Mg 0 0 0 ?"))
    (record,) = sc3d("predict", path, "--json").records
    assert record["warnings"] == ["The occupancy of Mg1 is unknown; taken as 1."]
    table = sc3d("predict", path)
    assert "The occupancy of Mg1 is unknown" in table.out


def test_without_json_a_person_reads_a_table_with_units_and_the_model_aside(sc3d, example):
    done = sc3d("predict", example("MgB2"), example("La1.85Sr0.15CuO4"))
    header, first, second = done.out.splitlines()
    assert header.split()[:3] == ["file", "formula", "class"]
    assert "Tc / K" in header
    assert "90 % interval / K" in header
    assert first.startswith("MgB2.cif")
    assert second.split()[:3] == ["La1.85Sr0.15CuO4.cif", "Sr0.15La1.85CuO4", "SD"]
    assert "SODNet small" in done.err


def test_an_error_in_the_table_names_file_and_field(sc3d, tmp_path):
    path = tmp_path / "bad.cif"
    path.write_text(cif("Mg1 Mg 0 0 0 1.5"))
    done = sc3d("predict", path)
    assert done.status == 1
    assert "bad.cif" in done.out
    assert "_atom_site_occupancy is 1.5" in done.out


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such file names")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_file_name_that_is_no_text_stops_nothing(sc3d, tmp_path, form):
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xe9.cif")
    with open(odd, "w") as file:  # noqa: PTH123 - the name is no text
        file.write(cif())
    missing = odd.replace(".cif", "2.cif")
    done = sc3d("predict", odd, missing, *form)
    assert done.status == 1
    assert len(done.out.splitlines()) == (2 if form else 3)


def test_json_is_plain_ascii_whatever_the_file_is_called(sc3d, tmp_path):
    path = tmp_path / "Müller Å.cif"
    path.write_text(cif("Xx1 Xx 0 0 0 1"), encoding="utf-8")
    done = sc3d("predict", path, "--json")
    assert done.out.isascii()
    assert done.records[0]["file"] == str(path)


@pytest.mark.parametrize("content", [None, b"", b"not weights at all"])
def test_weights_that_cannot_be_used_are_an_error_with_a_way_out(sc3d, example, tmp_path, content):
    path = tmp_path / "odd.safetensors"
    if content is not None:
        path.write_bytes(content)
    done = sc3d("predict", example("MgB2"), "--weights", path)
    assert done.status == 1
    assert done.out == ""
    assert done.err.startswith("sc3d: The weights odd.safetensors")
    assert len(done.err.splitlines()) == 2


def test_archives_and_other_formats_are_answered_like_files(sc3d, tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("in/a.cif", cif("Al1 Al 0 0 0 1"))
        archive.writestr("b.cif", "hello")
    poscar = tmp_path / "POSCAR"
    poscar.write_text("niobium\n3.3\n1 0 0\n0 1 0\n0 0 1\nNb\n2\nDirect\n0 0 0\n.5 .5 .5\n")
    done = sc3d("predict", tmp_path / "two.zip", poscar, "--json")
    assert done.status == 1
    assert [r["file"] for r in done.records] == [
        f"{tmp_path / 'two.zip'}/in/a.cif",
        f"{tmp_path / 'two.zip'}/b.cif",
        str(poscar),
    ]
    assert [r["formula"] for r in done.records] == ["Al", None, "Nb"]
    assert [r["error"] is None for r in done.records] == [True, False, True]
