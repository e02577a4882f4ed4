"""vasprun.xml is read as it was written, and what is wrong with one is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from vasp_output import VaspRun, mgb2

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.results.vasprun import read_vasprun
from sc3d_desktop.errors import ResultsError


def stretched(crystal: Crystal, by: float = 1.02) -> Crystal:
    return Crystal(crystal.lattice * by, crystal.sites, crystal.name)


@pytest.fixture
def run() -> VaspRun:
    """MgB2 that is stretched by 2 %, spin-polarised, with random bands and DOS."""
    rng = np.random.default_rng(7)
    n = 41
    return VaspRun(
        mgb2(),
        stretched(mgb2()),
        energy=-16.25,
        fermi=6.5,
        force=0.0125,
        nsw=40,
        points=rng.random((3, 3)).round(6),
        weights=np.full(3, 1 / 3),
        eigenvalues=rng.uniform(0, 12, (2, 3, 5)).round(4),
        dos_energies=np.linspace(-4, 12, n).round(4),
        dos=rng.random((2, n)).round(4),
        pdos=rng.random((3, 2, n, 3)).round(4),
    )


def written(run: VaspRun, folder: Path) -> Path:
    path = folder / "vasprun.xml"
    path.write_text(run.xml())
    return path


def test_structures_energy_force_and_convergence_come_back(run: VaspRun, tmp_path: Path) -> None:
    found = read_vasprun(written(run, tmp_path))
    assert found.start is not None
    assert found.relaxed is not None
    np.testing.assert_allclose(found.start.lattice, run.start.lattice, atol=1e-7)
    np.testing.assert_allclose(found.relaxed.lattice, run.relaxed.lattice, atol=1e-7)
    np.testing.assert_allclose(found.relaxed.frac_coords, run.relaxed.frac_coords, atol=1e-7)
    assert [dict(site.species) for site in found.relaxed.sites] == [{"Mg": 1}, {"B": 1}, {"B": 1}]
    assert found.energy_ev == pytest.approx(-16.25)
    assert found.energy_per_atom_ev == pytest.approx(-16.25 / 3)
    assert found.force_max == pytest.approx(0.0125)
    assert found.fermi_ev == pytest.approx(6.5)
    assert found.converged is True


def test_dos_is_relative_to_the_fermi_level_and_summed_for_each_element(
    run: VaspRun, tmp_path: Path
) -> None:
    dos = read_vasprun(written(run, tmp_path)).dos
    assert dos is not None
    assert run.pdos is not None
    np.testing.assert_allclose(dos.energies, run.dos_energies - 6.5, atol=1e-6)
    np.testing.assert_allclose(dos.total, run.dos, atol=1e-6)
    of_atom = run.pdos.sum(axis=-1)
    assert set(dos.elements) == {"Mg", "B"}
    np.testing.assert_allclose(dos.elements["Mg"], of_atom[0], atol=1e-6)
    np.testing.assert_allclose(dos.elements["B"], of_atom[1] + of_atom[2], atol=1e-6)


def test_as_many_electronic_steps_as_are_allowed_are_no_convergence(
    run: VaspRun, tmp_path: Path
) -> None:
    found = read_vasprun(written(replace(run, n_electronic=60), tmp_path))
    assert found.converged is False


def test_a_gap_is_between_the_bands_below_and_above(run: VaspRun, tmp_path: Path) -> None:
    bands = np.array([[[1.0, 4.0, 8.0], [2.0, 5.25, 9.0]]])
    points, weights = np.zeros((2, 3)), np.full(2, 0.5)
    insulator = replace(run, eigenvalues=bands, points=points, weights=weights)
    assert read_vasprun(written(insulator, tmp_path)).gap_ev == pytest.approx(8.0 - 5.25)
    metal = replace(insulator, fermi=4.5)
    assert read_vasprun(written(metal, tmp_path)).gap_ev == 0


KPOINTS = """\
Band path
20
Line_mode
Reciprocal
0.0 0.0 0.0 ! \\Gamma
0.5 0.0 0.0 ! M

0.5 0.0 0.0 ! M
0.33333333 0.33333333 0.0 ! K

