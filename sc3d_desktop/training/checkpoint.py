"""The state of a training run on disk: tensors in safetensors, the rest in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from sc3d_desktop.errors import TrainingError


def save_checkpoint(
    path: Path, model: nn.Module, average: nn.Module, optimizer: Optimizer, about: dict[str, Any]
) -> None:
    """Write model, weight average and optimizer in one file, replacing the old one at once."""
    tensors: dict[str, Tensor] = {}
    tensors |= {f"model.{k}": v for k, v in model.state_dict().items()}
    tensors |= {f"average.{k}": v for k, v in average.state_dict().items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{k}": torch.as_tensor(v) for k, v in state.items()}
    contiguous = {k: v.detach().clone().contiguous() for k, v in tensors.items()}
    unfinished = path.with_suffix(".part")
    save_file(contiguous, unfinished, metadata={"about": json.dumps(about)})
    unfinished.replace(path)


def load_checkpoint(
    path: Path, model: nn.Module, average: nn.Module, optimizer: Optimizer, about: dict[str, Any]
) -> dict[str, Any]:
    """Restore what ``save_checkpoint`` wrote and return its ``about``.

    Raises ``TrainingError`` when the run was started with other settings than ``about`` names.
    """
    with safe_open(path, framework="pt") as file:
        written: dict[str, Any] = json.loads(file.metadata()["about"])
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
    for key, value in about.items():
        if key != "epoch" and written.get(key) != value:
            raise TrainingError(
                f"{path} was made with another {key}.", "Choose another folder, or remove it."
            )
    model.load_state_dict(_under("model.", tensors))
    average.load_state_dict(_under("average.", tensors))
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in _under("optimizer.", tensors).items():
        index, name = key.split(".")
        state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict(optimizer.state_dict() | {"state": state})
    return written


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
