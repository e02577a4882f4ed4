"""Supercells of a given size: all of them as Hermite normal forms, and the most compact one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

_NEARLY = 0.97
_ROUNDS, _TRIED, _CONSIDERED = 30, 500, 100_000
_SUMS = np.array([row for row in product((-1, 0, 1), repeat=3) if any(row)])

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Supercell:
    """``form`` is an upper triangular Hermite normal form (3, 3) with rows in cells: the
    superlattice. ``matrix`` has rows that span the same one and are short.
    """

    form: Integers
    matrix: Integers

    @property
    def size(self) -> int:
        return int(np.prod(np.diag(self.form)))

    @cached_property
    def translations(self) -> Integers:
        """The cells in it, shape (size, 3), in the order of ``index_of``."""
        return np.array(list(product(*(range(int(n)) for n in np.diag(self.form)))), dtype=np.int64)

    def index_of(self, cells: Integers) -> Integers:
        """Which of the translations each of the cells (…, 3) is equal to."""
        left = np.array(cells, dtype=np.int64)
        for row in range(3):
            times = np.floor_divide(left[..., row], self.form[row, row])
            left -= times[..., None] * self.form[row]
        _, d, f = np.diag(self.form).tolist()
        index: Integers = (left[..., 0] * d + left[..., 1]) * f + left[..., 2]
        return index

    def keeps(self, rotation: NDArray[np.float64]) -> bool:
        """Whether the rotation (of fractional columns) takes the superlattice to itself."""
        turned = np.rint(self.form @ np.asarray(rotation).T).astype(np.int64)
        return not self.index_of(turned).any()


def hermite_forms(size: int, at_most: int | None = None) -> Integers:
    """All superlattices of this index, shape (n, 3, 3); of more than ``at_most`` an even choice."""
    diagonals = [
        (a, d, size // a // d)
        for a in range(1, size + 1)
        for d in range(1, size // a + 1)
        if size % (a * d) == 0
    ]
    total = sum(d * f * f for _, d, f in diagonals)
    step = 1 if at_most is None else max(1, -(-total // at_most))
    return np.concatenate([_forms(*diagonal, step) for diagonal in diagonals])


def _forms(a: int, d: int, f: int, step: int) -> Integers:
    b, c, e = np.unravel_index(np.arange(0, d * f * f, step), (d, f, f))
    forms = np.zeros((len(b), 3, 3), dtype=np.int64)
    forms[:, range(3), range(3)] = a, d, f
    forms[:, 0, 1], forms[:, 0, 2], forms[:, 1, 2] = b, c, e
    return forms


def most_compact(
    lattice: NDArray[np.float64], size: int, rotations: Sequence[NDArray[np.float64]] = ()
) -> Supercell:
    """Of the supercells whose images of an atom are (nearly) as far apart as can be, the one that
    keeps most rotations.
    """
    forms = hermite_forms(size, _CONSIDERED)
    matrices = _reduced(forms, lattice)
    vectors = matrices @ lattice
    shortest = np.linalg.norm(_SUMS @ vectors, axis=-1).min(axis=1)
    best = np.flatnonzero(shortest >= _NEARLY * shortest.max())
    spread = (vectors[best] ** 2).sum(axis=(1, 2)).round(6)
    cells = [Supercell(forms[n], matrices[n]) for n in best[np.argsort(spread, kind="stable")]]
    return max(cells[:_TRIED], key=lambda cell: sum(cell.keeps(r) for r in rotations))


def by_compactness(lattice: NDArray[np.float64], size: int) -> Iterator[Supercell]:
    """All supercells of this size, those whose images are furthest apart first."""
    forms = hermite_forms(size)
    matrices = _reduced(forms, lattice)
    shortest = np.linalg.norm(_SUMS @ (matrices @ lattice), axis=-1).min(axis=1)
    for n in np.argsort(-shortest.round(6), kind="stable"):
        yield Supercell(forms[n], matrices[n])


def _reduced(forms: Integers, lattice: NDArray[np.float64]) -> Integers:
    """Rows made shorter by one another until none can be; right-handed as the lattice is."""
    rows = forms.copy()
    for _ in range(_ROUNDS):
        before = rows.copy()
        for i, j in product(range(3), repeat=2):
            if i != j:
                u, v = rows[:, i] @ lattice, rows[:, j] @ lattice
                times = np.rint((u * v).sum(axis=1) / (v * v).sum(axis=1) - 1e-9)
                rows[:, i] -= times.astype(np.int64)[:, None] * rows[:, j]
        if np.array_equal(rows, before):
            break
    handed = np.rint(np.linalg.det(rows)) < 0
    rows[handed] *= -1
    return rows
