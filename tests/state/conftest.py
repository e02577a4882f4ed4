"""Small crystals to edit."""

from __future__ import annotations

import pytest

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.crystal import lattice_from_parameters


@pytest.fixture
def mgb2() -> Crystal:
    sites = (
        Site("Mg1", Species({"Mg": 1.0}), (0, 0, 0)),
        Site("B1", Species({"B": 1.0}), (1 / 3, 2 / 3, 0.5)),
        Site("B1", Species({"B": 1.0}), (2 / 3, 1 / 3, 0.5)),
    )
    return Crystal(lattice_from_parameters(3.086, 3.086, 3.524, 90, 90, 120), sites, "MgB2")


@pytest.fixture
def niobium() -> Crystal:
    sites = (
        Site("Nb1", Species({"Nb": 1.0}), (0, 0, 0)),
        Site("Nb1", Species({"Nb": 1.0}), (0.5, 0.5, 0.5)),
    )
    return Crystal(lattice_from_parameters(3.3, 3.3, 3.3, 90, 90, 90), sites, "Nb")
