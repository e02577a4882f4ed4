"""Crystal and Site: an immutable crystal whose sites may be partially occupied."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sc3d_desktop.crystal.elements import atomic_number, is_element
from sc3d_desktop.crystal.findings import Finding
from sc3d_desktop.errors import CrystalError

FULL_OCCUPANCY_TOLERANCE = 1e-3
"""A site may be over-full by this much: files round thirds to 0.334."""

MIN_CELL_ANGSTROM, MAX_CELL_ANGSTROM = 0.5, 1000.0
MIN_VOLUME_ANGSTROM3 = 0.5


class Species(Mapping[str, float]):
    """What occupies a site: element → occupancy in (0, 1], immutable and hashable.

    The order of the elements does not matter; an element given twice (two halves of the same
    species) is added up. A sum above 1 + 1e-3 or an unknown element raises ``CrystalError``.
    """

    __slots__ = ("_pairs",)

    def __init__(self, occupancies: Mapping[str, float] | tuple[tuple[str, float], ...]) -> None:
        given = occupancies.items() if isinstance(occupancies, Mapping) else occupancies
        total: dict[str, float] = {}
        for element, occupancy in given:
            total[element] = total.get(element, 0.0) + _checked(element, occupancy)
        if not total:
            raise CrystalError("A site needs at least one species.", "Remove the site instead.")
        if sum(total.values()) > 1 + FULL_OCCUPANCY_TOLERANCE + 1e-9:
            listed = " + ".join(f"{el} {w:g}" for el, w in total.items())
            raise CrystalError(
                f"The occupancies {listed} add up to {sum(total.values()):g}, above 1.",
                "Lower one of them.",
            )
        self._pairs = tuple(sorted(total.items(), key=lambda p: (atomic_number(p[0]), p[0])))

    def __getitem__(self, element: str) -> float:
        for name, occupancy in self._pairs:
            if name == element:
                return occupancy
        raise KeyError(element)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __hash__(self) -> int:
        return hash(self._pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Species) and self._pairs == other._pairs

    def __repr__(self) -> str:
        return f"Species({dict(self._pairs)!r})"

    @property
    def total(self) -> float:
        """Total occupancy of the site, in (0, 1 + 1e-3]."""
        return sum(occupancy for _, occupancy in self._pairs)

    @property
    def vacancy(self) -> float:
        """Unoccupied fraction of the site."""
        return max(0.0, 1.0 - self.total)


def _checked(element: str, occupancy: float) -> float:
    if not is_element(element):
        raise CrystalError(f"“{element}” is not a chemical element.", "Use a symbol such as La.")
    occupancy = float(occupancy)
    if not math.isfinite(occupancy) or occupancy <= 0:
        raise CrystalError(
            f"The occupancy of {element} is {occupancy:g}; it must be above 0 and at most 1.",
            "Leave an element out instead of giving it zero.",
        )
    return occupancy


@dataclass(frozen=True)
class Site:
    """A position in the cell and what occupies it.

    ``frac`` are fractional coordinates, kept in [0, 1).
    """

    label: str
    species: Species
    frac: tuple[float, float, float]

    def __post_init__(self) -> None:
        if len(self.frac) != 3 or not all(math.isfinite(x) for x in self.frac):
            raise CrystalError(
                f"Site {self.label} has no finite position.", "Check its coordinates."
            )
        wrapped = tuple(_wrap(float(x)) for x in self.frac)
        object.__setattr__(self, "frac", wrapped)
        if not isinstance(self.species, Species):
            object.__setattr__(self, "species", Species(self.species))


def _wrap(x: float) -> float:
    wrapped = x % 1.0
    return 0.0 if wrapped > 1 - 1e-9 else wrapped


@dataclass(frozen=True, eq=False)
class Crystal:
    """A periodic crystal: lattice vectors as **rows** in Å and at least one site.

    ``lattice`` has shape (3, 3) and is read-only. ``name``, ``findings`` (what was noticed on
    reading) and ``block`` (of the file) say where the crystal came from and take no part in
    equality. Cells that no crystal has (non-finite, flat, edges outside 0.5-1000 Å) raise
    ``CrystalError``, so no library below ever sees one.
    """

    lattice: NDArray[np.float64]
    sites: tuple[Site, ...]
    name: str = ""
    findings: tuple[Finding, ...] = ()
    block: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "lattice", _checked_lattice(self.lattice))
        object.__setattr__(self, "sites", tuple(self.sites))
        if not self.sites:
            raise CrystalError("The crystal has no sites.", "Check that the file lists atoms.")

    @cached_property
    def key(self) -> str:
        """Content hash of lattice, positions and species: equal crystals have equal keys."""
        digest = hashlib.sha256(np.ascontiguousarray(self.lattice).tobytes())
        for site in self.sites:
            digest.update(repr((site.label, site.frac, dict(site.species))).encode())
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Crystal) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __len__(self) -> int:
        return len(self.sites)

    @property
    def notes(self) -> tuple[str, ...]:
        """The findings in words."""
        return tuple(str(finding) for finding in self.findings)

    @cached_property
    def frac_coords(self) -> NDArray[np.float64]:
        """Fractional coordinates, shape (n_sites, 3), read-only."""
        coordinates = np.array([site.frac for site in self.sites], dtype=np.float64)
        coordinates.setflags(write=False)
        return coordinates

    @property
    def cart_coords(self) -> NDArray[np.float64]:
        """Cartesian coordinates in Å, shape (n_sites, 3)."""
        return self.frac_coords @ self.lattice

    @property
    def volume(self) -> float:
        """Cell volume in Å³."""
        return abs(float(np.linalg.det(self.lattice)))

    @cached_property
    def cell_parameters(self) -> tuple[float, float, float, float, float, float]:
        """a, b, c in Å and alpha, beta, gamma in degrees."""
        a, b, c = (float(np.linalg.norm(v)) for v in self.lattice)
        va, vb, vc = self.lattice
        angles = (_angle(vb, vc), _angle(va, vc), _angle(va, vb))
        return (a, b, c, *angles)

    @cached_property
    def composition(self) -> dict[str, float]:
        """Element → number of atoms in the cell."""
        amounts: dict[str, float] = {}
        for site in self.sites:
            for element, occupancy in site.species.items():
                amounts[element] = amounts.get(element, 0.0) + occupancy
        return amounts

    @property
    def is_ordered(self) -> bool:
        """Whether every site holds exactly one species, fully."""
        return all(len(s.species) == 1 and s.species.vacancy <= 1e-4 for s in self.sites)

    def with_sites(self, sites: Mapping[int, Site]) -> Crystal:
        """The crystal with the sites at the given indices replaced."""
        new = tuple(sites.get(i, site) for i, site in enumerate(self.sites))
        return replace(self, sites=new)


def lattice_from_parameters(
    a: float, b: float, c: float, alpha: float, beta: float, gamma: float
) -> NDArray[np.float64]:
    """Lattice vectors as rows, in Å: a along x, b in the xy plane. Angles in degrees."""
    if not all(math.isfinite(x) for x in (a, b, c, alpha, beta, gamma)):
        raise CrystalError("The cell is not finite.", "Give six numbers for the cell.")
    _check_edges((a, b, c))
    if not all(0 < angle < 180 for angle in (alpha, beta, gamma)):
        raise CrystalError(
            f"The cell angles are {alpha:g}°, {beta:g}°, {gamma:g}°; each must be between 0° and "
            "180°.",
            "Check the three angles.",
        )
    ca, cb, cg = (math.cos(math.radians(x)) for x in (alpha, beta, gamma))
    sg = math.sin(math.radians(gamma))
    square = 1 - ca * ca - cb * cb - cg * cg + 2 * ca * cb * cg
    if square <= 1e-9 or abs(sg) <= 1e-6:
        raise CrystalError(
            f"The cell angles {alpha:g}°, {beta:g}°, {gamma:g}° enclose no volume.",
            "Check the three angles.",
        )
    cy = (ca - cb * cg) / sg
    rows = [[a, 0, 0], [b * cg, b * sg, 0], [c * cb, c * cy, c * math.sqrt(square) / sg]]
    lattice = np.array(rows, dtype=np.float64)
    lattice[np.abs(lattice) < 1e-12] = 0.0
    return lattice


def _checked_lattice(lattice: ArrayLike) -> NDArray[np.float64]:
    array = np.array(lattice, dtype=np.float64)
    if array.shape != (3, 3) or not np.isfinite(array).all():
        raise CrystalError("The cell is not finite.", "Give three lattice vectors in Å.")
    lengths = tuple(math.hypot(*row) for row in array.tolist())
    _check_edges(lengths)
    # Not np.linalg.det, which divides by pivots and warns of those that are all but zero.
    volume = abs(float(array[0] @ np.cross(array[1], array[2])))
    if volume < MIN_VOLUME_ANGSTROM3 or volume < 1e-3 * float(np.prod(lengths)):
        raise CrystalError(f"The cell has a volume of {volume:g} Å³.", "Check the cell parameters.")
    array.setflags(write=False)
    return array


def _check_edges(lengths: tuple[float, ...]) -> None:
    if not all(MIN_CELL_ANGSTROM <= x <= MAX_CELL_ANGSTROM for x in lengths):
        edges = ", ".join(f"{x:g}" for x in lengths)
        raise CrystalError(
            f"The cell edges are {edges} Å; each must be between {MIN_CELL_ANGSTROM:g} and "
            f"{MAX_CELL_ANGSTROM:g} Å.",
            "Check the cell parameters and their unit.",
        )


def _angle(u: NDArray[np.float64], v: NDArray[np.float64]) -> float:
    cosine = float(u @ v / (np.linalg.norm(u) * np.linalg.norm(v)))
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))
