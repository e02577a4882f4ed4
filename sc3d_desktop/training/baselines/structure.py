"""Hand-made features of a crystal structure: cell, symmetry, disorder, neighbours and bonds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import DisorderClass, classify, classify_site
from sc3d_desktop.crystal.elements import Element, element
from sc3d_desktop.crystal.graph import PeriodicGraph, periodic_graph
from sc3d_desktop.crystal.symmetry import find_symmetry, primitive

Array = NDArray[np.float64]

NEIGHBOURS = 24
BOND_STRETCH = 1.25
"""Neighbours within the sum of the covalent radii times this count as bonded."""

SHELLS_ANGSTROM = np.linspace(1.0, 6.0, 11)
_LAST_GROUPS = (2, 15, 74, 142, 167, 194, 230)
"""The last space group of each crystal system, triclinic to cubic."""

_GRAMS_PER_CM3 = 1.66053907
"""One dalton in one Å³."""

_UNKNOWN_ELECTRONEGATIVITY = 1.8
_FAR_ANGSTROM = 10.0
"""Stands for a distance between kinds of atoms that do not meet."""


def structure_features(crystal: Crystal) -> Array:
    """Features of one crystal, shape (n_features,), of its primitive cell."""
    cell = primitive(crystal)
    sites, graph = _sites(cell), periodic_graph(cell, neighbours=NEIGHBOURS)
    parts = [_cell(cell, sites), _symmetry(cell), _disorder(cell, sites)]
    parts += [_neighbours(graph, sites), _bonds(graph, sites)]
    return np.concatenate(parts)


@dataclass(frozen=True, eq=False)
class _Sites:
    """What is on each site: total occupancy, and means over its species; shape (n_sites,) each."""

    weight: Array
    radius: Array
    volume: Array
    mass: Array
    electronegativity: Array
    metal: Array
    transition_metal: Array


def _sites(cell: Crystal) -> _Sites:
    rows = []
    for site in cell.sites:
        atoms = np.array([_atom(element(symbol)) for symbol in site.species])
        means = np.average(atoms, axis=0, weights=list(site.species.values()))
        rows.append([site.species.total, *means])
    return _Sites(*np.array(rows).T)


def _atom(e: Element) -> tuple[float, ...]:
    radius = e.covalent_radius_angstrom
    # Below the staircase of the p block; germanium and antimony count as metals.
    metal = e.number > 2 and (e.block != "p" or e.period >= e.group - 10)
    return (
        radius,
        4 / 3 * np.pi * radius**3,
        e.mass,
        e.electronegativity or _UNKNOWN_ELECTRONEGATIVITY,
        float(metal),
        float(e.block == "d"),
    )


def _cell(cell: Crystal, sites: _Sites) -> Array:
    """Size, filling and shape of the primitive cell."""
    atoms = sites.weight.sum()
    volume = cell.volume
    lengths = np.sort(cell.cell_parameters[:3])
    density = _GRAMS_PER_CM3 * (sites.weight @ sites.mass) / volume
    return np.array(
        [
            volume / atoms,
            volume / len(cell),
            density,
            (sites.weight @ sites.volume) / volume,
            atoms,
            len(cell),
            *lengths,
            lengths[2] / lengths[0],
            lengths[1] / lengths[0],
            *np.sort(cell.cell_parameters[3:]),
        ]
    )


def _symmetry(cell: Crystal) -> Array:
    found = find_symmetry(cell)
    system = int(np.searchsorted(_LAST_GROUPS, found.number))
    one_hot = np.eye(len(_LAST_GROUPS))[system]
    return np.array([found.number, system, *one_hot, len(found.orbits)])


def _disorder(cell: Crystal, sites: _Sites) -> Array:
    """Class of the crystal, share of sites of each class, vacancies and entropy of mixing."""
    kinds = [classify_site(site.species) for site in cell.sites]
    shares = [kinds.count(kind) / len(kinds) for kind in DisorderClass]
    whole = [float(classify(cell) == kind) for kind in DisorderClass]
    vacancy = np.maximum(0, 1 - sites.weight)
    occupancies = [w for site in cell.sites for w in site.species.values()]
    every = np.array(occupancies + vacancy[vacancy > 0].tolist())
    entropy = -(every * np.log(every)).sum() / len(cell)
    return np.array([*whole, *shares, vacancy.mean(), entropy])


def _neighbours(graph: PeriodicGraph, sites: _Sites) -> Array:
    """Nearest distances, and how many atoms stand in each shell around an atom."""
    nearest = np.full(graph.n_sites, _FAR_ANGSTROM)
    np.minimum.at(nearest, graph.target, graph.distances)
    pairs = sites.weight[graph.target] * sites.weight[graph.source]
    shells, _ = np.histogram(graph.distances, SHELLS_ANGSTROM, weights=pairs)
    return np.array([*_statistics(nearest, sites.weight), *(shells / sites.weight.sum())])


def _bonds(graph: PeriodicGraph, sites: _Sites) -> Array:
    """Bonded neighbours: their number, strain and polarity; and what stands next to the metals."""
    i, j = graph.target, graph.source
    ideal = sites.radius[i] + sites.radius[j]
    bonded = graph.distances < BOND_STRETCH * ideal
    weight = sites.weight[i] * sites.weight[j]
    count = np.zeros(graph.n_sites)
    np.add.at(count, i[bonded], sites.weight[j][bonded])
    polarity = np.abs(sites.electronegativity[i] - sites.electronegativity[j])
    stretch = graph.distances / ideal
    shortest = [
        _shortest(graph, (x[i] > 0.5) & (y[j] > 0.5))
        for x, y in (
            (sites.metal, sites.metal),
            (sites.metal, 1 - sites.metal),
            (1 - sites.metal, 1 - sites.metal),
            (sites.transition_metal, sites.transition_metal),
            (sites.transition_metal, 1 - sites.metal),
        )
    ]
    means = [_statistics(x[bonded], weight[bonded]) for x in (polarity, stretch)]
    return np.array([*_statistics(count, sites.weight), *np.concatenate(means), *shortest])


def _shortest(graph: PeriodicGraph, chosen: NDArray[np.bool_]) -> float:
    return float(graph.distances[chosen].min(initial=_FAR_ANGSTROM))


def _statistics(values: Array, weights: Array) -> Array:
    """Weighted mean and standard deviation, smallest and largest; zeros where there is nothing."""
    if not len(values):
        return np.zeros(4)
    mean = np.average(values, weights=weights)
    spread = np.sqrt(np.average((values - mean) ** 2, weights=weights))
    return np.array([mean, spread, values.min(), values.max()])
