"""Weights of format 1: a composition network in place of the kernel, and an interval of one width.

They still load: their header and tensors are renamed here, and the answers stay the same.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from sc3d_desktop.models.sodnet.composition import CompositionAnswer, composition_features
from sc3d_desktop.models.sodnet.features import N_ELEMENTS, property_table
from sc3d_desktop.models.sodnet.trust import N_WIDTH_FEATURES, Trust


class CompositionNetwork(nn.Module):
    """A small network over ``composition_features``, standardised inside; it states no novelty."""

    centre: Tensor
    scale: Tensor
    mean: Tensor
    std: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        n = N_ELEMENTS + 2 * property_table().shape[1]
        for name, size in (("centre", (n,)), ("mean", ())):
            self.register_buffer(name, torch.zeros(size))
        for name, size in (("scale", (n,)), ("std", ())):
            self.register_buffer(name, torch.ones(size))
        hidden = [nn.Linear(n, width), nn.SiLU()]
        hidden += [nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU()]
        self.layers = nn.Sequential(*hidden, nn.Linear(width, 1))

    def forward(self, fractions: Tensor) -> CompositionAnswer:
        """Ln(Tc / K) of atomic fractions (n, 104)."""
        features = torch.cat(composition_features(fractions), dim=1)
        out = self.layers((features - self.centre) / self.scale)
        return CompositionAnswer(out[:, 0] * self.std + self.mean)


def upgraded(
    header: dict[str, Any], tensors: dict[str, Tensor]
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Header and tensors of format 1 as format 2 has them."""
    half_width = float(header["half_width"])
    trust = {f"trust.{name}": value for name, value in Trust().state_dict().items()}
    trust["trust.width"] = torch.zeros(N_WIDTH_FEATURES)
    trust["trust.width"][0] = math.log(half_width)
    width = int(header.get("composition_width", 0))
    kept = {k: v for k, v in header.items() if k not in ("half_width", "composition_width")}
    sizes = {"composition_network": width} if width else {}
    header = kept | {"sizes": sizes, "format_version": 2}
    return header, tensors | trust | {"share": torch.tensor(1.0)}
