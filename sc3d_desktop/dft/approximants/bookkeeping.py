"""Whole numbers of atoms for shares of spots: what a cell of some size can hold."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from sc3d_desktop.dft.approximants.spots import Kind, LatticeModel, Sublattice

Counts = tuple[tuple[int, ...], ...]
"""For each sublattice, how many spots hold each of its kinds."""


def counts(model: LatticeModel, size: int) -> Counts:
    """The whole numbers nearest to the shares: of the elements first, then of their positions."""
    return tuple(_counts(s.kinds, len(s.spots) * size) for s in model.sublattices)


def _counts(kinds: Sequence[Kind], n_spots: int) -> tuple[int, ...]:
    elements: dict[str, float] = defaultdict(float)
    for kind in kinds:
        elements[kind.element] += kind.weight
    amounts = dict(zip(elements, _whole(list(elements.values()), n_spots), strict=True))
    found = [0] * len(kinds)
    for el, amount in amounts.items():
        of_it = [i for i, kind in enumerate(kinds) if kind.element == el]
        for i, n in zip(of_it, _whole([kinds[i].weight for i in of_it], amount), strict=True):
            found[i] = n
    return tuple(found)


def _whole(shares: list[float], total: int) -> list[int]:
    """Largest remainders first: whole numbers that add up to ``total``."""
    scale = total / sum(shares)
    exact = [share * scale for share in shares]
    found = [math.floor(x + 1e-9) for x in exact]
    order = sorted(range(len(shares)), key=lambda i: (found[i] - exact[i], i))
    for i in order[: total - sum(found)]:
        found[i] += 1
    return found


def evenly(total: int, parts: int) -> list[int]:
    """``total`` spread over equal parts."""
    return _whole([1.0] * parts, total)


def deviation(model: LatticeModel, size: int, found: Counts) -> float:
    """The largest difference of the share of an element on a sublattice from what was asked for."""
    return max(
        (
            _deviation(s, n, len(s.spots) * size)
            for s, n in zip(model.sublattices, found, strict=True)
        ),
        default=0.0,
    )


def _deviation(sublattice: Sublattice, found: tuple[int, ...], n_spots: int) -> float:
    apart: dict[str, float] = defaultdict(float)
    for kind, n in zip(sublattice.kinds, found, strict=True):
        apart[kind.element] += n / n_spots - kind.weight
    return max(abs(x) for x in apart.values())


def composition(model: LatticeModel, size: int, found: Counts) -> dict[str, int]:
    """Element → atoms of the supercell."""
    amounts: dict[str, int] = defaultdict(int)
    for i in model.fixed:
        (el,) = model.elements_of(i)
        amounts[el] += size
    for sublattice, n_of in zip(model.sublattices, found, strict=True):
        for kind, n in zip(sublattice.kinds, n_of, strict=True):
            if kind.element and n:
                amounts[kind.element] += n
    return dict(amounts)


def configurations(model: LatticeModel, found: Counts) -> int:
    """In how many ways the spots of the supercell can be filled, symmetry not counted."""
    ways = 1
    for sublattice, n_of in zip(model.sublattices, found, strict=True):
        left = sum(n_of)
        for kind, n in zip(sublattice.kinds, n_of, strict=True):
            ways *= math.comb(left, n) * alternatives(model, sublattice, kind) ** n
            left -= n
    return ways


def alternatives(model: LatticeModel, sublattice: Sublattice, kind: Kind) -> int:
    """How many positions of a spot may hold this kind."""
    return max(1, len(positions(model, sublattice, kind)))


def positions(model: LatticeModel, sublattice: Sublattice, kind: Kind, spot: int = 0) -> list[int]:
    """Which of the points of a spot may hold this kind; none for a vacancy."""
    points = sublattice.spots[spot].points
    return [k for k, (site, _) in enumerate(points) if model.orbit_of[site] == kind.orbit]
