"""Networks in double precision and crystals to try them on."""

from __future__ import annotations

import numpy as np
import torch

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.models.sodnet import Sodnet, SodnetConfig

SMALL = {"scalars": 16, "vectors": 8, "blocks": 2, "radial_functions": 12, "radial_hidden": 8}


def network(seed: int = 0, **options) -> Sodnet:
    """An untrained network with every weight in play, evaluated in double precision."""
    torch.manual_seed(seed)
    net = Sodnet(SodnetConfig(**(SMALL | options)))
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    net.mean.fill_(1.4)
    net.std.fill_(1.6)
    return net.double().eval()


def random_crystal(seed: int, n_sites: int = 6) -> Crystal:
    """Sites with one to three species, some with vacancies, in a random cell."""
    rng = np.random.default_rng(seed)
    lattice = np.diag(rng.uniform(3.5, 6.0, 3)) + rng.uniform(-0.8, 0.8, (3, 3))
    elements = ["La", "Sr", "Cu", "O", "Fe", "Mg", "B", "H", "Hg"]
    sites = []
    for i in range(n_sites):
        chosen = rng.choice(elements, size=rng.integers(1, 4), replace=False)
        shares = rng.dirichlet(np.ones(len(chosen))) * rng.uniform(0.5, 1.0)
        species = Species({str(el): float(w) for el, w in zip(chosen, shares, strict=True)})
        sites.append(Site(f"X{i}", species, tuple(rng.random(3))))
    return Crystal(lattice, tuple(sites))
