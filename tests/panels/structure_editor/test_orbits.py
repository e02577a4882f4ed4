"""The orbit table: the marked orbit is in sight, however it came to be marked."""

from __future__ import annotations

import numpy as np

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.panels.structure_editor.orbits import OrbitTable


def test_the_marked_orbit_stays_in_sight_when_the_table_shrinks(qtbot):
    at = np.random.default_rng(0).random((40, 3))
    sites = [Site(f"Nb{i}", Species({"Nb": 1.0}), tuple(x)) for i, x in enumerate(at)]
    crystal = Crystal(np.diag([20.0, 21.0, 22.0]), tuple(sites))
    orbits = find_symmetry(crystal).orbits
    table = OrbitTable()
    qtbot.addWidget(table)
    table.orbit_model.show_orbits(orbits, tuple(s.species for s in crystal.sites))
    table.resize(320, 600)
    with qtbot.waitExposed(table):
        table.show()
    table.show_selected((20,))
    table.resize(320, 160)
    marked = table.visualRect(table.currentIndex())
    assert marked.isValid()
    assert table.viewport().rect().contains(marked)
