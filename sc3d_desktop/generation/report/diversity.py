"""How varied samples are, and how far from the data they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon
from scipy.special import gammaln
from scipy.stats import wasserstein_distance

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.generation.report.metrics import Floats
from sc3d_desktop.training.labels import crystal_fractions

DRAWN = 100
"""Sets of different size are compared by what so many of their samples hold."""

_ROUNDS = 200


def systems(crystals: Sequence[Crystal]) -> list[str]:
    """The chemical system of each, as in ``Cu-O``."""
    return ["-".join(sorted(c.composition)) for c in crystals]


def distinct_systems(names: Sequence[str], drawn: int = DRAWN) -> float | None:
    """How many different ones ``drawn`` of them, without putting back, hold on average; None where
    there are fewer.
    """
    total = len(names)
    if total < drawn:
        return None
    counts = np.array(list(Counter(names).values()))
    left = total - counts
    missed = np.zeros(len(counts))
    can_miss = left >= drawn
    missed[can_miss] = np.exp(_ln_ways(left[can_miss], drawn) - _ln_ways(np.array(total), drawn))
    return float((1 - missed).sum())


def entropy_bits(names: Sequence[str], drawn: int = DRAWN, seed: int = 0) -> float | None:
    """Mean entropy of the chemical systems among ``drawn`` of them, at most log2(drawn)."""
    if len(names) < drawn:
        return None
    _, numbers = np.unique(names, return_inverse=True)
    rng = np.random.default_rng(seed)
    chosen = [rng.choice(numbers, drawn, replace=False) for _ in range(_ROUNDS)]
    return float(np.mean([_entropy(np.unique(c, return_counts=True)[1]) for c in chosen]))


def volume_distance(crystals: Sequence[Crystal], data: Sequence[Crystal]) -> float:
    """Wasserstein distance of the volumes an atom, Å³."""
    return float(wasserstein_distance(_volumes(crystals), _volumes(data)))


def element_distance(crystals: Sequence[Crystal], data: Sequence[Crystal]) -> float:
    """Jensen–Shannon divergence of the mean atomic fractions, in bits: 0 the same, 1 disjoint."""
    shares = (crystal_fractions(c).mean(axis=0) for c in (crystals, data))
    return float(jensenshannon(*shares, base=2) ** 2)


def _volumes(crystals: Sequence[Crystal]) -> list[float]:
    return [c.volume / len(c) for c in crystals]


def _entropy(counts: NDArray[np.int64]) -> float:
    shares = counts / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


def _ln_ways(total: Floats, drawn: int) -> Floats:
    """Logarithm of the binomial coefficient."""
    return np.asarray(gammaln(total + 1) - gammaln(drawn + 1) - gammaln(total - drawn + 1))
