"""The VASP folder: what other programs read from it, and what is refused."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import ase.io.vasp
import pytest
from crystal_cases import simple_crystal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.edits import set_species
from sc3d_desktop.dft import PRESETS, write_vasp
from sc3d_desktop.errors import HandOffError
from sc3d_desktop.paths import examples

ORDERED = ["MgB2", "Nb3Sn", "FeSe", "BaFe2As2", "YBa2Cu3O7"]


def load(name: str) -> Crystal:
    return read_cif(examples() / f"{name}.cif")[0]


@pytest.fixture(params=ORDERED)
def ordered(request: pytest.FixtureRequest) -> Crystal:
    return load(request.param)


@pytest.fixture
def mgb2() -> Crystal:
    return load("MgB2")


def left_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.mark.parametrize("preset", PRESETS)
def test_pymatgen_reads_the_crystal_back_from_the_poscar(ordered, preset, tmp_path):
    from pymatgen.io.vasp import Incar, Poscar

    folder = write_vasp(ordered, tmp_path / "run", preset)
    structure = Poscar.from_file(folder / "POSCAR").structure
    assert structure.composition.as_dict() == pytest.approx(ordered.composition)
    assert structure.volume == pytest.approx(ordered.volume, rel=1e-6)
    assert Incar.from_file(folder / "INCAR")["ENCUT"] >= 400


def test_ase_reads_the_same_cell_positions_and_elements(ordered, tmp_path):
    folder = write_vasp(ordered, tmp_path / "run")
    atoms = ase.io.vasp.read_vasp(folder / "POSCAR")
    assert atoms.cell.cellpar() == pytest.approx(ordered.cell_parameters, abs=1e-6)
    found = sorted(zip(atoms.symbols, atoms.get_scaled_positions().round(6).tolist(), strict=True))
    expected = sorted(
        (element, [round(x, 6) for x in site.frac])
        for site in ordered.sites
        for element in site.species
    )
    assert [symbol for symbol, _ in found] == [symbol for symbol, _ in expected]
    for (_, mine), (_, theirs) in zip(found, expected, strict=True):
        assert mine == pytest.approx(theirs, abs=1e-6)


def test_each_element_is_listed_once_and_in_the_order_of_its_potential(ordered, tmp_path):
    folder = write_vasp(ordered, tmp_path / "run")
    lines = (folder / "POSCAR").read_text().splitlines()
    symbols, counts = lines[5].split(), [int(n) for n in lines[6].split()]
    assert sorted(symbols) == sorted(ordered.composition)
    assert dict(zip(symbols, counts, strict=True)) == pytest.approx(ordered.composition)
    potentials = (folder / "POTCAR.spec").read_text().split()
    assert [p.split("_")[0] for p in potentials] == symbols


def test_sites_of_one_element_are_brought_together(tmp_path):
    mixed_order = simple_crystal({"B": 1.0}, {"Mg": 1.0}, {"B": 1.0}, {"Mg": 1.0})
    lines = (write_vasp(mixed_order, tmp_path / "run") / "POSCAR").read_text().splitlines()
    assert (lines[5].split(), lines[6].split()) == (["Mg", "B"], ["2", "2"])


def test_the_folder_holds_what_the_preset_needs_and_no_potentials(mgb2, tmp_path):
    recommended = write_vasp(mgb2, tmp_path / "a", "recommended")
    screening = write_vasp(mgb2, tmp_path / "b", "screening")
    assert left_in(recommended) == ["INCAR", "POSCAR", "POTCAR.spec"]
    assert left_in(screening) == ["INCAR", "KPOINTS", "POSCAR", "POTCAR.spec"]
    assert "KSPACING" in (recommended / "INCAR").read_text()
    assert "KSPACING" not in (screening / "INCAR").read_text()


def test_lines_end_as_vasp_wants_them(ordered, tmp_path):
    for file in write_vasp(ordered, tmp_path / "run", "screening").iterdir():
        assert b"\r" not in file.read_bytes()


def test_no_warning_reaches_the_user(ordered, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert write_vasp(ordered, tmp_path / "run").is_dir()


def test_isotopes_are_written_as_hydrogen(tmp_path):
    folder = write_vasp(simple_crystal({"La": 1.0}, {"D": 1.0}), tmp_path / "run")
    assert (folder / "POSCAR").read_text().splitlines()[5].split() == ["La", "H"]


def test_an_empty_folder_that_is_there_is_used_and_a_deep_one_is_made(mgb2, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "POSCAR" in left_in(write_vasp(mgb2, tmp_path / "empty"))
    assert "POSCAR" in left_in(write_vasp(mgb2, tmp_path / "a" / "b" / "c"))


DISORDERED = {
    "mixed": ({"Mg": 0.9, "Al": 0.1}, "Mg1 holds Mg 0.9, Al 0.1"),
    "vacancies": ({"Mg": 0.9}, "Mg1 holds Mg 0.9"),
}


@pytest.mark.parametrize(("species", "words"), DISORDERED.values(), ids=DISORDERED)
def test_a_disordered_crystal_is_refused_with_its_site_and_nothing_is_written(
    mgb2, species, words, tmp_path
):
    with pytest.raises(HandOffError) as caught:
        write_vasp(set_species(mgb2, (0,), species), tmp_path / "new" / "run")
    assert words in caught.value.message
    assert "MgB2" in caught.value.message
    assert caught.value.hint
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("name", ["La1.85Sr0.15CuO4", "HgBa2Ca2Cu3O8"])
def test_the_disordered_examples_are_refused(name, tmp_path):
    with pytest.raises(HandOffError, match="disordered"):
        write_vasp(load(name), tmp_path / "run")
    assert left_in(tmp_path) == []


def test_a_folder_that_is_not_empty_is_left_alone(mgb2, tmp_path):
    (tmp_path / "OUTCAR").write_text("three weeks of work")
    with pytest.raises(HandOffError, match="not an empty folder"):
        write_vasp(mgb2, tmp_path)
    assert left_in(tmp_path) == ["OUTCAR"]


def test_a_file_in_the_way_is_left_alone(mgb2, tmp_path):
    file = tmp_path / "run"
    file.write_text("mine")
    for out in (file, file / "below"):
        with pytest.raises(HandOffError, match=r"not an empty folder|cannot be written"):
            write_vasp(mgb2, out)
    assert file.read_text() == "mine"


def test_an_unknown_preset_is_refused_with_those_there_are(mgb2, tmp_path):
    with pytest.raises(HandOffError, match="cheap") as caught:
        write_vasp(mgb2, tmp_path / "run", "cheap")
    assert "recommended, screening" in caught.value.hint


def test_an_element_without_a_potential_is_named(tmp_path):
    with pytest.raises(HandOffError, match="no potential of Po"):
        write_vasp(simple_crystal({"Pb": 1.0}, {"Po": 1.0}), tmp_path / "run", "screening")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("half")])
def test_a_crash_in_the_middle_leaves_no_half_folder(mgb2, error, tmp_path, monkeypatch):
    from pymatgen.io.vasp import Poscar

    written = []

    def crash(_: Poscar) -> str:
        written.extend(p.name for p in tmp_path.rglob("INCAR"))
        raise error

    monkeypatch.setattr(Poscar, "__str__", crash)
    expected = HandOffError if isinstance(error, OSError) else RuntimeError
    with pytest.raises(expected, match=r"No space left|half"):
        write_vasp(mgb2, tmp_path / "run")
    assert written == ["INCAR"]
    assert left_in(tmp_path) == []


def test_a_move_that_fails_leaves_no_half_folder(mgb2, tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "move", refuse)
    with pytest.raises(HandOffError, match="Permission denied"):
        write_vasp(mgb2, tmp_path / "run")
    assert left_in(tmp_path) == []
