"""Crystals on their way between noise and structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.elements import atomic_number, symbols
from sc3d_desktop.errors import CrystalError, ModelError
from sc3d_desktop.models.diffcsp_sc.config import N_TYPES

Array = NDArray[np.float64]

_ANGSTROM_AN_ATOM = 2.7
"""Cube root of a typical volume of an atom: the unit of length of the model, times N^(1/3)."""


@dataclass(frozen=True)
class CrystalState:
    """Crystals of one size, possibly noisy.

    ``lattice`` has shape (B, 3, 3), rows in units of ``length_unit``; ``frac`` (B, N, 3) in [0, 1);
    ``types`` (B, N, N_TYPES), one-hot where there is no noise.
    """

    lattice: Tensor
    frac: Tensor
    types: Tensor

    def __post_init__(self) -> None:
        batch, atoms, _ = self.frac.shape
        shapes = tuple(self.lattice.shape), tuple(self.types.shape)
        if shapes != ((batch, 3, 3), (batch, atoms, N_TYPES)):
            raise ModelError(f"States of shapes {shapes} do not fit together.", "Report this.")

    @property
    def n_atoms(self) -> int:
        return self.frac.shape[1]

    def __len__(self) -> int:
        return len(self.frac)

    def __getitem__(self, rows: Tensor | slice) -> CrystalState:
        return CrystalState(self.lattice[rows], self.frac[rows], self.types[rows])

    def to(self, device: torch.device) -> CrystalState:
        return CrystalState(self.lattice.to(device), self.frac.to(device), self.types.to(device))


def length_unit(n_atoms: int) -> float:
    """Å: edges of a cell of so many atoms are about 1 in it."""
    return float(_ANGSTROM_AN_ATOM * n_atoms ** (1 / 3))


def state_of(crystals: Sequence[Crystal]) -> CrystalState:
    """Ordered crystals of one size. Raises ``ModelError`` for others."""
    if len({len(c) for c in crystals}) != 1 or not all(c.is_ordered for c in crystals):
        raise ModelError("These are not ordered crystals of one size.", "Order them first.")
    numbers = [[atomic_number(next(iter(s.species))) for s in c.sites] for c in crystals]
    lattices = np.stack([c.lattice for c in crystals]) / length_unit(len(crystals[0]))
    return CrystalState(
        torch.tensor(lattices, dtype=torch.float32),
        torch.tensor(np.stack([c.frac_coords for c in crystals]), dtype=torch.float32),
        one_hot(torch.tensor(numbers)),
    )


def one_hot(numbers: Tensor) -> Tensor:
    """Types (…, N_TYPES) of atomic numbers (…)."""
    return torch.nn.functional.one_hot(numbers - 1, N_TYPES).float()


def crystals_of(state: CrystalState) -> list[Crystal | None]:
    """A crystal for each member, of its likeliest types; None where it is not finite, or flat."""
    unit = length_unit(state.n_atoms)
    lattices = (state.lattice.double() * unit).cpu().numpy()
    fracs = state.frac.double().cpu().numpy()
    numbers = (state.types.argmax(-1) + 1).cpu().tolist()
    return [_crystal(*row) for row in zip(lattices, fracs, numbers, strict=True)]


def _crystal(lattice: Array, frac: Array, numbers: list[int]) -> Crystal | None:
    # The same atoms in a right-handed cell: programs that calculate stresses count on one.
    if np.isfinite(lattice).all() and np.linalg.det(lattice) < 0:
        lattice, frac = -lattice, -frac % 1.0
    names, counts, sites = symbols(), dict.fromkeys(numbers, 0), []
    try:
        for z, position in zip(numbers, frac.tolist(), strict=True):
            counts[z] += 1
            sites.append(Site(f"{names[z]}{counts[z]}", Species({names[z]: 1.0}), tuple(position)))
        return Crystal(lattice, tuple(sites))
    except CrystalError:
        return None
