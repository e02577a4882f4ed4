"""Outputs compressed with gzip, bzip2 or xz are read as they are; what is made to swell is not."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from qe_output import dos_dat, matdyn_a2f, pw_out, pw_xml
from vasp_output import VaspRun, mgb2

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files import write_structure
from sc3d_desktop.dft.results import Result, is_calculation, read_results
from sc3d_desktop.errors import ResultsError
from sc3d_desktop.steps import finish

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}
ZEROS = bytes(2_000_000)
"""A kB or two once packed."""


def packed(path: Path, suffix: str) -> Path:
    """The same file, compressed, in its place."""
    made = path.with_name(path.name + suffix)
    made.write_bytes(PACK[suffix](path.read_bytes()))
    path.unlink()
    return made


def read(path: Path) -> Result:
    return finish(read_results(path))


def run() -> VaspRun:
    grown = Crystal(mgb2().lattice * 1.01, mgb2().sites, "MgB2")
    return VaspRun(mgb2(), grown, energy=-15.25, moments=(0.0, 0.4, -0.4))


@pytest.mark.parametrize("suffix", PACK)
def test_a_whole_folder_of_vasp_reads_the_same_compressed(tmp_path: Path, suffix: str) -> None:
    folder = run().write(tmp_path / "mgb2")
    plain = read(folder)
    for file in list(folder.iterdir()):
        packed(file, suffix)
    found = read(folder)
    assert found.energy_ev == plain.energy_ev == pytest.approx(-15.25)
    assert found.moments == plain.moments == (0.0, 0.4, -0.4)
    assert found.relaxed == plain.relaxed
    assert [path.name for path in found.sources] == ["vasprun.xml" + suffix, "OUTCAR" + suffix]


@pytest.mark.parametrize("suffix", PACK)
def test_an_outcar_alone_finds_the_compressed_structures_beside_it(
    tmp_path: Path, suffix: str
) -> None:
    folder = run().write(tmp_path / "mgb2")
    (folder / "vasprun.xml").unlink()
    write_structure(mgb2(), folder / "CONTCAR", "poscar")
    expected = read(folder).relaxed
    packed(folder / "CONTCAR", suffix)
    path = packed(folder / "OUTCAR", suffix)
    assert is_calculation(path)
    assert expected is not None
    assert read(path).relaxed == expected


@pytest.mark.parametrize("suffix", PACK)
def test_outputs_of_quantum_espresso_read_the_same_compressed(tmp_path: Path, suffix: str) -> None:
    energies = np.linspace(-3, 9, 25)
    texts = {
        "pw.out": pw_out(mgb2(), mgb2(), -532.125),
        "crystal.xml": pw_xml(mgb2(), np.zeros((2, 3)), np.zeros((2, 4)), 6.0),
        "dos.dat": dos_dat(energies, np.ones((1, 25)), 4.125),
        "a2F.dos1": matdyn_a2f(np.linspace(1, 40, 30), np.full(30, 0.2)),
    }
    for name, text in texts.items():
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / name).write_text(text)
        plain = read(folder / name)
        file = packed(folder / name, suffix)
        assert is_calculation(file)
        for found in (read(file), read(folder)):
            assert found.energy_ev == plain.energy_ev
            assert found.fermi_ev == plain.fermi_ev
            assert (found.dos is None) == (plain.dos is None)
            assert len(found.spectra) == len(plain.spectra)


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("name", ["vasprun.xml", "OUTCAR", "a2F.dos1"])
def test_a_file_that_swells_beyond_reason_is_refused(
    tmp_path: Path, name: str, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sc3d_desktop.dft.results.packed._UNSUSPECTED_BYTES", 1_000_000)
    head = b"<modeling>" if name == "vasprun.xml" else b"vasp"
    path = tmp_path / (name + suffix)
    path.write_bytes(PACK[suffix](head + ZEROS))
    with pytest.raises(ResultsError, match="unpacks to more than 200 times") as caught:
        read(path)
    assert caught.value.hint


def test_a_bomb_of_a_gigabyte_is_refused_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "OUTCAR.bz2"
    path.write_bytes(bz2.compress(b"vasp" + bytes(9_000_000)) * 110)
    assert path.stat().st_size < 20_000
    with pytest.raises(ResultsError, match="unpacks to more than 200 times"):
        read(path)


def test_the_limit_is_to_what_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a2F.dos1"
    path.write_text(matdyn_a2f(np.linspace(1, 40, 300), np.full(300, 0.2)))
    size = path.stat().st_size
    file = packed(path, ".gz")
    assert file.stat().st_size < size / 2
    monkeypatch.setattr("sc3d_desktop.dft.results.guard.MOST_TEXT_BYTES", size - 1)
    with pytest.raises(ResultsError, match="more than can be read"):
        read(file)
    monkeypatch.setattr("sc3d_desktop.dft.results.guard.MOST_TEXT_BYTES", size)
    assert len(read(file).spectra) == 1


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("damage", ["cut", "no archive", "empty"])
def test_a_damaged_one_is_one_clear_error(tmp_path: Path, suffix: str, damage: str) -> None:
    folder = run().write(tmp_path / "mgb2")
    (folder / "OUTCAR").unlink()
    path = packed(folder / "vasprun.xml", suffix)
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[:-200], "no archive": b"<modeling>", "empty": b""}[damage])
    with pytest.raises(ResultsError, match=rf"vasprun\.xml{suffix} ") as caught:
        read(path)
    assert caught.value.hint


def test_compressed_structures_are_no_calculations(tmp_path: Path) -> None:
    for name in ("POSCAR", "crystal.cif", "notes.txt"):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(b"MgB2\n1.0\n"))
        assert not is_calculation(tmp_path / f"{name}.gz")
