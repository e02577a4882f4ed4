"""``sc3d export``: a folder ready to run or a file of another format, or the reason why not."""

from __future__ import annotations

import json
import zipfile

import pytest
from crystal_cases import assert_same_crystal

from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.files import read_all


def test_an_ordered_crystal_becomes_a_folder(sc3d, example, tmp_path):
    done = sc3d("export", "vasp", example("MgB2"), "--out", tmp_path / "run")
    assert done.status == 0
    assert done.out == f"{tmp_path / 'run'}: 1 calculation, ordered\n"
    assert (tmp_path / "run" / "1-relax" / "POSCAR").is_file()


def test_the_preset_chooses_the_functional(sc3d, example, tmp_path):
    out = tmp_path / "run"
    done = sc3d("export", "vasp", example("MgB2"), "--out", out, "--preset", "screening")
    assert done.status == 0
    assert "GGA = PE" in (out / "1-relax" / "INCAR").read_text()


def test_a_disordered_crystal_becomes_ordered_ones_and_both_compositions_are_said(
    sc3d, example, tmp_path
):
    out = tmp_path / "run"
    done = sc3d("export", "vasp", example("La1.85Sr0.15CuO4"), "--out", out, "--count", "1")
    assert (done.status, done.err) == (0, "")
    assert "  La1 Sr: target 0.0750  achieved 0.0714\n" in done.out
    assert (out / "afm" / "1-relax" / "POSCAR").is_file()


def test_inputs_for_quantum_espresso_are_written_as_well(sc3d, example, tmp_path):
    done = sc3d("export", "qe", example("MgB2"), "--out", tmp_path / "run")
    assert (done.status, done.err) == (0, "")
    assert (tmp_path / "run" / "5-phonons" / "ph.in").is_file()
    done = sc3d("export", "qe", example("MgB2"), "--out", tmp_path / "b", "--preset", "paper")
    assert done.status == 1
    assert "for VASP" in done.err


def test_options_reach_the_approximants(sc3d, example, tmp_path):
    out = tmp_path / "run"
    options = ["--tolerance", "0.05", "--max-sites", "30", "--seed", "7", "--hubbard", "Cu=4"]
    done = sc3d("export", "vasp", example("La1.85Sr0.15CuO4"), "--out", out, *options)
    assert done.status == 0
    record = json.loads((out / "record.json").read_text())
    assert record["seed"] == 7
    assert sum(record["achieved"].values()) <= 30
    assert "LDAUU" in (out / "afm" / "1-relax" / "INCAR").read_text()


def test_a_composition_out_of_reach_is_refused_with_what_is_possible_and_no_folder_is_made(
    sc3d, example, tmp_path
):
    path, out = example("La1.85Sr0.15CuO4"), tmp_path / "run"
    done = sc3d("export", "vasp", path, "--out", out, "--tolerance", "0", "--max-sites", "60")
    assert (done.status, done.out) == (1, "")
    assert "Possible: " in done.err
    assert "49 atoms" in done.err
    assert not out.exists()


