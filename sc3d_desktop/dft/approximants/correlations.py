"""How far the neighbours of the spots are from those of a random mixture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.dft.approximants.filling import Points, SpottedCell

N_SHELLS = 4
_SAME_SHELL_ANGSTROM = 0.05
_CUTOFF_ANGSTROM = 10.0
_AT_ONCE = 250

_Measure = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Shell:
    """Pairs of spots of two sublattices at one distance; shape (n_pairs, 2), spots of the cell."""

    sublattices: tuple[int, int]
    distance_angstrom: float
    pairs: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Correlations:
    """The nearest shells of each pair of sublattices of one supercell."""

    cell: SpottedCell
    shells: tuple[Shell, ...]

    def errors(self, fillings: Points) -> NDArray[np.float64]:
        """For each filling (n, n_points) the largest difference, over all shells and pairs of
        elements, of the share of such pairs from that of a random mixture.
        """
        return self._of_each(fillings, lambda share, random: np.abs(share - random)).max(axis=1)

    def fingerprints(self, fillings: Points) -> NDArray[np.float64]:
        """All shares of pairs in order of size: equal for structures that are equal in another
        setting, shape (n, n_shares).
        """
        return np.sort(self._of_each(fillings, lambda share, _: share), axis=1).round(9)

    def _of_each(self, fillings: Points, measure: _Measure) -> NDArray[np.float64]:
        parts = [
            np.stack(list(self._measured(fillings[i : i + _AT_ONCE], measure)), axis=1)
            for i in range(0, len(fillings), _AT_ONCE)
        ]
        return np.concatenate(parts)

    def _measured(self, fillings: Points, measure: _Measure) -> Iterator[NDArray[np.float64]]:
        held = self._held(fillings)
        codes = range(len(self.cell.elements))
        yield np.zeros(len(fillings))
        for shell in self.shells:
            one, other = (held[s] for s in shell.sublattices)
            pairs = one[:, shell.pairs[:, 0]].astype(np.int64) * len(codes)
            pairs += other[:, shell.pairs[:, 1]]
            for a, b in product(codes, codes):
                share = (pairs == a * len(codes) + b).mean(axis=1)
                yield measure(share, (one == a).mean(axis=1) * (other == b).mean(axis=1))

    def _held(self, fillings: Points) -> list[Points]:
        """What each spot of each sublattice holds, whichever its position: (n, n_spots)."""
        held = []
        for states in self.cell.states:
            points = np.where(states.points < 0, 0, states.points)
            inside = fillings[:, points] * (states.points >= 0)
            held.append(inside.max(axis=2))
        return held


def correlations(cell: SpottedCell) -> Correlations:
    from vesin import NeighborList

    centres = [spot_centres(cell, n) for n in range(len(cell.states))]
    offsets = np.cumsum([0, *(len(c) for c in centres)])
    cutoff = min(_CUTOFF_ANGSTROM, max(7.0, 2.2 * float(cell.model.cell.volume) ** (1 / 3)))
    i, j, distances = NeighborList(cutoff=cutoff, full_list=True).compute(
        np.concatenate(centres), cell.lattice, periodic=True, quantities="ijd"
    )
    belongs = np.repeat(np.arange(len(centres)), np.diff(offsets))
    shells = []
    for a in range(len(centres)):
        for b in range(a, len(centres)):
            of_them = (belongs[i] == a) & (belongs[j] == b)
            pairs = np.stack([i[of_them] - offsets[a], j[of_them] - offsets[b]], axis=1)
            shells += _shells((a, b), pairs.astype(np.int64), distances[of_them])
    return Correlations(cell, tuple(shells))


def spot_centres(cell: SpottedCell, sublattice: int) -> NDArray[np.float64]:
    """The middle of each spot, in Å."""
    spots = cell.model.sublattices[sublattice].spots
    frac = cell.model.cell.frac_coords
    middles = np.array(
        [np.mean([frac[i] + np.array(shift) for i, shift in s.points], axis=0) for s in spots]
    )
    cells = middles[:, None] + cell.supercell.translations[None]
    centres: NDArray[np.float64] = cells.reshape(-1, 3) @ cell.model.cell.lattice
    return centres


def _shells(
    sublattices: tuple[int, int], pairs: NDArray[np.int64], distances: NDArray[np.float64]
) -> list[Shell]:
    order = np.argsort(distances, kind="stable")
    pairs, distances = pairs[order], distances[order]
    new = np.flatnonzero(np.diff(distances) > _SAME_SHELL_ANGSTROM) + 1
    parts = np.split(np.arange(len(distances)), new)[:N_SHELLS]
    return [Shell(sublattices, float(distances[p].mean()), pairs[p]) for p in parts if len(p)]
