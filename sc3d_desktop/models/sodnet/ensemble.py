"""What is shipped: a composition branch, SODNets trained on what it leaves, and their trust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import cast

import torch
from torch import Tensor, nn

from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.composition import CompositionAnswer, amounts_of
from sc3d_desktop.models.sodnet.equivariant import sum_by_index
from sc3d_desktop.models.sodnet.network import Sodnet
from sc3d_desktop.models.sodnet.trust import Trust


@dataclass(frozen=True)
class EnsembleAnswer:
    """Of a batch: ``ln_tc`` (n_crystals,) and ``site`` (n_sites,), whose occupancy-weighted mean it
    is, both in ln(Tc / K); ``half_width`` (n_crystals,) of the 90 % interval in ln K; atomic
    ``fractions`` (n_crystals, 104); ``p_superconductor`` and ``novelty`` (n_crystals,) or None.
    """

    ln_tc: Tensor
    site: Tensor
    half_width: Tensor
    fractions: Tensor
    p_superconductor: Tensor | None
    novelty: Tensor | None

    def cpu(self) -> EnsembleAnswer:
        """The same, off the GPU."""
        tensors = (getattr(self, f.name) for f in fields(self))
        return EnsembleAnswer(*(None if t is None else t.cpu() for t in tensors))  # type: ignore[arg-type]  # None only where it may be


class SodnetEnsemble(nn.Module):
    """ln Tc = composition branch (where there is one) + ``share`` x mean of the networks."""

    share: Tensor

    def __init__(
        self,
        members: Sequence[Sodnet],
        composition: nn.Module | None,
        trust: Trust | None = None,
        share: float = 1.0,
    ) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.composition = composition
        self.trust = trust or Trust()
        self.register_buffer("share", torch.tensor(share))

    def forward(self, batch: GraphBatch) -> EnsembleAnswer:
        """Answer every crystal.

        The composition branch f does not depend on the size of the crystal, so by Euler's theorem
        the amount-weighted mean of its slopes ∂f/∂n is zero: f + N ∂f/∂n of the elements on a site,
        weighted by occupancy, is a contribution whose mean over the crystal is exactly f. The
        slopes are those of the smooth part of f, for which the same holds: a forest has none to
        speak of.
        """
        site, ln_tc = self._networks(batch)
        amounts = amounts_of(batch)
        total = amounts.sum(dim=1, keepdim=True)
        if self.composition is None:
            half_width = self.trust.half_width(amounts / total, ln_tc, torch.zeros_like(ln_tc))
            return EnsembleAnswer(ln_tc, site, half_width, amounts / total, None, None)
        said, slope = self._composition(amounts)
        ln_tc = ln_tc + said.ln_tc
        site = site + _site_terms(batch, said.ln_tc, slope * total)
        novelty = said.novelty
        far = torch.zeros_like(ln_tc) if novelty is None else novelty
        half_width = self.trust.half_width(amounts / total, ln_tc, far)
        p = None if said.score is None else self.trust.p_superconductor(said.score)
        return EnsembleAnswer(ln_tc, site, half_width, amounts / total, p, novelty)

    def _networks(self, batch: GraphBatch) -> tuple[Tensor, Tensor]:
        outputs = [cast(Sodnet, member).predict(batch) for member in self.members]
        site = torch.stack([o[0] for o in outputs]).mean(0)
        crystal = torch.stack([o[1] for o in outputs]).mean(0)
        return self.share * site, self.share * crystal

    def _composition(self, amounts: Tensor) -> tuple[CompositionAnswer, Tensor]:
        """What the branch says, and the slope of its ln Tc along every amount."""
        assert self.composition is not None
        with torch.enable_grad():
            leaf = amounts.detach().requires_grad_()
            said: CompositionAnswer = self.composition(leaf / leaf.sum(dim=1, keepdim=True))
            smooth = said.ln_tc if said.smooth_ln_tc is None else said.smooth_ln_tc
            (slope,) = torch.autograd.grad(smooth.sum(), leaf)
        parts = (None if x is None else x.detach() for x in (said.ln_tc, said.score, said.novelty))
        return CompositionAnswer(*parts), slope  # type: ignore[arg-type]  # ln_tc is never None


def _site_terms(batch: GraphBatch, ln_tc: Tensor, slope: Tensor) -> Tensor:
    """Ln Tc of the crystal and the mean slope of the species on every site, shape (n_sites,)."""
    crystal = batch.crystal_of_site
    w, at = batch.species_occupancy, batch.species_site
    of_species = slope[crystal[at], batch.species_number]
    occupancy = sum_by_index(w, at, batch.n_sites)
    return ln_tc[crystal] + sum_by_index(w * of_species, at, batch.n_sites) / occupancy
