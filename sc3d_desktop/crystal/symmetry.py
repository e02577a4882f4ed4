"""Space group and Wyckoff orbits, with two sites alike only when species and occupancies agree."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.crystal import Crystal, Species

# What it prints on stderr it says by its result as well.
os.environ.setdefault("SPGLIB_WARNING", "OFF")

SYMPREC_ANGSTROM = 0.01
_OCCUPANCY_DIGITS = 4


@dataclass(frozen=True)
class Orbit:
    """Symmetry-equivalent sites: one row of a structure table.

    ``letter`` is the Wyckoff letter, ``multiplicity`` the number of sites in the given cell.
    """

    label: str
    letter: str
    multiplicity: int
    sites: tuple[int, ...]
    species: Species


@dataclass(frozen=True)
class Symmetry:
    space_group: str
    number: int
    orbits: tuple[Orbit, ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        """“4e”, multiplicity and Wyckoff letter, of each site."""
        named = {i: f"{o.multiplicity}{o.letter}" for o in self.orbits for i in o.sites}
        return tuple(named[i] for i in range(len(named)))

    def with_species_of(self, crystal: Crystal) -> Symmetry:
        """The same orbits with the species that ``crystal`` has on them."""
        orbits = (replace(o, species=crystal.sites[o.sites[0]].species) for o in self.orbits)
        return replace(self, orbits=tuple(orbits))


def species_numbers(
    crystal: Crystal, digits: int = _OCCUPANCY_DIGITS, labelled: bool = False
) -> NDArray[np.int32]:
    """One integer a site, equal where the species agree to ``digits``, and where ``labelled`` the
    labels as well; shape (n_sites,).
    """
    kinds: dict[tuple[str, tuple[tuple[str, float], ...]], int] = {}
    numbers = []
    for site in crystal.sites:
        rounded = tuple((el, round(w, digits)) for el, w in site.species.items())
        kind = (site.label if labelled else "", rounded)
        numbers.append(kinds.setdefault(kind, len(kinds) + 1))
    return np.array(numbers, dtype=np.int32)


def find_symmetry(crystal: Crystal, symprec: float = SYMPREC_ANGSTROM) -> Symmetry:
    """Space group and orbits by spglib; P1 with one orbit a site where spglib finds none."""
    found = _dataset(crystal, symprec, species_numbers(crystal))
    if found is None:
        return Symmetry("P1", 1, _single_orbits(crystal))
    orbits = _orbits(crystal, np.asarray(found.crystallographic_orbits), list(found.wyckoffs))
    return Symmetry(str(found.international), int(found.number), orbits)


def keeps_orbits(before: Crystal, after: Crystal, symmetry: Symmetry) -> bool:
    """Whether the orbits of ``before`` still hold for ``after``: atoms and cell have not moved and
    every orbit has one kind of species.
    """
    if len(before) != len(after) or not np.array_equal(before.lattice, after.lattice):
        return False
    if not np.array_equal(before.frac_coords, after.frac_coords):
        return False
    uniform = ({after.sites[i].species for i in orbit.sites} for orbit in symmetry.orbits)
    return all(len(kinds) == 1 for kinds in uniform)


def symmetry_operations(
    crystal: Crystal, symprec: float, kinds: NDArray[np.int32]
) -> tuple[list[tuple[NDArray[np.float64], NDArray[np.float64]]], tuple[Orbit, ...]]:
    """Operations (rotation (3, 3), translation (3,)) on fractional columns, and their orbits.

    Only sites of one of the ``kinds``, one integer a site, are alike.
    """
    found = _dataset(crystal, symprec, kinds)
    if found is None:
        return [(np.eye(3), np.zeros(3))], _single_orbits(crystal)
    pairs = zip(found.rotations, found.translations, strict=True)
    operations = [(np.asarray(r, dtype=float), np.asarray(t, dtype=float)) for r, t in pairs]
    equivalent = np.asarray(found.equivalent_atoms)
    return operations, _orbits(crystal, equivalent, list(found.wyckoffs))


def primitive(crystal: Crystal, symprec: float = SYMPREC_ANGSTROM) -> Crystal:
    """The primitive cell, or the crystal itself where spglib finds none."""
    import spglib

    numbers = species_numbers(crystal)
    found = _quietly(
        spglib.find_primitive, (crystal.lattice, crystal.frac_coords, numbers), symprec
    )
    if found is None:
        return crystal
    lattice, positions, kinds = found
    first = {int(kind): i for i, kind in reversed(list(enumerate(numbers)))}
    sites = tuple(
        replace(crystal.sites[first[int(kind)]], frac=tuple(frac))
        for kind, frac in zip(kinds, positions.tolist(), strict=True)
    )
    return Crystal(lattice, sites, crystal.name, crystal.findings)


@dataclass(frozen=True)
class Operations:
    """The symmetry of a crystal in its own cell: ``rotations`` (n, 3, 3) of fractional coordinates
    as columns, and ``images`` (n, n_sites), the site that each one maps each site to.
    """

    rotations: NDArray[np.int64]
    images: NDArray[np.int64]


def operations(crystal: Crystal, symprec: float = SYMPREC_ANGSTROM) -> Operations:
    """By spglib; the identity alone where it finds none."""
    found = _dataset(crystal, symprec, species_numbers(crystal))
    if found is None:
        own = np.arange(len(crystal), dtype=np.int64)
        return Operations(np.eye(3, dtype=np.int64)[None], own[None])
    rotations = np.asarray(found.rotations, dtype=np.int64)
    moved = np.einsum("gxy,ny->gnx", rotations, crystal.frac_coords)
    away = (moved + np.asarray(found.translations)[:, None])[:, :, None] - crystal.frac_coords
    away = (away - np.round(away)) @ crystal.lattice
    return Operations(rotations, np.linalg.norm(away, axis=-1).argmin(-1))


def niggli_cell(lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Niggli's reduced cell of a lattice (3, 3), rows in Å: short edges, the same whoever describes
    it; the lattice as it is where spglib finds none.
    """
    import spglib

    def reduce(rows: Any, symprec: float) -> Any:
        return spglib.niggli_reduce(rows, eps=symprec)

    reduced = _quietly(reduce, lattice, 1e-5)
    return lattice if reduced is None else np.asarray(reduced)


