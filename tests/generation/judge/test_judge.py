"""Judgements as a whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from catalogue_cases import filled
from crystal_cases import simple_crystal
from screening_cases import SumModel

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data import Draft
from sc3d_desktop.data.elements import composition_hash
from sc3d_desktop.errors import CatalogueError, ModelError
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.judge import Judge
from sc3d_desktop.models.diffcsp_sc.fingerprint import Fingerprint

NIAL = simple_crystal({"Ni": 1}, {"Al": 1}, edge=2.9)


@pytest.fixture
def learned(tmp_path: Path) -> Path:
    """The fingerprint of NiAl alone."""
    path = tmp_path / "training.npz"
    hashes = np.array([composition_hash(NIAL.composition)], np.int64)
    Fingerprint(hashes, np.array([221], np.uint8), "test").save(path)
    return path


def moved(crystal: Crystal, by: float) -> Crystal:
    x, y, z = crystal.sites[1].frac
    site = replace(crystal.sites[1], frac=(x + by, y + by / 2, z + by / 3))
    return crystal.with_sites({1: site})


def test_a_crystal_almost_symmetric_is_judged_by_its_symmetric_form(learned: Path) -> None:
    model = SumModel()
    with Judge(model, None, learned) as judge:
        judgement = judge.judge(moved(NIAL, 0.01))
    assert judgement.valid
    assert judgement.space_group == "Cm"
    assert judgement.space_group_symmetrised == "Pm-3m"
    assert judgement.space_group_number_symmetrised == 221
    assert judgement.symmetrised is not None
    assert model.asked == [judgement.symmetrised]
    (said,) = SumModel().predict([judgement.symmetrised])
    assert judgement.tc_kelvin == said.tc_kelvin
    assert (judgement.tc_low_kelvin, judgement.tc_high_kelvin) == (
        said.tc_low_kelvin,
        said.tc_high_kelvin,
    )
    assert (judgement.p_superconductor, judgement.domain, judgement.in_training) == (
        said.p_superconductor,
        said.domain,
        said.in_training,
    )
    assert (judgement.nearest, judgement.model) == (said.nearest, "sums")
    assert [match.kind for match in judgement.matches] == ["structure"]
    assert judgement.novel is False


def test_a_crystal_that_is_symmetric_as_made_is_judged_as_it_is(learned: Path) -> None:
    model = SumModel()
    with Judge(model, None, learned) as judge:
        judgement = judge.judge(NIAL)
    assert judgement.symmetrised is None
    assert model.asked == [NIAL]
    assert judgement.space_group == judgement.space_group_symmetrised == "Pm-3m"


def test_nothing_is_predicted_or_compared_for_atoms_on_top_of_each_other(learned: Path) -> None:
    model = SumModel()
    broken = NIAL.with_sites({1: replace(NIAL.sites[1], frac=(0.05, 0.05, 0.05))})
    with Judge(model, None, learned) as judge:
        judgement = judge.judge(broken, [Candidate(1, broken, "NiAl", judge.judge(broken))])
    assert not judgement.valid
    assert "Ni1 and Al2 are 0.25 Å apart" in judgement.faults[0]
    assert model.asked == []
    assert (judgement.tc_kelvin, judgement.novel, judgement.duplicate_of) == (None, None, None)
    assert judgement.balanced is True


def test_charges_that_do_not_balance_are_told_and_make_it_invalid(learned: Path) -> None:
    with Judge(SumModel(), None, learned) as judge:
        judgement = judge.judge(simple_crystal({"Na": 1}, {"Cl": 1}, {"Cl": 1}, edge=5.0))
    assert not judgement.faults
    assert judgement.balanced is False
    assert not judgement.valid
    assert any("oxidation states" in note for note in judgement.notes)
    assert judgement.tc_kelvin is not None


def test_candidates_of_the_run_and_of_the_catalogue_are_recognised(
    tmp_path: Path, learned: Path
) -> None:
    filled(tmp_path / "c.sqlite", [Draft("NiAl", NIAL)]).close()
    with Judge(SumModel(), tmp_path / "c.sqlite", learned) as judge:
        first = Candidate(7, NIAL, "NiAl", judge.judge(NIAL))
        again = judge.judge(moved(NIAL, 0.01), [first])
    assert first.judgement.duplicate_of is None
    assert again.duplicate_of == 7
    assert [m.where for m in again.matches] == ["cases", "training data"]


def test_many_are_judged_as_each_by_itself(learned: Path) -> None:
    rng = np.random.default_rng(0)
    crystals = [NIAL, moved(NIAL, 0.01)]
    for elements in rng.choice(["Na", "Cl", "Fe", "O", "Ni", "Al"], (12, 3)).tolist():
        species = ({el: 1.0} for el in elements)
        crystals.append(simple_crystal(*species, edge=float(rng.uniform(1.5, 6))))
    with Judge(SumModel(), None, learned) as judge:
        many = judge.judge_many(crystals)
        assert many == [judge.judge(crystal) for crystal in crystals]
    assert {bool(judgement.faults) for judgement in many} == {True, False}


def test_a_damaged_fingerprint_or_catalogue_is_told(tmp_path: Path, learned: Path) -> None:
    learned.write_bytes(learned.read_bytes()[:40])
    with pytest.raises(ModelError, match=r"training\.npz is damaged"):
        Judge(SumModel(), None, learned)
    (tmp_path / "c.sqlite").write_bytes(b"no database at all, but a long text " * 99)
    with pytest.raises(CatalogueError):
        Judge(SumModel(), tmp_path / "c.sqlite", tmp_path / "none.npz")
