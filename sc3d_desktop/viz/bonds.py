"""Bonds from a covalent-radius rule with periodic neighbours, and the polyhedra they span."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.viz.scene import Atoms, main_elements

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

COVALENT_TOLERANCE = 1.25
"""Bonds with a non-metal reach this many sums of radii: the apical O of a cuprate is at 2.4 Å."""
METALLIC_TOLERANCE = 1.02
TOO_CLOSE = 0.6
"""Partially occupied positions closer than this fraction exclude each other: no bond."""
MAX_BONDS_PER_SITE = 12
STUB_LENGTH = 0.42
COPLANAR_COSINE = 0.98
BRUTE_FORCE_PAIRS = 2_000_000
"""Up to here plain numpy is quick; beyond, a tree is worth the second its import takes."""
NON_METALS = frozenset(
    {"H", "D", "T", "He", "B", "C", "N", "O", "F", "Ne", "Si", "P", "S", "Cl", "Ar", "Ge", "As"}
    | {"Se", "Br", "Kr", "Te", "I", "Xe"}
)


@dataclass(frozen=True)
class Neighbours:
    """Bonded pairs in the crystal, each in both directions, sorted by ``first``.

    ``second`` lies in the cell at ``shift`` from the one of ``first``.
    """

    first: Ints
    second: Ints
    shift: Ints

    def rows_of(self, sites: Ints) -> tuple[Ints, Ints]:
        """For each entry k of ``sites`` all its pairs: arrays (k repeated, row of the pair)."""
        begin = np.searchsorted(self.first, sites, side="left")
        count = np.searchsorted(self.first, sites, side="right") - begin
        owner = np.repeat(np.arange(len(sites)), count)
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return owner, np.repeat(begin, count) + offset


@dataclass(frozen=True)
class Bonds:
    """Drawn bonds: end points in Å, the sites at both ends; a stub leaves for an atom not drawn."""

    start: Floats
    end: Floats
    sites: Ints
    stub: Flags

    def __len__(self) -> int:
        return len(self.start)


def find_neighbours(crystal: Crystal) -> Neighbours:
    """Pairs closer than a tolerance times the sum of their covalent radii.

    Metal–metal contacts use a stricter tolerance, and the contacts of electropositive ions
    (groups 1 to 3) are left out wherever the partner is bonded to something else: the planes and
    chains that matter in a superconductor stay visible.
    """
    names = main_elements(crystal)
    radius = np.array([element(el).covalent_radius_angstrom for el in names])
    metal = np.array([el not in NON_METALS for el in names])
    ionic = np.array([el not in NON_METALS and element(el).group <= 3 for el in names])
    i, j, shift, distance = _pairs_within(crystal, 2 * COVALENT_TOLERANCE * float(radius.max()))
    reach = np.where(metal[i] & metal[j], METALLIC_TOLERANCE, COVALENT_TOLERANCE)
    total = radius[i] + radius[j]
    partial = np.array([site.species.vacancy > 1e-3 for site in crystal.sites])
    clash = partial[i] & partial[j] & (distance < TOO_CLOSE * total)
    keep = (distance < reach * total) & (distance > 0.3) & ~clash
    if not metal.all():
        keep &= ~(ionic[i] & ionic[j])
    plain = keep & ~ionic[i] & ~ionic[j]
    bonded = np.bincount(i[plain], minlength=len(names)) > 0
    keep &= ~((ionic[i] & bonded[j]) | (ionic[j] & bonded[i]))
    keep &= _nearest(i, distance, keep) & _nearest(j, distance, keep)
    order = np.flatnonzero(keep)[np.argsort(i[keep], kind="stable")]
    return Neighbours(i[order], j[order], shift[order])


def _pairs_within(crystal: Crystal, cutoff: float) -> tuple[Ints, Ints, Ints, Floats]:
    """All pairs of a site and a periodic image within the cutoff."""
    frac, lattice = crystal.frac_coords, crystal.lattice
    reach = cutoff * np.linalg.norm(np.linalg.inv(lattice), axis=0)  # in cells, along each axis
    cells = [np.arange(-math.ceil(r), math.ceil(r) + 1) for r in reach]
    shifts = np.stack(np.meshgrid(*cells, indexing="ij"), axis=-1).reshape(-1, 3)
    images = (frac[None] + shifts[:, None]).reshape(-1, 3)
    near = ((images > -reach - 1e-9) & (images < 1 + reach + 1e-9)).all(axis=1)
    image = np.flatnonzero(near)
    first, found, distance = _close(frac @ lattice, images[image] @ lattice, cutoff)
    cell, second = image[found] // len(frac), image[found] % len(frac)
    return first, second, shifts[cell].astype(np.int64), distance


def _close(here: Floats, there: Floats, cutoff: float) -> tuple[Ints, Ints, Floats]:
    """Pairs of a point here and one there within the cutoff, and their distances."""
    if len(here) * len(there) <= BRUTE_FORCE_PAIRS:
        square = (here**2).sum(axis=1)[:, None] + (there**2).sum(axis=1) - 2 * here @ there.T
        first, second = np.nonzero(square <= cutoff**2)
        return first, second, np.linalg.norm(here[first] - there[second], axis=1)
    from scipy.spatial import cKDTree

    pairs = cKDTree(here).sparse_distance_matrix(cKDTree(there), cutoff, output_type="ndarray")
    return pairs["i"].astype(np.int64), pairs["j"].astype(np.int64), pairs["v"]


def _nearest(owner: Ints, distance: Floats, among: Flags) -> Flags:
    """Which pairs are among the nearest few of their owner."""
    rank = np.full(len(owner), MAX_BONDS_PER_SITE)
    chosen = np.flatnonzero(among)
    order = chosen[np.lexsort((distance[chosen], owner[chosen]))]
    first = np.searchsorted(owner[order], owner[order], side="left")
    rank[order] = np.arange(len(order)) - first
    return rank < MAX_BONDS_PER_SITE


def drawn_bonds(atoms: Atoms, neighbours: Neighbours, lattice: Floats) -> Bonds:
    """The bonds of the drawn atoms: whole between two of them, a stub towards any other."""
    owner, row = neighbours.rows_of(atoms.site)
    partner_site = neighbours.second[row]
    partner_shift = atoms.shift[owner] + neighbours.shift[row]
    partner = _find(atoms, partner_site, partner_shift)
    step = neighbours.shift[row] @ lattice + _offset(atoms, owner, partner_site, lattice)
    start = atoms.centre[owner]
    stub = partner < 0
    keep = stub | (owner < partner)
    end = start + np.where(stub[:, None], STUB_LENGTH, 1.0) * step
    sites = np.column_stack([atoms.site[owner], partner_site])
    return Bonds(start[keep], end[keep], sites[keep], stub[keep])


def _offset(atoms: Atoms, owner: Ints, partner_site: Ints, lattice: Floats) -> Floats:
    home = np.zeros((int(atoms.site.max()) + 1, 3))
    home[atoms.site] = atoms.centre - atoms.shift @ lattice
    return np.asarray(home[partner_site] - home[atoms.site[owner]])


def _find(atoms: Atoms, site: Ints, shift: Ints) -> Ints:
    """The index of the drawn atom at each (site, shift), or -1."""
    known = _code(atoms.site, atoms.shift)
    wanted = _code(site, shift)
    order = np.argsort(known)
    place = np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)
    found = order[place]
    return np.where(known[found] == wanted, found, -1)


def _code(site: Ints, shift: Ints) -> Ints:
    packed = (shift + 512) @ np.array([1 << 20, 1 << 10, 1])
    return np.asarray(site.astype(np.int64) * (1 << 30) + packed)


@dataclass(frozen=True)
class Polyhedra:
    """Triangles of coordination polyhedra: corners (n, 3, 3) and normals (n, 3) in Å, and sites.

    ``edges`` (m, 2, 3) are those between faces that are not in one plane.
    """

    corners: Floats
    normals: Floats
    site: Ints
    edges: Floats

    def __len__(self) -> int:
        return len(self.site)


def coordination_polyhedra(crystal: Crystal, atoms: Atoms, neighbours: Neighbours) -> Polyhedra:
    """Convex hulls of at least four non-metals around each drawn metal."""
    names = main_elements(crystal)
    is_metal = np.array([el not in NON_METALS for el in names])
    home = crystal.cart_coords
    parts = []
    for k in np.flatnonzero(is_metal[atoms.site]):
        site = int(atoms.site[k])
        _, row = neighbours.rows_of(np.array([site]))
        row = row[~is_metal[neighbours.second[row]]]
        partners = home[neighbours.second[row]] + neighbours.shift[row] @ crystal.lattice
        hull = _hull(partners - home[site] + atoms.centre[k], site)
        if hull is not None:
            parts.append(hull)
    if not parts:
        none = np.zeros((0, 3, 3))
        return Polyhedra(none, none[:, 0], np.zeros(0, dtype=np.int64), none[:, :2])
    return Polyhedra(
        np.concatenate([part.corners for part in parts]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.site for part in parts]),
        np.concatenate([part.edges for part in parts]),
    )


def _hull(points: Floats, site: int) -> Polyhedra | None:
    """The convex hull of the points; none for planar or too few of them."""
    if len(points) < 4 or np.linalg.matrix_rank(points - points.mean(axis=0), tol=0.2) < 3:
        return None
    from scipy.spatial import ConvexHull

    hull = ConvexHull(points)
    normals = hull.equations[:, :3]
    face, corner = np.nonzero(
        np.einsum("fk,fnk->fn", normals, normals[hull.neighbors]) < COPLANAR_COSINE
    )
    ends = np.array([(1, 2), (2, 0), (0, 1)])[corner]  # the edge across from each corner
    edges = points[np.take_along_axis(hull.simplices[face], ends, axis=1)]
    once = face < hull.neighbors[face, corner]
    sites = np.full(len(normals), site, dtype=np.int64)
    return Polyhedra(points[hull.simplices], normals, sites, edges[once])
