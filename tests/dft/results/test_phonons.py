"""Phonons of ph.x: frequencies, imaginary modes, and λ summed over q."""

from __future__ import annotations

import gzip
import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from phonon_cases import ALUMINIUM, CUBE, R, phonons_of, read, stars, written
from qe_output import PhRun, Star, dynamical_matrices, matdyn_a2f_on_a_line
from vasp_output import mgb2

from sc3d_desktop.cli import run
from sc3d_desktop.dft.results import is_calculation
from sc3d_desktop.dft.results.alpha2f import KELVIN_PER_MEV, allen_dynes_kelvin, stated_coupling
from sc3d_desktop.dft.results.phonons import imaginary_modes, is_unstable
from sc3d_desktop.dft.results.spectra import MEV_PER_WAVENUMBER
from sc3d_desktop.dft.results.words import lines_of, stated_lines
from sc3d_desktop.errors import ResultsError

# What is printed


@pytest.mark.parametrize("modes", [3, 9, 12])
def test_frequencies_and_couplings_come_back_as_they_were_printed(
    tmp_path: Path, modes: int
) -> None:
    given = stars(modes, modes)
    path = written(tmp_path, PhRun(mgb2(), given))
    assert is_calculation(path)
    result = read(path)
    phonons = result.phonons
    assert phonons is not None
    assert (phonons.version, phonons.mesh, phonons.n_points) == ("7.2", (2, 2, 2), 4)
    assert phonons.broadenings_ry == (0.005, 0.01)
    assert phonons.finished is True
    for point, star in zip(phonons.points, given, strict=True):
        np.testing.assert_allclose(point.q, star.q)
        np.testing.assert_allclose(point.frequencies_cm, star.frequencies_cm)
        np.testing.assert_allclose(point.coupling, star.coupling)
        np.testing.assert_allclose(point.linewidth_ghz, 10 * star.coupling, atol=0.006)
        assert point.star == star.size
    assert result.start is not None
    np.testing.assert_allclose(result.start.lattice, mgb2().lattice, atol=1e-3)
    assert [site.label for site in result.start.sites] == ["Mg1", "B2", "B3"]


def test_the_words_say_what_there_is(tmp_path: Path) -> None:
    said = dict(lines_of(read(written(tmp_path, PhRun(CUBE, stars())))))
    assert said["Phonons"].startswith("3 modes at 4 of 4 q of a 2×2×2 mesh by ph.x 7.2, 2.1 to ")
    assert said["Stability"] == "no imaginary modes at these q"
    assert said["Electron-phonon"].startswith("λ(q,ν) and γ(q,ν) of 2 broadenings, 0.005 to 0.01")


def test_a_run_that_breaks_off_keeps_the_q_that_are_done_and_sums_nothing(tmp_path: Path) -> None:
    text = PhRun(CUBE, stars()).text()
    path = tmp_path / "ph.out"
    path.write_text(text[: text.index("Calculation of q =", text.index("0.5000000   0.5000000"))])
    found = read(path)
    assert found.phonons is not None
    assert found.phonons.finished is False
    assert found.stated == ()
    assert any("does not end as a finished run does" in note for note in found.notes)
    assert any("λ(q,ν) is not summed over q: only" in note for note in found.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("     Program PHONON v.7.2 starts\n", "ends before the first frequencies"),
        ("     Program PHONON v.7.2 starts\n\0\0", "is not a text file"),
        (PhRun(CUBE, stars()).text().replace("freq (    2)", "freq (    7)"), "damaged or incomp"),
        (PhRun(CUBE, stars()).text().replace("1) =", "1) =   nonsense [THz] ="), "damaged or inco"),
    ],
)
def test_what_is_no_output_of_ph_is_refused_with_a_way_out(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "ph.out").write_text(text)
    with pytest.raises(ResultsError, match=said) as caught:
        read(tmp_path / "ph.out")
    assert caught.value.hint


def test_a_cycle_that_did_not_converge_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, PhRun(CUBE, stars()))
    assert read(path).converged is True
    failed = "     End of self-consistent calculation\n\n     No convergence has been achieved \n"
    path.write_text(
        path.read_text().replace("     Diagonalizing", f"{failed}     Diagonalizing", 1)
    )
    assert read(path).converged is False


# Imaginary modes


def test_imaginary_modes_are_told_by_how_many_where_and_how_large(tmp_path: Path) -> None:
    given = stars()
    given[1].frequencies_cm[:2] = (-85.25, -40.0)
    given[3].frequencies_cm[:1] = -12.5
    result = read(written(tmp_path, PhRun(CUBE, given)))
    assert result.phonons is not None
    assert is_unstable(result.phonons)
    first, second = imaginary_modes(result.phonons)
    assert (first.count, first.lowest_cm) == (2, pytest.approx(-85.25))
    np.testing.assert_allclose(second.q, R)
    said = dict(lines_of(result))["Stability"]
    assert said.startswith("dynamically unstable, so that no Tc follows: 2 imaginary modes at q = ")
    assert "(0.500 0.000 0.000), down to -85.2 cm⁻¹ (-2.56 THz); 1 imaginary mode at" in said
    assert result.stated == ()
    assert any("not summed over q: modes are imaginary" in note for note in result.notes)


