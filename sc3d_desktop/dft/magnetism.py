"""Magnetic orders to start from, by the family of the compound, and why."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.dft.approximants.supercells import Supercell, by_compactness
from sc3d_desktop.dft.options import Magnetism
from sc3d_desktop.dft.structures import symbols_of

_PNICTOGENS = {"As", "P", "Se", "Te", "S", "Si", "Ge", "Sb"}
_BOND_CU_O, _STRAIGHT = 2.3, -0.9
_FE_FE, _ALONG = 3.1, 0.85
_SIZES = (1, 2, 4)
_MOMENTS = {"Cu": 0.8, "Fe": 2.0, "Co": 1.0, "Ni": 1.0, "Mn": 3.0, "Cr": 2.0}
_FERROMAGNETS = {"Fe": 3.0, "Co": 2.0, "Ni": 1.0, "Mn": 4.0, "Cr": 3.0}
_F_MOMENTS = {
    "Ce": 1.0, "Pr": 2.0, "Nd": 3.0, "Pm": 4.0, "Sm": 5.0, "Eu": 7.0, "Gd": 7.0, "Tb": 6.0,
    "Dy": 5.0, "Ho": 4.0, "Er": 3.0, "Tm": 2.0, "Yb": 1.0, "U": 2.0, "Np": 3.0, "Pu": 5.0,
    "Am": 6.0, "Cm": 7.0,
}  # fmt: skip
"""Spins of the f shell by Hund's rule, of the usual valence."""


@dataclass(frozen=True)
class MagneticOrder:
    """A cell with a moment in µB on each of its sites, or None for a calculation without spin.

    ``name`` is that of a folder, empty where there is nothing to choose from. ``pbe`` asks for the
    plain PBE functional; ``why`` is for the user.
    """

    name: str
    why: str
    crystal: Crystal
    moments: tuple[float, ...] | None = None
    pbe: bool = False


Edges = list[tuple[int, int, tuple[int, int, int], int]]
"""(site, site, shift in cells, +1 for parallel or -1 for antiparallel moments)."""


def family(crystal: Crystal) -> str:
    """“cuprate”, “iron-based”, “f-element” or “other”, by what the crystal is made of."""
    elements = set(symbols_of(crystal))
    if {"Cu", "O"} <= elements and _copper_bridges(crystal):
        return "cuprate"
    if "Fe" in elements and elements & _PNICTOGENS and _iron_layer(crystal):
        return "iron-based"
    return (
        "f-element" if any(element(el).block == "f" and el != "La" for el in elements) else "other"
    )


def magnetic_orders(
    crystal: Crystal, f_in_core: frozenset[str] = frozenset()
) -> list[MagneticOrder]:
    """What to calculate for an ordered crystal; ``f_in_core`` are elements whose potentials keep
    the f electrons, and so have no moment.
    """
    kind = family(crystal)
    if kind == "cuprate":
        return [_antiferromagnetic(crystal), _without_spin(crystal, "nonmagnetic", _METALLIC)]
    if kind == "iron-based":
        return [
            replace(_stripes(crystal), pbe=True),
            replace(_without_spin(crystal, "nonmagnetic", _NO_MOMENT), pbe=True),
        ]
    moments = [_starting_moment(el, f_in_core) for el in symbols_of(crystal)]
    if any(moments):
        return [MagneticOrder("", _FERRO, crystal, tuple(moments))]
    return [_without_spin(crystal, "", "No element here is expected to carry a moment: no spin.")]


def chosen_orders(
    crystal: Crystal, f_in_core: frozenset[str], choice: Magnetism
) -> list[MagneticOrder]:
    """``magnetic_orders``, or those of them that the user wants. Where nothing is expected to carry
    a moment, wanting one changes nothing.
    """
    orders = magnetic_orders(crystal, f_in_core)
    if choice is Magnetism.AUTO:
        return orders
    pbe = all(order.pbe for order in orders)
    if choice is Magnetism.NONE:
        return [MagneticOrder("", "No spin, as asked for.", crystal, pbe=pbe)]
    return [order for order in orders if order.moments is not None] or orders


_METALLIC = (
    "The doped compound is a metal without long-range order: the bands of a calculation without "
    "spin are what photoemission of the overdoped metal is compared with."
)
_NO_MOMENT = (
    "Superconducting iron compounds have no static order; PBE without spin gives the Fermi surface "
    "that models of pairing start from. The height of As, Se or Si above Fe comes out too small."
)
_FERRO = (
    "Moments start parallel, so that a magnetic solution is found where there is one; look at the "
    "moments in OUTCAR, and try other orders where they stay."
)
_AFM = (
    "The parent of every cuprate is an antiferromagnetic insulator: without moments on Cu, PBE and "
    "also r²SCAN make it a metal. Neighbouring Cu start antiparallel, planes in phase."
)
_STRIPE = (
    "The parents of iron-based superconductors order in stripes: parallel along one Fe-Fe "
    "direction, antiparallel along the other. Plain PBE, because meta-GGAs overestimate the "
    "moments of Fe."
)
_FRUSTRATED = (
    " This order does not fit the cell, nor two or four of it, so moments start parallel: it "
    "cannot tell the energy of the ordered state."
)


def _without_spin(crystal: Crystal, name: str, why: str) -> MagneticOrder:
    return MagneticOrder(name, why, crystal)


