"""The job that reads a calculation, and its twin on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from qe_output import matdyn_a2f
from vasp_output import VaspRun, mgb2

from sc3d_desktop.cli import run
from sc3d_desktop.errors import ResultsError
from sc3d_desktop.jobs import Progress, ReadResults
from sc3d_desktop.steps import finish


class NoServices:
    def tc_model(self) -> None:
        raise AssertionError("no model is needed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a metal whose DOS peaks 0.2 eV above the Fermi level."""
    energies = np.linspace(0, 10, 1001)
    peak = 1 + 5 * np.exp(-(((energies - 5.2) / 0.05) ** 2))
    made = VaspRun(mgb2(), mgb2(), energy=-15.0, dos_energies=energies, dos=peak[None])
    made = replace(made, points=np.zeros((2, 3)), weights=np.full(2, 0.5))
    made = replace(made, eigenvalues=np.array([[[4.0, 6.0], [5.5, 7.0]]]))
    return made.write(tmp_path / "mgb2")


def test_of_an_insulator_nothing_is_said_about_the_fermi_level(folder: Path) -> None:
    insulator = (folder / "vasprun.xml").read_text().replace(" 5.5000 ", " 4.5000 ")
    (folder / "vasprun.xml").write_text(insulator)
    found = finish(ReadResults(folder).run(NoServices()))  # type: ignore[arg-type]
    assert found.result.gap_ev == pytest.approx(1.5)
    assert found.peaks == ()
    assert found.states_at_fermi is None
    assert "N(E_F)" not in dict(found.lines)


def test_the_job_tells_what_it_reads_and_gives_what_was_found(folder: Path) -> None:
    job = ReadResults(folder)
    steps = job.run(NoServices())  # type: ignore[arg-type]
    assert next(steps) == Progress(0, 0, "mgb2")
    found = finish(steps)
    assert found.path == folder
    (peak,) = found.peaks
    assert peak.energy_ev == pytest.approx(0.2, abs=0.01)
    assert found.states_at_fermi == pytest.approx(1.0, abs=0.01)
    assert found.change is not None
    assert dict(found.lines)["Energy"].startswith("-15.00000 eV")


def test_a_job_of_nothing_fails_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="holds no output") as caught:
        finish(ReadResults(tmp_path).run(NoServices()))  # type: ignore[arg-type]
    assert caught.value.hint


def test_the_command_says_it_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["results", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "+0.200 eV" in said
    assert "A hint, not evidence" in said


def test_the_command_gives_json_and_goes_on_after_a_bad_path(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spectrum = tmp_path / "a2F.dos1"
    omega = np.linspace(1, 40, 400)
    spectrum.write_text(matdyn_a2f(omega, np.full(400, 0.2)))
    given = [str(folder), str(tmp_path / "gone"), str(spectrum)]
    assert run(["results", *given, "--json", "--mu-star", "0.15"]) == 1
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["energy_per_atom_ev"] == pytest.approx(-5.0)
    assert first["dos_peaks_ev"] == [pytest.approx(0.2, abs=0.01)]
    assert "gone" in second["error"]
    (coupling,) = third["alpha2f"]
    assert coupling["lambda"] == pytest.approx(0.4 * np.log(40), rel=1e-3)  # ∫ 2 × 0.2 / ω dω
    assert coupling["mu_star"] == 0.15


@pytest.mark.parametrize("mu_star", ["-0.1", "0.4", "much"])
def test_a_mu_star_beyond_reason_is_wrong_usage(folder: Path, mu_star: str) -> None:
    with pytest.raises(SystemExit) as caught:
        run(["results", str(folder), f"--mu-star={mu_star}"])
    assert caught.value.code == 2
