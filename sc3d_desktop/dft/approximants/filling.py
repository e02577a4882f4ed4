"""A supercell with its spots, and the atoms that a way to fill them gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.symmetry import SYMPREC_ANGSTROM, symmetry_operations
from sc3d_desktop.dft.approximants.bookkeeping import Counts, evenly, positions
from sc3d_desktop.dft.approximants.spots import EMPTY, LatticeModel, Sublattice
from sc3d_desktop.dft.approximants.supercells import Supercell, most_compact

Points = NDArray[np.uint8]
"""What each point (last axis) holds, an index into ``SpottedCell.elements``; 0 is nothing."""


@dataclass(frozen=True)
class States:
    """The spots of one sublattice in the supercell and what each may hold.

    ``points`` (n_spots, n_states): the point that a state fills, -1 for a vacancy. ``codes`` and
    ``kind_of`` (n_states): its element and its kind. ``counts`` (n_kinds): how often each occurs.
    """

    label: str
    points: NDArray[np.int64]
    codes: NDArray[np.uint8]
    kind_of: tuple[int, ...]
    counts: tuple[int, ...]

    @property
    def state_counts(self) -> tuple[int, ...]:
        """The counts of the kinds, spread evenly over alternative positions."""
        found = [0] * len(self.kind_of)
        for kind, total in enumerate(self.counts):
            of_it = [t for t, k in enumerate(self.kind_of) if k == kind]
            for t, n in zip(of_it, evenly(total, len(of_it)), strict=True):
                found[t] = n
        return tuple(found)


@dataclass(frozen=True, eq=False)
class SpottedCell:
    """A supercell of a lattice model, and how many of its spots hold what."""

    model: LatticeModel
    supercell: Supercell
    counts: Counts

    @cached_property
    def elements(self) -> tuple[str, ...]:
        kinds = (kind.element for s in self.model.sublattices for kind in s.kinds)
        return (EMPTY, *dict.fromkeys(el for el in kinds if el))

    @cached_property
    def point_sites(self) -> tuple[int, ...]:
        """The sites of the primitive cell that are points: site b of cell t is point b·size + t."""
        return tuple(i for s in self.model.sublattices for spot in s.spots for i, _ in spot.points)

    @property
    def n_points(self) -> int:
        return len(self.point_sites) * self.supercell.size

    @property
    def lattice(self) -> NDArray[np.float64]:
        lattice: NDArray[np.float64] = self.supercell.matrix @ self.model.cell.lattice
        return lattice

    @cached_property
    def point_cart(self) -> NDArray[np.float64]:
        """Cartesian coordinates of the points, shape (n_points, 3), in Å."""
        frac = self.model.cell.frac_coords[list(self.point_sites)]
        cells = frac[:, None] + self.supercell.translations[None]
        cart: NDArray[np.float64] = cells.reshape(-1, 3) @ self.model.cell.lattice
        return cart

    @cached_property
    def states(self) -> tuple[States, ...]:
        return tuple(
            self._states(sublattice, n_of)
            for sublattice, n_of in zip(self.model.sublattices, self.counts, strict=True)
        )

    def _states(self, sublattice: Sublattice, n_of: tuple[int, ...]) -> States:
        rows = []
        for n, spot in enumerate(sublattice.spots):
            columns, codes, kind_of = [], [], []
            for k, kind in enumerate(sublattice.kinds):
                places: list[int | None] = [*positions(self.model, sublattice, kind, n)]
                for place in places or [None]:
                    columns.append(self._points(None if place is None else spot.points[place]))
                    codes.append(self.elements.index(kind.element))
                    kind_of.append(k)
            rows.append(np.stack(columns, axis=1))
        return States(
            sublattice.label,
            np.concatenate(rows),
            np.array(codes, dtype=np.uint8),
            tuple(kind_of),
            n_of,
        )

    def _points(self, point: tuple[int, tuple[int, int, int]] | None) -> NDArray[np.int64]:
        """The images of a position in each cell of the supercell."""
        size = self.supercell.size
        if point is None:
            return np.full(size, -1, dtype=np.int64)
        site, shift = point
        cells = self.supercell.index_of(self.supercell.translations + np.array(shift))
        return self.point_sites.index(site) * size + cells

    def filled(self, assignments: list[NDArray[np.int64]]) -> Points:
        """Points (n, n_points) of assignments: for each sublattice (n, n_spots) states."""
        points = np.zeros((len(assignments[0]), self.n_points), dtype=np.uint8)
        rows = np.arange(len(points))
        for states, chosen in zip(self.states, assignments, strict=True):
            for spot in range(chosen.shape[1]):
                where = states.points[spot, chosen[:, spot]]
                there = where >= 0
                points[rows[there], where[there]] = states.codes[chosen[there, spot]]
        return points

    @cached_property
    def permutations(self) -> NDArray[np.int64]:
        """Symmetry operations as permutations of the points, shape (n, n_points): point p goes to
        ``permutations[:, p]``. Those of the crystal that keep the supercell.
        """
        found = {self._permutation(r, t).tobytes(): (r, t) for r, t in self._operations()}
        base = np.array([np.frombuffer(key, dtype=np.int64) for key in found])
        shifted = [base[:, self._shifted(cell)] for cell in self.supercell.translations]
        return np.unique(np.concatenate(shifted), axis=0)

    def _operations(self) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        kinds = np.array(self.model.orbit_of, dtype=np.int32) + 1
        operations, _ = symmetry_operations(self.model.cell, SYMPREC_ANGSTROM, kinds)
        return [(r, t) for r, t in operations if self.supercell.keeps(r)]

    def _permutation(
        self, rotation: NDArray[np.float64], translation: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        frac = self.model.cell.frac_coords[list(self.point_sites)]
        turned = frac @ rotation.T + translation
        apart = turned[:, None] - frac[None]
        distance = np.linalg.norm((apart - np.rint(apart)) @ self.model.cell.lattice, axis=-1)
        partner = distance.argmin(axis=1)
        shift = np.rint(turned - frac[partner]).astype(np.int64)
        cells = self.supercell.translations @ np.rint(rotation).astype(np.int64).T
        size = self.supercell.size
        images = partner[:, None] * size + self.supercell.index_of(cells[None] + shift[:, None])
        return images.ravel().astype(np.int64)

    def _shifted(self, cell: NDArray[np.int64]) -> NDArray[np.int64]:
        moved = self.supercell.index_of(self.supercell.translations + cell)
        size = self.supercell.size
        return (np.arange(len(self.point_sites))[:, None] * size + moved).ravel()

    def crystal(self, points: Points) -> Crystal:
        """The ordered crystal of one filling, shape (n_points,); fixed sites come first."""
        sites = [
            replace(self.model.cell.sites[i], frac=self._frac(i, cell), species=self._only(i))
            for i in self.model.fixed
            for cell in self.supercell.translations
        ]
        size = self.supercell.size
        for p in np.flatnonzero(points).tolist():
            site, cell = self.point_sites[p // size], self.supercell.translations[p % size]
            el = self.elements[points[p]]
            label = self.model.cell.sites[site].label
            sites.append(Site(label, Species({el: 1.0}), self._frac(site, cell)))
        return Crystal(self.lattice, tuple(sites), self.model.cell.name)

    def _only(self, site: int) -> Species:
        (el,) = self.model.elements_of(site)
        return Species({el: 1.0})

    def _frac(self, site: int, cell: NDArray[np.int64]) -> tuple[float, float, float]:
        in_cells = np.array(self.model.cell.sites[site].frac) + cell
        x, y, z = (in_cells @ np.linalg.inv(self.supercell.matrix)).tolist()
        return x, y, z


def compact_cell(model: LatticeModel, size: int, counts: Counts) -> SpottedCell:
    """The most compact supercell of this size."""
    kinds = np.array(model.orbit_of, dtype=np.int32) + 1
    operations, _ = symmetry_operations(model.cell, SYMPREC_ANGSTROM, kinds)
    rotations = [r for r, _ in operations]
    return SpottedCell(model, most_compact(model.cell.lattice, size, rotations), counts)