def _dataset(crystal: Crystal, symprec: float, kinds: NDArray[np.int32]) -> Any:
    """A ``Crystal`` has a finite cell with a volume, so nothing that crashes spglib reaches it."""
    import spglib

    cell = (crystal.lattice, crystal.frac_coords, kinds)
    return _quietly(spglib.get_symmetry_dataset, cell, symprec)


def _quietly(function: Callable[..., Any], cell: Any, symprec: float) -> Any:
    """Spglib says "none found" by None or by an exception, and warns that this will change."""
    from spglib import SpglibError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return function(cell, symprec=symprec)
        except SpglibError:
            return None


def _single_orbits(crystal: Crystal) -> tuple[Orbit, ...]:
    return _orbits(crystal, np.arange(len(crystal)), ["a"] * len(crystal))


def _orbits(
    crystal: Crystal, equivalent: NDArray[np.integer], letters: list[str]
) -> tuple[Orbit, ...]:
    orbits = []
    for representative in dict.fromkeys(equivalent.tolist()):
        sites = tuple(int(i) for i in np.flatnonzero(equivalent == representative))
        first = crystal.sites[sites[0]]
        orbits.append(Orbit(first.label, letters[sites[0]], len(sites), sites, first.species))
    return tuple(_with_unique_labels(orbits))


def _with_unique_labels(orbits: list[Orbit]) -> list[Orbit]:
    """Files may give one label to sites that are not equivalent; add a prime to tell them apart."""
    uses = Counter(orbit.label for orbit in orbits)
    seen: Counter[str] = Counter()
    named = []
    for orbit in orbits:
        primes = "′" * seen[orbit.label] if uses[orbit.label] > 1 else ""
        seen[orbit.label] += 1
        label = orbit.label + primes
        named.append(Orbit(label, orbit.letter, orbit.multiplicity, orbit.sites, orbit.species))
    return named
