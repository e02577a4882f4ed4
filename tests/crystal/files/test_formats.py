"""Formats other than CIF: what is read from each, what is refused, and with which words."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from crystal_cases import REPEATABLE, cif
from hypothesis import given
from hypothesis import strategies as st

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files import Read, Refused, read_all
from sc3d_desktop.crystal.findings import Kind

POSCAR = """rock salt
1.0
5.64 0 0
0 5.64 0
0 0 5.64
Na Cl
1 1
Direct
0 0 0
0.5 0.5 0.5
"""
EXTXYZ = """2
Lattice="5.64 0 0 0 5.64 0 0 0 5.64" Properties=species:S:1:pos:R:3 name=salt
Na 0 0 0
Cl 2.82 2.82 2.82
"""
XSF = """CRYSTAL
PRIMVEC
5.64 0 0
0 5.64 0
0 0 5.64
PRIMCOORD
2 1
11 0 0 0
Cl 2.82 2.82 2.82
"""
RES = """TITL salt
CELL 0.71073 5.64 5.64 5.64 90 90 90
LATT -1
SFAC Na Cl
Na1 1 0 0 0 11.0
Cl1 2 0.5 0.5 0.5 1.0
END
"""
PYMATGEN = json.dumps(
    {
        "lattice": {"matrix": [[5.64, 0, 0], [0, 5.64, 0], [0, 0, 5.64]]},
        "sites": [
            {"species": [{"element": "Na", "occu": 1}], "abc": [0, 0, 0], "label": "Na1"},
            {"species": [{"element": "Cl", "occu": 1}], "abc": [0.5, 0.5, 0.5], "label": "Cl2"},
        ],
    }
)
SALT = {
    "POSCAR": POSCAR,
    "CONTCAR_2": POSCAR,
    "salt.vasp": POSCAR,
    "salt.xyz": EXTXYZ,
    "salt.extxyz": EXTXYZ,
    "salt.xsf": XSF,
    "salt.res": RES,
    "salt.json": PYMATGEN,
    "salt.cif": cif("Na1 Na 0 0 0 1\nCl2 Cl 0.5 0.5 0.5 1", (5.64, 5.64, 5.64, 90, 90, 90)),
}


def read(path: Path, text: str | bytes) -> list[Read | Refused]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_all([path]))


def crystal_of(path: Path, text: str) -> Crystal:
    (outcome,) = read(path, text)
    assert isinstance(outcome, Read), outcome
    return outcome.crystal


def refusal_of(path: Path, text: str | bytes) -> str:
    (outcome,) = read(path, text)
    assert isinstance(outcome, Refused), outcome
    assert outcome.error.hint
    return outcome.error.message


@pytest.mark.parametrize("name", SALT)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_every_format_gives_the_same_rock_salt(tmp_path, name, ends):
    crystal = crystal_of(tmp_path / name, SALT[name].replace("\n", ends))
    assert crystal.composition == {"Na": 1.0, "Cl": 1.0}
    np.testing.assert_allclose(crystal.cell_parameters, (5.64, 5.64, 5.64, 90, 90, 90), atol=1e-9)
    np.testing.assert_allclose(crystal.frac_coords, [[0, 0, 0], [0.5, 0.5, 0.5]], atol=1e-9)
    assert not crystal.findings


@pytest.mark.parametrize("name", SALT)
def test_a_gzipped_file_is_read_as_the_file(tmp_path, name):
    (outcome,) = read(tmp_path / f"{name}.gz", gzip.compress(SALT[name].encode()))
    assert isinstance(outcome, Read)
    assert outcome.crystal.composition == {"Na": 1.0, "Cl": 1.0}


BAD = {
    "POSCAR without elements": ("POSCAR", POSCAR.replace("Na Cl\n", ""), "line 6"),
    "POSCAR with too few sites": ("POSCAR", POSCAR.replace("1 1\n", "1 9\n"), "10 sites"),
    "POSCAR with a word in the cell": ("POSCAR", POSCAR.replace("0 5.64 0", "0 x 0"), "line 4"),
    "POSCAR with a NaN cell": ("POSCAR", POSCAR.replace("5.64 0 0", "nan 0 0"), "line 3"),
    "POSCAR with a flat cell": ("POSCAR", POSCAR.replace("0 0 5.64", "0 5.64 0"), "volume"),
    "POSCAR of no element": ("POSCAR", POSCAR.replace("Na", "Xx"), "Xx"),
    "POSCAR with a huge count": ("POSCAR", POSCAR.replace("1 1\n", "1 99999\n"), "line 7"),
    "POSCAR of scale zero": ("POSCAR", POSCAR.replace("1.0\n", "0.0\n"), "line 2"),
    "xyz without a lattice": ("a.xyz", "1\nwater\nO 0 0 0\n", "Lattice"),
    "xyz cut off": ("a.xyz", EXTXYZ.replace("2\nL", "3\nL"), "2 follow"),
    "xyz that counts nothing": ("a.xyz", "many\n", "line 1"),
    "xyz of no element": ("a.xyz", EXTXYZ.replace("Na", "Vac"), "Vac"),
    "xyz with an infinite place": ("a.xyz", EXTXYZ.replace("Na 0", "Na inf"), "line 3"),
    "xsf without atoms": ("a.xsf", XSF.split("PRIMCOORD")[0], "PRIMCOORD"),
    "xsf of several steps": ("a.xsf", XSF + XSF, "more than one"),
    "xsf cut off": ("a.xsf", XSF.replace("2 1", "3 1"), "PRIMCOORD"),
    "res with a word for symmetry": ("a.res", RES.replace("SFAC", "SYMM -X, Y\nSFAC"), "SYMM"),
    "res of no lattice": ("a.res", RES.replace("LATT -1", "LATT 9"), "LATT 9"),
    "res overfull by its symmetry": ("a.res", RES.replace("LATT -1", "LATT 1"), "order 2"),
    "res without atoms": ("a.res", RES.split("Na1")[0], "no atoms"),
    "POSCAR counting one too many": ("POSCAR", POSCAR.replace("1 1\n", "1 1 1\n"), "3 counted"),
    "POSCAR without its mode": ("POSCAR", POSCAR.replace("Direct\n", ""), "Direct or Cartesian"),
    "xyz with occupancies": ("a.xyz", EXTXYZ.replace("name=", "occupancy="), "occupancies"),
    "JSON with a huge number": (
        "a.json",
        PYMATGEN.replace('"occu": 1', '"occu": 1' + "0" * 400),
        "a",
    ),
    "a file in UTF-16": ("a.xyz", EXTXYZ.encode("utf-16"), "UTF-16"),
    "res with a free variable": ("a.res", RES.replace("11.0", "21.0"), "free variable"),
    "res without a cell": ("a.res", RES.replace("CELL", "REM"), "CELL"),
    "res of no element": ("a.res", RES.replace("SFAC Na", "SFAC Qq"), "SFAC"),
    "JSON of something else": ("a.json", '{"a": 1}', "not a structure"),
    "JSON that is none": ("a.json", "{", "not JSON"),
    "JSON deeper than a structure": ("a.json", "[" * 100_000, "not JSON"),
    "JSON with occupancies above 1": ("a.json", PYMATGEN.replace('"occu": 1', '"occu": 2'), "Na"),
    "an empty file": ("a.json", " \n", "empty"),
    "a binary file": ("a.cif", b"\x00\x01\x02", "not a text file"),
    "a magnetic CIF": (
        "a.mcif",
        cif() + "loop_\n_atom_site_moment.label\n_atom_site_moment.crystalaxis_x\nMg1 1.0\n",
        "magnetic",
    ),
}


@pytest.mark.parametrize(("name", "text", "what"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_refused_with_the_place_and_the_reason(tmp_path, name, text, what):
    message = refusal_of(tmp_path / name, text)
    assert what in message
    assert name in message


def test_a_poscar_may_be_scaled_by_volume_and_in_cartesian_and_selective(tmp_path):
    text = POSCAR.replace("1.0\n", f"{-(5.64**3) * 8}\n").replace(
        "Direct\n0 0 0\n0.5 0.5 0.5", "Selective\nCartesian\n0 0 0 T T T\n2.82 2.82 2.82 F F F"
    )
    crystal = crystal_of(tmp_path / "POSCAR", text)
    np.testing.assert_allclose(crystal.cell_parameters[:3], 11.28)
    np.testing.assert_allclose(crystal.frac_coords[1], 0.5)


def test_every_frame_is_a_crystal_and_a_bad_one_spoils_no_other(tmp_path):
    bad = EXTXYZ.replace("Cl 2.82", "Qq 2.82")
    first, second, third = read(tmp_path / "a.xyz", EXTXYZ + bad + EXTXYZ)
    assert isinstance(first, Read)
    assert isinstance(second, Refused)
    assert "frame 2" in second.error.message
    assert isinstance(third, Read)


def test_partial_occupancies_of_json_and_res_are_kept_and_charges_are_told(tmp_path):
    mixed = PYMATGEN.replace(
        '[{"element": "Na", "occu": 1}]',
        '[{"element": "Na", "occu": 0.6, "oxidation_state": 1}, {"element": "K", "occu": 0.3}]',
    )
    crystal = crystal_of(tmp_path / "a.json", mixed)
    assert dict(crystal.sites[0].species) == {"Na": 0.6, "K": 0.3}
    assert [(f.kind, f.code) for f in crystal.findings] == [(Kind.REPAIRED, "charges")]
    crystal = crystal_of(tmp_path / "a.res", RES.replace("11.0", "10.25"))
    assert dict(crystal.sites[0].species) == {"Na": 0.25}


def test_what_pymatgen_writes_is_read(tmp_path):
    from pymatgen.core import Lattice, Structure

    structure = Structure(
        Lattice.hexagonal(3.08, 3.52),
        [{"Mg": 0.9, "Al": 0.1}, "B", "B"],
        [[0, 0, 0], [1 / 3, 2 / 3, 0.5], [2 / 3, 1 / 3, 0.5]],
    )
    crystal = crystal_of(tmp_path / "a.json", structure.to_json())
    assert crystal.composition == pytest.approx({"Mg": 0.9, "Al": 0.1, "B": 2})
    np.testing.assert_allclose(crystal.lattice, structure.lattice.matrix)
    ordered = Structure(structure.lattice, ["Mg", "B", "B"], structure.frac_coords)
    for name in ("POSCAR", "a.xsf", "a.res"):
        ordered.to(
            str(tmp_path / f"{name}"),
            fmt={"P": "poscar", "x": "xsf", "r": "res"}[name.removeprefix("a.")[0]],
        )
        (outcome,) = read_all([tmp_path / name])
        assert isinstance(outcome, Read), outcome
        assert outcome.crystal.composition == {"Mg": 1.0, "B": 2.0}
        away = outcome.crystal.frac_coords - ordered.frac_coords
        np.testing.assert_allclose(away - np.round(away), 0, atol=1e-6)


TEXTS = st.sampled_from(sorted(SALT))
PIECES = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 12), st.text(max_size=6)), min_size=1, max_size=4
)


@REPEATABLE
@given(TEXTS, PIECES)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(tmp_path_factory, name, pieces):
    text = SALT[name]
    for at, length, instead in pieces:
        text = text[:at] + instead + text[at + length :]
    path = tmp_path_factory.mktemp("damaged") / name
    path.write_text(text, encoding="utf-8", errors="replace")
    for outcome in read_all([path]):
        if isinstance(outcome, Read):
            assert np.isfinite(outcome.crystal.frac_coords).all()
            assert outcome.crystal.volume > 0
        else:
            assert outcome.error.message


# --- version 4, symmetry of .res ----------------------------------------------------------------

VERSION_4 = POSCAR.replace("Na Cl\n", "")


def findings_of(path: Path, text: str) -> list[tuple[Kind, str]]:
    return [(f.kind, f.code) for f in crystal_of(path, text).findings]


def test_a_poscar_of_version_4_takes_its_elements_from_rows_or_title_and_says_so(tmp_path):
    rows = VERSION_4.replace("0 0 0\n0.5 0.5 0.5", "0 0 0 Na\n0.5 0.5 0.5 Cl")
    assert findings_of(tmp_path / "POSCAR", rows) == [(Kind.REPAIRED, "elements by rows")]
    title = VERSION_4.replace("rock salt", "Na Cl")
    assert findings_of(tmp_path / "POSCAR", title) == [(Kind.DOUBTFUL, "elements by title")]
    for text in (rows, title):
        crystal = crystal_of(tmp_path / "POSCAR", text)
        assert crystal.composition == {"Na": 1.0, "Cl": 1.0}


def test_a_res_file_is_expanded_by_its_symmetry_and_its_occupancies_by_that_of_the_site(tmp_path):
    text = RES.replace("LATT -1", "LATT 4").replace("11.0", "10.5").replace("0.5 1.0", "0.5 10.5")
    crystal = crystal_of(tmp_path / "a.res", text)
    assert crystal.composition == pytest.approx({"Na": 4, "Cl": 4})
    assert not crystal.findings


def test_free_variables_of_a_res_file_share_a_site(tmp_path):
    text = RES.replace("SFAC", "FVAR 0.1 0.7\nSFAC").replace(
        "Cl1 2 0.5 0.5 0.5 1.0", "Cl1 2 0.5 0.5 10.5 21.0\nK1 1 0.5 0.5 0.5 -21.0 =\n 0.01 0.01"
    )
    species = dict(crystal_of(tmp_path / "a.res", text).sites[1].species)
    assert species == pytest.approx({"Cl": 0.7, "Na": 0.3})


def test_peaks_of_a_res_file_are_left_out_and_told(tmp_path):
    text = RES.replace("END", "Q1 1 0.1 0.2 0.3 11.0 0.05 1.2\nEND")
    assert findings_of(tmp_path / "a.res", text) == [(Kind.REPAIRED, "peaks")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("POSCAR", POSCAR.replace("0.5 0.5 0.5", "0.05 0 0")),
        ("a.xyz", EXTXYZ.replace("2.82 2.82 2.82", "0.2 0 0")),
        ("a.xsf", XSF.replace("2.82 2.82 2.82", "0.2 0 0")),
        ("a.res", RES.replace("0.5 0.5 0.5", "0.05 0 0")),
        ("a.json", PYMATGEN.replace("[0.5, 0.5, 0.5]", "[0.05, 0, 0]")),
    ],
)
def test_atoms_on_top_of_each_other_are_told_whatever_the_format(tmp_path, name, text):
    assert findings_of(tmp_path / name, text) == [(Kind.DOUBTFUL, "overlap")]


def test_a_slab_and_a_molecule_are_told(tmp_path):
    xyz = EXTXYZ.replace("name=salt", 'pbc="T T F"')
    assert findings_of(tmp_path / "a.xyz", xyz) == [(Kind.DOUBTFUL, "not periodic")]
    xsf = XSF.replace("CRYSTAL", "SLAB")
    assert findings_of(tmp_path / "a.xsf", xsf) == [(Kind.DOUBTFUL, "not periodic")]


@pytest.mark.parametrize("scale", ["1.0", "-179.4"])
@pytest.mark.parametrize("tiny", ["1e-310", "1e-308", "-1e-320"])
def test_a_cell_of_all_but_zero_numbers_is_refused_without_a_warning(tmp_path, scale, tiny):
    cell = f"{tiny} 0 0\n0 {tiny} 0\n1 1 {tiny}"
    text = POSCAR.replace("1.0\n", f"{scale}\n").replace("5.64 0 0\n0 5.64 0\n0 0 5.64", cell)
    assert "cell" in refusal_of(tmp_path / "POSCAR", text)
