"""Whether two crystals have one structure type: the same arrangement of whatever atoms."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.crystal.symmetry import primitive

_MOST_SITES = 40
_MOST_WORK = 20_000
"""Ways to map the elements times sites squared: about a second where nothing fits."""

_HALF = 0.5


def same_type(one: Crystal, other: Crystal) -> bool | None:
    """By pymatgen's ``StructureMatcher.fit_anonymous``, on the ordered forms of both: a site counts
    as what most of it is, and one that is mostly empty as none. None where the cells are too large
    for an answer in a second or so.
    """
    pair = _ordered(one), _ordered(other)
    counts = [sorted(Counter(site for site, _ in sites).values()) for _, sites in pair]
    if not all(counts) or _ratios(counts[0]) != _ratios(counts[1]):
        return False
    most = max(len(sites) for _, sites in pair)
    if most > _MOST_SITES or _mappings(counts[0]) * most**2 > _MOST_WORK:
        return None
    return _fit(*pair)


_Cell = tuple[Any, list[tuple[str, tuple[float, float, float]]]]
"""A lattice, and what stands where in it."""


def _ordered(crystal: Crystal) -> _Cell:
    cell = primitive(crystal)
    sites = [
        (element(max(s.species, key=lambda el: s.species[el])).symbol, s.frac)
        for s in cell.sites
        if s.species.total > _HALF
    ]
    return cell.lattice, sites


def _mappings(counts: list[int]) -> int:
    """Elements can stand for one another where there are as many atoms of each."""
    return math.prod(math.factorial(n) for n in Counter(counts).values())


def _ratios(counts: list[int]) -> list[float]:
    return [round(n / sum(counts), 6) for n in counts]


def _fit(one: _Cell, other: _Cell) -> bool:
    from pymatgen.analysis.structure_matcher import StructureMatcher
    from pymatgen.core import Lattice, Structure

    structures = (
        Structure(Lattice(lattice), [el for el, _ in sites], [frac for _, frac in sites])
        for lattice, sites in (one, other)
    )
    return bool(StructureMatcher().fit_anonymous(*structures))