@pytest.mark.parametrize(("lowest", "unstable"), [(-4.0, False), (-19.0, False), (-60.0, True)])
def test_acoustic_modes_at_gamma_may_be_a_little_imaginary(
    tmp_path: Path, lowest: float, unstable: bool
) -> None:
    given = stars(modes=6)
    given[0].frequencies_cm[:3] = (lowest, -2.0, 3.0)
    result = read(written(tmp_path, PhRun(CUBE, given)))
    assert result.phonons is not None
    assert is_unstable(result.phonons) == unstable
    said = dict(lines_of(result))["Stability"]
    assert said.startswith("dynamically unstable" if unstable else "acoustic modes at Γ are imagin")
    assert bool(result.stated) != unstable


def test_a_fourth_imaginary_mode_at_gamma_is_not_acoustic(tmp_path: Path) -> None:
    given = stars(modes=6)
    given[0].frequencies_cm[:4] = (-5.0, -4.0, -4.0, -3.0)
    assert is_unstable(phonons_of(written(tmp_path, PhRun(CUBE, given))))


# λ summed over q


@pytest.mark.parametrize("seed", range(3))
def test_couplings_are_summed_with_the_weights_of_the_stars(tmp_path: Path, seed: int) -> None:
    given = stars(seed, 6)
    found = read(written(tmp_path, PhRun(CUBE, given))).stated
    assert [one.name for one in found] == [
        "λ(q,ν), broadening 0.005 Ry",
        "λ(q,ν), broadening 0.01 Ry",
    ]
    for width, one in enumerate(found):
        total = log = square = 0.0
        for star in given:
            assert star.coupling is not None
            for lam, cm in zip(star.coupling[width], star.frequencies_cm, strict=True):
                weight, omega = star.size / 8 * lam, cm * MEV_PER_WAVENUMBER
                total += weight
                log += weight * math.log(omega)
                square += weight * omega**2
        assert one.coupling == pytest.approx(total)
        assert one.omega_log_mev == pytest.approx(math.exp(log / total))
        assert one.omega_2_mev == pytest.approx(math.sqrt(square / total))


def test_the_couplings_of_a_source_stand_on_one_line(tmp_path: Path) -> None:
    found = read(written(tmp_path, PhRun(CUBE, stars(1)))).stated
    first, second = (f"{one.coupling:.3f}" for one in found)
    (line,) = stated_lines(found)
    assert line == ("λ(q,ν), summed over q", f"λ = {first} (0.005 Ry), {second} (0.01 Ry)")


def test_a_star_without_minus_q_counts_twice(tmp_path: Path) -> None:
    """Eight q of a mesh whose stars lack the opposite one: 2 × 4."""
    rng = np.random.default_rng(3)
    made = [
        Star((0.1 * n, 0.2, 0.3), 2, rng.uniform(50, 90, 3), rng.random((2, 3)), opposite=True)
        for n in range(2)
    ]
    result = read(written(tmp_path, PhRun(CUBE, made)))
    assert result.phonons is not None
    assert [point.star for point in result.phonons.points] == [4, 4]
    assert len(result.stated) == 2


def test_a_mesh_that_is_not_whole_or_not_finite_is_not_summed(tmp_path: Path) -> None:
    lacking = PhRun(CUBE, stars()[:3], n_points=4)
    found = read(written(tmp_path / "a", lacking))
    assert found.stated == ()
    assert any("only 3 of 4 q are there" in note for note in found.notes)
    too_long = stars()
    assert too_long[1].coupling is not None
    too_long[1].coupling[0, 0] = 123456.0
    found = read(written(tmp_path / "b", PhRun(CUBE, too_long)))
    assert found.stated == ()
    assert any("not there for each q, mode and broadening" in note for note in found.notes)


def test_runs_for_some_q_each_are_put_together(tmp_path: Path) -> None:
    given = stars()
    whole = read(written(tmp_path / "whole", PhRun(CUBE, given))).stated
    for n, star in enumerate(given):
        written(tmp_path / "parts", PhRun(CUBE, [star], n_points=4), f"ph.q{n}.out")
    assert read(tmp_path / "parts" / "ph.q1.out").stated == ()
    together = read(tmp_path / "parts").stated
    assert [one.coupling for one in together] == pytest.approx([one.coupling for one in whole])


def test_frequencies_that_a_second_run_leaves_out_are_those_of_the_matrices(
    tmp_path: Path,
) -> None:
    given = stars()
    whole = read(written(tmp_path / "whole", PhRun(CUBE, given))).stated
    lines = PhRun(CUBE, given).text().splitlines(keepends=True)
    folder = tmp_path / "second"
    folder.mkdir()
    (folder / "elph.out").write_text("".join(line for line in lines if "freq (" not in line))
    assert read(folder / "elph.out").stated == ()
    for n, star in enumerate(given, 1):
        (folder / f"nb.dyn{n}").write_text(dynamical_matrices(star))
    together = read(folder).stated
    assert [one.omega_log_mev for one in together] == pytest.approx(
        [one.omega_log_mev for one in whole]
    )


