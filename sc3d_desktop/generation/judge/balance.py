"""Whether the charges of a composition can balance, by the oxidation states its elements have.

As SMACT's test, which the field calls validity of a composition, but for two things that
superconductors are full of: an element may be in two neighbouring states at once (Cu²⁺ and Cu³⁺ in
YBa2Cu3O7), and metals with metalloids (MgB2, BaFe2As2) are alloys, whose charges nobody counts.

Of real compounds 98 % (3DSC), 96 % (Materials Project) and 92 % (SuperCon3D; its hydrides at high
pressure do not) pass, and 71 % of those of the Materials Project with elements drawn at random.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, reduce
from itertools import pairwise
from math import gcd

from sc3d_desktop.crystal.elements import element

_NEIGHBOURING = 2
"""States apart by at most so much occur side by side, as Tl⁺ and Tl³⁺ do."""

_OF_PEROXIDES = -1
"""With it nearly every oxide would balance, AlO3 as well; and no peroxide superconducts."""


def charges_balance(composition: Mapping[str, float]) -> bool:
    """Of whole numbers of atoms. Elements and alloys balance; otherwise the less electronegative
    elements have to be positive, the others negative, and their sum zero.
    """
    counts = _reduced(composition)
    if len(counts) == 1 or all(_of_alloys(symbol) for symbol in counts):
        return True
    rising = sorted(counts, key=_electronegativity)
    return any(
        _electronegativity(rising[k - 1]) < _electronegativity(rising[k])
        and _can_be_neutral(rising[:k], rising[k:], counts)
        for k in range(1, len(rising))
    )


def _reduced(composition: Mapping[str, float]) -> dict[str, int]:
    """Isotopes count as their element."""
    counts: dict[str, int] = {}
    for isotope, amount in composition.items():
        symbol = element(isotope).symbol
        counts[symbol] = counts.get(symbol, 0) + round(amount)
    divisor = reduce(gcd, counts.values())
    return {symbol: n // divisor for symbol, n in counts.items()}


def _can_be_neutral(positive: list[str], negative: list[str], counts: Mapping[str, int]) -> bool:
    sums = {0}
    for symbol in positive:
        states = [s for s in _oxidation_states(symbol) if s > 0]
        sums = {a + b for a in sums for b in _mixed(states, counts[symbol])}
    for symbol in negative:
        states = [s for s in _oxidation_states(symbol) if s < 0]
        sums = {a + counts[symbol] * s for a in sums for s in states}
    return 0 in sums


def _mixed(states: list[int], n: int) -> set[int]:
    """Charges of n atoms, all in one state or each in one of two neighbouring ones."""
    totals = {n * s for s in states}
    for low, high in pairwise(states):
        if high - low <= _NEIGHBOURING:
            totals.update(range(n * low, n * high + 1, high - low))
    return totals


def _electronegativity(symbol: str) -> float:
    return element(symbol).electronegativity or 0.0


@cache
def _oxidation_states(symbol: str) -> tuple[int, ...]:
    """Those that are known, rising, by pymatgen's tables of textbooks and of the ICSD."""
    from pymatgen.core import Element

    entry = Element(symbol)
    listed = {*entry.oxidation_states, *entry.common_oxidation_states, *entry.icsd_oxidation_states}
    if symbol == "O":
        listed.discard(_OF_PEROXIDES)
    return tuple(sorted(int(state) for state in listed))


@cache
def _of_alloys(symbol: str) -> bool:
    from pymatgen.core import Element

    return bool(Element(symbol).is_metal or Element(symbol).is_metalloid)
