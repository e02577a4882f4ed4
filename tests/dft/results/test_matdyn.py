"""Phonons that matdyn.x interpolated, and files of phonons that are damaged."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from phonon_cases import ALUMINIUM, CUBE, GAMMA, M, R, X, phonons_of, read, stars, written
from qe_output import PhRun, dynamical_matrices, matdyn_a2f_on_a_line, plotted

from sc3d_desktop.dft.results.words import lines_of
from sc3d_desktop.errors import ResultsError

CORNERS = {"Γ": GAMMA, "X": X, "M": M, "R": R}
MATDYN = """&input
   q_in_band_form = .true.
   q_in_cryst_coord = .true.
/
4
0.0 0.0 0.0 10 ! GAMMA
0.5 0.0 0.0 10 ! X
0.5 0.5 0.0 10 ! M
0.5 0.5 0.5 1 ! R
"""


def path_points() -> np.ndarray:
    corners = list(CORNERS.values())
    legs = [np.linspace(a, b, 10, endpoint=False) for a, b in pairwise(corners)]
    return np.concatenate([*legs, [corners[-1]]])


def mesh_points(n: int) -> np.ndarray:
    return np.stack(np.meshgrid(*[np.arange(n) / n] * 3, indexing="ij"), axis=-1).reshape(-1, 3)


def test_a_dispersion_follows_its_path_with_the_names_of_its_input(tmp_path: Path) -> None:
    points = path_points()
    values = np.sort(np.random.default_rng(4).uniform(0, 300, (31, 3)), axis=1).round(4)
    (tmp_path / "path.freq").write_text(plotted(points, values, 4))
    (curve,) = phonons_of(tmp_path / "path.freq").dispersions
    np.testing.assert_allclose(curve.frequencies_cm, values)
    assert curve.distance is not None
    np.testing.assert_allclose(curve.distance[[0, 10, 20, 30]], [0, 0.5, 1.0, 1.5], atol=1e-6)
    assert curve.ticks == ((0.0, "Γ"),)  # without the crystal no other point can be named
    written(tmp_path, PhRun(CUBE, stars()))
    (tmp_path / "matdyn_path.in").write_text(MATDYN)
    (curve,) = phonons_of(tmp_path).dispersions
    assert curve.distance is not None
    assert [name for _, name in curve.ticks] == list(CORNERS)
    assert curve.distance[-1] == pytest.approx(1.5 * 2 * np.pi / 3.2, rel=1e-4)


@pytest.mark.parametrize("n", [4, 6, 12])
def test_the_points_of_a_mesh_are_no_path_but_are_looked_at(tmp_path: Path, n: int) -> None:
    points = mesh_points(n)
    values = np.full((len(points), 3), 50.0)
    values[7, 0] = -33.0
    (tmp_path / "matdyn.freq").write_text(plotted(points, values, 4))
    result = read(tmp_path / "matdyn.freq")
    assert result.phonons is not None
    (curve,) = result.phonons.dispersions
    assert curve.distance is None
    said = dict(lines_of(result))["Stability"]
    assert said.startswith("imaginary only where interpolated: 1 imaginary mode at q = (")
    assert "down to -33.0 cm⁻¹" in said


def test_a_gp_file_is_read_where_the_frequencies_themselves_are_not(tmp_path: Path) -> None:
    distance, values = np.linspace(0, 1.5, 31), np.random.default_rng(5).uniform(9, 90, (31, 3))
    rows = np.column_stack([distance, values])
    text = "".join("".join(f"{x:10.4f}" for x in row) + "\n" for row in rows)
    (tmp_path / "path.freq.gp").write_text(text)
    (curve,) = phonons_of(tmp_path / "path.freq.gp").dispersions
    np.testing.assert_allclose(curve.distance, distance, atol=1e-4)
    np.testing.assert_allclose(curve.frequencies_cm, values, atol=1e-4)
    (tmp_path / "path.freq").write_text(plotted(path_points(), values, 4))
    assert [one.name for one in phonons_of(tmp_path).dispersions] == ["path.freq"]


def test_half_a_file_of_frequencies_is_an_error_alone_and_a_note_in_a_folder(
    tmp_path: Path,
) -> None:
    text = plotted(path_points(), np.ones((31, 3)), 4)
    (tmp_path / "path.freq").write_text(text[:-40])
    with pytest.raises(ResultsError, match=r"path\.freq is not complete"):
        read(tmp_path / "path.freq")
    written(tmp_path, PhRun(CUBE, stars()))
    found = read(tmp_path)
    assert found.phonons is not None
    assert found.phonons.dispersions == ()
    assert any("path.freq is not complete" in note for note in found.notes)


# Damage


def test_inputs_beside_that_cannot_be_read_are_notes(tmp_path: Path) -> None:
    written(tmp_path, PhRun(CUBE, stars()))
    (tmp_path / "matdyn_path.in").write_text("")
    (tmp_path / "lambda.in").write_text("10 0.1 1\nmany\n")
    found = read(tmp_path)
    assert len(found.stated) == 2
    assert any("matdyn_path.in is empty" in note for note in found.notes)
    assert any("lambda.in is damaged" in note for note in found.notes)


def _damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Cut, with some bytes changed, or with a piece twice."""
    spoilt = bytearray(data)
    for at in rng.integers(0, len(data), 12):
        spoilt[at] = rng.integers(32, 127)
    start, stop = np.sort(rng.integers(0, len(data), 2))
    return [data[:stop], bytes(spoilt), data[:stop] + data[start:]][rng.integers(3)]


def _said_of(path: Path) -> str:
    """The code that a result is of, or how to go on where there is none."""
    try:
        return read(path).code
    except ResultsError as error:
        return error.hint


@pytest.mark.parametrize("name", ["ph.out", "lambda.dat", "lambda", "nb.dyn1", "path.freq"])
def test_damaged_files_give_a_result_or_one_clear_error(tmp_path: Path, name: str) -> None:
    made = {
        "nb.dyn1": dynamical_matrices(stars()[1]).encode(),
        "path.freq": plotted(path_points(), np.full((31, 3), 9.0), 4).encode(),
    }
    data = made.get(name) or (ALUMINIUM / name).read_bytes()
    rng = np.random.default_rng(len(data))
    for _ in range(60):
        (tmp_path / name).write_bytes(_damaged(data, rng))
        assert _said_of(tmp_path / name)


def test_one_damaged_file_of_a_folder_is_a_note_and_the_others_are_read(tmp_path: Path) -> None:
    written(tmp_path, PhRun(CUBE, stars()))
    omega = np.linspace(1, 40, 30)
    for number in (1, 2, 3):
        text = matdyn_a2f_on_a_line(omega, np.full(30, 0.2), 3) if number != 2 else "nothing\n"
        (tmp_path / f"a2F.dos{number}").write_text(text)
    (tmp_path / "scf.out").write_text("     Program PWSCF v.7.2 starts\n")
    (tmp_path / "lambda").write_text("lambda\n")
    (tmp_path / "pw.in").write_text("")
    found = read(tmp_path)
    assert [one.name for one in found.spectra] == ["a2F.dos1", "a2F.dos3"]
    assert found.phonons is not None
    assert len(found.stated) == 2
    for name in ("a2F.dos2", "scf.out", "lambda"):
        assert sum(note.startswith(f"{name} ") for note in found.notes) == 1
