"""What was learned from, told by compositions and space groups."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from crystal_cases import simple_crystal, supercell

from sc3d_desktop.cli import run
from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.data.elements import composition_hash
from sc3d_desktop.models.diffcsp_sc.fingerprint import fingerprint_file, load_fingerprint
from sc3d_desktop.models.diffcsp_sc.state import length_unit
from sc3d_desktop.training.generator import data, fingerprint
from sc3d_desktop.training.generator.data import GeneratorData, Packed

MOST_BYTES = 1_500_000


def packed(*crystals: Crystal) -> Packed:
    n = len(crystals[0])
    numbers = [[atomic_number(el) for s in c.sites for el in s.species] for c in crystals]
    lattices = np.stack([c.lattice for c in crystals]) / length_unit(n)
    return Packed(
        torch.tensor(lattices, dtype=torch.float32),
        torch.tensor(np.stack([c.frac_coords for c in crystals]), dtype=torch.float32),
        torch.tensor(numbers, dtype=torch.uint8),
        torch.full((len(crystals),), torch.nan),
    )


def some_data() -> GeneratorData:
    """NiAl twice in one structure and once in a tetragonal one; Pd with H beside."""
    cubic = simple_crystal({"Ni": 1}, {"Al": 1}, edge=2.9)
    tetragonal = Crystal(np.diag([2.9, 2.9, 3.6]), cubic.sites)
    hydride = simple_crystal({"Pd": 1}, {"H": 1}, edge=3.0)
    plain = {2: packed(cubic, tetragonal), 4: packed(supercell(cubic, (2, 1, 1)))}
    return GeneratorData(plain, {2: packed(hydride)}, "hash")


def test_each_composition_is_told_once_with_each_of_its_space_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprint, "_AT_ONCE", 1)
    path = tmp_path / "made" / "training.npz"
    steps = list(fingerprint.write_fingerprint(some_data(), path))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    held = load_fingerprint(path)
    assert held is not None
    assert (len(held), held.data) == (3, "hash")
    assert held.space_groups_of(composition_hash({"Al": 3, "Ni": 3})) == {221, 123}
    assert held.space_groups_of(composition_hash({"Pd": 1, "H": 1})) == {221}
    assert held.space_groups_of(composition_hash({"Pd": 2, "H": 1})) == frozenset()


def test_the_command_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def loaded(folder: Path, most: int | None) -> GeneratorData:
        asked.append((folder, most))
        return some_data()

    monkeypatch.setattr(data, "load_generator_data", loaded)
    out = tmp_path / "training.npz"
    line = ["train", "fingerprint", "--data", "DATA", "--out", str(out), "--structures", "9"]
    assert run(line) == 0
    assert asked == [(Path("DATA"), 9)]
    assert "3 compositions" in capsys.readouterr().out
    held = load_fingerprint(out)
    assert held is not None
    assert len(held) == 3


def test_none_is_given_where_there_is_none(tmp_path: Path) -> None:
    assert load_fingerprint(tmp_path / "none.npz") is None


def test_the_one_that_ships_is_small_sorted_and_knows_common_compounds() -> None:
    held = load_fingerprint()
    assert held is not None
    assert fingerprint_file().stat().st_size < MOST_BYTES
    assert len(held) > 100_000
    assert (np.diff(held.compositions) >= 0).all()
    assert held.space_groups.min() >= 1
    assert held.space_groups.max() <= 230
    assert 225 in held.space_groups_of(composition_hash({"Na": 1, "Cl": 1}))
    assert 221 in held.space_groups_of(composition_hash({"Ni": 1, "Al": 1}))
    assert not held.space_groups_of(composition_hash({"Na": 1, "Xe": 3}))
