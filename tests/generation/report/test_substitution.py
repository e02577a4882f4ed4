"""Random substitution keeps the prototype and changes the elements for like ones."""

from __future__ import annotations

import numpy as np
import pytest
from report_crystals import crystal_of, ordered_crystal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.generation.report.substitution import substituted


def prototypes() -> list[Crystal]:
    rng = np.random.default_rng(3)
    return [ordered_crystal(rng, atoms=3 + k % 3, kinds=2 + k % 2) for k in range(30)]


def test_every_crystal_has_the_places_of_a_prototype_and_other_elements() -> None:
    known = prototypes()
    for made in substituted(known, 50):
        same = [
            p for p in known if len(p) == len(made) and np.allclose(p.frac_coords, made.frac_coords)
        ]
        assert len(same) == 1
        assert [s.species for s in made.sites] != [s.species for s in same[0].sites]
        assert sorted(made.composition.values()) == sorted(same[0].composition.values())


def test_elements_are_replaced_by_like_ones() -> None:
    pool = {el for p in prototypes() for el in p.composition}
    for made in substituted(prototypes(), 50):
        same = next(p for p in prototypes() if np.array_equal(p.frac_coords, made.frac_coords))
        for old, new in zip(same.sites, made.sites, strict=True):
            a, b = (element(next(iter(s.species))) for s in (old, new))
            size = b.covalent_radius_angstrom / a.covalent_radius_angstrom
            assert a.group == b.group or (a.block == b.block and abs(size - 1) < 0.1)
            assert b.symbol in pool


def test_the_cell_grows_with_the_atoms() -> None:
    pool = [crystal_of([a, "O"], np.array([[0, 0, 0], [0.5, 0.5, 0.5]]), 4.0) for a in ("Mg", "Ba")]
    swapped = {next(iter(c.sites[0].species)): c for c in substituted(pool, 20)}
    assert swapped["Ba"].volume > pool[0].volume
    assert swapped["Mg"].volume < pool[1].volume


def test_the_seed_decides() -> None:
    first, again, other = (substituted(prototypes(), 5, seed) for seed in (1, 1, 2))
    assert [c.key for c in first] == [c.key for c in again]
    assert [c.key for c in first] != [c.key for c in other]


@pytest.mark.parametrize("n", [0, 7])
def test_as_many_are_made_as_asked_for(n: int) -> None:
    assert len(substituted(prototypes(), n)) == n
