"""Crystals as files of other programs: they read back equal, or are refused with the reason."""

from __future__ import annotations

import io
import os
import random
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from crystal_cases import (
    REPEATABLE,
    assert_same_crystal,
    assert_same_labels,
    crystals,
    simple_crystal,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sc3d_desktop.crystal import Crystal, Species
from sc3d_desktop.crystal.files import FORMATS, Read, Refused, format_of, read_all, write_structure
from sc3d_desktop.errors import CrystalError, Sc3dError

NAMES = ("a.cif", "a.vasp", "POSCAR", "CONTCAR_2", "a.xyz", "a.extxyz", "a.json")
ISOTOPES = {"D", "T"}


def ordered(crystal: Crystal) -> Crystal:
    """The first species of every site, fully."""
    first = (replace(s, species=Species({next(iter(s.species)): 1.0})) for s in crystal.sites)
    return replace(crystal, sites=tuple(first))


def read_back(path: Path) -> Crystal:
    (outcome,) = read_all([path])
    assert isinstance(outcome, Read), outcome
    return outcome.crystal


@settings(REPEATABLE)
@given(crystals(), st.sampled_from(NAMES))
def test_an_ordered_crystal_reads_back_equal_from_every_format(tmp_path_factory, crystal, name):
    path = tmp_path_factory.mktemp("out") / name
    whole = ordered(crystal)
    if format_of(name) is FORMATS["xyz"] and ISOTOPES & set(whole.composition):
        with pytest.raises(CrystalError, match="which extended XYZ does not know"):
            write_structure(whole, path)
        assert not path.exists()
        return
    write_structure(whole, path)
    assert_same_crystal(whole, read_back(path))


@settings(REPEATABLE)
@given(crystals(), st.sampled_from(["cif", "json"]))
def test_occupancies_and_labels_are_kept(tmp_path_factory, crystal, kind):
    path = tmp_path_factory.mktemp("out") / f"a.{kind}"
    write_structure(crystal, path)
    assert_same_crystal(crystal, read_back(path))
    assert_same_labels(crystal, read_back(path))


@settings(REPEATABLE)
@given(crystals())
def test_pymatgen_reads_the_json_as_the_same_structure(crystal):
    from pymatgen.core import Structure

    read = Structure.from_str(FORMATS["json"].text(crystal), fmt="json")
    assert read.labels == [site.label for site in crystal.sites]
    assert np.array_equal(read.lattice.matrix, crystal.lattice)
    assert np.array_equal(read.frac_coords, crystal.frac_coords)
    found = [{el.name: n for el, n in site.species.items()} for site in read]
    assert found == [dict(site.species) for site in crystal.sites]
    if not ISOTOPES & set(crystal.composition):  # pymatgen itself mixes them up with H
        assert Structure.from_str(read.to_json(), fmt="json") == read


def test_a_site_that_is_over_full_by_rounding_is_scaled_for_pymatgen(tmp_path):
    from pymatgen.core import Structure

    over = simple_crystal({"La": 0.667, "Sr": 0.334}, {"O": 1.0})
    write_structure(over, tmp_path / "a.json")
    first = Structure.from_file(tmp_path / "a.json")[0].species
    assert first.num_atoms == pytest.approx(1, abs=1e-9)
    assert first["La"] == pytest.approx(0.667 / 1.001)
    assert dict(read_back(tmp_path / "a.json").sites[0].species) == pytest.approx(
        {"Sr": 0.334 / 1.001, "La": 0.667 / 1.001}
    )


@settings(REPEATABLE)
@given(crystals())
def test_pymatgen_reads_the_poscar_as_the_same_structure(crystal):
    from pymatgen.io.vasp import Poscar

    whole = ordered(crystal)
    read = Poscar.from_str(FORMATS["poscar"].text(whole)).structure
    assert np.allclose(read.lattice.matrix, whole.lattice, atol=1e-12)
    expected = sorted(zip(_symbols(whole), whole.frac_coords.tolist(), strict=True))
    found = sorted((site.specie.symbol, site.frac_coords.tolist()) for site in read)
    assert [symbol for symbol, _ in found] == [symbol for symbol, _ in expected]
    assert np.allclose([place for _, place in found], [place for _, place in expected])


def _symbols(crystal: Crystal) -> list[str]:
    """Pymatgen calls deuterium H in a POSCAR."""
    return [{"D": "H"}.get(el, el) for site in crystal.sites for el in site.species]


@settings(REPEATABLE)
@given(crystals(), st.text())
def test_ase_reads_the_extended_xyz_as_the_same_atoms(crystal, name):
    from ase.io import read

    whole = replace(ordered(crystal), name=name)
    if ISOTOPES & set(whole.composition):
        return
    atoms = read(io.StringIO(FORMATS["xyz"].text(whole)), format="extxyz")
    assert atoms.get_chemical_symbols() == [el for s in whole.sites for el in s.species]
    assert atoms.pbc.all()
    assert np.allclose(atoms.cell.array, whole.lattice, atol=1e-12)
    assert np.allclose(atoms.positions, whole.cart_coords, atol=1e-12)


def test_ase_reads_the_poscar_as_the_same_atoms(tmp_path, mgb2):
    from ase.io import read

    write_structure(mgb2, tmp_path / "POSCAR")
    atoms = read(tmp_path / "POSCAR")
    assert atoms.get_chemical_symbols() == ["Mg", "B", "B"]
    assert np.allclose(atoms.positions, mgb2.cart_coords, atol=1e-12)


def test_random_entries_read_back_equal(supercon3d, tmp_path):
    for entry in random.Random(5).sample(supercon3d, 60):
        for name in ("a.json", "a.cif") + (("POSCAR", "a.xyz") if entry.crystal.is_ordered else ()):
            if name == "a.xyz" and ISOTOPES & set(entry.crystal.composition):
                continue
            write_structure(entry.crystal, tmp_path / name)
            assert_same_crystal(entry.crystal, read_back(tmp_path / name))


def test_elements_of_a_poscar_stand_together(tmp_path):
    crystal = simple_crystal({"Fe": 1.0}, {"O": 1.0}, {"Fe": 1.0})
    write_structure(crystal, tmp_path / "POSCAR")
    lines = (tmp_path / "POSCAR").read_text().splitlines()
    assert (lines[0], lines[5], lines[6]) == ("test", "Fe O", "2 1")


@pytest.mark.parametrize("name", ["POSCAR", "a.vasp", "a.xyz"])
@pytest.mark.parametrize("species", [{"La": 0.9, "Sr": 0.1}, {"La": 0.9}])
def test_a_disordered_crystal_is_refused_with_a_way_out_and_the_file_stays(tmp_path, name, species):
    path = tmp_path / name
    path.write_text("as it was")
    with pytest.raises(CrystalError) as caught:
        write_structure(simple_crystal(species, {"O": 1.0}), path)
    assert "La1 holds" in caught.value.message
    assert "VASP hand-off" in caught.value.hint
    assert path.read_text() == "as it was"
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_the_format_follows_the_name():
    kinds = {name: format_of(name) for name in ("a.CIF", "poscar.json", "POSCAR-1", "a.extxyz")}
    assert [kinds[n].title for n in kinds] == ["CIF", "pymatgen JSON", "POSCAR", "Extended XYZ"]
    assert format_of("crystal.pdf") is None
    assert format_of("Mg0.9Al0.1B2") is None


def test_a_name_of_no_format_is_refused_with_the_endings(tmp_path, mgb2):
    with pytest.raises(Sc3dError) as caught:
        write_structure(mgb2, tmp_path / "a.pdf")
    assert "a.pdf" in caught.value.message
    assert ".cif, .vasp" in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_the_kind_that_is_asked_for_counts_more_than_the_name(tmp_path, mgb2):
    write_structure(mgb2, tmp_path / "out.txt", kind="poscar")
    assert (tmp_path / "out.txt").read_text() == FORMATS["poscar"].text(mgb2)


def test_a_file_is_replaced_with_its_rights_and_through_its_link(tmp_path, mgb2):
    real, link = tmp_path / "real.cif", tmp_path / "link.cif"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_structure(mgb2, link)
    assert link.is_symlink()
    assert_same_crystal(mgb2, read_back(real))
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_new_file_has_the_rights_of_any_new_file(tmp_path, mgb2):
    (tmp_path / "plain").write_text("")
    write_structure(mgb2, tmp_path / "a.cif")
    assert (tmp_path / "a.cif").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_failure_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path, mgb2, monkeypatch):
    path = tmp_path / "a.cif"
    path.write_text("old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Sc3dError, match=r"a\.cif could not be written: No space left on device"):
        write_structure(mgb2, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_places_that_cannot_hold_a_file_are_refused(tmp_path, mgb2):
    (tmp_path / "folder.cif").mkdir()
    for path in (tmp_path / "none" / "a.cif", tmp_path / "folder.cif"):
        with pytest.raises(Sc3dError, match=f"{path.name} could not be written"):
            write_structure(mgb2, path)


def test_isotopes_are_kept_where_the_format_knows_them(tmp_path):
    crystal = simple_crystal({"D": 1.0}, {"La": 1.0})
    for name in ("a.cif", "a.json", "POSCAR"):
        write_structure(crystal, tmp_path / name)
        assert_same_crystal(crystal, read_back(tmp_path / name))


@pytest.mark.parametrize("name", ["a.cif", "a.xyz", "a.json", "POSCAR"])
def test_a_name_that_is_no_unicode_does_not_stop_the_writing(tmp_path, mgb2, name):
    """As of a file whose name is in another encoding."""
    odd = replace(
        mgb2, name="M\udce9B2", sites=tuple(replace(s, label="\udce9") for s in mgb2.sites)
    )
    write_structure(odd, tmp_path / name)
    assert_same_crystal(mgb2, read_back(tmp_path / name))


def test_what_ase_and_pymatgen_write_is_read_as_the_same(tmp_path, mgb2):
    """The other way round, so that both directions agree on the format."""
    from ase.io import read, write
    from pymatgen.core import Structure

    write_structure(mgb2, tmp_path / "a.xyz")
    write(tmp_path / "b.xyz", read(tmp_path / "a.xyz"), format="extxyz")
    Structure.from_str(FORMATS["json"].text(mgb2), fmt="json").to(filename=str(tmp_path / "b.json"))
    Structure.from_str(FORMATS["json"].text(mgb2), fmt="json").to(filename=str(tmp_path / "POSCAR"))
    for outcome in read_all([tmp_path / "b.xyz", tmp_path / "b.json", tmp_path / "POSCAR"]):
        assert not isinstance(outcome, Refused)
        # ASE writes eight decimals.
        assert outcome.crystal.cell_parameters == pytest.approx(mgb2.cell_parameters, abs=1e-5)
        assert outcome.crystal.composition == mgb2.composition
