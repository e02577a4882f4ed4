"""The composition branch: ln Tc from element fractions alone, smooth in every fraction.

SODNet's graph part is trained on what this branch leaves over. Nothing in the features jumps when a
trace of an element arrives: no count, maximum or range of elements.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.equivariant import sum_by_index
from sc3d_desktop.models.sodnet.features import N_ELEMENTS, property_table

SOFTENING = 0.01
"""Square roots are taken of x + this, so that their slope is finite where x is 0."""


def fractions_of(batch: GraphBatch) -> Tensor:
    """Atomic fractions of every crystal, shape (n_crystals, 104), by atomic number."""
    crystal = batch.crystal_of_site[batch.species_site]
    flat = crystal * N_ELEMENTS + batch.species_number
    amounts = sum_by_index(batch.species_occupancy, flat, batch.n_crystals * N_ELEMENTS)
    amounts = amounts.view(batch.n_crystals, N_ELEMENTS)
    return amounts / amounts.sum(dim=1, keepdim=True)


def composition_features(fractions: Tensor) -> tuple[Tensor, Tensor]:
    """Softened square roots of the fractions, (n, 104), which weigh dopants up; and the mean and
    spread of nine element properties, (n, 18).
    """
    properties = torch.from_numpy(property_table()).to(fractions)
    mean = fractions @ properties
    variance = (fractions @ properties.square() - mean.square()).clamp_min(0)
    return _soft_root(fractions), torch.cat([mean, _soft_root(variance)], dim=1)


def _soft_root(x: Tensor) -> Tensor:
    return torch.sqrt(x + SOFTENING) - SOFTENING**0.5


class CompositionBranch(nn.Module):
    """A small network over ``composition_features``, standardised inside."""

    centre: Tensor
    scale: Tensor
    mean: Tensor
    std: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        n = N_ELEMENTS + 2 * property_table().shape[1]
        for name, size in (("centre", (n,)), ("mean", ())):
            self.register_buffer(name, torch.zeros(size))
        for name, size in (("scale", (n,)), ("std", ())):
            self.register_buffer(name, torch.ones(size))
        self.layers = nn.Sequential(
            nn.Linear(n, width),
            nn.SiLU(),
            nn.Linear(width, width),
            nn.SiLU(),
            nn.Linear(width, width),
            nn.SiLU(),
            nn.Linear(width, 1),
        )

    def forward(self, fractions: Tensor) -> Tensor:
        """ln(Tc / K) of atomic fractions (n, 104); shape (n,)."""
        features = torch.cat(composition_features(fractions), dim=1)
        out = self.layers((features - self.centre) / self.scale)
        return out[:, 0] * self.std + self.mean
