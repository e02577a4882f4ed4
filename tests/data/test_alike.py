"""Duplicates are entries of one composition whose structures match."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from catalogue_cases import Drafts, filled, import_all
from crystal_cases import simple_crystal, supercell

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.data import Catalogue, Draft
from sc3d_desktop.data.alike import find_alike, same_structure

CSCL = simple_crystal({"Fe": 0.5, "Co": 0.5}, {"Al": 1.0})


def shifted(crystal: Crystal, by: float) -> Crystal:
    sites = (replace(s, frac=tuple(x + by for x in s.frac)) for s in crystal.sites)
    return Crystal(crystal.lattice * 1.03, tuple(sites))


ROCK_SALT = Crystal(
    np.eye(3) * 5.6,
    tuple(
        Site(f"X{i}", Species(species), tuple((np.array(at) + shift) % 1))
        for i, (species, shift) in enumerate((({"Fe": 0.5, "Co": 0.5}, 0.0), ({"Al": 1.0}, 0.5)))
        for at in ((0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5))
    ),
)


def groups(catalogue: Catalogue) -> list[int | None]:
    steps = find_alike(catalogue)
    for done, total in steps:
        assert done < total
    return [row.alike for row in catalogue.rows(catalogue.columns().ids.tolist())]


def test_entries_are_grouped_by_composition_and_structure(tmp_path: Path) -> None:
    drafts = [
        Draft("FeCoAl2", CSCL),
        Draft("Nb", simple_crystal({"Nb": 1.0})),
        Draft("Fe2Co2Al4", shifted(CSCL, 0.25)),
        Draft("Co0.5Fe0.5Al", ROCK_SALT),
        Draft("FeCoAl2", supercell(CSCL, (1, 1, 2))),
        Draft("MgB2"),
        Draft("Mg2B4"),
        Draft("MgB2.1"),
    ]
    with filled(tmp_path / "c.sqlite", drafts) as catalogue:
        assert groups(catalogue) == [1, None, 1, None, 1, 2, 2, None]
        import_all(
            catalogue, Drafts([replace(drafts[0], formula="AlNb"), *drafts[1:]], edition="2")
        )
        assert groups(catalogue)[5:] == [2, 2, None]


def test_structures_with_other_occupancies_differ() -> None:
    other = simple_crystal({"Fe": 0.4, "Co": 0.6}, {"Al": 1.0})
    assert same_structure(CSCL, shifted(CSCL, 0.1))
    assert not same_structure(CSCL, other)
    assert not same_structure(CSCL, ROCK_SALT)


def test_an_empty_catalogue_has_no_groups(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "c.sqlite") as catalogue:
        assert groups(catalogue) == []
