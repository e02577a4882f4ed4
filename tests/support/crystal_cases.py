"""Crystals and CIF texts to try things on, and the hypothesis strategies that make more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from sc3d_desktop.crystal import Crystal, Site, Species, lattice_from_parameters

REPEATABLE = settings(deadline=None, derandomize=True, database=None, max_examples=50)
"""The same examples on every run: a failure in the suite can be had again."""

ELEMENTS = ("H", "D", "B", "O", "Mg", "Al", "Fe", "Cu", "Sr", "La", "Hg")
CUBIC = (4.0, 4.0, 4.0, 90.0, 90.0, 90.0)
SAME_PLACE_ANGSTROM = 1e-3


def simple_crystal(*species: dict[str, float], edge: float = 4.0) -> Crystal:
    """Sites with these species along the body diagonal of a cube."""
    step = 1 / len(species)
    sites = tuple(
        Site(f"{next(iter(s))}{i + 1}", Species(s), (i * step,) * 3) for i, s in enumerate(species)
    )
    return Crystal(np.eye(3) * edge, sites, name="test")


def supercell(crystal: Crystal, shape: tuple[int, int, int]) -> Crystal:
    """Copies along a, b, c; site i of the crystal is at i, i + n, i + 2n … of the supercell."""
    sites = []
    for shift in np.ndindex(*shape):
        for site in crystal.sites:
            frac = (np.array(site.frac) + shift) / shape
            sites.append(replace(site, frac=tuple(frac.tolist())))
    return Crystal(np.array(shape)[:, None] * crystal.lattice, tuple(sites), crystal.name)


def partners(one: Crystal, other: Crystal) -> list[int]:
    """Which site of the other crystal is at the place of each site of the one."""
    assert len(one) == len(other)
    apart = one.frac_coords[:, None] - other.frac_coords[None]
    distances = np.linalg.norm((apart - np.round(apart)) @ one.lattice, axis=-1)
    partner = distances.argmin(axis=1).tolist()
    assert sorted(partner) == list(range(len(one)))
    assert distances.min(axis=1).max() < SAME_PLACE_ANGSTROM
    return partner


def assert_same_crystal(one: Crystal, other: Crystal) -> None:
    """The same species at the same positions of the same cell; the order of sites is free."""
    assert other.cell_parameters == pytest.approx(one.cell_parameters, abs=1e-6)
    for i, j in enumerate(partners(one, other)):
        assert dict(other.sites[j].species) == pytest.approx(dict(one.sites[i].species), abs=1e-6)


def assert_same_labels(one: Crystal, other: Crystal) -> None:
    assert [other.sites[j].label for j in partners(one, other)] == [s.label for s in one.sites]


def cif(
    atoms: str | None = None,
    cell: tuple[object, ...] = CUBIC,
    block: str = "test",
    symmetry: str = "_space_group_name_H-M_alt 'P 1'",
    columns: str = "label type_symbol fract_x fract_y fract_z occupancy",
) -> str:
    """The text of one data block; ``atoms`` are the rows of the atom loop."""
    tags = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines = [f"data_{block}"]
    lines += [f"_cell_{tag} {value}" for tag, value in zip(tags, cell, strict=True)]
    lines += [symmetry, "loop_", *(f"_atom_site_{name}" for name in columns.split())]
    return "\n".join([*lines, atoms or "Mg1 Mg 0 0 0 1", ""])


@st.composite
def species(draw: st.DrawFn, least: int = 1) -> Species:
    """One to three elements whose occupancies come to at most 1."""
    elements = draw(st.lists(st.sampled_from(ELEMENTS), min_size=least, max_size=3, unique=True))
    shares = draw(st.lists(st.integers(1, 100), min_size=len(elements), max_size=len(elements)))
    total = draw(st.sampled_from([1.0, 1.0, 0.7, 0.25])) / sum(shares)
    return Species({el: share * total for el, share in zip(elements, shares, strict=True)})


@st.composite
def crystals(draw: st.DrawFn, most_sites: int = 5) -> Crystal:
    """Small crystals in any kind of cell, on a grid of 1/12 so that ties and symmetry occur."""
    edges = draw(st.tuples(*[st.sampled_from([3.1, 4.0, 5.25, 9.7])] * 3))
    angles = draw(st.sampled_from([(90, 90, 90), (90, 90, 120), (75, 80, 100), (60, 60, 60)]))
    places = st.tuples(*[st.integers(0, 11)] * 3)
    grid = draw(st.lists(places, min_size=1, max_size=most_sites, unique=True))
    sites = tuple(
        Site(f"S{i}", draw(species()), tuple(n / 12 for n in place)) for i, place in enumerate(grid)
    )
    return Crystal(lattice_from_parameters(*edges, *angles), sites, name="made")
