from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import numpy as np

from sc3d_desktop.viz import scene
from sc3d_desktop.viz.picture import Picture


def test_atoms_on_corners_edges_and_faces_are_repeated(sample: SimpleNamespace) -> None:
    atoms = scene.drawn_atoms(sample.ybco())
    count = Counter(atoms.site.tolist())
    assert count[0] == 1  # Y inside the cell
    assert count[3] == 8  # Cu on the corner
    assert count[4] == 4  # Cu on an edge along c
    assert count[6] == 4  # O in the middle of an edge along b
    assert count[9] == 2  # O on a face


def test_an_atom_just_below_one_counts_as_on_the_face(sample: SimpleNamespace) -> None:
    crystal = sample.one_site({"Cu": 1.0})
    moved = crystal.with_sites({0: type(crystal.sites[0])("Cu1", {"Cu": 1.0}, (0.999, 0.5, 0.5))})
    xs = sorted(scene.drawn_atoms(moved).centre[:, 0].round(3).tolist())
    assert xs == [-0.003, 2.997]


def test_the_cell_has_twelve_edges_of_the_three_lengths(sample: SimpleNamespace) -> None:
    start, end = scene.cell_edges(sample.ybco().lattice)
    lengths = Counter(np.linalg.norm(end - start, axis=1).round(3).tolist())
    assert lengths == {3.823: 4, 3.886: 4, 11.681: 4}


def test_a_new_occupancy_keeps_positions_and_a_new_lattice_does_not(
    sample: SimpleNamespace,
) -> None:
    assert scene.same_positions(sample.lsco(0.1), sample.lsco(0.2))
    assert not scene.same_positions(sample.lsco(), sample.ybco())
    assert not scene.same_positions(None, sample.lsco())


def test_bonds_are_not_searched_again_while_the_main_elements_stay(
    sample: SimpleNamespace,
) -> None:
    before = Picture.of(sample.lsco(0.1))
    neighbours = before.neighbours
    after = before.with_occupancies(sample.lsco(0.3))
    assert after.neighbours is neighbours
    assert after.atoms.centre is before.atoms.centre
    assert before.with_occupancies(sample.lsco(0.6)).neighbours is not neighbours


def test_the_tooltip_names_the_site_and_all_that_is_on_it(sample: SimpleNamespace) -> None:
    assert (
        scene.tooltip(sample.lsco(0.075), 3, ["", "", "", "4e"]) == "La1 · 4e · La 0.925, Sr 0.075"
    )
    assert scene.tooltip(sample.hg1223(0.4), 1) == "O1 · O 0.4, vacancy 0.6"
