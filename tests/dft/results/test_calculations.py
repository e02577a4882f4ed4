"""Folders of steps, as the hand-off writes and its scripts run them, become one result."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from qe_output import matdyn_a2f
from vasp_output import VaspRun, mgb2

from sc3d_desktop.crystal import Crystal, Site
from sc3d_desktop.dft.results import Result, is_calculation, read_results
from sc3d_desktop.dft.results.change import change_of
from sc3d_desktop.dft.results.csv_text import bands_csv, dos_csv
from sc3d_desktop.dft.results.gap import gap_of
from sc3d_desktop.dft.results.words import lines_of
from sc3d_desktop.errors import ResultsError
from sc3d_desktop.steps import finish

KPOINTS = "path\n10\nLine_mode\nReciprocal\n0 0 0 ! \\Gamma\n0.5 0 0 ! M\n"


def grown() -> Crystal:
    return Crystal(mgb2().lattice * 1.01, mgb2().sites, "MgB2")


def read(path: Path) -> Result:
    return finish(read_results(path))


@pytest.fixture
def calculation(tmp_path: Path) -> Path:
    """Four steps; the path has a Fermi level of its own that is off by 0.7 eV."""
    rng = np.random.default_rng(5)
    relax = VaspRun(mgb2(), grown(), energy=-16.0, fermi=6.9, force=0.001, nsw=50)
    static = replace(relax, start=grown(), energy=-16.5, fermi=7.0, nsw=0, force=0.002)
    static = replace(static, moments=(0.0, 0.5, -0.5))
    dos = replace(static, energy=-16.4, fermi=7.1, dos_energies=np.linspace(0, 14, 141))
    dos = replace(dos, dos=rng.random((1, 141)).round(4), pdos=rng.random((3, 1, 141, 3)).round(4))
    points = np.linspace((0, 0, 0), (0.5, 0, 0), 10)
    bands = replace(static, fermi=7.8, points=points, weights=np.ones(10), line_mode=True)
    bands = replace(bands, eigenvalues=rng.uniform(6, 9, (1, 10, 3)).round(4))
    steps = {"1-relax": relax, "2-static": static, "3-dos": dos, "4-bands": bands}
    for name, run in steps.items():
        run.write(tmp_path / "MgB2" / name)
    (tmp_path / "MgB2" / "4-bands" / "KPOINTS").write_text(KPOINTS)
    return tmp_path / "MgB2"


def test_each_step_gives_what_it_is_for(calculation: Path) -> None:
    found = read(calculation)
    assert found.start is not None
    assert found.relaxed is not None
    np.testing.assert_allclose(found.start.lattice, mgb2().lattice, atol=1e-7)
    np.testing.assert_allclose(found.relaxed.lattice, grown().lattice, atol=1e-7)
    assert found.energy_ev == pytest.approx(-16.5)
    assert found.force_max == pytest.approx(0.001)
    assert found.fermi_ev == pytest.approx(7.1)
    assert found.dos is not None
    assert found.dos.total.shape == (1, 141)
    assert found.moments == (0.0, 0.5, -0.5)
    assert found.notes == ()


def test_bands_are_relative_to_the_level_of_the_mesh_and_not_of_the_path(
    calculation: Path,
) -> None:
    alone, together = read(calculation / "4-bands"), read(calculation)
    assert alone.bands is not None
    assert together.bands is not None
    moved = together.bands.energies - alone.bands.energies
    np.testing.assert_allclose(moved, 7.8 - 7.1, atol=1e-9)
    assert [name for _, name in together.bands.ticks] == ["Γ", "M"]


def test_a_damaged_step_is_told_and_the_others_are_shown(calculation: Path) -> None:
    for name in ("vasprun.xml", "OUTCAR"):
        (calculation / "3-dos" / name).write_text("")
    found = read(calculation)
    assert found.fermi_ev == pytest.approx(7.0)
    assert found.bands is not None
    (note,) = found.notes
    assert note.startswith("3-dos: ")
    assert "is empty" in note


def test_outcar_stands_in_for_a_damaged_vasprun(calculation: Path) -> None:
    static = calculation / "2-static"
    text = (static / "vasprun.xml").read_text()
    (static / "vasprun.xml").write_text(text[:2000])
    found = read(static)
    assert found.energy_ev == pytest.approx(-16.5)
    assert "not complete" in found.notes[0]


def test_a_step_that_did_not_converge_is_named(calculation: Path) -> None:
    relax = VaspRun(mgb2(), grown(), nsw=50, n_electronic=60)
    relax.write(calculation / "1-relax")
    found = read(calculation)
    assert found.converged is False
    assert "1-relax is not converged." in found.notes


def test_a_folder_of_several_calculations_names_them(calculation: Path) -> None:
    shutil.copytree(calculation, calculation.parent / "other")
    with pytest.raises(ResultsError, match=r"holds 2 calculations: MgB2, other") as caught:
        read(calculation.parent)
    assert "one of them" in caught.value.hint


def test_spectra_of_a_folder_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    omega = np.linspace(1, 40, 30)
    for number in (10, 2, 1):
        (tmp_path / f"a2F.dos{number}").write_text(matdyn_a2f(omega, np.full(30, number / 10)))
    names = [spectrum.name for spectrum in read(tmp_path).spectra]
    assert names == ["a2F.dos1", "a2F.dos2", "a2F.dos10"]


def test_structures_and_other_files_are_no_calculations(tmp_path: Path) -> None:
    for name in ("POSCAR", "crystal.cif", "notes.txt", "data.xml", "lambda"):
        (tmp_path / name).write_text("MgB2\n1.0\n")
        assert not is_calculation(tmp_path / name)
    assert not is_calculation(tmp_path)
    assert not is_calculation(tmp_path / "gone")
    (tmp_path / "OUTCAR").write_text("vasp")
    assert is_calculation(tmp_path)


@pytest.mark.parametrize("name", ["gone", "crystal.cif"])
def test_what_is_no_calculation_is_refused_with_a_way_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "crystal.cif").write_text("data_x")
    with pytest.raises(ResultsError, match=name) as caught:
        read(tmp_path / name)
    assert caught.value.hint


# What is worked out


def test_a_displacement_does_not_count_a_shift_of_all_atoms() -> None:
    crystal = mgb2()
    shifted = [Site(s.label, s.species, tuple(x + 0.3 for x in s.frac)) for s in crystal.sites]
    all_alike = Crystal(crystal.lattice, tuple(shifted))
    change = change_of(crystal, all_alike)
    assert change is not None
    assert change.displacement == pytest.approx(0, abs=1e-9)
    last = shifted[2]
    shifted[2] = Site(last.label, last.species, (last.frac[0], last.frac[1], last.frac[2] + 0.03))
    change = change_of(crystal, Crystal(crystal.lattice, tuple(shifted)))
    assert change is not None
    assert change.furthest == "B3"
    assert change.displacement == pytest.approx(0.03 * 3.524 * 2 / 3)
    assert change.group_before == "P6/mmm (191)"
    assert change.group_after != change.group_before


def test_another_order_of_atoms_is_not_compared() -> None:
    crystal = mgb2()
    assert change_of(crystal, Crystal(crystal.lattice, crystal.sites[::-1])) is None


def test_a_level_at_the_edge_of_a_band_is_still_that_of_an_insulator() -> None:
    assert gap_of(np.array([[[-2.0, -0.5, 0.001], [1.5, 2.0, 1.0]]])) == pytest.approx(0.999)
    assert gap_of(np.array([[[-2.0, 0.4], [1.5, 2.0]]])) == 0


def test_the_words_say_what_was_found(calculation: Path) -> None:
    result = read(calculation)
    assert result.start is not None
    assert result.relaxed is not None
    said = dict(lines_of(result, change_of(result.start, result.relaxed)))
    assert said["Crystal"] == "MgB2, 3 atoms in the cell"
    assert said["Energy"] == "-16.50000 eV, -5.50000 eV per atom"
    assert "volume +3.03 %" in said["Cell relaxed"]
    assert said["Moments in µB"] == "B2 +0.50, B3 -0.50"
    assert said["Space group"] == "P6/mmm (191)"


def test_data_come_out_as_they_are_drawn(calculation: Path) -> None:
    result = read(calculation)
    assert result.dos is not None
    assert result.bands is not None
    head, *rows = dos_csv(result.dos).splitlines()
    assert head == "energy_ev,total,Mg,B"
    table = np.array([row.split(",") for row in rows], dtype=float)
    np.testing.assert_allclose(table[:, 3], result.dos.elements["B"][0], rtol=1e-6)
    head, *rows = bands_csv(result.bands).splitlines()
    assert head == "distance_per_angstrom,band_1_ev,band_2_ev,band_3_ev"
    assert len(rows) == 10
