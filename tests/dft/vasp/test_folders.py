"""VASP folders: what pymatgen and ASE read from them, and what is refused."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path

import ase.io.vasp
import pytest
from crystal_cases import simple_crystal
from hand_off_cases import cubic, example, finished, known

from sc3d_desktop.dft import PRESETS, Options, Vasp, hand_off
from sc3d_desktop.errors import HandOffError

CASES = {
    "MgB2": lambda: example("MgB2"),
    "Nb3Sn": lambda: example("Nb3Sn"),
    "YBa2Cu3O7": lambda: example("YBa2Cu3O7"),
    "FeSe": lambda: example("FeSe"),
    "Mg0.9Al0.1B2": lambda: known("Mg0.9Al0.1B2"),
    "La1.85Sr0.15CuO4": lambda: example("La1.85Sr0.15CuO4"),
    "Ba0.6K0.4Fe2As2": lambda: known("Ba0.6K0.4Fe2As2"),
    "Hg-1223": lambda: example("HgBa2Ca2Cu3O8"),
    "LaFeSiO0.9": lambda: known("LaFeSiO0.9"),
    "two approximants": lambda: known("CsV2.79Nb0.21Sb5"),
}
STEPS = ("1-relax", "2-static", "3-dos", "4-bands")


def written(crystal, out: Path, **options) -> Path:
    return finished(hand_off(crystal, out, Vasp(), Options(**options)))


def left_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.fixture(scope="module", params=CASES)
def handed_off(request, tmp_path_factory):
    crystal = CASES[request.param]()
    return crystal, written(crystal, tmp_path_factory.mktemp("vasp") / "run", count=2)


def steps_of(folder: Path) -> list[Path]:
    return sorted(p.parent for p in folder.rglob("INCAR"))


def test_every_folder_is_read_back_by_pymatgen_with_the_achieved_composition(handed_off):
    from pymatgen.core import Composition
    from pymatgen.io.vasp import Incar, Kpoints, Poscar

    _, folder = handed_off
    record = json.loads((folder / "record.json").read_text())
    achieved = Composition(record["achieved"]).reduced_formula
    assert len(steps_of(folder)) == 4 * len(record["calculations"])
    for step in steps_of(folder):
        structure = Poscar.from_file(step / "POSCAR").structure
        assert structure.composition.reduced_formula == achieved
        assert structure.is_valid(tol=0.5)
        incar = Incar.from_file(step / "INCAR")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # pymatgen writes R2SCAN as R2scan when it reads, and then does not know it.
            warnings.filterwarnings("ignore", "METAGGA: Cannot find R2scan")
            incar.check_params()
        assert ("KSPACING" in incar) != (step / "KPOINTS").exists()
        if (step / "KPOINTS").exists():
            Kpoints.from_file(step / "KPOINTS")
        if incar["ISPIN"] == 2:
            assert len(incar["MAGMOM"]) == len(structure)


def test_every_folder_is_read_back_by_ase_with_elements_in_the_order_of_the_potentials(handed_off):
    _, folder = handed_off
    for step in steps_of(folder):
        atoms = ase.io.vasp.read_vasp(step / "POSCAR")
        order = list(dict.fromkeys(atoms.symbols))
        lines = (step / "POSCAR").read_text().splitlines()
        assert lines[5].split() == order
        assert [int(n) for n in lines[6].split()] == [list(atoms.symbols).count(el) for el in order]
        potentials = (step / "POTCAR.spec").read_text().split()
        assert [p.split("_")[0] for p in potentials] == order


def test_calculations_of_one_crystal_differ_in_nothing_that_shifts_their_energies(handed_off):
    from pymatgen.io.vasp import Incar

    _, folder = handed_off
    found = [Incar.from_file(step / "INCAR") for step in folder.rglob("2-static")]
    assert found
    for tag in ("LREAL", "ENCUT", "PREC", "KSPACING", "LASPH"):
        assert len({incar[tag] for incar in found}) == 1


def test_vasp_reads_every_line_of_an_incar_as_it_is_meant(handed_off):
    for step in steps_of(handed_off[1]):
        lines = (step / "INCAR").read_text().splitlines()
        comments = [line.partition("#")[2] for line in lines]
        assert not any(";" in comment for comment in comments)
        assert max(len(line) for line in lines) < 255


def test_positions_lie_inside_the_cell_as_they_are_written(handed_off):
    for step in steps_of(handed_off[1]):
        rows = (step / "POSCAR").read_text().splitlines()[8:]
        values = [float(x) for row in rows for x in row.split()[:3]]
        assert 0 <= min(values) <= max(values) < 1


def test_achieved_and_target_composition_are_in_poscar_readme_record_and_index(handed_off):
    crystal, folder = handed_off
    record = json.loads((folder / "record.json").read_text())
    for step in steps_of(folder):
        head = (step / "POSCAR").read_text().splitlines()[0]
        assert f"sha256:{crystal.key[:12]}" in head
        assert "target" in head
        assert "achieved" in head
    for row in record["sites"]:
        assert abs(row["target"] - row["achieved"]) <= record["options"]["tolerance"] + 1e-9
        assert f"{row['target']:.4f}" in (folder / "README.txt").read_text()
    assert record["crystal"]["sha256"] == crystal.key
    assert crystal.key in (folder / "index.csv").read_text()


def test_the_shares_of_the_record_are_those_of_the_atoms_in_the_poscar(handed_off):
    crystal, folder = handed_off
    record = json.loads((folder / "record.json").read_text())
    size = record["cells_of_the_primitive"]
    for el, n in record["target"].items():
        asked, got = n * size, record["achieved"][el]
        assert abs(asked - got) <= (record["deviation"] + 1e-9) * size * 40
        if record["exact"]:
            assert got == pytest.approx(asked, rel=2e-3)
    assert set(record["achieved"]) == set(crystal.composition)


def test_files_are_ascii_with_unix_line_ends(handed_off):
    _, folder = handed_off
    for file in (p for p in folder.rglob("*") if p.is_file()):
        raw = file.read_bytes()
        assert b"\r" not in raw
        if file.name not in ("index.html", "index.csv"):
            raw.decode("ascii")


def test_the_readme_says_what_the_calculation_cannot_say(handed_off):
    text = " ".join((handed_off[1] / "README.txt").read_text().split())
    assert "do NOT give a superconducting Tc" in text
    for word in ("relaxed cells", "stability", "density of states", "Magnetism.", "1-relax"):
        assert word in text


def test_no_warning_of_a_library_reaches_the_user(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for preset in PRESETS:
            written(example("La1.85Sr0.15CuO4"), tmp_path / preset, preset=preset)


def test_sites_of_one_element_are_brought_together(tmp_path):
    mixed = simple_crystal({"B": 1.0}, {"Mg": 1.0}, {"B": 1.0}, {"Mg": 1.0}, {"B": 1.0})
    lines = (written(mixed, tmp_path / "run") / "1-relax/POSCAR").read_text().splitlines()
    assert (lines[5].split(), lines[6].split()) == (["Mg", "B"], ["2", "3"])


def test_isotopes_are_written_as_hydrogen_and_are_no_disorder(tmp_path):
    folder = written(simple_crystal({"La": 1.0}, {"D": 0.5, "H": 0.5}), tmp_path / "run")
    first = (folder / "1-relax/POSCAR").read_text().splitlines()
    assert (first[5].split(), first[6].split()) == (["La", "H"], ["1", "1"])
    assert "D and T are calculated as hydrogen" in (folder / "README.txt").read_text()


def test_an_occupancy_that_is_rounded_below_one_is_a_full_site(tmp_path):
    folder = written(simple_crystal({"Mg": 0.99995}, {"B": 1.0}), tmp_path / "run")
    assert (folder / "1-relax/POSCAR").read_text().splitlines()[6].split() == ["1", "1"]


def test_an_empty_folder_that_is_there_is_used_and_a_deep_one_is_made(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "README.txt" in left_in(written(example("MgB2"), tmp_path / "empty"))
    assert "README.txt" in left_in(written(example("MgB2"), tmp_path / "a" / "b" / "c"))


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "OUTCAR").write_text("three weeks of work")
    with pytest.raises(HandOffError, match="not an empty folder"):
        written(example("MgB2"), tmp_path)
    assert left_in(tmp_path) == ["OUTCAR"]


def test_a_file_in_the_way_is_left_alone(tmp_path):
    file = tmp_path / "run"
    file.write_text("mine")
    for out in (file, file / "below"):
        with pytest.raises(HandOffError, match=r"not an empty folder|cannot be written"):
            written(example("MgB2"), out)
    assert file.read_text() == "mine"


def test_an_unknown_preset_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(HandOffError, match="cheap") as caught:
        written(example("MgB2"), tmp_path / "run", preset="cheap")
    assert "recommended, paper, screening" in caught.value.hint


def test_an_element_without_a_potential_is_named(tmp_path):
    with pytest.raises(HandOffError, match="no potential of Lr"):
        written(simple_crystal({"Pb": 1.0}, {"Lr": 1.0}), tmp_path / "run")
    assert left_in(tmp_path) == []


def test_a_refused_crystal_leaves_nothing_behind(tmp_path):
    with pytest.raises(HandOffError, match="Possible:"):
        written(example("La1.85Sr0.15CuO4"), tmp_path / "new" / "run", tolerance=0.0, max_sites=50)
    split = cubic(({"O": 0.8}, (0, 0, 0)), ({"O": 0.7}, (0, 0, 0.1)))
    with pytest.raises(HandOffError, match="apart"):
        written(split, tmp_path / "new" / "run")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("half")])
def test_a_crash_in_the_middle_leaves_no_half_folder(error, tmp_path, monkeypatch):
    seen = []
    real = Path.write_text

    def crash(self: Path, *given: object, **named: object) -> int:
        if self.name == "KPOINTS":
            seen.extend(p.name for p in tmp_path.rglob("INCAR"))
            raise error
        return real(self, *given, **named)

    monkeypatch.setattr(Path, "write_text", crash)
    expected = HandOffError if isinstance(error, OSError) else RuntimeError
    with pytest.raises(expected, match=r"No space left|half"):
        written(example("MgB2"), tmp_path / "run")
    assert "INCAR" in seen
    assert left_in(tmp_path) == []


def test_a_move_that_fails_leaves_no_half_folder(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "move", refuse)
    with pytest.raises(HandOffError, match="Permission denied"):
        written(example("MgB2"), tmp_path / "run")
    assert left_in(tmp_path) == []
