"""Faults of a crystal in words: atoms too close, and cells that no crystal has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.crystal.symmetry import niggli_cell
from sc3d_desktop.generation.judge.distances import Array, Pair, distances, shortest

CLOSEST_ANGSTROM = 0.5
"""The field's own limit."""

CLOSEST_SHARE = 0.6
"""Of the sum of both covalent radii. All but 0.5 % of the ordered superconductors, most of these
hydrides at hundreds of GPa, and all of 1,500 structures of the Materials Project lie above."""

LEAST_VOLUME, MOST_VOLUME = 1.9, 120.0
"""Å³ an atom: from the densest hydrides to the loosest structures that were learned from."""

LONGEST_SHARE = 25.0
"""The longest edge of the reduced cell over the shortest; above all superconductors that are known
with their structure."""


@dataclass(frozen=True)
class Validity:
    """``faults`` are sentences; ``shortest_angstrom`` is the least distance of two atoms."""

    faults: tuple[str, ...]
    shortest_angstrom: float


def validity(crystal: Crystal) -> Validity:
    """Of an ordered crystal."""
    apart = distances(crystal)
    faults = (*_too_close(crystal, apart), *_cell_faults(crystal))
    return Validity(faults, float(apart.min()))


def _too_close(crystal: Crystal, apart: Array) -> Iterator[str]:
    """The worst pair alone: where one is wrong there are mostly many."""
    elements = [element(next(iter(site.species))) for site in crystal.sites]
    radii = np.array([each.covalent_radius_angstrom for each in elements])
    sums = radii[:, None] + radii
    pair = shortest(apart, np.maximum(CLOSEST_SHARE * sums, CLOSEST_ANGSTROM))
    usual = float(sums[pair.one, pair.other])
    if pair.angstrom < max(CLOSEST_SHARE * usual, CLOSEST_ANGSTROM):
        yield (
            f"{_named(crystal, pair)} {pair.angstrom:.2f} Å apart; "
            f"a bond of theirs is about {usual:.2f} Å long."
        )


def _named(crystal: Crystal, pair: Pair) -> str:
    one, other = crystal.sites[pair.one].label, crystal.sites[pair.other].label
    return f"Copies of {one} are" if pair.one == pair.other else f"{one} and {other} are"


def _cell_faults(crystal: Crystal) -> Iterator[str]:
    volume = crystal.volume / len(crystal)
    if not LEAST_VOLUME <= volume <= MOST_VOLUME:
        yield (
            f"The cell has {volume:.1f} Å³ an atom; crystals have {LEAST_VOLUME:g} to "
            f"{MOST_VOLUME:g} Å³."
        )
    edges = np.linalg.norm(niggli_cell(crystal.lattice), axis=1)
    if edges.max() > LONGEST_SHARE * edges.min():
        yield (
            f"The reduced cell is {edges.max():.1f} Å long and {edges.min():.1f} Å wide; crystals "
            f"are at most {LONGEST_SHARE:g} times as long as wide."
        )
