"""A disordered crystal as spots: places that hold one atom of several, or none."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.crystal import Species
from sc3d_desktop.crystal.disorder import MIXED_SPECIES_TOLERANCE, DisorderClass, classify_site
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.crystal.symmetry import SYMPREC_ANGSTROM, find_symmetry
from sc3d_desktop.errors import HandOffError

EMPTY = ""
"""The element of a vacancy."""

ALTERNATIVES_ANGSTROM = 1.2
"""Two partly occupied positions closer than this, or than 0.75 of the sum of the covalent radii,
are alternatives: no bond but that of hydrogen is so short."""
_ALTERNATIVES_OF_BOND, _OVERLAP_OF_BOND = 0.75, 0.5
_TOGETHER = 1.01


@dataclass(frozen=True)
class Kind:
    """What a spot may hold: an element on the positions of one orbit, or nothing.

    ``weight`` is the share of the spots that hold it.
    """

    orbit: int
    element: str
    weight: float


@dataclass(frozen=True)
class Spot:
    """Positions of which at most one is occupied: (site of the cell, shift in cells) each."""

    points: tuple[tuple[int, tuple[int, int, int]], ...]


@dataclass(frozen=True)
class Sublattice:
    """Spots that symmetry makes equal and what they hold; the weights add up to 1."""

    label: str
    spots: tuple[Spot, ...]
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class LatticeModel:
    """The primitive cell of a crystal: sites that are always occupied, and sublattices of spots.

    ``orbit_of`` gives the orbit of each site.
    """

    cell: Crystal
    orbit_of: tuple[int, ...]
    fixed: tuple[int, ...]
    sublattices: tuple[Sublattice, ...]

    @cached_property
    def n_sites(self) -> int:
        """Sites of the cell, alternatives counted once and vacancies as sites."""
        return len(self.fixed) + sum(len(s.spots) for s in self.sublattices)

    def elements_of(self, site: int) -> tuple[str, ...]:
        return tuple(self.cell.sites[site].species)


def lattice_model(crystal: Crystal) -> LatticeModel:
    """Spots and sublattices of the primitive cell.

    Raises ``HandOffError`` where positions overlap that cannot all be occupied as stated.
    """
    cell, orbit_of = _primitive(crystal)
    open_sites = [i for i, s in enumerate(cell.sites) if not _is_full(s.species)]
    chosen = [
        i for i, s in enumerate(cell.sites) if classify_site(s.species) is not DisorderClass.O
    ]
    spots = _spots(cell, chosen, set(open_sites))
    together: dict[tuple[int, ...], list[Spot]] = defaultdict(list)
    for spot in spots:
        together[tuple(sorted(orbit_of[i] for i, _ in spot.points))].append(spot)
    sublattices = tuple(_sublattice(cell, orbit_of, group) for group in together.values())
    fixed = tuple(i for i in range(len(cell)) if i not in set(chosen))
    return LatticeModel(cell, orbit_of, fixed, sublattices)


def _is_full(species: Species) -> bool:
    return classify_site(species) in (DisorderClass.O, DisorderClass.SD)


def _primitive(crystal: Crystal) -> tuple[Crystal, tuple[int, ...]]:
    """The primitive cell as it lies in the crystal, and the orbit of each of its sites."""
    kinds = np.zeros(len(crystal), dtype=np.int32)
    firsts = []
    for n, orbit in enumerate(find_symmetry(crystal).orbits):
        kinds[list(orbit.sites)] = n
        firsts.append(replace(crystal.sites[orbit.sites[0]], label=orbit.label))
    found = _standardised(crystal, kinds)
    if found is None or len(found[2]) >= len(crystal):
        found = (crystal.lattice, crystal.frac_coords, kinds)
    lattice, positions, numbers = found
    sites = tuple(
        replace(firsts[n], frac=tuple(frac))
        for n, frac in zip(numbers.tolist(), positions.tolist(), strict=True)
    )
    return replace(crystal, lattice=lattice, sites=sites), tuple(numbers.tolist())


def _standardised(crystal: Crystal, kinds: NDArray[np.int32]) -> Any:
    """Not idealised, so that the atoms stay where they are; None where spglib finds nothing."""
    import spglib

    cell = (crystal.lattice, crystal.frac_coords, kinds)
    with warnings.catch_warnings():
        # spglib warns that its way of saying “none found” will change.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return spglib.standardize_cell(cell, True, True, SYMPREC_ANGSTROM)
        except spglib.SpglibError:
            return None


def _spots(cell: Crystal, chosen: list[int], open_sites: set[int]) -> list[Spot]:
    alternatives = _alternatives(cell, open_sites)
    spots, seen = [], set[int]()
    for start in chosen:
        if start not in seen:
            spot = _joined(cell, start, alternatives)
            seen.update(i for i, _ in spot.points)
            spots.append(spot)
    return spots


_Neighbours = dict[int, list[tuple[int, tuple[int, int, int]]]]


def _alternatives(cell: Crystal, open_sites: set[int]) -> _Neighbours:
    """Site → the images of other sites that cannot be occupied at the same time."""
    from vesin import NeighborList

    radius = [max(element(el).covalent_radius_angstrom for el in s.species) for s in cell.sites]
    light = [set(s.species) <= {"H", "D", "T"} for s in cell.sites]
    cutoff = max(ALTERNATIVES_ANGSTROM, 2 * _ALTERNATIVES_OF_BOND * max(radius))
    pairs = NeighborList(cutoff=cutoff, full_list=True).compute(
        cell.cart_coords, cell.lattice, periodic=True, quantities="ijSd"
    )
    found: _Neighbours = defaultdict(list)
    for i, j, shift, distance in zip(*(a.tolist() for a in pairs), strict=True):
        bond = radius[i] + radius[j]
        together = cell.sites[i].species.total + cell.sites[j].species.total
        reach = _ALTERNATIVES_OF_BOND * bond
        if not (light[i] or light[j]):
            reach = max(ALTERNATIVES_ANGSTROM, reach)
        if together > _TOGETHER and distance < _OVERLAP_OF_BOND * bond:
            raise _overlap(cell, i, j, distance, together)
        if {i, j} <= open_sites and together <= _TOGETHER and distance < reach:
            found[i].append((j, tuple(shift)))
    return found


def _overlap(cell: Crystal, i: int, j: int, distance: float, together: float) -> HandOffError:
    a, b = cell.sites[i].label, cell.sites[j].label
    whom = f"Two atoms of {a} are" if a == b else f"{a} and {b} are"
    return HandOffError(
        f"{whom} {distance:.2f} Å apart, but occupied {together:.2f} together: they cannot both be "
        "there, and which is meant cannot be told.",
        "Lower their occupancies, or remove one of the sites.",
    )


def _joined(cell: Crystal, start: int, alternatives: _Neighbours) -> Spot:
    """All positions reached from ``start``; together they may hold one atom at most."""
    shifts, stack = {start: (0, 0, 0)}, [start]
    while stack:
        i = stack.pop()
        for j, shift in alternatives.get(i, ()):
            there = tuple(int(a + b) for a, b in zip(shifts[i], shift, strict=True))
            if j not in shifts:
                shifts[j] = (there[0], there[1], there[2])
                stack.append(j)
            elif shifts[j] != there:
                raise _endless(cell, i)
    total = sum(cell.sites[i].species.total for i in shifts)
    if total > _TOGETHER:
        labels = ", ".join(sorted({cell.sites[i].label for i in shifts}))
        raise HandOffError(
            f"The split positions {labels} overlap in a group of {len(shifts)} that holds "
            f"{total:.2f} atoms; which of them exclude one another cannot be told from "
            "occupancies alone.",
            "Keep one set of positions that can all be occupied, then hand off.",
        )
    return Spot(tuple(sorted(shifts.items())))


def _endless(cell: Crystal, i: int) -> HandOffError:
    return HandOffError(
        f"The split positions of {cell.sites[i].label} overlap in an endless chain, so that no "
        "atom has a place of its own.",
        "Keep the positions that are occupied at the same time, then hand off.",
    )


def _sublattice(cell: Crystal, orbit_of: tuple[int, ...], spots: Iterable[Spot]) -> Sublattice:
    spots = tuple(spots)
    weights: dict[tuple[int, str], float] = defaultdict(float)
    labels: dict[str, None] = {}
    for i, _ in spots[0].points:
        labels[cell.sites[i].label] = None
        for el, occupancy in cell.sites[i].species.items():
            weights[orbit_of[i], el] += occupancy
    vacancy = 1 - sum(weights.values())
    single = len(weights) == 1
    if vacancy > (1e-4 if single else MIXED_SPECIES_TOLERANCE):
        weights[-1, EMPTY] = vacancy
    kinds = tuple(Kind(orbit, el, w) for (orbit, el), w in weights.items())
    return Sublattice("/".join(labels), spots, kinds)
