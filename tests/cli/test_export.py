"""``sc3d export vasp``: a folder ready to run, or the reason why not."""

from __future__ import annotations


def test_an_ordered_crystal_becomes_a_folder_whose_files_are_listed(sc3d, example, tmp_path):
    done = sc3d("export", "vasp", example("MgB2"), "--out", tmp_path / "run")
    assert done.status == 0
    assert done.out == f"{tmp_path / 'run'}: INCAR, POSCAR, POTCAR.spec\n"
    assert (tmp_path / "run" / "POSCAR").is_file()


def test_the_preset_chooses_the_input_set(sc3d, example, tmp_path):
    done = sc3d(
        "export", "vasp", example("MgB2"), "--out", tmp_path / "run", "--preset", "screening"
    )
    assert "KPOINTS" in done.out


def test_a_disordered_crystal_is_refused_with_the_site_and_no_folder_is_made(
    sc3d, example, tmp_path
):
    done = sc3d("export", "vasp", example("La1.85Sr0.15CuO4"), "--out", tmp_path / "run")
    assert (done.status, done.out) == (1, "")
    assert "La1 holds Sr 0.075, La 0.925" in done.err
    assert not (tmp_path / "run").exists()


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
