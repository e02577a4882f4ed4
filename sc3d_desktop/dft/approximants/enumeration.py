"""All ways to fill a supercell, and which of them symmetry makes equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.dft.approximants.filling import Points, SpottedCell, States

_STEP = 200


def all_fillings(cell: SpottedCell) -> Points:
    """Every configuration once, shape (n, n_points)."""
    each = [np.array(list(_assignments(states)), dtype=np.int64) for states in cell.states]
    picks = np.indices([len(a) for a in each]).reshape(len(each), -1)
    return cell.filled([a[pick] for a, pick in zip(each, picks, strict=True)])


def _assignments(states: States) -> Iterator[list[int]]:
    """Which state each spot is in: kinds first, then the alternative positions of each kind."""
    of_kind = [
        [t for t, k in enumerate(states.kind_of) if k == kind]
        for kind in range(max(states.kind_of) + 1)
    ]
    for kinds in arrangements(states.counts):
        for chosen in product(*(of_kind[kind] for kind in kinds)):
            yield list(chosen)


def arrangements(counts: Sequence[int]) -> Iterator[list[int]]:
    """Every order of ``counts[k]`` times k, each once."""
    total = sum(counts)
    return _arranged(list(counts), 0, list(range(total)), [0] * total)


def _arranged(counts: list[int], kind: int, free: list[int], row: list[int]) -> Iterator[list[int]]:
    if kind == len(counts) - 1:
        for place in free:
            row[place] = kind
        yield list(row)
        return
    for places in combinations(free, counts[kind]):
        for place in places:
            row[place] = kind
        taken = set(places)
        yield from _arranged(counts, kind + 1, [p for p in free if p not in taken], row)


def inequivalent(
    fillings: Points, permutations: NDArray[np.int64]
) -> Iterator[tuple[list[int], list[int]]]:
    """Indices of one filling of each class, and how many are in the class; yields what has been
    found so far after every some, the last time all of it.
    """
    rows = {row.tobytes(): n for n, row in enumerate(fillings)}
    seen = np.zeros(len(fillings), dtype=bool)
    found: list[int] = []
    sizes: list[int] = []
    inverse = np.argsort(permutations, axis=1)
    for n, row in enumerate(fillings):
        if seen[n]:
            continue
        images = np.ascontiguousarray(row[inverse])
        alike = {rows[image.tobytes()] for image in images}
        seen[list(alike)] = True
        found.append(n)
        sizes.append(len(alike))
        if len(found) % _STEP == 0:
            yield found, sizes
    yield found, sizes
