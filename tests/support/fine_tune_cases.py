"""A small model with random weights, and records to improve it on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from composition_cases import FOREST_SIZES, whole_branch
from sodnet_cases import SMALL

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


def small_model(path: Path, name: str = "small") -> Version:
    """Written to ``path``: it answers some kelvin to everything, and knows little."""
    torch.manual_seed(0)
    trust = Trust(3)
    trust.width[0] = 0.1
    branch = whole_branch(ANCHORS)
    assert isinstance(branch, CompositionBranch)
    config = SodnetConfig(**SMALL)
    ensemble = SodnetEnsemble([Sodnet(config)], branch, trust, share=0.1)
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
