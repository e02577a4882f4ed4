"""Weights of the generator: safetensors with a JSON card, never a pickle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.diffcsp_sc.config import DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.denoiser import Denoiser

FORMAT = "sc3d-diffcsp-sc 1"
_HINT = "Train it again, or get another copy."


def save_generator(path: Path, denoiser: Denoiser, card: dict[str, Any]) -> None:
    """``card`` says on what, for how long and with which losses it was trained."""
    header = {"format": FORMAT, "config": denoiser.config.as_json(), "card": card}
    tensors = {name: t.detach().contiguous() for name, t in denoiser.state_dict().items()}
    unfinished = path.with_name(f".{path.name}.part")
    save_file(tensors, unfinished, metadata={"sc3d": json.dumps(header)})
    unfinished.replace(path)


def load_generator(path: Path) -> tuple[Denoiser, dict[str, Any]]:
    """The denoiser and its card. Raises ``ModelError`` for what is missing, damaged or not of this
    program.
    """
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {}).get("sc3d", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise ModelError(f"There is no {path}.", "Check the path.") from None
    except (OSError, SafetensorError, ValueError) as error:
        raise ModelError(f"{path.name} cannot be read: {error}.", _HINT) from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ModelError(f"{path.name} holds no generator of this program.", _HINT)
    denoiser = Denoiser(DiffCspConfig.from_json(header["config"]))
    try:
        denoiser.load_state_dict(tensors)
    except RuntimeError as error:
        raise ModelError(f"{path.name} does not fit its own settings.", _HINT) from error
    if not all(tensor.isfinite().all() for tensor in tensors.values()):
        raise ModelError(f"{path.name} holds numbers that are not finite.", _HINT)
    return denoiser.eval(), header["card"]
