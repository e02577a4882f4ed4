"""Moments of each site, and whether the order that a calculation began with is still there.

``iron`` holds the abridged output of pw.x 6.7 for antiferromagnetic iron.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from qe_output import pw_xml
from vasp_output import VaspRun, mgb2

from sc3d_desktop.cli import run
from sc3d_desktop.dft.results import Result, read_results
from sc3d_desktop.dft.results.moments import changed_sites
from sc3d_desktop.dft.results.words import lines_of
from sc3d_desktop.errors import ResultsError
from sc3d_desktop.steps import finish

IRON = (Path(__file__).parent / "iron" / "pw.out").read_text()
AT_THE_END = (
    "     atom:    1    charge:    6.4778    magn:    1.6355    constr:    0.0000\n"
    "     atom:    2    charge:    6.4773    magn:   -1.6366    constr:    0.0000\n"
)


def read(path: Path) -> Result:
    return finish(read_results(path))


def words(result: Result) -> dict[str, str]:
    return dict(lines_of(result))


def iron(folder: Path, first: float, second: float) -> Path:
    """With other moments at the end."""
    assert AT_THE_END in IRON
    rows = AT_THE_END.replace(" 1.6355", f"{first:7.4f}").replace("-1.6366", f"{second:7.4f}")
    path = folder / "pw.out"
    path.write_text(IRON.replace(AT_THE_END, rows))
    return path


def test_the_real_output_has_its_last_moments_and_those_it_began_with(tmp_path: Path) -> None:
    found = read(iron(tmp_path, 1.6355, -1.6366))
    assert found.moments == (1.6355, -1.6366)
    assert found.start_moments == (0.5, -0.5)
    assert words(found)["Moments in µB"] == "Fe1 +1.64, Fe2 -1.64"
    assert words(found)["Magnetic order"] == "as it was begun"
    assert words(found)["Magnetisation"] == "0.000 µB in the cell"


def test_version_7_prints_them_in_another_way(tmp_path: Path) -> None:
    newer = (
        "     atom   1 (R=0.357)  charge=  6.4778  magn=  1.7355\n"
        "     atom   2 (R=0.357)  charge=  6.4773  magn= -1.7366\n"
    )
    (tmp_path / "pw.out").write_text(IRON.replace(AT_THE_END, newer))
    assert read(tmp_path / "pw.out").moments == (1.7355, -1.7366)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((-1.6, 1.6), "as it was begun"),  # all turned together
        ((2.2, 2.1), "not as it was begun: turned over on Fe2"),
        ((2.2, 0.03), "not as it was begun: lost on Fe2"),
        ((0.0, -0.02), "lost: it began with moments and ended without"),
    ],
)
def test_what_became_of_the_order_is_said(
    tmp_path: Path, ends: tuple[float, float], said: str
) -> None:
    assert words(read(iron(tmp_path, *ends)))["Magnetic order"] == said


@pytest.mark.parametrize("seed", range(5))
def test_sites_that_changed_are_found_whatever_way_up_the_whole_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    start = rng.choice([-1.0, 0.0, 1.0], 24)
    start[:12] = 1.0
    turned, lost = (6, 9), (1, 3)
    ends = start * rng.uniform(1.0, 3.0, 24)
    ends[list(turned)] *= -1
    ends[list(lost)] *= 0.01
    assert changed_sites(start.tolist(), ends.tolist()) == (turned, lost)
    assert changed_sites(start.tolist(), (-ends).tolist()) == (turned, lost)


def spin_xml(moments: str = "") -> str:
    """Of MgB2 with a spin on the second site, which is a kind of its own."""
    text = pw_xml(mgb2(), np.zeros((2, 3)), np.zeros((2, 4)), 6.0)
    species = (
        '<input><atomic_species ntyp="2"><species name="Mg1"><mass>24.3</mass></species>'
        '<species name="B1"><mass>10.8</mass><starting_magnetization>2.5e-1'
        "</starting_magnetization></species></atomic_species>"
    )
    spins = f"<magnetization><lsda>true</lsda><total>1.25</total>{moments}</magnetization>"
    text = text.replace("<input>", species)
    return text.replace("<magnetization><lsda>false</lsda></magnetization>", spins)


def site_moments(*each: tuple[int, float]) -> str:
    rows = "".join(
        f'<SiteMagnetization species="B" atom="{atom}" charge="1.5">{moment:.8e}'
        "</SiteMagnetization>"
        for atom, moment in each
    )
    return f'<Scalar_Site_Magnetic_Moments nat="{len(each)}">{rows}</Scalar_Site_Magnetic_Moments>'


def test_the_xml_of_newer_versions_has_moments_by_the_number_of_the_atom(tmp_path: Path) -> None:
    path = tmp_path / "crystal.xml"
    path.write_text(spin_xml(site_moments((3, -0.5), (1, 0.001), (2, 0.7))))
    found = read(path)
    assert found.moment_total == pytest.approx(1.25)
    assert found.moments == (0.001, 0.7, -0.5)
    assert found.start_moments == (0.0, 0.25, 0.25)
    assert words(found)["Moments in µB"] == "B2 +0.70, B3 -0.50"
    assert words(found)["Magnetic order"] == "not as it was begun: turned over on B3"


def test_moments_that_the_xml_of_an_older_version_lacks_are_those_that_were_printed(
    tmp_path: Path,
) -> None:
    structure = read(iron(tmp_path, 1.5, -1.5)).start
    assert structure is not None
    text = pw_xml(structure, np.zeros((2, 3)), np.zeros((2, 4)), 6.0)
    (tmp_path / "crystal.xml").write_text(text)
    found = read(tmp_path)
    assert found.fermi_ev == pytest.approx(6.0)  # of the XML
    assert found.moments == (1.5, -1.5)
    (tmp_path / "pw.out").write_text("     Program PWSCF v.6.7\n")
    found = read(tmp_path)
    assert found.moments == ()
    assert any("ends before the first energy" in note for note in found.notes)


@pytest.mark.parametrize("text", ["three", ""])
def test_a_moment_that_is_no_number_is_a_damaged_file(tmp_path: Path, text: str) -> None:
    damaged = spin_xml(site_moments((1, 0.0), (2, 0.7), (3, 0.5))).replace("7.00000000e-01", text)
    (tmp_path / "crystal.xml").write_text(damaged)
    with pytest.raises(ResultsError, match="damaged"):
        read(tmp_path / "crystal.xml")


def test_vasp_is_compared_with_its_magmom_and_without_spin_with_nothing(tmp_path: Path) -> None:
    made = VaspRun(mgb2(), mgb2(), moments=(0.0, 0.8, 0.6), start_moments=(0.0, 1.0, -1.0))
    found = read(made.write(tmp_path / "spin"))
    assert found.start_moments == (0.0, 1.0, -1.0)
    assert words(found)["Magnetic order"] == "not as it was begun: turned over on B3"
    plain = read(replace(made, start_moments=()).write(tmp_path / "none"))
    assert plain.start_moments == ()
    assert "Magnetic order" not in words(plain)


def test_the_json_of_the_command_has_both_and_whether_the_order_was_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, lost = tmp_path / "kept", tmp_path / "lost"
    for folder, ends in ((kept, (1.6, -1.6)), (lost, (0.0, 0.0))):
        folder.mkdir()
        iron(folder, *ends)
    assert run(["results", str(kept), str(lost), "--json"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["moments"] == [1.6, -1.6]
    assert first["start_moments"] == [0.5, -0.5]
    assert first["start_moments_unit"] == "share of the valence electrons"
    assert (first["magnetic_order_kept"], second["magnetic_order_kept"]) == (True, False)
