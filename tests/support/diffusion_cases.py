"""Small denoisers and states, one without shortcuts, and an estimator that knows the truth."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from sc3d_desktop.models.diffcsp_sc.config import N_TYPES, DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.denoiser import (
    AttentionLayer,
    Conditions,
    Denoiser,
    MessageLayer,
)
from sc3d_desktop.models.diffcsp_sc.guidance import Estimate
from sc3d_desktop.models.diffcsp_sc.noise import NoiseProcess, wrapped_score
from sc3d_desktop.models.diffcsp_sc.state import CrystalState, one_hot

SMALL = DiffCspConfig(hidden=32, layers=2, heads=4, frequencies=4)


def denoiser(config: DiffCspConfig = SMALL, seed: int = 0) -> Denoiser:
    torch.manual_seed(seed)
    return Denoiser(config).double().eval()


def random_state(batch: int, atoms: int, seed: int = 0) -> CrystalState:
    generator = torch.Generator().manual_seed(seed)
    return CrystalState(
        torch.randn(batch, 3, 3, generator=generator, dtype=torch.float64),
        torch.rand(batch, atoms, 3, generator=generator, dtype=torch.float64),
        torch.randn(batch, atoms, N_TYPES, generator=generator, dtype=torch.float64),
    )


def random_conditions(batch: int, seed: int = 0) -> Conditions:
    generator = torch.Generator().manual_seed(seed)
    ln_tc = torch.randn(batch, generator=generator, dtype=torch.float64)
    ln_tc[::2] = math.nan
    elements = (torch.rand(batch, N_TYPES, generator=generator) < 0.05).double()
    elements[::3] = 0
    return Conditions(ln_tc, elements)


def plain_waves(frac: Tensor, frequencies: int) -> Tensor:
    """Of fj - fi, one pair at a time."""
    away = frac[:, None] - frac[:, :, None]
    k = torch.arange(1, frequencies + 1, dtype=frac.dtype)
    angle = (2 * math.pi * away[..., None] * k).flatten(3)
    return torch.cat([angle.sin(), angle.cos()], -1)


def plain_layer(layer: torch.nn.Module, nodes: Tensor, gram: Tensor, waves: Tensor) -> Tensor:
    """Eq. 13-17 or 20-22 as they stand: whole pair networks on joined inputs, pair by pair."""
    assert isinstance(layer, AttentionLayer | MessageLayer)
    normed = layer.norm(nodes)
    out = torch.zeros_like(nodes)
    for b in range(nodes.shape[0]):
        for i in range(nodes.shape[1]):
            out[b, i] = _plain_node(layer, normed[b], gram[b], waves[b], i)
    return nodes + out


def _plain_node(
    layer: AttentionLayer | MessageLayer, nodes: Tensor, gram: Tensor, waves: Tensor, i: int
) -> Tensor:
    parts = layer.pairs
    weight = torch.cat(
        [parts.of_first.weight, parts.of_second.weight, parts.of_lattice.weight,
         parts.of_waves.weight], 1,
    )  # fmt: skip
    joined = [torch.cat([nodes[i], nodes[j], gram, waves[i, j]]) for j in range(len(nodes))]
    hidden = torch.nn.functional.silu(torch.stack(joined) @ weight.T + parts.of_first.bias)
    if isinstance(layer, MessageLayer):
        seen = layer.out(hidden).mean(0)
        return torch.as_tensor(layer.update(torch.cat([nodes[i], seen])))
    seen = _plain_attention(layer, layer.query(nodes[i]), hidden)
    return torch.as_tensor(layer.mix(torch.cat([nodes[i], seen])))


def _plain_attention(layer: AttentionLayer, query: Tensor, hidden: Tensor) -> Tensor:
    keys, values = hidden.chunk(2, -1)
    width = len(query) // layer.heads
    seen = []
    for h in range(layer.heads):
        own = slice(h * width, (h + 1) * width)
        key = keys[:, own] @ layer.key_out[h].T
        value = values[:, own] @ layer.value_out[h].T
        share = torch.softmax(key @ query[own] / math.sqrt(width), 0)
        seen.append((share[:, None] * value).sum(0))
    return torch.cat(seen)


class Oracle:
    """Knows the one crystal that there is: its estimates are exact."""

    def __init__(self, noise: NoiseProcess, lattice: Tensor, frac: Tensor, numbers: Tensor) -> None:
        self.noise = noise
        self.lattice, self.frac, self.types = lattice, frac, one_hot(numbers)
        self.calls = 0

    def __call__(self, state: CrystalState, times: Tensor) -> Estimate:
        self.calls += 1
        signal, size = self.noise.vp_scales(times)
        sigma = self.noise.sigma[times][:, None, None]
        score = wrapped_score(state.frac - self.frac, sigma)
        noise = (state.lattice - signal * self.lattice) / size
        return Estimate(noise, score, self.types.expand(len(state), -1, -1))