def _starting_moment(symbol: str, f_in_core: frozenset[str]) -> float:
    if symbol in _F_MOMENTS:
        return 0.0 if symbol in f_in_core else _F_MOMENTS[symbol]
    return _FERROMAGNETS.get(symbol, 0.0)


def _antiferromagnetic(crystal: Crystal) -> MagneticOrder:
    return _ordered(crystal, "afm", _AFM, _copper_bridges(crystal), {"Cu"})


def _stripes(crystal: Crystal) -> MagneticOrder:
    return _ordered(crystal, "stripe-afm", _STRIPE, _iron_layer(crystal), set(_MOMENTS) - {"Cu"})


def _ordered(
    crystal: Crystal, name: str, why: str, edges: Edges, carriers: set[str]
) -> MagneticOrder:
    for size in _SIZES:
        for cell in by_compactness(crystal.lattice, size):
            signs = _signs(len(crystal), edges, cell)
            if signs is not None:
                large = _repeated(crystal, cell)
                return MagneticOrder(name, why, large, _moments(large, signs, carriers))
    parallel = np.ones(len(crystal))
    return MagneticOrder(
        name + "-does-not-fit", why + _FRUSTRATED, crystal, _moments(crystal, parallel, carriers)
    )


def _moments(crystal: Crystal, signs: NDArray[np.float64], carriers: set[str]) -> tuple[float, ...]:
    symbols = symbols_of(crystal)
    sizes = [_MOMENTS.get(el, 0.0) if el in carriers else 0.0 for el in symbols]
    return tuple(float(size * sign) for size, sign in zip(sizes, signs, strict=True))


def _signs(n_sites: int, edges: Edges, cell: Supercell) -> NDArray[np.float64] | None:
    """+1 or -1 for each site of the supercell (site-major), or None where the edges contradict."""
    size = cell.size
    neighbours: list[list[tuple[int, int]]] = [[] for _ in range(n_sites * size)]
    for i, j, shift, sign in edges:
        there = cell.index_of(cell.translations + np.array(shift))
        for t, u in enumerate(there.tolist()):
            neighbours[i * size + t].append((j * size + u, sign))
            neighbours[j * size + u].append((i * size + t, sign))
    signs = np.zeros(n_sites * size)
    for start in range(len(signs)):
        if signs[start] == 0 and not _spread(start, signs, neighbours):
            return None
    return signs


def _spread(
    start: int, signs: NDArray[np.float64], neighbours: Sequence[list[tuple[int, int]]]
) -> bool:
    signs[start] = 1
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for there, sign in neighbours[here]:
            if signs[there] == 0:
                signs[there] = signs[here] * sign
                queue.append(there)
            elif signs[there] != signs[here] * sign:
                return False
    return True


def _repeated(crystal: Crystal, cell: Supercell) -> Crystal:
    inverse = np.linalg.inv(cell.matrix)
    sites = tuple(
        replace(site, frac=tuple(((np.array(site.frac) + t) @ inverse).tolist()))
        for site in crystal.sites
        for t in cell.translations
    )
    return replace(crystal, lattice=cell.matrix @ crystal.lattice, sites=sites)


def _pairs(
    crystal: Crystal, within_angstrom: float
) -> Iterator[tuple[int, int, tuple[int, int, int], NDArray[np.float64]]]:
    from vesin import NeighborList

    found = NeighborList(cutoff=within_angstrom, full_list=True).compute(
        crystal.cart_coords, crystal.lattice, periodic=True, quantities="ijSD"
    )
    for i, j, shift, vector in zip(*found, strict=True):
        a, b, c = (int(x) for x in shift)
        yield int(i), int(j), (a, b, c), np.asarray(vector)


def _copper_bridges(crystal: Crystal) -> Edges:
    """Cu-O-Cu with a nearly straight angle: antiparallel."""
    symbols = symbols_of(crystal)
    around: dict[int, list[tuple[int, tuple[int, int, int], NDArray[np.float64]]]] = {}
    for i, j, shift, vector in _pairs(crystal, _BOND_CU_O):
        if symbols[i] == "O" and symbols[j] == "Cu":
            around.setdefault(i, []).append((j, shift, vector / np.linalg.norm(vector)))
    edges: Edges = []
    for bonds in around.values():
        for n, (i, s, u) in enumerate(bonds):
            for j, t, v in bonds[n + 1 :]:
                if u @ v < _STRAIGHT:
                    shift = (t[0] - s[0], t[1] - s[1], t[2] - s[2])
                    edges.append((i, j, shift, -1))
    return edges


def _iron_layer(crystal: Crystal) -> Edges:
    """Nearest neighbours of the square lattice of Fe and what replaces it: antiparallel along one
    direction, parallel across.
    """
    symbols = symbols_of(crystal)
    metals = {i for i, el in enumerate(symbols) if el in _MOMENTS and el != "Cu"}
    near = [p for p in _pairs(crystal, _FE_FE) if p[0] in metals and p[1] in metals]
    if not any(symbols[i] == "Fe" and symbols[j] == "Fe" for i, j, _, _ in near):
        return []
    shortest = min(float(np.linalg.norm(v)) for *_, v in near)
    near = [p for p in near if float(np.linalg.norm(p[3])) < 1.1 * shortest]
    direction = near[0][3] / np.linalg.norm(near[0][3])
    return [
        (i, j, s, -1 if abs(v @ direction) / np.linalg.norm(v) > _ALONG else 1)
        for i, j, s, v in near
    ]
