"""A small model with random weights, and records to improve it on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from composition_cases import FOREST_SIZES, whole_branch
from sodnet_cases import SMALL

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.models.registry import Version
from sc3d_desktop.models.sodnet import (
    CompositionBranch,
    ModelCard,
    Sodnet,
    SodnetConfig,
    SodnetEnsemble,
    Trust,
    save_weights,
)
from sc3d_desktop.training.fine_tune.observation import Observation

ANCHORS = 200


def small_model(path: Path, name: str = "small", share: float = 0.1) -> Version:
    """Written to ``path``: it answers some kelvin to everything, and knows little. Its network
    counts by ``share``.
    """
    torch.manual_seed(0)
    trust = Trust(3)
    trust.width[0] = 0.1
    branch = whole_branch(ANCHORS)
    assert isinstance(branch, CompositionBranch)
    config = SodnetConfig(**SMALL)
    ensemble = SodnetEnsemble([Sodnet(config)], branch, trust, share=share)
    sizes = {"anchors": ANCHORS, "training_keys": 3, **FOREST_SIZES}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_weights(path, ensemble, ModelCard("1", config.as_json(), 1, sizes))
    return Version(name, path)


def nickelates(tc_kelvin: float = 60.0, n: int = 10) -> list[Observation]:
    """Of one family and far above what the small model says, with a dome in the content of Sr."""
    return [
        Observation(f"La{3 - x:.3f}Sr{x:.3f}Ni2O7", tc_kelvin=tc_kelvin * np.exp(-((x - 0.4) ** 2)))
        for x in np.linspace(0, 0.9, n)
    ]


METALS = ("Nb", "Ta", "V", "Mo", "W", "Hf", "Ti", "Zr")
_CORNERS = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])


def rock_salt(metal: str, other: str = "N", edge: float = 4.4) -> Crystal:
    sites = [(metal, *at) for at in _CORNERS] + [(other, *at) for at in (_CORNERS + 0.5) % 1]
    return _crystal(np.eye(3) * edge, sites)


def caesium_chloride(metal: str, other: str = "N", edge: float = 2.7) -> Crystal:
    return _crystal(np.eye(3) * edge, [(metal, 0, 0, 0), (other, 0.5, 0.5, 0.5)])


def _crystal(lattice: np.ndarray, sites: list) -> Crystal:
    made = (Site(f"{el}{i}", Species({el: 1.0}), at) for i, (el, *at) in enumerate(sites))
    return Crystal(lattice, tuple(made))


def polymorphs(ratio: float = 4.0, n: int = 6) -> list[Observation]:
    """Nitrides in two structures each, the first with ``ratio`` times the Tc of the second."""
    return [
        Observation(f"{metal}N", make(metal), tc_kelvin=8.0 * factor)
        for metal in METALS[:n]
        for make, factor in ((rock_salt, ratio**0.5), (caesium_chloride, ratio**-0.5))
    ]
