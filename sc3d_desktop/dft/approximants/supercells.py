"""Supercells of a given size: all of them as Hermite normal forms, and the most compact one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

_NEARLY = 0.97
_ROUNDS, _TRIED = 30, 500
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


def hermite_forms(size: int) -> Integers:
    """All superlattices of this index, shape (n, 3, 3)."""
    forms = []
    for a in (n for n in range(1, size + 1) if size % n == 0):
        rest = size // a
        for d in (n for n in range(1, rest + 1) if rest % n == 0):
            f = rest // d
            for b, c, e in product(range(d), range(f), range(f)):
                forms.append([[a, b, c], [0, d, e], [0, 0, f]])
    return np.array(forms, dtype=np.int64)


def most_compact(
    lattice: NDArray[np.float64], size: int, rotations: Sequence[NDArray[np.float64]] = ()
) -> Supercell:
    """Of the supercells whose images of an atom are (nearly) as far apart as can be, the one that
    keeps most rotations.
    """
    forms = hermite_forms(size)
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
