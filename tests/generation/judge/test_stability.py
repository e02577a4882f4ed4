"""Relaxing candidates, and their distance to the hull of known phases."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from catalogue_cases import filled
from crystal_cases import simple_crystal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data import Catalogue, Draft
from sc3d_desktop.errors import GenerationError, ModelError
from sc3d_desktop.generation.judge.relaxation import Relaxed, Relaxer
from sc3d_desktop.generation.judge.stability import Phase, StabilityJudge, above_hull
from sc3d_desktop.steps import finish


def rock_salt(edge: float) -> Crystal:
    """The primitive cell of NaCl."""
    lattice = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) * edge / 2
    return Crystal(lattice, simple_crystal({"Na": 1}, {"Cl": 1}).sites, "NaCl")


@pytest.fixture(scope="module")
def relaxer() -> Relaxer:
    pytest.importorskip("chgnet", reason="needs the extra “stability”")
    return Relaxer()


def test_a_strained_crystal_relaxes_to_a_lower_energy_and_its_known_cell(relaxer: Relaxer) -> None:
    good = rock_salt(5.65)
    strained = Crystal(good.lattice @ np.diag([1.06, 0.97, 1.0]), good.sites, "NaCl")
    unrelaxed = finish(relaxer.relax(strained, most_steps=0))
    relaxed = finish(relaxer.relax(strained))
    assert not unrelaxed.converged
    assert relaxed.converged
    assert relaxed.energy < unrelaxed.energy - 0.005
    assert relaxed.crystal.volume * 4 == pytest.approx(5.65**3, rel=0.05)
    assert relaxed.volume_change == pytest.approx(relaxed.crystal.volume / strained.volume - 1)
    assert relaxed.crystal.name == "NaCl"
    assert [s.label for s in relaxed.crystal.sites] == [s.label for s in strained.sites]


def test_a_moved_atom_goes_back_and_the_displacement_tells_how_far(relaxer: Relaxer) -> None:
    good = rock_salt(5.65)
    off = good.with_sites({1: replace(good.sites[1], frac=(0.55, 0.5, 0.5))})
    relaxed = finish(relaxer.relax(off))
    apart = relaxed.crystal.frac_coords[1] - relaxed.crystal.frac_coords[0]
    np.testing.assert_allclose(apart % 1, [0.5, 0.5, 0.5], atol=0.02)
    moved = np.linalg.norm(np.array([0.05, 0, 0]) @ good.lattice)
    assert relaxed.displacement == pytest.approx(moved / 2, abs=0.03)


def test_relaxing_can_be_left_at_any_step(relaxer: Relaxer) -> None:
    steps = relaxer.relax(rock_salt(6.2))
    assert [next(steps) for _ in range(3)] == [0, 1, 2]
    steps.close()
    with pytest.raises(StopIteration):
        next(steps)


@pytest.mark.parametrize("species", [{"Am": 1.0}, {"Na": 0.5, "K": 0.5}])
def test_what_cannot_be_calculated_is_told(relaxer: Relaxer, species: dict[str, float]) -> None:
    with pytest.raises(GenerationError, match="CHGNet knows"):
        next(relaxer.relax(simple_crystal(species)))


def test_atoms_out_of_reach_of_each_other_are_told(relaxer: Relaxer) -> None:
    with pytest.raises(GenerationError, match="within CHGNet's reach"):
        next(relaxer.relax(simple_crystal({"Na": 1}, edge=20.0)))


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chgnet.model.model", None)
    with pytest.raises(ModelError, match="not installed") as caught:
        Relaxer()
    assert "sc3d-desktop[stability]" in caught.value.hint


def test_distances_to_the_hull_are_those_of_a_line_drawn_by_hand() -> None:
    known = [
        Phase({"Na": 2}, -1.0),
        Phase({"Cl": 4}, -2.0),
        Phase({"Na": 1, "Cl": 1}, -3.5),
    ]
    # Between NaCl and Cl at three quarters of Cl: (-3.5 - 2.0) / 2.
    assert above_hull(Phase({"Na": 1, "Cl": 3}, -2.5), known) == pytest.approx(0.25)
    assert above_hull(Phase({"Na": 2, "Cl": 6}, -3.0), known) == pytest.approx(-0.25)
    assert above_hull(Phase({"Na": 1, "Cl": 1}, -3.5), known) == pytest.approx(0.0)
    worse = [*known, Phase({"Na": 1, "Cl": 1}, -3.0)]
    assert above_hull(Phase({"Na": 1, "Cl": 3}, -2.5), worse) == pytest.approx(0.25)


class Quick:
    """Relaxes at once, to an energy by composition; keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def relax(self, crystal: Crystal) -> Iterator[int]:
        self.asked.append("".join(sorted(crystal.composition)))
        yield 0
        energy = -1.0 if len(crystal.composition) == 1 else -2.0
        return Relaxed(crystal, energy, 0.1, -0.02, True)  # type: ignore[return-value]


def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *known: str) -> StabilityJudge:
    monkeypatch.setattr("sc3d_desktop.generation.judge.stability.Relaxer", Quick)
    drafts = [Draft(text, of(text)) for text in known]
    return StabilityJudge(filled(tmp_path / "c.sqlite", drafts))


def of(text: str) -> Crystal:
    """``Na-Cl`` as a crystal of both."""
    return simple_crystal(*({el: 1.0} for el in text.split("-")))


@pytest.fixture
def closing(tmp_path: Path) -> Iterator[list[Catalogue]]:
    opened: list[Catalogue] = []
    yield opened
    for catalogue in opened:
        catalogue.close()


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ((), "no structure of Cl, K, Na"),
        (("Na", "Cl", "Na-Cl", "K-Cl"), "no structure of K"),
        (("Na", "Cl", "K", "Na-Cl"), "binary compounds of 1 of 3 pairs"),
    ],
)
def test_no_hull_is_claimed_where_too_little_is_known(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    closing: list[Catalogue],
    known: tuple[str, ...],
    said: str,
) -> None:
    judge = judged(tmp_path, monkeypatch, *known)
    closing.append(judge._catalogue)  # type: ignore[arg-type]
    found = finish(judge.steps(of("Na-K-Cl")))
    assert found.above_hull is None
    assert said in found.note
    assert (found.displacement, found.volume_change, found.converged) == (0.1, -0.02, True)


def test_known_phases_are_relaxed_once_and_of_the_elements_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closing: list[Catalogue]
) -> None:
    judge = judged(tmp_path, monkeypatch, "Na", "Cl", "Na-Cl", "K", "K-Cl")
    closing.append(judge._catalogue)  # type: ignore[arg-type]
    first = finish(judge.steps(of("Na-Na-Cl")))
    # NaCl at -2 and Na at -1: two thirds of the way -1 - 2/3, and the candidate is at -2.
    assert first.above_hull == pytest.approx(-1 / 3)
    assert "3 known phases" in first.note
    finish(judge.steps(of("Na-Cl-Cl")))
    asked = judge._relaxer.asked  # type: ignore[attr-defined]
    assert sorted(asked) == ["Cl", "ClNa", "ClNa", "ClNa", "Na"]
