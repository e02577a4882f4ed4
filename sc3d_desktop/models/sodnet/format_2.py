"""Weights of format 2: a composition branch that is a kernel machine and nothing else.

They still load: their header and tensors are renamed here, and the answers stay the same.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

_BRANCH, _KERNEL = "composition.", "composition.kernel."


def upgraded(
    header: dict[str, Any], tensors: dict[str, Tensor]
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Header and tensors of format 2 as format 3 has them."""
    header = header | {"format_version": 3}
    if not header["sizes"].get("anchors"):
        return header, tensors
    renamed = {
        name.replace(_BRANCH, _KERNEL, 1) if name.startswith(_BRANCH) else name: tensor
        for name, tensor in tensors.items()
    }
    return header, renamed | {f"{_BRANCH}share": torch.tensor(0.0)}
