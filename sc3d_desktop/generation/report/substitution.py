"""The plain way to new candidates: known structures with other, alike elements in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.elements import Element, element

_RADIUS_WITHIN = 0.1


def substituted(prototypes: Sequence[Crystal], n: int, seed: int = 0) -> tuple[Crystal, ...]:
    """``n`` ordered crystals: a prototype drawn at random, each of its elements replaced by one of
    its like or left, at least one replaced; the cell is scaled with the atoms' radii.

    Only elements that occur in the prototypes are put in, and none twice in one crystal.
    """
    rng = np.random.default_rng(seed)
    pool = sorted({el for crystal in prototypes for el in crystal.composition})
    alike = {el: _alike(el, pool) for el in pool}
    made: list[Crystal] = []
    while len(made) < n:
        prototype = prototypes[int(rng.integers(len(prototypes)))]
        swap = {el: str(rng.choice(alike[el])) for el in prototype.composition}
        if len(set(swap.values())) == len(swap) and any(a != b for a, b in swap.items()):
            made.append(_replaced(prototype, swap))
    return tuple(made)


def _alike(symbol: str, pool: Sequence[str]) -> list[str]:
    """Itself, and those of its group, or of its block and about its radius."""
    return [other for other in pool if _is_like(element(symbol), element(other))]


def _is_like(one: Element, other: Element) -> bool:
    ratio = other.covalent_radius_angstrom / one.covalent_radius_angstrom
    of_a_size = one.block == other.block and abs(ratio - 1) <= _RADIUS_WITHIN
    # Hydrogen is in the group of the alkali metals and like none of them.
    same_group = one.group == other.group and 1 not in (one.number, other.number)
    return one == other or same_group or of_a_size


def _replaced(crystal: Crystal, swap: dict[str, str]) -> Crystal:
    old = [next(iter(site.species)) for site in crystal.sites]
    new = [swap[el] for el in old]
    counts = dict.fromkeys(new, 0)
    sites = []
    for el, site in zip(new, crystal.sites, strict=True):
        counts[el] += 1
        sites.append(Site(f"{el}{counts[el]}", Species({el: 1.0}), site.frac))
    scale = (_filling(new) / _filling(old)) ** (1 / 3)
    return Crystal(crystal.lattice * scale, tuple(sites))


def _filling(symbols: Sequence[str]) -> float:
    return sum(element(el).covalent_radius_angstrom ** 3 for el in symbols)
