"""Edits: each gives a new Crystal or raises ``CrystalError``; the input never changes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sc3d_desktop.crystal.crystal import Crystal, Species, lattice_from_parameters
from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.errors import CrystalError

VACANCY = ""
"""The dopant of a doping line that empties the site."""

_SMALLEST_OCCUPANCY = 1e-6


def set_species(crystal: Crystal, sites: Iterable[int], species: Mapping[str, float]) -> Crystal:
    """Put the same species on every one of ``sites`` (a whole orbit, or one site)."""
    indices = _checked_sites(crystal, sites)
    new = species if isinstance(species, Species) else Species(species)
    return crystal.with_sites({i: replace(crystal.sites[i], species=new) for i in indices})


def substitute(crystal: Crystal, sites: Iterable[int], host: str, dopant: str, x: float) -> Crystal:
    """Give ``dopant`` the occupancy ``x`` on ``sites``; ``host`` keeps what is left of the two.

    The dopant ``""`` is a vacancy: the host then keeps ``budget - x``.
    """
    indices = _checked_sites(crystal, sites)
    if not indices:
        return crystal
    return _line(crystal, indices, host, dopant).at(crystal, x)


def make_vacancy(crystal: Crystal, sites: Iterable[int], fraction: float) -> Crystal:
    """Empty ``fraction`` of each of ``sites``, taking from all its species in proportion."""
    indices = _checked_sites(crystal, sites)
    if not 0 <= fraction < 1:
        raise CrystalError(
            f"A vacancy fraction of {fraction:g} is not in [0, 1).", "Remove the site instead."
        )
    changed = {}
    for i in indices:
        old = crystal.sites[i].species
        scaled = {el: w / old.total * (1 - fraction) for el, w in old.items()}
        changed[i] = replace(crystal.sites[i], species=Species(scaled))
    return crystal.with_sites(changed)


def set_cell(
    crystal: Crystal, a: float, b: float, c: float, alpha: float, beta: float, gamma: float
) -> Crystal:
    """The same fractional coordinates in another cell; lengths in Å, angles in degrees."""
    lattice = lattice_from_parameters(a, b, c, alpha, beta, gamma)
    return replace(crystal, lattice=lattice)


def scale_cell(crystal: Crystal, factors: tuple[float, float, float]) -> Crystal:
    """Stretch the cell edges a, b, c by factors above 0; the angles stay."""
    if not all(math.isfinite(f) and f > 0 for f in factors):
        given = ", ".join(f"{f:g}" for f in factors)
        raise CrystalError(f"The cell cannot be scaled by {given}.", "Use factors above 0.")
    return replace(crystal, lattice=crystal.lattice * np.array(factors)[:, None])


@dataclass(frozen=True)
class DopingLine:
    """One species replacing another on some sites, at constant sum ``budget`` = host + dopant.

    ``x`` is the occupancy of the dopant (of the vacancy when ``dopant`` is ``""``), from 0 to
    ``budget``.
    """

    sites: tuple[int, ...]
    host: str
    dopant: str
    budget: float

    @property
    def maximum(self) -> float:
        """The largest x. A site cannot be emptied completely: a vacancy stops short of it."""
        return self.budget if self.dopant else max(0.0, self.budget - 0.01)

    def x_of(self, crystal: Crystal) -> float:
        """The present x of the line's first site."""
        species = crystal.sites[self.sites[0]].species
        if self.dopant:
            return species.get(self.dopant, 0.0)
        return max(0.0, self.budget - species.get(self.host, 0.0))

    def fits(self, crystal: Crystal) -> bool:
        """Whether host and dopant still share ``budget`` on every site of the line."""
        for i in self.sites:
            budget = _shared(crystal.sites[i].species, self.host, self.dopant)
            if abs(budget - self.budget) > 1e-4:
                return False
        return True

    def at(self, crystal: Crystal, x: float) -> Crystal:
        """The crystal at ``x``; species other than host and dopant stay as they are."""
        if not 0 <= x <= self.budget + _SMALLEST_OCCUPANCY:
            raise CrystalError(
                f"x = {x:g} is outside 0 to {self.budget:g}, what {self.host} and "
                f"{self.dopant or 'vacancies'} share on this site.",
                "Change the other species first.",
            )
        new = {self.host: self.budget - x}
        if self.dopant:
            new[self.dopant] = x
        changed = {}
        for i in self.sites:
            rest = {
                el: w
                for el, w in crystal.sites[i].species.items()
                if el not in (self.host, self.dopant)
            }
            kept = {el: w for el, w in (rest | new).items() if w > _SMALLEST_OCCUPANCY}
            changed[i] = replace(crystal.sites[i], species=Species(kept))
        return crystal.with_sites(changed)

    def crystals(self, crystal: Crystal, xs: Iterable[float]) -> tuple[Crystal, ...]:
        """The crystals along the line."""
        return tuple(self.at(crystal, float(x)) for x in xs)


