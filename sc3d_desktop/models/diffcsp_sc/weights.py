"""Weights of the generator: safetensors with a JSON card, never a pickle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.diffcsp_sc.config import DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.denoiser import Denoiser, Encoder
from sc3d_desktop.models.diffcsp_sc.guidance import TcGuide

FORMAT = "sc3d-diffcsp-sc 1"
GUIDE_FORMAT = "sc3d-diffcsp-sc-guide 1"
_HINT = "Train it again, or get another copy."
M = TypeVar("M", bound=Encoder)


def save_generator(path: Path, denoiser: Denoiser, card: dict[str, Any]) -> None:
    """``card`` says on what, for how long and with which losses it was trained."""
    _save(path, denoiser, FORMAT, card)


def save_guide(path: Path, guide: TcGuide, card: dict[str, Any]) -> None:
    """As ``save_generator``."""
    _save(path, guide, GUIDE_FORMAT, card)


def load_generator(path: Path) -> tuple[Denoiser, dict[str, Any]]:
    """The denoiser and its card. Raises ``ModelError`` for what is missing, damaged or not of this
    program.
    """
    return _load(path, Denoiser, FORMAT, "generator")


def load_guide(path: Path) -> TcGuide:
    """Raises as ``load_generator`` does."""
    return _load(path, TcGuide, GUIDE_FORMAT, "guide of the generator")[0]


def _save(path: Path, model: Encoder, name: str, card: dict[str, Any]) -> None:
    header = {"format": name, "config": model.config.as_json(), "card": card}
    tensors = {key: t.detach().contiguous() for key, t in model.state_dict().items()}
    unfinished = path.with_name(f".{path.name}.part")
    save_file(tensors, unfinished, metadata={"sc3d": json.dumps(header)})
    unfinished.replace(path)


def _load(path: Path, kind: type[M], name: str, words: str) -> tuple[M, dict[str, Any]]:
    header, tensors = _read(path)
    if not isinstance(header, dict) or header.get("format") != name:
        raise ModelError(f"{path.name} holds no {words} of this program.", _HINT)
    model = kind(DiffCspConfig.from_json(header["config"]))
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:
        raise ModelError(f"{path.name} does not fit its own settings.", _HINT) from error
    if not all(tensor.isfinite().all() for tensor in tensors.values()):
        raise ModelError(f"{path.name} holds numbers that are not finite.", _HINT)
    return model.eval(), header["card"]


def _read(path: Path) -> tuple[Any, dict[str, Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {}).get("sc3d", "{}"))
            return header, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except FileNotFoundError:
        raise ModelError(f"There is no {path}.", "Check the path.") from None
    except (OSError, SafetensorError, ValueError) as error:
        raise ModelError(f"{path.name} cannot be read: {error}.", _HINT) from error
