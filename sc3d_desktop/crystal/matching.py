"""Which site of one crystal is which of another, and how far each has moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.crystal import Crystal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOLERANCE_ANGSTROM = 1.0
"""Atoms of a crystal are twice as far apart: within this, a partner is hardly ever a stranger."""
MOST_STRAIN, MOST_SHEAR_DEGREES = 0.15, 8.0
LEAST_SHARE = 0.75
"""Of the sites of the smaller crystal. Between strangers up to half of them fit by chance."""
MOST_PAIRS = 1_000_000
_MOST_SHIFTS = 64
_ROUNDS = 4
_SETTLED_ANGSTROM = 1e-3


@dataclass(frozen=True, eq=False)
class Matching:
    """``pairs`` (n, 2): a site of A and the one of B it became, by rising site of A. ``shift`` (3,)
    is how far B lies from A as a whole, and ``ways`` (n, 3) how far each pair goes beyond that:
    Cartesian, in Å of B's cell, a strain not counted. ``problem`` says why nothing is matched.
    """

    pairs: Ints
    shift: Floats
    ways: Floats
    problem: str = ""

    @property
    def distances(self) -> Floats:
        return np.asarray(np.linalg.norm(self.ways, axis=1))

    def in_b(self, site: int) -> int:
        """The site of B that a site of A became, or -1."""
        return self._across(site, 0)

    def in_a(self, site: int) -> int:
        """The site of A that a site of B was, or -1."""
        return self._across(site, 1)

    def _across(self, site: int, side: int) -> int:
        found = np.flatnonzero(self.pairs[:, side] == site)
        return int(self.pairs[found[0], 1 - side]) if len(found) else -1


def same_places(one: Crystal, other: Crystal) -> bool:
    """Whether two crystals differ in what occupies their sites at most."""
    return (
        len(one) == len(other)
        and np.array_equal(one.lattice, other.lattice)
        and np.array_equal(one.frac_coords, other.frac_coords)
    )


def match(a: Crystal, b: Crystal) -> Matching:
    """Most sites first, then the least sum of squared ways, where a partner of another element
    counts as much as one that is ``TOLERANCE_ANGSTROM`` further. None is further than that.

    A rigid shift is taken away: the one near none, if all sites are matched so, else that between
    two sites of a rare element which brings most sites together.
    """
    problem = _cells_differ(a, b)
    if problem:
        return _none(problem)
    fewest = min(len(a), len(b))
    if np.array_equal(a.frac_coords, b.frac_coords):
        own = np.arange(fewest)
        return _paired(a, b, own, own)
    best = _matched_near(a, b, np.zeros(3))
    if len(best.pairs) < fewest:
        tried = (_matched_near(a, b, shift) for shift in _shifts(a, b))
        best = max([best, *tried], key=lambda m: (len(m.pairs), -float((m.ways**2).sum())))
    if len(best.pairs) < LEAST_SHARE * fewest:
        return _none(
            f"Only {len(best.pairs)} of {fewest} sites have a partner within "
            f"{TOLERANCE_ANGSTROM:g} Å: sites are not matched."
        )
    return best


def _none(problem: str) -> Matching:
    return Matching(np.zeros((0, 2), np.int64), np.zeros(3), np.zeros((0, 3)), problem)


def _cells_differ(a: Crystal, b: Crystal) -> str:
    """Why positions in the two cells mean different things; empty where they do not."""
    few, many = sorted((len(a), len(b)))
    if many >= 2 * few and many % few == 0:
        name = "B" if len(b) == many else "A"
        return (
            f"{name} has {many // few} times as many sites: those of a supercell are not matched."
        )
    if many >= 2 * few:
        return f"A has {len(a)} sites and B {len(b)}: they are not matched."
    ratios = np.array(b.cell_parameters[:3]) / np.array(a.cell_parameters[:3])
    shear = np.abs(np.subtract(b.cell_parameters[3:], a.cell_parameters[3:]))
    if np.abs(ratios - 1).max() > MOST_STRAIN or shear.max() > MOST_SHEAR_DEGREES:
        return "The cells are of different shape, or chosen differently: sites are not matched."
    same = np.array_equal(a.frac_coords, b.frac_coords)
    if not same and len(a) * len(b) > MOST_PAIRS:
        return f"Sites of cells with more than {round(MOST_PAIRS**0.5):,} of them are not matched."
    return ""


def _shifts(a: Crystal, b: Crystal) -> list[Floats]:
    """Fractional shifts that bring the first site of a rare element onto each of its kind."""
    of_a, of_b = ([max(s.species, key=s.species.__getitem__) for s in c.sites] for c in (a, b))
    shared = set(of_a) & set(of_b)
    if not shared:
        return []
    rare = min(shared, key=lambda el: (of_a.count(el), el))
    start = a.frac_coords[of_a.index(rare)]
    ends = [frac for frac, el in zip(b.frac_coords, of_b, strict=True) if el == rare]
    return [end - start for end in ends[:_MOST_SHIFTS]]


def _matched_near(a: Crystal, b: Crystal, shift: Floats) -> Matching:
    """With a fractional shift near the given one: that of the atoms which it brings together."""
    likeness = _likeness(a, b)
    found = _none("")
    for _ in range(_ROUNDS):
        steps = b.frac_coords[None] - a.frac_coords[:, None] - shift
        distance = np.linalg.norm(shortest(steps, b.lattice, TOLERANCE_ANGSTROM), axis=-1)
        i, j = assign(distance, likeness)
        if not len(i):
            return found
        found = _paired(a, b, i, j)
        before, shift = shift, found.shift @ np.linalg.inv(b.lattice)
        moved = shortest((shift - before)[None], b.lattice)
        if np.linalg.norm(moved) < _SETTLED_ANGSTROM:
            break
    near = found.distances <= TOLERANCE_ANGSTROM
    return replace(found, pairs=found.pairs[near], ways=found.ways[near])


def assign(distance: Floats, likeness: Floats) -> tuple[Ints, Ints]:
    """Pairs (i, j) by rising i, each row and column once at most: as many as can be within the
    tolerance, and of these ways the one with the least sum of d² + 1 − likeness.
    """
    from scipy.optimize import linear_sum_assignment

    near = distance <= TOLERANCE_ANGSTROM
    cost = (distance / TOLERANCE_ANGSTROM) ** 2 + 1 - likeness
    i, j = linear_sum_assignment(np.where(near, cost, 4.0 * min(distance.shape)))
    kept = near[i, j]
    return i[kept], j[kept]


def _likeness(a: Crystal, b: Crystal) -> Floats:
    """What two sites have in common, 0 to 1, shape (sites of A, sites of B)."""
    common = np.zeros((len(a), len(b)))
    for el in a.composition.keys() & b.composition.keys():
        of_a, of_b = (np.array([s.species.get(el, 0.0) for s in c.sites]) for c in (a, b))
        common += np.minimum(of_a[:, None], of_b)
    return common


def _paired(a: Crystal, b: Crystal, i: Ints, j: Ints) -> Matching:
    shift, ways = shift_and_ways(a.frac_coords[i], b.frac_coords[j], b.lattice)
    return Matching(np.column_stack([i, j]), shift, ways)


def shift_and_ways(start: Floats, end: Floats, lattice: Floats) -> tuple[Floats, Floats]:
    """How far a set of sites went as a whole (3,), and each beyond that (n, 3), in Å, Cartesian,
    for fractional coordinates (n, 3) before and after; each the shortest way there is.
    """
    steps = end - start
    apart = steps - steps[0]  # so that a shift over a face of the cell does not tear them apart
    apart -= np.round(apart)
    mean = apart.mean(axis=0)
    ways = shortest(apart - mean, lattice)
    rest = ways.mean(axis=0)
    shift = shortest((steps[0] + mean)[None], lattice)[0] + rest
    return shift, ways - rest


def shortest(steps: Floats, lattice: Floats, within: float | None = None) -> Floats:
    """The shortest periodic image of fractional steps (…, 3), Cartesian in Å. Exact for those of at
    most ``within``, or for all of them.
    """
    steps = steps - np.round(steps)
    rounded = steps @ lattice
    longest = float(np.linalg.norm(rounded, axis=-1).max(initial=0.0))
    reach = longest if within is None else min(within, longest)
    # A vector of length r has no fractional coordinate beyond r over the distance of the planes.
    most = np.floor(reach * np.linalg.norm(np.linalg.inv(lattice), axis=0) + 0.5).astype(int)
    best, square = rounded, (rounded**2).sum(axis=-1)
    for image in product(*(range(-n, n + 1) for n in most)):
        if any(image):
            other = rounded + np.array(image) @ lattice
            closer = (other**2).sum(axis=-1)
            shorter = closer < square - 1e-12
            best = np.where(shorter[..., None], other, best)
            square = np.where(shorter, closer, square)
    return np.asarray(best)


def turned_onto(a: Crystal, b: Crystal) -> Crystal:
    """A turned in space, so that its cell lies along that of B as well as it can."""
    u, _, vt = np.linalg.svd(np.linalg.inv(a.lattice) @ b.lattice)
    turn = u @ vt
    if np.linalg.det(turn) < 0 or np.abs(turn - np.eye(3)).max() < 1e-9:
        return a
    return replace(a, lattice=a.lattice @ turn)
