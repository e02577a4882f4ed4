from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.viz import bonds
from sc3d_desktop.viz.picture import Picture
from sc3d_desktop.viz.scene import main_elements


def _bonded(crystal: Crystal) -> set[tuple[str, str]]:
    found = bonds.find_neighbours(crystal)
    names = main_elements(crystal)
    pairs = zip(found.first.tolist(), found.second.tolist(), strict=True)
    return {(names[i], names[j]) for i, j in pairs if names[i] <= names[j]}


def test_boron_forms_the_honeycomb_and_magnesium_stays_free(sample: SimpleNamespace) -> None:
    crystal = sample.mgb2()
    neighbours = bonds.find_neighbours(crystal)
    assert _bonded(crystal) == {("B", "B")}
    assert np.bincount(neighbours.first, minlength=3).tolist() == [0, 3, 3]


def test_copper_of_the_planes_has_its_oxygens_and_barium_stays_free(
    sample: SimpleNamespace,
) -> None:
    crystal = sample.ybco()
    assert _bonded(crystal) == {("Cu", "O")}
    count = np.bincount(bonds.find_neighbours(crystal).first, minlength=len(crystal))
    assert count[3:6].tolist() == [4, 5, 5]  # the chain, and the two planes with their apex


def test_an_ion_keeps_its_bonds_where_the_anion_has_no_other() -> None:
    half = 0.5
    rock_salt = [
        ("Mg", 0, 0, 0),
        ("Mg", half, half, 0),
        ("Mg", half, 0, half),
        ("Mg", 0, half, half),
    ]
    rock_salt += [("O", x + half, y, z) for _, x, y, z in rock_salt]
    sites = tuple(Site(el, Species({el: 1.0}), (x, y, z)) for el, x, y, z in rock_salt)
    crystal = Crystal(np.eye(3) * 4.21, sites)
    assert np.bincount(bonds.find_neighbours(crystal).first).tolist() == [6] * 8


def test_split_positions_that_exclude_each_other_are_not_bonded() -> None:
    sites = (
        Site("O1", Species({"O": 0.5}), (0.5, 0.5, 0.45)),
        Site("O2", Species({"O": 0.5}), (0.5, 0.5, 0.55)),
    )
    assert len(bonds.find_neighbours(Crystal(np.eye(3) * 6.0, sites)).first) == 0


def test_pairs_agree_with_a_plain_search_by_both_ways(
    sample: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    crystal, cutoff = sample.scattered(4), 4.5
    wanted = set()
    for i, p in enumerate(crystal.frac_coords):
        for j, q in enumerate(crystal.frac_coords):
            for shift in np.ndindex(5, 5, 5):
                step = np.array(shift) - 2
                d = np.linalg.norm((q + step - p) @ crystal.lattice)
                if d <= cutoff:
                    wanted.add((i, j, *step.tolist()))
    for limit in (10**9, 0):
        monkeypatch.setattr(bonds, "BRUTE_FORCE_PAIRS", limit)
        i, j, shift, _ = bonds._pairs_within(crystal, cutoff)
        found = zip(i.tolist(), j.tolist(), shift.tolist(), strict=True)
        assert {(a, b, *s) for a, b, s in found} == wanted


def test_drawn_bonds_join_drawn_atoms_and_stubs_leave_for_others(sample: SimpleNamespace) -> None:
    picture = Picture.of(sample.mgb2())
    drawn = picture.bonds
    assert drawn.stub.tolist().count(False) == 1
    assert drawn.stub.tolist().count(True) == 4
    whole = ~drawn.stub
    centres = {tuple(c) for c in picture.atoms.centre.round(6).tolist()}
    for start, end in zip(drawn.start[whole].round(6), drawn.end[whole].round(6), strict=True):
        assert tuple(start.tolist()) in centres
        assert tuple(end.tolist()) in centres


def test_the_copper_octahedron_has_eight_faces_and_twelve_edges(sample: SimpleNamespace) -> None:
    picture = Picture.of(sample.lsco())
    atoms = picture.atoms
    copper = [k for k in range(len(atoms)) if picture.crystal.sites[atoms.site[k]].label == "Cu2"]
    assert len(copper) == 1
    assert (picture.polyhedra.site == atoms.site[copper[0]]).sum() == 8
    octahedra = len(picture.polyhedra) // 8
    assert len(picture.polyhedra.edges) == 12 * octahedra


def test_a_crowded_site_keeps_only_its_nearest_bonds() -> None:
    rng = np.random.default_rng(0)
    sites = tuple(
        Site(f"B{k}", Species({"B": 1.0}), tuple(p)) for k, p in enumerate(rng.random((60, 3)))
    )
    neighbours = bonds.find_neighbours(Crystal(np.eye(3) * 4.0, sites))
    assert np.bincount(neighbours.first).max() <= bonds.MAX_BONDS_PER_SITE
