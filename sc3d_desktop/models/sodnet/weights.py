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
from torch import Tensor, nn

from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.sodnet import format_1, format_2, format_3
from sc3d_desktop.models.sodnet.branch import CompositionBranch
from sc3d_desktop.models.sodnet.composition import CompositionKernel
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.ensemble import SodnetEnsemble
from sc3d_desktop.models.sodnet.forest import RampForest
from sc3d_desktop.models.sodnet.network import Sodnet
from sc3d_desktop.models.sodnet.trust import Trust

FORMAT_VERSION = 4
_UPGRADES = {1: format_1.upgraded, 2: format_2.upgraded, 3: format_3.upgraded}
"""Format → what makes the next of it."""

_HINT = "Install SC3D Desktop again, or train anew with “sc3d train sodnet”."


@dataclass(frozen=True)
class ModelCard:
    """The JSON header of a weights file.

    ``config`` is the SodnetConfig; ``sizes`` holds ``anchors`` and ``training_keys``, the lengths
    of those tables, trees and splits of ``forest`` and ``judge``, where there are any, and
    ``learnt``, 1 where the branch has learnt further records; ``training`` says data, their hash,
    split and settings; ``metrics`` what was measured on compounds held out.
    """

    version: str
    config: dict[str, Any]
    members: int = 1
    sizes: dict[str, int] = field(default_factory=dict)
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
    header, tensors = _current(header, tensors, path)
    card = _card(header, path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Weights(_network(tensors, card, path), card, sha256)


def _current(
    header: dict[str, Any], tensors: dict[str, Tensor], path: Path
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Header and tensors in the current format."""
    version = header.get("format_version")
    if version not in (*_UPGRADES, FORMAT_VERSION):
        raise ModelError(
            f"The weights {path.name} have format {version}; this program reads 1 to "
            f"{FORMAT_VERSION}.",
            "Update SC3D Desktop.",
        )
    try:
        for step in range(version, FORMAT_VERSION):
            header, tensors = _UPGRADES[step](header, tensors)
    except (KeyError, ValueError, TypeError) as error:
        raise ModelError(f"The header of {path.name} is damaged.", _HINT) from error
    return header, tensors


def _card(header: dict[str, Any], path: Path) -> ModelCard:
    try:
        return ModelCard(**header)
    except TypeError as error:
        raise ModelError(f"The header of {path.name} is damaged.", _HINT) from error


def _network(tensors: dict[str, Tensor], card: ModelCard, path: Path) -> SodnetEnsemble:
    if not all(torch.isfinite(t).all() for t in tensors.values()):
        raise ModelError(f"The weights {path.name} hold values that are not finite.", _HINT)
    config = SodnetConfig.from_json(card.config)
    members = [Sodnet(config) for _ in range(card.members)]
    trust = Trust(card.sizes.get("training_keys", 0))
    network = SodnetEnsemble(members, _composition(card), trust)
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise ModelError(f"The weights {path.name} do not fit the network.", _HINT) from error
    if not all(m.is_sound() for m in network.modules() if isinstance(m, RampForest)):
        raise ModelError(f"The forest in {path.name} is damaged.", _HINT)
    kernels = (m for m in network.modules() if isinstance(m, CompositionKernel))
    if not all(m.superconducting.any() for m in kernels):
        raise ModelError(f"No anchor in {path.name} is a superconductor.", _HINT)
    return network.eval().requires_grad_(False)


def _composition(card: ModelCard) -> nn.Module | None:
    if anchors := card.sizes.get("anchors"):
        forest, judge = (_forest(card, name) for name in ("forest", "judge"))
        learnt = torch.zeros(anchors, 2) if card.sizes.get("learnt") else None
        return CompositionBranch(CompositionKernel(anchors), forest, judge, learnt=learnt)
    if width := card.sizes.get("composition_network"):
        return format_1.CompositionNetwork(width)
    return None


def _forest(card: ModelCard, name: str) -> RampForest | None:
    trees, splits = (card.sizes.get(f"{name}_{what}", 0) for what in ("trees", "splits"))
    return RampForest(trees, splits) if trees else None
