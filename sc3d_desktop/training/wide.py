"""SODNet with features up to degree 2 (irreps 0e, 1o and 2e), built on e3nn.

What ships has degrees 0 and 1, for which there are closed forms; this one says what degree 2 would
bring. Same architecture: only the features, the products and the linear maps are wider.
"""

from __future__ import annotations

import torch
from e3nn import o3
from torch import Tensor, nn

from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.equivariant import Features, sum_by_index
from sc3d_desktop.models.sodnet.network import Edges, Sodnet, attention_weights

TENSORS = 8
"""Channels of degree 2."""

_HARMONICS = o3.Irreps("1x0e + 1x1o + 1x2e")
_KEPT = {ir for _, ir in _HARMONICS}


def _irreps(c0: int, c1: int, c2: int) -> o3.Irreps:
    return o3.Irreps(f"{c0}x0e + {c1}x1o + {c2}x2e")


def _paths(given: o3.Irreps) -> tuple[o3.Irreps, list[tuple[int, int, int, str, bool, float]]]:
    """Every product of a feature and a harmonic that is an 0e, 1o or 2e, channel by channel."""
    found = [
        (mul, ir, i, j)
        for i, (mul, one) in enumerate(given)
        for j, (_, other) in enumerate(_HARMONICS)
        for ir in one * other
        if ir in _KEPT
    ]
    found.sort(key=lambda path: path[1].l)
    out = o3.Irreps([(mul, ir) for mul, ir, _, _ in found])
    return out, [(i, j, k, "uvu", True, 1.0) for k, (_, _, i, j) in enumerate(found)]


class WideProduct(nn.Module):
    """The depthwise product with the harmonics and the linear map behind it (Eq. 6 and 10)."""

    def __init__(self, given: o3.Irreps, wanted: o3.Irreps) -> None:
        super().__init__()
        out, instructions = _paths(given)
        self.product = o3.TensorProduct(
            given,
            _HARMONICS,
            out,
            instructions,
            shared_weights=False,
            internal_weights=False,
            irrep_normalization="component",
            path_normalization="none",
        )
        self.n_weights = self.product.weight_numel
        self.map = o3.Linear(out, wanted, biases=True)

    def forward(self, x: Tensor, harmonics: Tensor, weights: Tensor) -> Tensor:
        mixed: Tensor = self.map(self.product(x, harmonics, weights.expand(len(x), -1)))
        return mixed


class WideNorm(nn.Module):
    """Layer norm of the scalars; the others are bounded, x / √(1 + mean square), by degree."""

    def __init__(self, c0: int, c1: int, c2: int) -> None:
        super().__init__()
        self.sizes = [c0, 3 * c1, 5 * c2]
        self.scalar = nn.LayerNorm(c0)
        self.weights = nn.ParameterList([torch.ones(c1), torch.ones(c2)])

    def forward(self, x: Tensor) -> Tensor:
        s, *others = x.split(self.sizes, dim=1)
        parts = [self.scalar(s)]
        for part, weight in zip(others, self.weights, strict=True):
            by_channel = part.unflatten(1, (len(weight), -1))
            size = by_channel.square().mean(dim=(1, 2), keepdim=True)
            parts.append((by_channel * torch.rsqrt(1 + size) * weight[:, None]).flatten(1))
        return torch.cat(parts, dim=1)


def _gated(x: Tensor, c0: int, c1: int, c2: int) -> Tensor:
    """SiLU on c0 scalars; sigmoid of the others scales the vectors and tensors."""
    kept, to_v, to_t, v, t = x.split([c0, c1, c2, 3 * c1, 5 * c2], dim=1)
    v = v.unflatten(1, (c1, 3)) * torch.sigmoid(to_v)[:, :, None]
    t = t.unflatten(1, (c2, 5)) * torch.sigmoid(to_t)[:, :, None]
    return torch.cat([nn.functional.silu(kept), v.flatten(1), t.flatten(1)], dim=1)


