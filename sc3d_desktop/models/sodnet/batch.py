"""Crystals as tensors: the disjoint union of their graphs, as torch-geometric lays it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from sc3d_desktop.crystal.crystal import Crystal
from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.crystal.graph import PeriodicGraph


@dataclass(frozen=True)
class GraphBatch:
    """One or more crystals.

    A *species entry* is one element on one site. ``species_site`` (site of each entry),
    ``species_number`` (atomic number) and ``species_occupancy`` have shape (n_entries,), sorted by
    site; ``target``, ``source`` (n_edges,) index sites, ``vectors`` (n_edges, 3) point from target
    to source in Å; ``crystal_of_site`` (n_sites,) is the crystal each site belongs to.
    """

    species_site: Tensor
    species_number: Tensor
    species_occupancy: Tensor
    target: Tensor
    source: Tensor
    vectors: Tensor
    crystal_of_site: Tensor
    n_crystals: int

    @property
    def n_sites(self) -> int:
        return len(self.crystal_of_site)

    def to(self, device: torch.device, dtype: torch.dtype) -> GraphBatch:
        """The same batch on a device, with its real numbers in ``dtype``."""
        return GraphBatch(
            self.species_site.to(device),
            self.species_number.to(device),
            self.species_occupancy.to(device, dtype),
            self.target.to(device),
            self.source.to(device),
            self.vectors.to(device, dtype),
            self.crystal_of_site.to(device),
            self.n_crystals,
        )


def graph_batch(crystal: Crystal, graph: PeriodicGraph) -> GraphBatch:
    """One crystal with its graph."""
    entries = [
        (i, atomic_number(el), w)
        for i, site in enumerate(crystal.sites)
        for el, w in site.species.items()
    ]
    site, number, occupancy = (np.array(column) for column in zip(*entries, strict=True))
    return GraphBatch(
        torch.from_numpy(site),
        torch.from_numpy(number),
        torch.from_numpy(occupancy),
        torch.from_numpy(graph.target),
        torch.from_numpy(graph.source),
        torch.from_numpy(graph.vectors),
        torch.zeros(len(crystal), dtype=torch.long),
        1,
    )


def with_occupancies(batch: GraphBatch, crystal: Crystal) -> GraphBatch:
    """A single-crystal batch with the species of ``crystal`` and the edges as they are."""
    empty = np.zeros(0, dtype=np.int64)
    no_edges = PeriodicGraph(len(crystal), empty, empty, np.zeros((0, 3)), np.zeros(0))
    species = graph_batch(crystal, no_edges)
    return replace(
        batch,
        species_site=species.species_site,
        species_number=species.species_number,
        species_occupancy=species.species_occupancy,
    )


def join(batches: Sequence[GraphBatch]) -> GraphBatch:
    """The disjoint union, in order."""
    if len(batches) == 1:
        return batches[0]
    sites = _offsets([b.n_sites for b in batches])
    crystals = _offsets([b.n_crystals for b in batches])
    pairs = list(zip(batches, sites, strict=True))
    numbered = zip(batches, crystals, strict=True)
    return GraphBatch(
        torch.cat([b.species_site + n for b, n in pairs]),
        torch.cat([b.species_number for b in batches]),
        torch.cat([b.species_occupancy for b in batches]),
        torch.cat([b.target + n for b, n in pairs]),
        torch.cat([b.source + n for b, n in pairs]),
        torch.cat([b.vectors for b in batches]),
        torch.cat([b.crystal_of_site + n for b, n in numbered]),
        sum(b.n_crystals for b in batches),
    )


def _offsets(sizes: list[int]) -> list[int]:
    return [0, *np.cumsum(sizes)[:-1].tolist()]
