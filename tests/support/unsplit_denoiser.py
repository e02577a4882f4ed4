"""The denoiser as its equations stand: whole pair networks on joined inputs, all layers of them at
every pair. The same weights give the same answer as the split one, only later.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, silu

from sc3d_desktop.models.diffcsp_sc.denoiser import (
    AttentionLayer,
    Denoiser,
    MessageLayer,
    _PairParts,
)


def unsplit(denoiser: Denoiser) -> Denoiser:
    """Changes the denoiser in place."""
    wraps = {AttentionLayer: _Attention, MessageLayer: _Messages}
    denoiser.layers = nn.ModuleList(wraps[type(layer)](layer) for layer in denoiser.layers)
    return denoiser


def _joined(parts: _PairParts, nodes: Tensor, gram: Tensor, waves: Tensor) -> Tensor:
    batch, atoms, hidden = nodes.shape
    shape = (batch, atoms, atoms)
    inputs = torch.cat(
        [
            nodes[:, :, None].expand(*shape, hidden),
            nodes[:, None].expand(*shape, hidden),
            gram[:, None, None].expand(*shape, 9),
            waves,
        ],
        -1,
    )
    weight = torch.cat(
        [parts.of_first.weight, parts.of_second.weight, parts.of_lattice.weight,
         parts.of_waves.weight], 1,
    )  # fmt: skip
    return silu(linear(inputs, weight, parts.of_first.bias))


class _Attention(nn.Module):
    def __init__(self, layer: AttentionLayer) -> None:
        super().__init__()
        self.of = layer

    def forward(self, nodes: Tensor, gram: Tensor, waves: Tensor) -> Tensor:
        layer, (batch, atoms, hidden) = self.of, nodes.shape
        normed = layer.norm(nodes)
        heads = (batch, atoms, atoms, layer.heads, hidden // layer.heads)
        key, value = _joined(layer.pairs, normed, gram, waves).chunk(2, -1)
        key = torch.einsum("bijhe,hde->bijhd", key.reshape(heads), layer.key_out)
        value = torch.einsum("bijhe,hde->bijhd", value.reshape(heads), layer.value_out)
        query = layer.query(normed).view(batch, atoms, 1, layer.heads, -1)
        share = torch.softmax((query * key).sum(-1) / math.sqrt(hidden // layer.heads), 2)
        seen = (share[..., None] * value).sum(2).reshape(batch, atoms, hidden)
        return nodes + torch.as_tensor(layer.mix(torch.cat([normed, seen], -1)))


class _Messages(nn.Module):
    def __init__(self, layer: MessageLayer) -> None:
        super().__init__()
        self.of = layer

    def forward(self, nodes: Tensor, gram: Tensor, waves: Tensor) -> Tensor:
        layer = self.of
        normed = layer.norm(nodes)
        seen = layer.out(_joined(layer.pairs, normed, gram, waves)).mean(2)
        return nodes + torch.as_tensor(layer.update(torch.cat([normed, seen], -1)))