class WideAttention(nn.Module):
    """Eq. 5-10 on flat features, giving ``out`` channels of every degree."""

    def __init__(self, config: SodnetConfig, *out: int) -> None:
        super().__init__()
        self.heads = config.heads
        c0, c1, c2 = self.sizes = config.scalars, config.vectors, TENSORS
        given = _irreps(c0, c1, c2)
        self.norm = WideNorm(c0, c1, c2)
        self.message = WideProduct(given, _irreps(2 * c0 + c1 + c2, c1, c2))
        self.value = WideProduct(given, given)
        self.from_target = o3.Linear(given, given, biases=True)
        self.from_source = o3.Linear(given, given)
        self.radial = nn.Sequential(
            nn.Linear(config.radial_functions, config.radial_hidden),
            nn.SiLU(),
            nn.Linear(config.radial_hidden, self.message.n_weights),
        )
        self.attention = nn.Parameter(torch.randn(self.heads, c0 // self.heads) * c0**-0.5)
        self.dropout = nn.Dropout(config.dropout)
        self.path_weights = nn.Parameter(torch.randn(1, self.value.n_weights))
        self.out = o3.Linear(given, _irreps(*out), biases=True)
        self.n_scalars = out[0]

    def forward(self, features: Features, edges: Edges) -> Features:
        here = self.norm(torch.cat(features, dim=1))
        pair = self.from_target(here)[edges.target] + self.from_source(here)[edges.source]
        harmonics = o3.spherical_harmonics(
            [0, 1, 2], edges.harmonics, normalize=True, normalization="component"
        )
        message = self.message(pair, harmonics, self.radial(edges.radial))
        c0 = self.sizes[0]
        beta = self.dropout(attention_weights(message[:, :c0], self.attention, edges))
        value = self.value(_gated(message[:, c0:], *self.sizes), harmonics, self.path_weights)
        spread = [
            beta.repeat_interleave((2 * degree + 1) * channels // self.heads, dim=1)
            for degree, channels in enumerate(self.sizes)
        ]
        mixed = value * torch.cat(spread, dim=1)
        summed = self.out(sum_by_index(mixed, edges.target, edges.n_sites))
        return summed[:, : self.n_scalars], summed[:, self.n_scalars :]


class WideBlock(nn.Module):
    """Attention and a gated feed-forward layer, each with a residual."""

    def __init__(self, config: SodnetConfig) -> None:
        super().__init__()
        c0, c1, c2 = self.sizes = config.scalars, config.vectors, TENSORS
        self.attention = WideAttention(config, c0, c1, c2)
        self.norm = WideNorm(c0, c1, c2)
        self.widen = o3.Linear(_irreps(c0, c1, c2), _irreps(2 * c0 + c1 + c2, c1, c2), biases=True)
        self.narrow = o3.Linear(_irreps(2 * c0, c1, c2), _irreps(c0, c1, c2), biases=True)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, features: Features, edges: Edges) -> Features:
        features = self._add(features, self.attention(features, edges))
        c0, c1, c2 = self.sizes
        wide = self.widen(self.norm(torch.cat(features, dim=1)))
        change = self.narrow(_gated(wide, 2 * c0, c1, c2))
        return self._add(features, (change[:, :c0], change[:, c0:]))

    def _add(self, features: Features, change: Features) -> Features:
        return features[0] + self.dropout(change[0]), features[1] + change[1]


class WideSodnet(Sodnet):
    """``Sodnet`` with ``TENSORS`` channels of degree 2; features are scalars and the flat rest."""

    def __init__(self, config: SodnetConfig) -> None:
        super().__init__(config)
        self.blocks = nn.ModuleList(WideBlock(config) for _ in range(config.blocks))
        self.readout = WideAttention(config, 1, 1, 1)

    def _embedded(self, batch: GraphBatch, share: Tensor, occupancy: Tensor) -> Features:
        scalars = super()._embedded(batch, share, occupancy)[0]
        rest = 3 * self.config.vectors + 5 * TENSORS
        return scalars, scalars.new_zeros(len(scalars), rest)
