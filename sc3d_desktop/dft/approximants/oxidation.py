"""Oxidation states, where they make sense: in salts whose charges can be balanced."""

from __future__ import annotations

from collections.abc import Mapping

from sc3d_desktop.crystal.elements import element
from sc3d_desktop.dft.approximants.spots import LatticeModel, Sublattice

_ANIONS = {"O": -2, "F": -1, "Cl": -1, "Br": -1, "I": -1}
_LEAST_ANIONS = 0.3


def oxidation_states(composition: Mapping[str, float]) -> dict[str, float] | None:
    """Element → charge that makes the composition neutral; None where there is no such thing.

    Oxides and halides only: elsewhere formal charges say little about energies. Elements of one
    common state have that, other main-group ones their highest; the transition metals share what
    is left over, as Cu of 2.15 in a cuprate.
    """
    total = sum(composition.values())
    if sum(n for el, n in composition.items() if el in _ANIONS) < _LEAST_ANIONS * total:
        return None
    states = {el: _fixed(el) for el in composition}
    open_ones = _open(states)
    if len(open_ones) > 1:
        return None
    known = sum(state * composition[el] for el, state in states.items() if state is not None)
    for el in open_ones:
        states[el] = -known / composition[el]
        if not _possible(el, states[el] or 0.0):
            return None
    if not open_ones and abs(known) > 0.05 * total:
        return None
    return {el: float(state) for el, state in states.items() if state is not None}


def charges_differ(model: LatticeModel, composition: Mapping[str, float]) -> bool:
    """Whether configurations differ in electrostatic energy."""
    states = oxidation_states(composition)
    return states is not None and any(_differ(s, states) for s in model.sublattices)


def _differ(sublattice: Sublattice, states: Mapping[str, float]) -> bool:
    charges = {states.get(kind.element, 0.0) for kind in sublattice.kinds}
    return len(charges) > 1 or any(len(spot.points) > 1 for spot in sublattice.spots)


def _open(states: dict[str, float | None]) -> list[str]:
    """Elements whose charge is to be balanced; of several, those of one common state get that,
    the late transition metals last.
    """
    open_ones = sorted(
        (el for el, s in states.items() if s is None), key=lambda e: element(e).group
    )
    while len(open_ones) > 1 and len(_common(open_ones[0])) == 1:
        first = open_ones.pop(0)
        states[first] = _common(first)[0]
    return open_ones


def _fixed(symbol: str) -> float | None:
    if symbol in _ANIONS:
        return _ANIONS[symbol]
    if symbol in ("H", "D", "T"):
        return 1
    one = element(symbol)
    if one.block == "d" and 3 < one.group < 12:
        return None
    return max(_common(symbol), default=None)


def _common(symbol: str) -> tuple[int, ...]:
    from pymatgen.core import Element

    return tuple(Element(symbol).common_oxidation_states)


def _possible(symbol: str, state: float) -> bool:
    from pymatgen.core import Element

    known = [s for s in Element(symbol).oxidation_states if s > 0]
    return bool(known) and min(known) - 1e-6 <= state <= max(known) + 1e-6
