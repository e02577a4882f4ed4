"""What is different between two crystals: cell, composition, occupancies, positions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sc3d_desktop.crystal.crystal import Crystal, Species
from sc3d_desktop.crystal.matching import Matching
from sc3d_desktop.crystal.symmetry import Orbit, Symmetry

_SAME_OCCUPANCY = 1e-4


@dataclass(frozen=True)
class Quantity:
    """A number of A and of B. Its change has a meaning in percent where ``relative`` is set."""

    name: str
    unit: str
    before: float
    after: float
    relative: bool = True

    @property
    def change(self) -> float:
        return self.after - self.before

    @property
    def percent(self) -> float | None:
        if not self.relative or self.before == 0:
            return None
        return 100 * self.change / self.before


@dataclass(frozen=True)
class Occupied:
    """What sites of one orbit held and hold; None where A or B has no such site."""

    label: str
    letter: str
    count: int
    before: Species | None
    after: Species | None


@dataclass(frozen=True)
class Moved:
    """Ways of matched sites in Å, a shift of all alike (its length is ``shift``) taken away."""

    largest: float
    furthest: str
    rms: float
    shift: float
    count: int


@dataclass(frozen=True)
class Difference:
    """``composition`` in atoms a cell, or in percent of all atoms where sites are not matched.
    ``occupied`` has what changed; ``moved`` is None, and ``occupied`` empty, without a matching.
    """

    cell: tuple[Quantity, ...]
    composition: tuple[Quantity, ...]
    occupied: tuple[Occupied, ...]
    moved: Moved | None


def difference_of(
    a: Crystal, b: Crystal, matching: Matching | None, symmetry_b: Symmetry
) -> Difference:
    """From A to B. ``matching`` is None as long as it is not known."""
    matched = matching is not None and not matching.problem
    some = matching if matched else None
    return Difference(
        _cell(a, b),
        tuple(_composition(a, b, in_cell=some is not None)),
        tuple(_occupied(a, b, some, symmetry_b)) if some is not None else (),
        _moved(b, some) if some is not None else None,
    )


def _cell(a: Crystal, b: Crystal) -> tuple[Quantity, ...]:
    pairs = list(zip(a.cell_parameters, b.cell_parameters, strict=True))
    edges = [Quantity(n, "Å", *pair) for n, pair in zip("abc", pairs[:3], strict=True)]
    angles = [Quantity(n, "°", *pair, False) for n, pair in zip("αβγ", pairs[3:], strict=True)]
    volume = Quantity("Volume", "Å³", a.volume, b.volume)
    before, after = (c.volume / sum(c.composition.values()) for c in (a, b))
    return *edges, *angles, volume, Quantity("Volume an atom", "Å³", before, after)


def _composition(a: Crystal, b: Crystal, in_cell: bool) -> Iterator[Quantity]:
    scales = [1.0 if in_cell else 100 / sum(c.composition.values()) for c in (a, b)]
    for el in {**a.composition, **b.composition}:
        before, after = (
            c.composition.get(el, 0.0) * s for c, s in zip((a, b), scales, strict=True)
        )
        yield Quantity(el, "in the cell" if in_cell else "% of atoms", before, after)


def _occupied(
    a: Crystal, b: Crystal, matching: Matching, symmetry_b: Symmetry
) -> Iterator[Occupied]:
    partner = {int(j): int(i) for i, j in matching.pairs}
    for orbit in symmetry_b.orbits:
        yield from _of_orbit(a, orbit, partner)
    left = set(range(len(a))) - set(partner.values())
    for label, species in dict.fromkeys(
        (a.sites[i].label, a.sites[i].species) for i in sorted(left)
    ):
        count = sum((a.sites[i].label, a.sites[i].species) == (label, species) for i in left)
        yield Occupied(label, "", count, species, None)


def _of_orbit(a: Crystal, orbit: Orbit, partner: dict[int, int]) -> Iterator[Occupied]:
    befores = [a.sites[partner[j]].species if j in partner else None for j in orbit.sites]
    for before in dict.fromkeys(befores):
        if before is None or differ(before, orbit.species):
            count = befores.count(before)
            yield Occupied(orbit.label, orbit.letter, count, before, orbit.species)


def differ(one: Species, other: Species) -> bool:
    """By more than what rounding in a file does to an occupancy."""
    shares = {**one, **other}
    return any(abs(one.get(el, 0.0) - other.get(el, 0.0)) > _SAME_OCCUPANCY for el in shares)


def _moved(b: Crystal, matching: Matching) -> Moved:
    away = matching.distances
    furthest = int(away.argmax())
    return Moved(
        largest=float(away[furthest]),
        furthest=b.sites[int(matching.pairs[furthest, 1])].label,
        rms=float(np.sqrt((away**2).mean())),
        shift=float(np.linalg.norm(matching.shift)),
        count=len(away),
    )


def group_name(symmetry: Symmetry) -> str:
    """“P6/mmm (191)”."""
    return f"{symmetry.space_group} ({symmetry.number})" if symmetry.number else "not found"
