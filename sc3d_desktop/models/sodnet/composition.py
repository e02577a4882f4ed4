"""The composition branch: what element fractions alone say, smooth in every fraction.

SODNet's graph part is trained on what this branch leaves over. Nothing in the features jumps when a
trace of an element arrives: no count, maximum or range of elements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.equivariant import sum_by_index
from sc3d_desktop.models.sodnet.features import N_ELEMENTS, property_table

SOFTENING = 0.01
"""Square roots are taken of x + this, so that their slope is finite where x is 0."""

FRACTION_LENGTH = 2.0
PROPERTY_LENGTH = 0.6
"""Distances are measured in these lengths: of roots of fractions, and of a mean property."""

KERNEL_SOFTENING = 0.02
"""Distances below this count quadratically, so that the kernel has no kink."""


@dataclass(frozen=True)
class CompositionAnswer:
    """Of n compositions: ``ln_tc`` (n,) in ln(Tc / K); ``score`` (n,), the higher the likelier a
    superconductor; ``novelty`` (n,), the distance to the nearest superconductor trained on;
    ``smooth_ln_tc`` (n,), what slopes are taken of where that is not ``ln_tc`` itself. All but the
    first are None where the branch does not state them.
    """

    ln_tc: Tensor
    score: Tensor | None = None
    novelty: Tensor | None = None
    smooth_ln_tc: Tensor | None = None


def amounts_of(batch: GraphBatch) -> Tensor:
    """Atoms of every element in every crystal, shape (n_crystals, 104), by atomic number."""
    crystal = batch.crystal_of_site[batch.species_site]
    flat = crystal * N_ELEMENTS + batch.species_number
    amounts = sum_by_index(batch.species_occupancy, flat, batch.n_crystals * N_ELEMENTS)
    return amounts.view(batch.n_crystals, N_ELEMENTS)


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


class Scaled(NamedTuple):
    """``composition_features`` in units of the kernel's lengths, (n, 104) and (n, 18), and their
    squared norms (n,).
    """

    roots: Tensor
    properties: Tensor
    squared_roots: Tensor
    squared_properties: Tensor


def scaled_features(fractions: Tensor) -> Scaled:
    """Of atomic fractions (n, 104)."""
    roots, properties = composition_features(fractions)
    roots = roots / FRACTION_LENGTH
    properties = properties / (PROPERTY_LENGTH * properties.shape[1] ** 0.5)
    return Scaled(roots, properties, roots.square().sum(1), properties.square().sum(1))


def distances(a: Scaled, b: Scaled) -> tuple[Tensor, Tensor]:
    """Distances in fractions and in properties, each (n, m)."""
    return (
        _distance(a.roots, b.roots, a.squared_roots, b.squared_roots),
        _distance(a.properties, b.properties, a.squared_properties, b.squared_properties),
    )


def _distance(a: Tensor, b: Tensor, squared_a: Tensor, squared_b: Tensor) -> Tensor:
    squared = torch.addmm(squared_a[:, None] + squared_b, a, b.T, alpha=-2).clamp_min(0)
    return torch.sqrt(squared + KERNEL_SOFTENING**2) - KERNEL_SOFTENING


def kernel(in_fractions: Tensor, in_properties: Tensor) -> Tensor:
    """Likeness in [0, 1]: the mean of two exponentials of the distances and their product."""
    fractions, properties = torch.exp(-in_fractions), torch.exp(-in_properties)
    return (fractions + properties + fractions * properties) / 3


class CompositionKernel(nn.Module):
    """A kernel machine: weighted likeness to anchors, compositions that lie between known ones.

    ``anchors`` (m, 104) are atomic fractions, ``weights`` (m, 2) those of ln Tc and of the score,
    ``means`` (2,) what is answered far from every anchor; ``superconducting`` (m,) marks the
    anchors that novelty is measured from.
    """

    anchors: Tensor
    weights: Tensor
    means: Tensor
    superconducting: Tensor

    def __init__(self, n_anchors: int) -> None:
        super().__init__()
        # Half precision: it moves an anchor by less than a formula's last digit.
        self.register_buffer("anchors", torch.zeros(n_anchors, N_ELEMENTS, dtype=torch.float16))
        self.register_buffer("weights", torch.zeros(n_anchors, 2))
        self.register_buffer("means", torch.zeros(2))
        self.register_buffer("superconducting", torch.zeros(n_anchors, dtype=torch.bool))
        self._features: Scaled | None = None

    def forward(self, fractions: Tensor) -> CompositionAnswer:
        """What atomic fractions (n, 104) say."""
        return self.answer(*self.likeness(fractions))

    def likeness(self, fractions: Tensor) -> tuple[Tensor, Tensor]:
        """Of compositions (n, 104) to every anchor, (n, m); and their novelty (n,)."""
        near = distances(scaled_features(fractions), self._anchor_features(fractions))
        far = (near[0] + near[1]).masked_fill(~self.superconducting, torch.inf)
        return kernel(*near), far.amin(dim=1)

    def answer(self, likeness: Tensor, novelty: Tensor) -> CompositionAnswer:
        """What follows from ``likeness``."""
        ln_tc, score = (likeness @ self.weights + self.means).unbind(1)
        return CompositionAnswer(ln_tc, score, novelty)

    def _anchor_features(self, like: Tensor) -> Scaled:
        kept = self._features
        if kept is None or (kept.roots.device, kept.roots.dtype) != (like.device, like.dtype):
            with torch.no_grad():
                kept = self._features = scaled_features(self.anchors.to(like))
        return kept
