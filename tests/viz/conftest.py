"""Superconductors written down from their published structures (rounded), as fixtures."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sc3d_desktop.crystal import Crystal, Site, Species, lattice_from_parameters


def _crystal(name: str, cell: tuple[float, ...], atoms: list) -> Crystal:
    sites = []
    counts: dict[str, int] = {}
    for species, frac in atoms:
        occupancies = {species: 1.0} if isinstance(species, str) else species
        first = max(occupancies, key=lambda el: occupancies[el])
        counts[first] = counts.get(first, 0) + 1
        sites.append(Site(f"{first}{counts[first]}", Species(occupancies), frac))
    return Crystal(lattice_from_parameters(*cell), tuple(sites), name)


def mgb2(aluminium: float = 0.0) -> Crystal:
    metal = {"Mg": 1 - aluminium, "Al": aluminium} if aluminium else {"Mg": 1.0}
    atoms = [(metal, (0, 0, 0)), ("B", (1 / 3, 2 / 3, 0.5)), ("B", (2 / 3, 1 / 3, 0.5))]
    return _crystal("MgB2", (3.086, 3.086, 3.524, 90, 90, 120), atoms)


def ybco(chain_oxygen: float = 1.0) -> Crystal:
    atoms = [
        ("Y", (0.5, 0.5, 0.5)),
        ("Ba", (0.5, 0.5, 0.184)),
        ("Ba", (0.5, 0.5, 0.816)),
        ("Cu", (0, 0, 0)),
        ("Cu", (0, 0, 0.3546)),
        ("Cu", (0, 0, 0.6454)),
        ({"O": chain_oxygen}, (0, 0.5, 0)),
        ("O", (0, 0, 0.159)),
        ("O", (0, 0, 0.841)),
        ("O", (0.5, 0, 0.378)),
        ("O", (0.5, 0, 0.622)),
        ("O", (0, 0.5, 0.377)),
        ("O", (0, 0.5, 0.623)),
    ]
    return _crystal("YBa2Cu3O7", (3.823, 3.886, 11.681, 90, 90, 90), atoms)


def lsco(strontium: float = 0.075) -> Crystal:
    la = {"La": 1 - strontium, "Sr": strontium} if strontium else {"La": 1.0}
    half = [
        ("Cu", (0, 0, 0)),
        ("O", (0.5, 0, 0)),
        ("O", (0, 0.5, 0)),
        (la, (0, 0, 0.3606)),
        (la, (0, 0, 0.6394)),
        ("O", (0, 0, 0.1828)),
        ("O", (0, 0, 0.8172)),
    ]
    body = [(species, tuple(x + 0.5 for x in frac)) for species, frac in half]
    return _crystal("La1.85Sr0.15CuO4", (3.779, 3.779, 13.226, 90, 90, 90), half + body)


def hg1223(oxygen: float = 0.4) -> Crystal:
    atoms = [
        ("Hg", (0, 0, 0)),
        ({"O": oxygen}, (0.5, 0.5, 0)),
        ("Ba", (0.5, 0.5, 0.177)),
        ("Ba", (0.5, 0.5, 0.823)),
        ("Ca", (0.5, 0.5, 0.397)),
        ("Ca", (0.5, 0.5, 0.603)),
        ("Cu", (0, 0, 0.5)),
        ("Cu", (0, 0, 0.298)),
        ("Cu", (0, 0, 0.702)),
        ("O", (0.5, 0, 0.5)),
        ("O", (0, 0.5, 0.5)),
        ("O", (0.5, 0, 0.302)),
        ("O", (0, 0.5, 0.302)),
        ("O", (0.5, 0, 0.698)),
        ("O", (0, 0.5, 0.698)),
        ("O", (0, 0, 0.124)),
        ("O", (0, 0, 0.876)),
    ]
    return _crystal("HgBa2Ca2Cu3O8.4", (3.853, 3.853, 15.818, 90, 90, 90), atoms)


def one_site(species: dict[str, float], edge: float = 3.0) -> Crystal:
    """A single site in the middle of a cube: nothing hides it."""
    return _crystal("one site", (edge, edge, edge, 90, 90, 90), [(species, (0.5, 0.5, 0.5))])


def scattered(seed: int, count: int = 14, elements: tuple[str, ...] = ("O", "Sr", "La")) -> Crystal:
    """Atoms at random in a random triclinic cell."""
    rng = np.random.default_rng(seed)
    cell = (*rng.uniform(6, 12, 3), *rng.uniform(70, 110, 3))
    atoms = [({str(rng.choice(elements)): 1.0}, tuple(rng.random(3))) for _ in range(count)]
    return _crystal(f"random {seed}", cell, atoms)


@pytest.fixture(scope="session")
def sample() -> SimpleNamespace:
    """Functions that make crystals."""
    return SimpleNamespace(
        mgb2=mgb2, ybco=ybco, lsco=lsco, hg1223=hg1223, one_site=one_site, scattered=scattered
    )
