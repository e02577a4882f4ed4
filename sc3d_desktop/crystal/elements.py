"""The chemical elements and the properties the models and the picture use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from sc3d_desktop.paths import resources

_ISOTOPES = {"D": "H", "T": "H"}


@dataclass(frozen=True)
class Element:
    """One element. Energies in eV, lengths in Å, volume in Å³ an atom; None where unknown.

    ``valence_electrons`` are those outside the noble-gas core without filled inner d and f shells.
    The f block counts as group 3.
    """

    symbol: str
    number: int
    name: str
    group: int
    period: int
    block: str
    electronegativity: float | None
    covalent_radius_angstrom: float
    valence_electrons: int
    ionisation_energy_ev: float | None
    electron_affinity_ev: float | None
    atomic_volume_angstrom3: float | None
    mass: float


@cache
def _table() -> dict[str, Element]:
    rows = json.loads((resources() / "elements.json").read_text(encoding="utf-8"))
    return {row["symbol"]: Element(**row) for row in rows}


@cache
def symbols() -> tuple[str, ...]:
    """Symbols by atomic number; index 0 is empty."""
    return ("", *_table())


def is_element(symbol: str) -> bool:
    """Whether ``symbol`` names an element H to Lr, or deuterium (D) or tritium (T)."""
    return symbol in _table() or symbol in _ISOTOPES


def element(symbol: str) -> Element:
    """The element of a symbol; the isotopes D and T are hydrogen. KeyError if there is none."""
    return _table()[_ISOTOPES.get(symbol, symbol)]


def atomic_number(symbol: str) -> int:
    return element(symbol).number
