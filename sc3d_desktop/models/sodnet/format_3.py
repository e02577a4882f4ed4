"""Weights of format 3: a composition branch that has learnt nothing since it was shipped."""

from __future__ import annotations

from typing import Any

from torch import Tensor


def upgraded(
    header: dict[str, Any], tensors: dict[str, Tensor]
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Header and tensors of format 3 as format 4 has them."""
    return header | {"format_version": 4}, tensors
