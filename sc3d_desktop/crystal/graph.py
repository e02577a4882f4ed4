"""The periodic graph of a crystal (paper section 4.1.1): k nearest neighbours within a cutoff."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.crystal import Crystal

CUTOFF_ANGSTROM = 8.0
NEIGHBOURS = 12
TIE_ANGSTROM = 0.01
"""Neighbours at the distance of the k-th are all kept, so that the graph has the symmetry of the
crystal and a supercell gives the same one; files round coordinates, hence the tolerance."""

_ROUNDING_ANGSTROM = 1e-6
"""A neighbour exactly at the cutoff is in, whichever way its distance was rounded."""

COINCIDENT_ANGSTROM = 1e-3
"""Sites this close have no direction between them and get no edge."""


@dataclass(frozen=True, eq=False)
class PeriodicGraph:
    """Directed edges between sites and periodic images of sites.

    ``target`` and ``source`` (int64, shape (n_edges,)): edge e carries a message from site
    ``source[e]`` to site ``target[e]``; edges are sorted by target, then by distance.
    ``vectors`` (shape (n_edges, 3), Å): from target to source image. ``distances``: their lengths.
    """

    n_sites: int
    target: NDArray[np.int64]
    source: NDArray[np.int64]
    vectors: NDArray[np.float64]
    distances: NDArray[np.float64]


def periodic_graph(
    crystal: Crystal, cutoff_angstrom: float = CUTOFF_ANGSTROM, neighbours: int = NEIGHBOURS
) -> PeriodicGraph:
    """Edges to the ``neighbours`` nearest images within the cutoff, ties with the last one kept.

    Occupancies play no part: an occupancy edit keeps the graph.
    """
    from vesin import NeighborList

    cutoff = cutoff_angstrom + _ROUNDING_ANGSTROM
    target, source, vectors, distances = NeighborList(cutoff=cutoff, full_list=True).compute(
        crystal.cart_coords, crystal.lattice, periodic=True, quantities="ijDd"
    )
    target, source = target.astype(np.int64), source.astype(np.int64)
    apart = distances > COINCIDENT_ANGSTROM
    order = np.lexsort((distances, target))
    order = order[apart[order]]
    kept = order[_among_nearest(target[order], distances[order], len(crystal), neighbours)]
    return PeriodicGraph(len(crystal), target[kept], source[kept], vectors[kept], distances[kept])


def _among_nearest(
    target: NDArray[np.int64], distances: NDArray[np.float64], n_sites: int, neighbours: int
) -> NDArray[np.bool_]:
    """Which of the edges, sorted by target and distance, reach no further than the k-th."""
    counts = np.bincount(target, minlength=n_sites)
    if not len(target):
        return np.zeros(0, dtype=bool)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    kth = first + np.minimum(counts, neighbours) - 1
    reach = distances[np.maximum(kth, 0)] + TIE_ANGSTROM
    kept: NDArray[np.bool_] = distances <= reach[target]
    return kept