def test_weights_of_lambda_in_stand_in_for_stars(tmp_path: Path) -> None:
    given = stars()
    whole = read(written(tmp_path / "whole", PhRun(CUBE, given))).stated
    text = PhRun(CUBE, given).text().replace("Number of q in the star", "Number of q")
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "ph.out").write_text(text)
    found = read(folder)
    assert found.stated == ()
    assert any("how many q are equivalent to each is not known" in note for note in found.notes)
    rows = "".join(f"{' '.join(map(str, star.q))} {star.size}.0\n" for star in given)
    (folder / "lambda.in").write_text(f"12 0.12 1\n{len(given)}\n{rows}elph_dir/x.1\n0.1\n")
    found = read(folder)
    assert [one.coupling for one in found.stated] == pytest.approx([o.coupling for o in whole])
    assert "with the weights of lambda.in" in dict(lines_of(found))["Electron-phonon"]


def test_matrices_alone_tell_frequencies_and_star(tmp_path: Path) -> None:
    star = stars(couples=False)[1]
    (tmp_path / "nb.dyn2").write_text(dynamical_matrices(star))
    assert is_calculation(tmp_path / "nb.dyn2")
    (point,) = phonons_of(tmp_path / "nb.dyn2").points
    np.testing.assert_allclose(point.frequencies_cm, star.frequencies_cm)
    assert point.star == 3
    (tmp_path / "nb.dyn3").write_text(dynamical_matrices(star).partition("Diagonal")[0])
    with pytest.raises(ResultsError, match="ends before its frequencies"):
        read(tmp_path / "nb.dyn3")


# A real run


def test_the_real_run_of_aluminium_is_summed_as_lambda_x_sums_it(tmp_path: Path) -> None:
    shutil.copy(ALUMINIUM / "ph.out", tmp_path)
    result = read(tmp_path)
    assert result.phonons is not None
    assert result.phonons.version == "6.7MaX"
    assert [point.star for point in result.phonons.points] == [1, 8, 6, 12]
    np.testing.assert_allclose(result.phonons.points[2].frequencies_cm[2], 264.58739)
    by_lambda_x = read(ALUMINIUM / "lambda.dat").stated
    assert len(result.stated) == 3
    for ours, theirs in zip(result.stated, by_lambda_x, strict=False):
        assert ours.coupling == pytest.approx(theirs.coupling, abs=2e-4)
        assert theirs.omega_log_mev is not None
        assert ours.omega_log_mev == pytest.approx(theirs.omega_log_mev, rel=1e-4)


def test_what_lambda_x_and_matdyn_state_gives_tc_without_shape() -> None:
    """lambda.x itself prints 4.210 K for the second broadening and µ* = 0.1."""
    found = read(ALUMINIUM / "lambda.dat").stated
    assert found[1].name == "lambda.dat, broadening 0.01 Ry"
    assert found[1].omega_log_mev == pytest.approx(339.463 / KELVIN_PER_MEV)
    coupling = stated_coupling(found[1])
    assert coupling is not None
    assert allen_dynes_kelvin(coupling, 0.1) is None  # ω₂ is not stated
    (narrowest, *_) = read(ALUMINIUM / "lambda").stated
    assert narrowest.coupling == pytest.approx(1.1138)
    assert narrowest.omega_log_mev == pytest.approx(258.4208 / KELVIN_PER_MEV)


def test_an_a2f_with_its_modes_on_the_line_is_read(tmp_path: Path) -> None:
    omega = np.linspace(0.5, 60, 40)
    alpha2f = np.exp(-(((omega - 30) / 8) ** 2))
    for modes in (3, 9, 33):
        path = tmp_path / f"a2F.dos{modes}"
        path.write_text(matdyn_a2f_on_a_line(omega, alpha2f, modes))
        (found,) = read(path).spectra
        np.testing.assert_allclose(found.omega_mev, omega, rtol=1e-5)
        np.testing.assert_allclose(found.alpha2f, alpha2f, rtol=1e-5)


def test_phonons_are_in_the_json_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "ph.out.gz"
    packed.write_bytes(gzip.compress((ALUMINIUM / "ph.out").read_bytes()))
    assert run(["results", str(packed), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    phonons = record["phonons"]
    assert phonons["dynamically_unstable"] is False
    assert phonons["points"][1]["frequencies_thz"][2] == pytest.approx(8.610737, rel=1e-5)
    assert phonons["points"][1]["lambda"][0] == [0.2373, 0.2512, 0.2324]
    first = record["stated"][0]
    assert first["how"] == "summed over q"
    assert first["tc_mcmillan_kelvin"] == pytest.approx(19.749, abs=0.01)  # of lambda.x
    assert first["tc_allen_dynes_kelvin"] > first["tc_mcmillan_kelvin"]
    assert run(["results", str(packed)]) == 0
    assert "Tc = 19.7" in capsys.readouterr().out
