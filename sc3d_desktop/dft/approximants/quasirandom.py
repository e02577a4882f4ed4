"""Special quasirandom structures by sqsgenerator, one sublattice at a time, joined by our own
measure of how random the whole is.

Split positions are one place for the search, with one species for each alternative, so that the
library never sees two atoms on top of each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.dft.approximants.correlations import Correlations, correlations, spot_centres
from sc3d_desktop.dft.approximants.filling import Points, SpottedCell, States
from sc3d_desktop.errors import HandOffError

ROUNDS = 24
_ITERATIONS = 20_000
_KEPT, _JOINED = 8, 64
_SYMBOLS = [
    "Li",
    "Be",
    "B",
    "C",
    "N",
    "O",
    "F",
    "Na",
    "Mg",
    "Al",
    "Si",
    "P",
    "S",
    "Cl",
    "K",
    "Ca",
    "Sc",
    "Ti",
    "V",
    "Cr",
    "Mn",
    "Fe",
    "Co",
    "Ni",
    "Cu",
    "Zn",
]
"""Stand-ins: the library wants elements for what are states of a spot."""


def quasirandom(cell: SpottedCell, count: int, seed: int) -> Iterator[tuple[Points, int]]:
    """The ``count`` best fillings so far (n, n_points), best first, and the rounds done; of equal
    seeds the same ones come back. May be left at any round.
    """
    measure = correlations(cell)
    best = np.zeros((0, cell.n_points), dtype=np.uint8)
    for n in range(ROUNDS):
        rng = np.random.default_rng((seed, n))
        fresh = cell.filled(_candidates(cell, measure, rng))
        best = _best(np.unique(np.concatenate([best, fresh]), axis=0), measure, count)
        yield best, n + 1


def _best(fillings: Points, measure: Correlations, count: int) -> Points:
    order = np.argsort(measure.errors(fillings).round(9), kind="stable")
    return fillings[order[: max(4 * count, 16)]]


def _candidates(
    cell: SpottedCell, measure: Correlations, rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """For each sublattice (n, n_spots): good fillings of each, joined at random."""
    found = []
    for n, states in enumerate(cell.states):
        good = _of_one(cell, n, states, measure, int(rng.integers(1, 2**31)))
        found.append(good[rng.integers(0, len(good), _JOINED)])
    return found


def _of_one(
    cell: SpottedCell, n: int, states: States, measure: Correlations, seed: int
) -> NDArray[np.int64]:
    counts = states.state_counts
    present = [t for t, number in enumerate(counts) if number]
    if len(present) == 1:
        return np.full((1, sum(counts)), present[0], dtype=np.int64)
    results = _search(_settings(cell, n, counts, present, measure, seed))
    return np.array([[present[i] for i in row] for row in results], dtype=np.int64)


def _settings(
    cell: SpottedCell,
    n: int,
    counts: tuple[int, ...],
    present: list[int],
    measure: Correlations,
    seed: int,
) -> dict[str, Any]:
    centres = spot_centres(cell, n)
    frac = centres @ np.linalg.inv(cell.lattice)
    distances = [s.distance_angstrom for s in measure.shells if s.sublattices == (n, n)]
    edges = [0.0, *((a + b) / 2 for a, b in pairwise(distances))]
    edges.append(distances[-1] + 0.2 if distances else 5.0)
    return {
        "structure": {
            "lattice": cell.lattice.tolist(),
            "coords": (frac % 1.0).tolist(),
            "species": [_SYMBOLS[0]] * len(frac),
        },
        "composition": [
            {"sites": list(range(len(frac)))}
            | {_SYMBOLS[i]: counts[t] for i, t in enumerate(present)}
        ],
        "shell_radii": edges,
        "shell_weights": {s: 1.0 / s for s in range(1, len(edges))},
        "iterations": _ITERATIONS,
        "chunk_size": _ITERATIONS // 10,
        "thread_config": 1,
        "seed": seed,
        "keep": _KEPT,
        "max_results_per_objective": 1,
    }


def _search(settings: dict[str, Any]) -> list[list[int]]:
    """The good ones as indices into the stand-ins, one row a result.

    Sorted, because the library gives results of equal merit in any order.
    """
    try:
        from sqsgenerator import core
    except ImportError as error:
        raise HandOffError(
            "Quasirandom structures need the package sqsgenerator, which is not installed.",
            "Run “pip install sqsgenerator”, or allow a larger difference so that the "
            "configurations can be enumerated (--tolerance).",
        ) from error
    modes = {"prec": core.double, "sublattice_mode": core.interact, "iteration_mode": core.random}
    parsed = core.parse_config(settings | modes)
    if isinstance(parsed, core.ParseError):
        raise HandOffError(f"sqsgenerator refuses the cell: {parsed.msg}.", "Try another size.")
    number = {atomic_number(symbol): i for i, symbol in enumerate(_SYMBOLS)}
    # It warns of shells that reach beyond a small cell: they weigh nothing there.
    pack = core.optimize(parsed, core.LogLevel.error)
    return sorted([number[z] for z in result.species] for _, group in pack for result in group)
