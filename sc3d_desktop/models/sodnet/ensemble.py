"""What is shipped: one composition branch and several SODNets trained alike on what it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.composition import CompositionBranch, fractions_of
from sc3d_desktop.models.sodnet.network import Sodnet


class SodnetEnsemble(nn.Module):
    """ln Tc = composition branch (where there is one) + mean of the networks."""

    def __init__(self, members: Sequence[Sodnet], composition: CompositionBranch | None) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.composition = composition

    def forward(self, batch: GraphBatch) -> tuple[Tensor, Tensor]:
        """Site contributions (n_sites,) and their occupancy-weighted mean (n_crystals,), both in
        ln(Tc / K). The composition branch gives every site of a crystal the same.
        """
        outputs = [cast(Sodnet, member).predict(batch) for member in self.members]
        site = torch.stack([o[0] for o in outputs]).mean(0)
        crystal = torch.stack([o[1] for o in outputs]).mean(0)
        if self.composition is None:
            return site, crystal
        base = self.composition(fractions_of(batch))
        return site + base[batch.crystal_of_site], crystal + base
