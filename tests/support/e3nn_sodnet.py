"""SODNet as one writes it with e3nn: flat arrays of irreps, its linear layers and tensor products.

It takes over the weights of the fast network, runs on batches, and is what its speed is set beside.
"""

from __future__ import annotations

import torch
from e3nn import o3
from torch import Tensor, nn

from sc3d_desktop.models.sodnet import Sodnet
from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.equivariant import (
    DepthwiseProduct,
    EquivariantLinear,
    EquivariantNorm,
    sum_by_index,
)
from sc3d_desktop.models.sodnet.network import Block, EdgeAttention, Edges


def irreps(c0: int, c1: int) -> o3.Irreps:
    return o3.Irreps(f"{c0}x0e + {c1}x1o")


def linear(scalar: nn.Linear, vector: nn.Linear, given: o3.Irreps) -> o3.Linear:
    """One map of scalars and one of vectors, with their weights."""
    has_bias = scalar.bias is not None
    out = irreps(scalar.out_features, vector.out_features)
    made = o3.Linear(given, out, biases=has_bias)
    columns, offset = [0, 0], 0
    with torch.no_grad():
        for step in (i for i in made.instructions if i.i_in >= 0):
            mul, degree = given[step.i_in].mul, given[step.i_in].ir.l
            whole = (vector if degree else scalar).weight.T
            part = whole[columns[degree] : columns[degree] + mul] / step.path_weight
            columns[degree] += mul
            made.weight[offset : offset + part.numel()] = part.flatten()
            offset += part.numel()
        if has_bias:
            made.bias.copy_(scalar.bias)
    return made


def linear_of(module: EquivariantLinear) -> o3.Linear:
    given = irreps(module.scalar.in_features, module.vector.in_features)
    return linear(module.scalar, module.vector, given)


class Norm(nn.Module):
    def __init__(self, module: EquivariantNorm) -> None:
        super().__init__()
        self.scalar, self.weight = module.scalar, module.weight

    def forward(self, x: Tensor) -> Tensor:
        s, v = x[:, : -3 * len(self.weight)], x[:, -3 * len(self.weight) :]
        v = v.unflatten(1, (-1, 3))
        size = v.square().mean(dim=(1, 2), keepdim=True)
        v = v * torch.rsqrt(1 + size) * self.weight[:, None]
        return torch.cat([self.scalar(s), v.flatten(1)], dim=1)


def gate(x: Tensor, c0: int, c1: int) -> Tensor:
    kept, gates, v = x.split([c0, c1, 3 * c1], dim=1)
    v = v.unflatten(1, (c1, 3)) * torch.sigmoid(gates)[:, :, None]
    return torch.cat([nn.functional.silu(kept), v.flatten(1)], dim=1)


class Product(nn.Module):
    """The depthwise tensor product and the map behind it."""

    def __init__(self, module: DepthwiseProduct) -> None:
        super().__init__()
        c0, c1 = module.sizes[:2]
        out = o3.Irreps(f"{c0}x0e + {c1}x0e + {c0}x1o + {c1}x1o")
        paths = [(0, 0, 0), (1, 1, 1), (0, 1, 2), (1, 0, 3)]
        self.product = o3.TensorProduct(
            irreps(c0, c1),
            o3.Irreps("1x0e + 1x1o"),
            out,
            [(i, j, k, "uvu", True, 1.0) for i, j, k in paths],
            shared_weights=False,
            internal_weights=False,
            irrep_normalization="component",
            path_normalization="none",
        )
        self.map = linear(module.scalar, module.vector, out)

    def forward(self, x: Tensor, harmonics: Tensor, weights: Tensor) -> Tensor:
        return self.map(self.product(x, harmonics, weights.expand(len(x), -1)))


class Attention(nn.Module):
    def __init__(self, module: EdgeAttention, c0: int, c1: int) -> None:
        super().__init__()
        self.c0, self.c1, self.heads = c0, c1, module.heads
        self.norm = Norm(module.norm)
        self.message, self.value = Product(module.message), Product(module.value)
        self.from_target = linear_of(module.from_target)
        self.from_source = linear_of(module.from_source)
        self.radial, self.path_weights = module.radial, module.path_weights
        self.weights_of, self.out = module._weights, linear_of(module.out)

    def forward(self, x: Tensor, edges: Edges, harmonics: Tensor) -> Tensor:
        here = self.norm(x)
        pair = self.from_target(here)[edges.target] + self.from_source(here)[edges.source]
        message = self.message(pair, harmonics, self.radial(edges.radial))
        beta = self.weights_of(message[:, : self.c0], edges)
        gated = gate(message[:, self.c0 :], self.c0, self.c1)
        value = self.value(gated, harmonics, self.path_weights)
        per_scalar = beta.repeat_interleave(self.c0 // self.heads, dim=1)
        per_vector = beta.repeat_interleave(3 * self.c1 // self.heads, dim=1)
        mixed = value * torch.cat([per_scalar, per_vector], dim=1)
        return self.out(sum_by_index(mixed, edges.target, edges.n_sites))


class E3nnBlock(nn.Module):
    def __init__(self, block: Block, c0: int, c1: int) -> None:
        super().__init__()
        self.c0, self.c1 = c0, c1
        self.attention = Attention(block.attention, c0, c1)
        self.norm = Norm(block.norm)
        self.widen, self.narrow = linear_of(block.widen), linear_of(block.narrow)

    def forward(self, x: Tensor, edges: Edges, harmonics: Tensor) -> Tensor:
        x = x + self.attention(x, edges, harmonics)
        return x + self.narrow(gate(self.widen(self.norm(x)), 2 * self.c0, self.c1))


class E3nnSodnet(nn.Module):
    """Without dropout: it is compared in evaluation mode."""

    def __init__(self, network: Sodnet) -> None:
        super().__init__()
        config = network.config
        self.network, self.c0 = network, config.scalars
        self.blocks = nn.ModuleList(
            E3nnBlock(b, config.scalars, config.vectors) for b in network.blocks
        )
        self.readout = Attention(network.readout, config.scalars, config.vectors)

    def forward(self, batch: GraphBatch) -> Tensor:
        """Standardised value of every crystal, shape (n_crystals,)."""
        net, w = self.network, batch.species_occupancy
        occupancy = sum_by_index(w, batch.species_site, batch.n_sites)
        edges = Edges(batch, *net._edge_weights(batch), net._radial(batch))
        harmonics = o3.spherical_harmonics(
            [0, 1], batch.vectors, normalize=True, normalization="component"
        )
        s, v = net._embedded(batch, w, occupancy)
        x = torch.cat([s, v.flatten(1)], dim=1)
        for block in self.blocks:
            x = block(x, edges, harmonics)
        site = self.readout(x, edges, harmonics)[:, :1] + net.site_term(
            net.site_norm(x[:, : self.c0])
        )
        index, n = batch.crystal_of_site, batch.n_crystals
        weighted = sum_by_index(site[:, 0] * occupancy, index, n)
        return weighted / sum_by_index(occupancy, index, n)