def test_all_structures_of_a_folder_go_into_one_archive_with_an_index(sc3d, example, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "all.zip"
    folder.mkdir()
    for name in ("MgB2", "HgBa2Ca2Cu3O8"):
        (folder / f"{name}.cif").write_bytes(example(name).read_bytes())
    done = sc3d("export", "vasp", folder, "--out", out, "--max-sites", "60")
    assert (done.status, done.out) == (1, f"{out}: 1 of 2 crystals\n")
    assert "No cell of up to 60 atoms" in done.err
    with zipfile.ZipFile(out) as archive:
        lines = archive.read("index.csv").decode().splitlines()
        names = archive.namelist()
    assert len(lines) == 3
    assert any(name.endswith("MgB2/1-relax/POSCAR") for name in names)
    assert "index.html" in names


@pytest.mark.parametrize("wrong", [["--hubbard", "Cu"], ["--preset", "cheap"], ["--count", "x"]])
def test_wrong_options_are_wrong_usage(sc3d, example, tmp_path, wrong):
    with pytest.raises(SystemExit) as caught:
        sc3d("export", "vasp", example("MgB2"), "--out", tmp_path / "run", *wrong)
    assert caught.value.code == 2


def test_a_folder_in_use_and_a_path_through_a_file_are_refused(sc3d, example, tmp_path):
    path = example("MgB2")
    for out in (tmp_path, path / "below"):
        done = sc3d("export", "vasp", path, "--out", out)
        assert (done.status, done.out) == (1, "")
        assert str(out) in done.err


def test_a_missing_file_is_an_error(sc3d, tmp_path):
    done = sc3d("export", "vasp", tmp_path / "none.cif", "--out", tmp_path / "run")
    assert done.status == 1
    assert "none.cif is not a file" in done.err


@pytest.mark.parametrize(
    ("form", "name"),
    [("cif", "a.cif"), ("poscar", "POSCAR"), ("xyz", "a.xyz"), ("json", "a.json")],
)
def test_a_crystal_is_written_in_another_format_and_the_path_is_said(
    sc3d, example, tmp_path, form, name
):
    out = tmp_path / "out"
    out.mkdir()
    done = sc3d("export", form, example("MgB2"), "--out", out / name)
    assert (done.status, done.out, done.err) == (0, f"{out / name}\n", "")
    (again,) = read_all([out / name])
    assert_same_crystal(read_cif(example("MgB2"))[0], again.crystal)


def test_a_poscar_of_a_disordered_crystal_is_refused_with_a_way_out(sc3d, example, tmp_path):
    path = example("La1.85Sr0.15CuO4")
    done = sc3d("export", "poscar", path, "--out", tmp_path / "POSCAR")
    assert (done.status, done.out) == (1, "")
    assert "disordered: La1 holds" in done.err
    assert "Order it first" in done.err
    assert not (tmp_path / "POSCAR").exists()


def test_of_a_file_with_several_structures_one_is_to_be_named(sc3d, example, tmp_path):
    both = tmp_path / "both.cif"
    texts = (example(name).read_text(encoding="utf-8") for name in ("MgB2", "Nb3Sn"))
    both.write_text("\n".join(texts), encoding="utf-8")
    blocks = [crystal.block for crystal in read_cif(both)]
    out = tmp_path / "out.json"
    done = sc3d("export", "json", both, "--out", out)
    assert done.status == 1
    assert f"both.cif holds 2 structures; it has {', '.join(blocks)}" in done.err
    assert not out.exists()
    assert sc3d("export", "json", both, "--out", out, "--block", blocks[1]).status == 0
    (again,) = read_all([out])
    assert_same_crystal(read_cif(example("Nb3Sn"))[0], again.crystal)
    done = sc3d("export", "json", both, "--out", out, "--block", "other")
    assert "0 blocks “other”" in done.err


def test_an_archive_without_structures_is_refused(sc3d, tmp_path):
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as archive:
        archive.writestr("notes.txt", "none here")
    done = sc3d("export", "cif", tmp_path / "notes.zip", "--out", tmp_path / "a.cif")
    assert done.status == 1
    assert "notes.zip holds no structure files" in done.err


def test_a_potential_that_is_not_at_hand_is_named_and_its_recipe_written(
    sc3d, example, tmp_path, monkeypatch
):
    (tmp_path / "library").mkdir()
    monkeypatch.setenv("PMG_VASP_PSP_DIR", str(tmp_path / "library"))
    done = sc3d("export", "vasp", example("MgB2"), "--out", tmp_path / "run")
    assert done.status == 0
    assert "no PBE_54 potential B, Mg_pv. So POTCAR.spec and the script" in done.err
    assert (tmp_path / "run/1-relax/POTCAR.spec").read_text() == "Mg_pv\nB\n"
