"""OUTCAR gives what vasprun.xml leaves out; pymatgen reads the same from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from vasp_output import VaspRun, mgb2

from sc3d_desktop.dft.results.outcar import read_outcar
from sc3d_desktop.errors import ResultsError

RUN = VaspRun(mgb2(), mgb2(), energy=-16.25, force=0.031, fermi=6.4321, moments=(2.125, -0.5, 0.25))


def written(folder: Path, text: str) -> Path:
    path = folder / "OUTCAR"
    path.write_text(text)
    return path


def test_moments_energy_force_and_fermi_level_come_back(tmp_path: Path) -> None:
    found = read_outcar(written(tmp_path, RUN.outcar()))
    assert found.moments == (2.125, -0.5, 0.25)
    assert found.moment_total == pytest.approx(1.875)
    assert found.energy_ev == pytest.approx(-16.25)
    assert found.force_max == pytest.approx(0.031)
    assert found.fermi_ev == pytest.approx(6.4321)
    assert found.converged is True
    assert found.notes == ()


def test_the_last_of_several_steps_counts(tmp_path: Path) -> None:
    first = VaspRun(mgb2(), mgb2(), energy=-1.0, force=9.0, moments=(1.0, 1.0, 1.0))
    text = first.outcar(finished=False) + RUN.outcar()
    found = read_outcar(written(tmp_path, text))
    assert (found.energy_ev, found.force_max) == (-16.25, 0.031)
    assert found.moments == (2.125, -0.5, 0.25)


def test_a_run_that_was_stopped_is_not_converged_and_says_so(tmp_path: Path) -> None:
    found = read_outcar(written(tmp_path, RUN.outcar(finished=False)))
    assert found.converged is False
    assert "does not end as a finished run does" in found.notes[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x00\x01\x02" * 500, "not a text file"),
        (b"some other program\n" * 50, "not an OUTCAR"),
        (b" vasp.6.4.2 20Jul23\n POSCAR: MgB2\n", "before the first energy"),
    ],
)
def test_what_is_no_outcar_is_refused_with_a_reason(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "OUTCAR"
    path.write_bytes(content)
    with pytest.raises(ResultsError, match=said) as caught:
        read_outcar(path)
    assert caught.value.hint
