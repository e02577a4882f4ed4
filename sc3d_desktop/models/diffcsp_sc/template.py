"""Noise that keeps a space group: everything is projected onto the orbits of a template.

A free parameter of the template (an edge, a coordinate that its Wyckoff position leaves open) is
noised and denoised as ever; what symmetry fixes stays fixed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.symmetry import Operations, operations
from sc3d_desktop.models.diffcsp_sc.guidance import Estimate
from sc3d_desktop.models.diffcsp_sc.state import CrystalState

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Template:
    """For N atoms: ``frac`` (N, 3); ``first`` (N,), the atom that each is generated from, by
    ``turns`` (N, 3, 3), rotations of fractional coordinates as columns; ``free`` (N, 3, 3) projects
    a move of that atom onto what its site symmetry allows; ``of_lattice`` (9, 9) projects a lattice
    in the template's orientation.
    """

    frac: Tensor
    first: Tensor
    turns: Tensor
    free: Tensor
    of_lattice: Tensor

    @classmethod
    def of(cls, crystal: Crystal) -> Template:
        """Of an ordered crystal; of one without symmetry everything is free."""
        found = operations(crystal)
        first, turns, free = _orbits(found)
        return cls(
            torch.tensor(crystal.frac_coords, dtype=torch.float32),
            torch.tensor(first),
            torch.tensor(turns, dtype=torch.float32),
            torch.tensor(free, dtype=torch.float32),
            torch.tensor(_lattice_projector(crystal.lattice, found), dtype=torch.float32),
        )

    def to(self, device: torch.device) -> Template:
        names = ("frac", "first", "turns", "free", "of_lattice")
        return replace(self, **{name: getattr(self, name).to(device) for name in names})

    def state(self, state: CrystalState) -> CrystalState:
        moved = (state.frac - self.frac)[:, self.first]
        moved = torch.einsum("nxy,bny->bnx", self.free, moved - moved.round())
        frac = (self.frac + torch.einsum("nxy,bny->bnx", self.turns, moved)) % 1.0
        return CrystalState(self._lattice(state.lattice), frac, state.types[:, self.first])

    def estimate(self, estimate: Estimate) -> Estimate:
        # A score is a gradient: where positions turn by W, it turns by the inverse transpose.
        back = torch.einsum("nyx,bny->bnx", self.turns, estimate.frac_score)
        mean = self._orbit_means(back)[:, self.first]
        score = torch.einsum("nyx,bny->bnx", torch.linalg.inv(self.turns), mean)
        return Estimate(
            self._lattice(estimate.lattice_noise), score, self._orbit_means(estimate.type_shares)
        )

    def _lattice(self, lattice: Tensor) -> Tensor:
        return (lattice.flatten(1) @ self.of_lattice).view(-1, 3, 3)

    def _orbit_means(self, values: Tensor) -> Tensor:
        """Of values (B, N, k), the mean over the orbit of each atom."""
        same = (self.first[:, None] == self.first).to(values.dtype)
        return torch.einsum("nm,bmk->bnk", same / same.sum(1, keepdim=True), values)


def _orbits(found: Operations) -> tuple[NDArray[np.int64], Array, Array]:
    n = found.images.shape[1]
    first = found.images.min(0)
    turns, free = np.zeros((n, 3, 3)), np.zeros((n, 3, 3))
    for atom in range(n):
        leads = found.images[:, first[atom]] == atom
        turns[atom] = found.rotations[leads][0]
        stays = found.images[:, first[atom]] == first[atom]
        free[atom] = _onto_range(found.rotations[stays].mean(0))
    return first, turns, free


def _lattice_projector(lattice: Array, found: Operations) -> Array:
    """Rows M of a lattice stay those of the group where Wᵀ M = M Rᵀ for each turn W of coordinates
    and R = Lᵀ W L⁻ᵀ of space.
    """
    total = np.zeros((9, 9))
    for turn in found.rotations:
        in_space = lattice.T @ turn @ np.linalg.inv(lattice.T)
        total += np.kron(np.linalg.inv(turn).T, in_space)
    return _onto_range(total / len(found.rotations))


def _onto_range(mean: Array) -> Array:
    """The orthogonal projector onto what the mean of a group leaves as it is: an oblique one would
    change the width of the noise.
    """
    vectors, sizes, _ = np.linalg.svd(mean)
    kept = vectors[:, sizes > 0.5]
    return np.asarray(kept @ kept.T)
