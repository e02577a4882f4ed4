"""The approximants of a plan, step by step."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal, Species
from sc3d_desktop.dft.approximants.bookkeeping import configurations
from sc3d_desktop.dft.approximants.correlations import correlations
from sc3d_desktop.dft.approximants.enumeration import all_fillings, inequivalent
from sc3d_desktop.dft.approximants.ewald import ewald_energies
from sc3d_desktop.dft.approximants.filling import Points, SpottedCell, compact_cell
from sc3d_desktop.dft.approximants.matching import same_structure
from sc3d_desktop.dft.approximants.oxidation import oxidation_states
from sc3d_desktop.dft.approximants.plan import DEFAULT_COUNT, Method, Plan
from sc3d_desktop.dft.approximants.quasirandom import ROUNDS, quasirandom
from sc3d_desktop.errors import HandOffError

DEFAULT_TIME_LIMIT_SECONDS = 300.0
_MOST = 100


@dataclass(frozen=True)
class Step:
    """Progress: ``done`` of ``total``, and what is being done."""

    done: int
    total: int
    text: str


@dataclass(frozen=True)
class Approximant:
    """An ordered crystal that stands for the disordered one.

    ``weight`` is its share among those handed off, by ``degeneracy``: how many of the
    configurations of the cell are equal to it (None where they were sampled, with equal weights).
    ``pair_error`` is the largest difference of a pair share from the random mixture's;
    ``energy_ev`` the electrostatic energy an atom above the lowest one (None without charges).
    """

    crystal: Crystal
    weight: float
    degeneracy: int | None
    pair_error: float
    energy_ev: float | None


@dataclass(frozen=True)
class Approximants:
    """``inequivalent`` counts the classes found; ``complete`` is False where time ran out."""

    plan: Plan
    items: tuple[Approximant, ...]
    seed: int
    inequivalent: int | None
    complete: bool


@dataclass(frozen=True, eq=False)
class _Ranked:
    """Fillings, best first, with what is known of them."""

    fillings: Points
    degeneracies: list[int] | None
    errors: NDArray[np.float64]
    fingerprints: NDArray[np.float64]
    energies: NDArray[np.float64] | None
    complete: bool


def approximants(
    plan: Plan,
    count: int = DEFAULT_COUNT,
    seed: int = 0,
    time_limit_seconds: float = DEFAULT_TIME_LIMIT_SECONDS,
) -> Generator[Step, None, Approximants]:
    """Up to ``count`` ordered crystals, no two alike; fewer where there are no more.

    May be closed at any step. When the time is over, the best so far are returned.
    """
    if not 1 <= count <= _MOST:
        raise HandOffError(
            f"{count} approximants cannot be made.", f"Ask for 1 to {_MOST} (--count)."
        )
    if plan.method is Method.ORDERED:
        only = Approximant(_full(plan.crystal), 1.0, 1, 0.0, None)
        return Approximants(plan, (only,), seed, 1, True)
    end = time.monotonic() + time_limit_seconds
    yield Step(0, 1, f"looking for a cell of {plan.chosen.n_sites} atoms")
    cell = compact_cell(plan.model, plan.chosen.size, plan.chosen.counts)
    if plan.method is Method.QUASIRANDOM:
        ranked = yield from _sampled(cell, plan, count, seed, end)
    else:
        ranked = yield from _enumerated(cell, plan, end)
    items, compared = yield from _distinct(cell, ranked, count, end)
    classes = None if ranked.degeneracies is None else len(ranked.degeneracies)
    return Approximants(plan, items, seed, classes, ranked.complete and compared)


def _full(crystal: Crystal) -> Crystal:
    """With occupancies of 1 where the file has 0.99995."""
    sites = tuple(replace(s, species=Species(dict.fromkeys(s.species, 1.0))) for s in crystal.sites)
    return replace(crystal, sites=sites)


def _enumerated(cell: SpottedCell, plan: Plan, end: float) -> Generator[Step, None, _Ranked]:
    total = configurations(plan.model, plan.chosen.counts)
    yield Step(0, total, f"writing down {total:,} configurations")
    fillings = all_fillings(cell)
    found: list[int] = []
    sizes: list[int] = []
    for found, sizes in inequivalent(fillings, cell.permutations):
        yield Step(sum(sizes), total, f"{len(found):,} inequivalent of {sum(sizes):,}")
        if time.monotonic() > end:
            break
    kept = fillings[found]
    yield Step(total, total, f"ranking {len(kept):,} configurations")
    return _ranked(cell, plan, kept, sizes, sum(sizes) == total)


def _sampled(
    cell: SpottedCell, plan: Plan, count: int, seed: int, end: float
) -> Generator[Step, None, _Ranked]:
    best, done = np.zeros((0, cell.n_points), dtype=np.uint8), 0
    search = quasirandom(cell, count, seed)
    while done < ROUNDS and (not done or time.monotonic() < end):
        best, done = next(search)
        yield Step(done, ROUNDS, "looking for quasirandom structures")
    return _ranked(cell, plan, best, None, done == ROUNDS)


def _ranked(
    cell: SpottedCell, plan: Plan, fillings: Points, sizes: list[int] | None, complete: bool
) -> _Ranked:
    pairs = correlations(cell)
    errors = pairs.errors(fillings)
    charges = oxidation_states(plan.chosen.composition)
    energies = ewald_energies(cell, fillings, charges) if charges else None
    by_energy = plan.method is Method.EWALD and energies is not None
    key = energies if by_energy and energies is not None else errors
    many = np.array(sizes if sizes is not None else [1] * len(fillings))
    order = np.lexsort((-many, np.round(key, 6)))
    return _Ranked(
        fillings[order],
        None if sizes is None else many[order].tolist(),
        errors[order],
        pairs.fingerprints(fillings[order]),
        None if energies is None else (energies[order] - energies.min()) / plan.chosen.n_sites,
        complete,
    )


def _distinct(
    cell: SpottedCell, ranked: _Ranked, count: int, end: float
) -> Generator[Step, None, tuple[tuple[Approximant, ...], bool]]:
    """The first ``count`` that are not the same structure in another setting, and whether there was
    time to look at all that are needed.
    """
    crystals: list[Crystal] = []
    members: list[list[int]] = []
    for n, filling in enumerate(ranked.fillings):
        if crystals and time.monotonic() > end:
            return _weighted(crystals, members, ranked), False
        crystal = cell.crystal(filling)
        twin = _twin(crystal, n, crystals, members, ranked)
        if twin is not None:
            members[twin].append(n)
        elif len(crystals) == count:
            break
        else:
            crystals.append(crystal)
            members.append([n])
            yield Step(len(crystals), count, "comparing structures")
    return _weighted(crystals, members, ranked), True


def _twin(
    crystal: Crystal,
    n: int,
    crystals: list[Crystal],
    members: list[list[int]],
    ranked: _Ranked,
) -> int | None:
    """Structures with other neighbours are different without a look."""
    for k, other in enumerate(crystals):
        alike = np.array_equal(ranked.fingerprints[n], ranked.fingerprints[members[k][0]])
        if alike and same_structure(crystal, other):
            return k
    return None


def _weighted(
    crystals: list[Crystal], members: list[list[int]], ranked: _Ranked
) -> tuple[Approximant, ...]:
    sizes = ranked.degeneracies
    many = [sum(sizes[n] for n in group) if sizes else 1 for group in members]
    return tuple(
        Approximant(
            crystal,
            size / sum(many),
            size if sizes else None,
            float(ranked.errors[group[0]]),
            None if ranked.energies is None else float(ranked.energies[group[0]]),
        )
        for crystal, size, group in zip(crystals, many, members, strict=True)
    )
