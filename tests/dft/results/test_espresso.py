"""Outputs of Quantum ESPRESSO and EPW are read as they were written."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from qe_output import (
    BOHR,
    RYDBERG,
    bands_gnu,
    dos_dat,
    epw_a2f,
    lambda_x_a2f,
    matdyn_a2f,
    plotted,
    pw_out,
    pw_xml,
)
from vasp_output import mgb2

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.results import read_results
from sc3d_desktop.dft.results.kinds import Kind, kind_of
from sc3d_desktop.dft.results.pw_out import read_pw_out
from sc3d_desktop.dft.results.pw_xml import read_pw_xml, symbol_of
from sc3d_desktop.dft.results.qe_tables import read_dos
from sc3d_desktop.dft.results.spectra import MEV_PER_THZ, read_spectra, read_stated
from sc3d_desktop.errors import ResultsError
from sc3d_desktop.steps import finish


def squeezed() -> Crystal:
    crystal = mgb2()
    return Crystal(crystal.lattice * 0.97, crystal.sites, crystal.name)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_what_pw_prints_of_a_relaxation_comes_back(tmp_path: Path) -> None:
    path = written(tmp_path, "pw.out", pw_out(mgb2(), squeezed(), -532.125))
    assert kind_of(path) is Kind.PW_OUT
    found = read_pw_out(path)
    assert found.start is not None
    assert found.relaxed is not None
    np.testing.assert_allclose(found.start.lattice, mgb2().lattice, atol=1e-4)
    np.testing.assert_allclose(found.start.frac_coords, mgb2().frac_coords, atol=1e-5)
    np.testing.assert_allclose(found.relaxed.lattice, squeezed().lattice, atol=1e-8)
    assert [s.label for s in found.relaxed.sites] == ["Mg1", "B2", "B3"]
    assert found.energy_ev == pytest.approx(-532.125, abs=1e-6)
    assert found.fermi_ev == pytest.approx(8.4)
    assert found.force_max == pytest.approx(0.005 * RYDBERG / BOHR)
    assert found.moment_total == pytest.approx(1.2)
    assert found.converged is True


@pytest.mark.parametrize(
    ("gone", "instead"),
    [
        ("bfgs converged in   5 scf cycles", "The maximum number of steps has been reached"),
        ("convergence has been achieved", "convergence NOT achieved after 100"),
        ("JOB DONE.", ""),
    ],
)
def test_a_run_that_did_not_reach_its_end_is_not_converged(
    tmp_path: Path, gone: str, instead: str
) -> None:
    text = pw_out(mgb2(), squeezed(), -532.125).replace(gone, instead)
    assert read_pw_out(written(tmp_path, "pw.out", text)).converged is False


def test_an_insulator_states_its_gap(tmp_path: Path) -> None:
    edges = "highest occupied, lowest unoccupied level (ev):     6.1000    7.3500"
    text = pw_out(mgb2(), mgb2(), -10.0).replace("the Fermi energy is     8.4000 ev", edges)
    found = read_pw_out(written(tmp_path, "pw.out", text))
    assert found.gap_ev == pytest.approx(1.25)
    assert found.fermi_ev == pytest.approx(6.1)


def test_bands_of_the_xml_are_relative_to_the_fermi_level_and_follow_the_path(
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(3)
    points = np.linspace((0, 0, 0), (0.5, 0, 0), 11)
    bands = np.sort(rng.uniform(-5, 15, (11, 6)), axis=1)
    path = written(tmp_path, "crystal.xml", pw_xml(squeezed(), points, bands, 6.25))
    assert kind_of(path) is Kind.PW_XML
    labels = [(np.zeros(3), "Γ"), (np.array([0.5, 0, 0]), "M")]
    found = read_pw_xml(path, labels)
    assert found.bands is not None
    np.testing.assert_allclose(found.bands.energies[0], bands.T - 6.25, atol=1e-9)
    length = 2 * np.pi / (3.086 * 0.97 * np.sqrt(3))
    assert found.bands.ticks == ((0.0, "Γ"), (pytest.approx(length), "M"))
    assert found.relaxed is not None
    np.testing.assert_allclose(found.relaxed.frac_coords, mgb2().frac_coords, atol=1e-9)


@pytest.mark.parametrize("part", [0.3, 0.8, 0.99])
def test_an_xml_that_breaks_off_says_so(tmp_path: Path, part: float) -> None:
    text = pw_xml(mgb2(), np.zeros((3, 3)), np.zeros((3, 4)), 1.0)
    path = written(tmp_path, "crystal.xml", text[: int(len(text) * part)])
    with pytest.raises(ResultsError, match="not complete: it breaks off at line"):
        read_pw_xml(path)


@pytest.mark.parametrize("spins", [1, 2])
def test_a_dos_is_relative_to_its_own_fermi_level(tmp_path: Path, spins: int) -> None:
    energies = np.linspace(-3, 9, 25)
    values = np.random.default_rng(spins).random((spins, 25))
    path = written(tmp_path, "dos.dat", dos_dat(energies, values, 4.125))
    assert kind_of(path) is Kind.DOS
    dos, fermi = read_dos(path)
    assert fermi == pytest.approx(4.125)
    np.testing.assert_allclose(dos.energies, energies - 4.125, atol=1e-3)
    np.testing.assert_allclose(dos.total, values, rtol=1e-4)


def test_projections_are_summed_for_each_element(tmp_path: Path) -> None:
    energies = np.linspace(0, 4, 5)
    names = [
        ("1", "Mg", "1", "s"),
        ("2", "B", "1", "s"),
        ("3", "B", "1", "s"),
        ("3", "B", "2", "p"),
    ]
    for atom, symbol, wfc, orbital in names:
        rows = "".join(f"{e:8.3f} {float(atom):11.3E} 0.1E+00\n" for e in energies)
        name = f"crystal.pdos_atm#{atom}({symbol})_wfc#{wfc}({orbital})"
        written(tmp_path, name, f"# E (eV)   ldos(E)  pdos(E)\n{rows}")
    path = written(tmp_path, "dos.dat", dos_dat(energies, np.ones((1, 5)), 2.0))
    dos, _ = read_dos(path, tmp_path.glob("*pdos_atm*"))
    np.testing.assert_allclose(dos.elements["Mg"], np.full((1, 5), 1.0))
    np.testing.assert_allclose(dos.elements["B"], np.full((1, 5), 8.0))


@pytest.mark.parametrize(
    ("label", "symbol"),
    [
        ("Fe1", "Fe"),
        ("Fe_up", "Fe"),
        ("B", "B"),
        ("O2", "O"),
        ("Mg", "Mg"),
        ("FE", "Fe"),
        ("OH", "O"),
    ],
)
def test_labels_of_species_name_their_element(label: str, symbol: str) -> None:
    assert symbol_of(label) == symbol


OMEGA = np.linspace(0.5, 60, 40)
ALPHA2F = np.exp(-(((OMEGA - 30) / 8) ** 2))


@pytest.mark.parametrize("modes", [3, 9, 12])
def test_an_a2f_of_matdyn_is_read_whatever_its_number_of_modes(tmp_path: Path, modes: int) -> None:
    path = written(tmp_path, "a2F.dos3", matdyn_a2f(OMEGA, ALPHA2F, modes))
    assert kind_of(path) is Kind.SPECTRUM
    (found,) = read_spectra(path)
    np.testing.assert_allclose(found.omega_mev, OMEGA, atol=1e-4)
    np.testing.assert_allclose(found.alpha2f, ALPHA2F, atol=1e-6)


def test_an_a2f_of_epw_has_a_spectrum_for_each_smearing(tmp_path: Path) -> None:
    columns = ALPHA2F[:, None] * np.array([1.0, 0.5, 0.25])
    found = read_spectra(written(tmp_path, "mgb2.a2f", epw_a2f(OMEGA, columns)))
    assert [s.name for s in found] == [
        f"mgb2.a2f, smearing {width:.7f} meV" for width in (0.05, 0.1, 0.15)
    ]
    for spectrum, column in zip(found, columns.T, strict=True):
        np.testing.assert_allclose(spectrum.alpha2f, column, atol=1e-7)


def test_an_a2f_of_lambda_x_is_in_terahertz(tmp_path: Path) -> None:
    columns = ALPHA2F[:, None] * np.array([1.0, 2.0])
    path = written(tmp_path, "alpha2F.dat", lambda_x_a2f(OMEGA / MEV_PER_THZ, columns))
    first, second = read_spectra(path)
    np.testing.assert_allclose(first.omega_mev, OMEGA, atol=1e-3)
    np.testing.assert_allclose(second.alpha2f, columns[:, 1], atol=1e-6)
    assert "0.005" in first.name


def test_lambda_as_the_programs_state_it(tmp_path: Path) -> None:
    printed = (
        " lambda =   0.436000 (   0.434000 )  <log w>=  301.250K  N(Ef)=  2.5 at degauss= 0.015\n"
    )
    (one,) = read_stated(written(tmp_path, "lambda.out", printed))
    assert one.coupling == pytest.approx(0.436)
    assert one.omega_log_mev == pytest.approx(301.25 / 11.604518, rel=1e-6)
    listed = " Broadening   0.0050 lambda       0.2189 dos(Ef)  1.3392\n" * 2
    assert [s.coupling for s in read_stated(written(tmp_path, "lambda", listed))] == [0.2189] * 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("nothing of use\n", "holds no α²F"),
        ("1.0 0.1\n2.0 0.2\n1.5 0.3\n3.0 0.4\n", "do not rise"),
        ("1.0 0.1\n2.0 nan\n2.5 0.3\n3.0 0.4\n", "no numbers"),
    ],
)
def test_what_is_no_spectrum_is_refused_with_a_reason(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ResultsError, match=said) as caught:
        read_spectra(written(tmp_path, "x.a2f", text))
    assert caught.value.hint


# Bands of bands.x


def zigzag() -> np.ndarray:
    """Γ–X–M and, after a jump, R–X of a cube, in 2π/a."""
    legs = [((0, 0, 0), (0.5, 0, 0)), ((0.5, 0, 0), (0.5, 0.5, 0)), ((0.5, 0.5, 0.5), (0.5, 0, 0))]
    first, second, third = (np.linspace(a, b, 11) for a, b in legs)
    return np.concatenate([first, second[1:], third])


CUBE = Crystal(np.eye(3) * 3.1, mgb2().sites, "cube")
BANDS_IN = "K_POINTS crystal_b\n3\n0 0 0 10 ! \\Gamma\n0.5 0 0 10 ! X\n0.5 0.5 0 1 ! M\n"


@pytest.fixture
def run_of_bands(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """Twelve bands, more than a line holds, beside what pw.x printed and was given."""
    bands = np.sort(np.random.default_rng(6).uniform(-9, 19, (32, 12)), axis=1).round(3)
    written(tmp_path, "pw.out", pw_out(CUBE, CUBE, -50.0, fermi=4.5))
    written(tmp_path, "pw.in", BANDS_IN)
    written(tmp_path, "bands.dat", plotted(zigzag(), bands))
    return tmp_path, bands


@pytest.mark.parametrize("packed", [False, True])
def test_a_filband_is_read_with_its_path_and_relative_to_the_fermi_level(
    run_of_bands: tuple[Path, np.ndarray], packed: bool
) -> None:
    folder, bands = run_of_bands
    if packed:
        file = folder / "bands.dat"
        (folder / "bands.dat.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    found = finish(read_results(folder)).bands
    assert found is not None
    np.testing.assert_allclose(found.energies, bands.T[None] - 4.5, atol=1e-9)
    edge = np.pi / 3.1
    assert [name for _, name in found.ticks] == ["Γ", "X", "M", "X"]
    np.testing.assert_allclose(found.distance[[10, 20, 21]], [edge, 2 * edge, 2 * edge], rtol=1e-4)


def test_the_table_for_gnuplot_gives_the_same_bands_without_names(
    run_of_bands: tuple[Path, np.ndarray],
) -> None:
    folder, bands = run_of_bands
    table = finish(read_results(folder)).bands
    assert table is not None
    steps = np.linalg.norm(np.diff(zigzag(), axis=0), axis=1)
    distance = np.concatenate([[0.0], np.cumsum(steps)])  # bands.x leaves such a jump in
    written(folder, "bands.dat.gnu", bands_gnu(distance, bands))
    (folder / "bands.dat").unlink()
    found = finish(read_results(folder)).bands
    assert found is not None
    np.testing.assert_allclose(found.energies, table.energies, atol=1e-9)
    np.testing.assert_allclose(found.distance, table.distance, atol=2e-3)
    assert found.ticks == ()


def test_bands_alone_say_what_they_lack(run_of_bands: tuple[Path, np.ndarray]) -> None:
    folder, _ = run_of_bands
    (folder / "pw.out").unlink()
    found = finish(read_results(folder))
    assert found.bands is None
    assert found.notes == ("bands.dat is not shown: the output of pw.x is not beside it.",)


@pytest.mark.parametrize("name", ["bands.dat", "bands.dat.gnu"])
def test_half_a_table_of_bands_is_told_and_not_shown(
    run_of_bands: tuple[Path, np.ndarray], name: str
) -> None:
    folder, bands = run_of_bands
    text = (folder / "bands.dat").read_text()
    (folder / "bands.dat").unlink()
    whole = text if name == "bands.dat" else bands_gnu(np.arange(32.0), bands)
    written(folder, name, whole[: len(whole) * 3 // 5])
    found = finish(read_results(folder))
    assert found.bands is None
    assert found.energy_ev == pytest.approx(-50.0)
    (note,) = found.notes
    assert note.startswith(f"{name} is not complete")
