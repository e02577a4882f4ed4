"""SODNet weights on disk: one safetensors file whose header says what the network is and where it
comes from. Nothing in it is executable.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.sodnet.composition import CompositionBranch
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.ensemble import SodnetEnsemble
from sc3d_desktop.models.sodnet.network import Sodnet

FORMAT_VERSION = 1
_HINT = "Install SC3D Desktop again, or train anew with “sc3d train sodnet”."


@dataclass(frozen=True)
class ModelCard:
    """The JSON header of a weights file.

    ``config`` is the SodnetConfig, ``composition_width`` the width of the composition branch (0:
    none); ``half_width`` is the half-width of the 90 % interval in ln(Tc / K); ``training`` says
    data, their hash, split and settings; ``metrics`` what was measured on the test set.
    """

    version: str
    config: dict[str, Any]
    half_width: float
    members: int = 1
    composition_width: int = 0
    training: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION


@dataclass(frozen=True)
class Weights:
    """A network in evaluation mode, its card, and the hash of the file they come from."""

    network: SodnetEnsemble
    card: ModelCard
    sha256: str


def save_weights(path: Path, network: SodnetEnsemble, card: ModelCard) -> None:
    """Write the file at once: a crash leaves the old one."""
    tensors = {
        name: tensor.detach().cpu().contiguous().clone()
        for name, tensor in network.state_dict().items()
    }
    unfinished = path.with_suffix(".part")
    save_file(tensors, unfinished, metadata={"sc3d": json.dumps(asdict(card), sort_keys=True)})
    unfinished.replace(path)


def load_weights(path: Path) -> Weights:
    """Read weights, in evaluation mode. Raises ``ModelError`` for files that are missing, damaged
    or from a newer version.
    """
    if not path.is_file():
        raise ModelError(f"The weights {path.name} are missing.", _HINT)
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {})["sc3d"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, KeyError, ValueError, OSError) as error:
        raise ModelError(f"The weights {path.name} are damaged ({error}).", _HINT) from error
    card = _card(header, path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Weights(_network(tensors, card, path), card, sha256)


def _card(header: dict[str, Any], path: Path) -> ModelCard:
    version = header.get("format_version")
    if version != FORMAT_VERSION:
        raise ModelError(
            f"The weights {path.name} have format {version}; this program reads {FORMAT_VERSION}.",
            "Update SC3D Desktop.",
        )
    try:
        return ModelCard(**header)
    except TypeError as error:
        raise ModelError(f"The header of {path.name} is damaged.", _HINT) from error


def _network(tensors: dict[str, torch.Tensor], card: ModelCard, path: Path) -> SodnetEnsemble:
    if not all(torch.isfinite(t).all() for t in tensors.values()):
        raise ModelError(f"The weights {path.name} hold values that are not finite.", _HINT)
    config = SodnetConfig.from_json(card.config)
    composition = CompositionBranch(card.composition_width) if card.composition_width else None
    network = SodnetEnsemble([Sodnet(config) for _ in range(card.members)], composition)
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise ModelError(f"The weights {path.name} do not fit the network.", _HINT) from error
    return network.eval().requires_grad_(False)