def doping_line(crystal: Crystal, sites: Iterable[int], dopant: str) -> DopingLine:
    """The line on which ``dopant`` replaces the majority species of ``sites``."""
    indices = _checked_sites(crystal, sites)
    if not indices:
        raise CrystalError("No site is chosen.", "Choose an orbit first.")
    species = crystal.sites[indices[0]].species
    others = [el for el in species if el != dopant]
    if not others:
        raise CrystalError(
            f"{dopant} is the only species on {crystal.sites[indices[0]].label}.",
            "Choose another dopant.",
        )
    host = max(others, key=lambda el: species[el])
    return _line(crystal, indices, host, dopant)


def _line(crystal: Crystal, indices: tuple[int, ...], host: str, dopant: str) -> DopingLine:
    """The line, once host and dopant are known to share the same budget on all of the sites."""
    first = crystal.sites[indices[0]]
    for symbol in (host, dopant or host):
        if not is_element(symbol):
            raise CrystalError(f"“{symbol}” is not a chemical element.", "Use a symbol such as Sr.")
    if host == dopant:
        raise CrystalError(f"{host} cannot replace itself.", "Choose another dopant.")
    if host not in first.species and dopant not in first.species:
        raise CrystalError(
            f"Site {first.label} holds no {host}.", f"It holds {', '.join(first.species)}."
        )
    line = DopingLine(indices, host, dopant, _shared(first.species, host, dopant))
    if not line.fits(crystal):
        raise CrystalError(
            f"{host} and {dopant or 'vacancies'} do not share the same occupancy on all sites.",
            "Choose the sites of one orbit.",
        )
    return line


def _shared(species: Species, host: str, dopant: str) -> float:
    """What host and dopant (or vacancies) have on a site together."""
    other = species.vacancy if dopant == VACANCY else species.get(dopant, 0.0)
    return species.get(host, 0.0) + other


def _checked_sites(crystal: Crystal, sites: Iterable[int]) -> tuple[int, ...]:
    indices = tuple(int(i) for i in sites)
    for i in indices:
        if not 0 <= i < len(crystal):
            raise CrystalError(f"There is no site {i}.", f"The crystal has {len(crystal)} sites.")
    return indices


def site_indices(crystal: Crystal, label: str) -> tuple[int, ...]:
    """The sites that carry a label, as files and orbit tables name them."""
    found = tuple(i for i, site in enumerate(crystal.sites) if site.label == label)
    if not found:
        known = ", ".join(dict.fromkeys(site.label for site in crystal.sites))
        raise CrystalError(f"No site is labelled “{label}”.", f"The labels are: {known}.")
    return found


__all__ = [
    "VACANCY",
    "DopingLine",
    "doping_line",
    "make_vacancy",
    "scale_cell",
    "set_cell",
    "set_species",
    "site_indices",
    "substitute",
]