0.0 0.0 0.5 ! A
0.5 0.0 0.5 ! L
"""


def path_points() -> np.ndarray:
    corners = [
        ((0, 0, 0), (0.5, 0, 0)),
        ((0.5, 0, 0), (1 / 3, 1 / 3, 0)),
        ((0, 0, 0.5), (0.5, 0, 0.5)),
    ]
    return np.concatenate([np.linspace(a, b, 20) for a, b in corners])


def test_a_band_path_has_its_length_in_the_zone_and_the_names_of_kpoints(
    run: VaspRun, tmp_path: Path
) -> None:
    points = path_points()
    bands = np.random.default_rng(1).uniform(0, 12, (1, 60, 4)).round(4)
    (tmp_path / "KPOINTS").write_text(KPOINTS)
    along = replace(
        run, points=points, weights=np.ones(60), eigenvalues=bands, line_mode=True, pdos=None
    )
    found = read_vasprun(written(along, tmp_path))
    assert found.bands is not None
    assert found.dos is None  # that of a path is none
    np.testing.assert_allclose(found.bands.energies[0], bands[0].T - 6.5, atol=1e-6)
    assert [name for _, name in found.bands.ticks] == ["Γ", "M", "K|A", "L"]
    a = 3.086 * 1.02
    gamma_m = 2 * np.pi / (a * np.sqrt(3))
    m_k = 2 * np.pi / (3 * a)
    lengths = np.diff([x for x, _ in found.bands.ticks])
    np.testing.assert_allclose(lengths, [gamma_m, m_k, gamma_m], rtol=1e-5)


def test_points_of_weight_zero_beside_a_mesh_are_the_path(run: VaspRun, tmp_path: Path) -> None:
    points = np.concatenate([[[0.1, 0.2, 0.3]] * 4, path_points()])
    weights = np.concatenate([np.full(4, 0.25), np.zeros(60)])
    bands = np.random.default_rng(2).uniform(0, 12, (1, 64, 4)).round(4)
    both = replace(run, points=points, weights=weights, eigenvalues=bands)
    found = read_vasprun(written(both, tmp_path))
    assert found.bands is not None
    np.testing.assert_allclose(found.bands.energies[0], bands[0, 4:].T - 6.5, atol=1e-6)


# What is wrong with a file


@pytest.mark.parametrize("part", [0.1, 0.4, 0.9, 0.999])
def test_a_file_that_breaks_off_says_where_and_what_to_do(
    run: VaspRun, tmp_path: Path, part: float
) -> None:
    text = run.xml()
    path = tmp_path / "vasprun.xml"
    path.write_text(text[: int(len(text) * part)])
    with pytest.raises(ResultsError, match=r"vasprun\.xml is not complete.*line [\d,]+") as caught:
        read_vasprun(path)
    assert "Let the calculation finish" in caught.value.hint


def test_a_file_before_its_first_step_is_told_as_such(run: VaspRun, tmp_path: Path) -> None:
    text = run.xml()
    start, stop = text.index(" <calculation>"), text.index("</calculation>")
    path = tmp_path / "vasprun.xml"
    path.write_text(text[:start] + text[stop + len("</calculation>") :])
    with pytest.raises(ResultsError, match="before the first step"):
        read_vasprun(path)


BOMB = """<?xml version="1.0"?>
<!DOCTYPE modeling [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<modeling><generator><i name="version">&b;</i></generator></modeling>
"""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "does not begin like"),
        (b"\x1f\x8b\x08\x00" + b"\x00" * 200, "does not begin like"),
        (b"<html><body>not found</body></html>", "does not begin like"),
        (BOMB.encode(), "declares a document type"),
        (BOMB.encode("utf-16"), "does not begin like"),
        (b"<modeling><generator></generator></modeling>", "damaged or incomplete"),
    ],
)
def test_what_is_no_vasprun_is_refused_with_a_reason(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "vasprun.xml"
    path.write_bytes(content)
    with pytest.raises(ResultsError, match=said) as caught:
        read_vasprun(path)
    assert caught.value.hint


def test_a_file_beyond_the_limit_is_refused_unread(
    run: VaspRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(run, tmp_path)
    monkeypatch.setattr("sc3d_desktop.dft.results.guard.check_size.__defaults__", (1000,))
    with pytest.raises(ResultsError, match="more than can be read"):
        read_vasprun(path)
