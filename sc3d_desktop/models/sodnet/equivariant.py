"""O(3)-equivariant layers on scalars and vectors (irreps 0e and 1o), in closed form.

Features are pairs ``(s, v)``: scalars of shape (n, c0) and vectors of shape (n, 3, c1), channels
last, so that every linear map is one matrix product. Normalisation follows e3nn ("component"); the
tests write the same network with e3nn's own modules, and both agree to rounding.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

Features = tuple[Tensor, Tensor]


class EquivariantLinear(nn.Module):
    """Mix channels of each kind: (c0, c1) → (d0, d1); only scalars may have a bias."""

    def __init__(self, c0: int, c1: int, d0: int, d1: int, bias: bool = True) -> None:
        super().__init__()
        self.scalar = nn.Linear(c0, d0, bias=bias)
        self.vector = nn.Linear(c1, d1, bias=False)

    def forward(self, features: Features) -> Features:
        s, v = features
        return self.scalar(s), self.vector(v)


class EquivariantNorm(nn.Module):
    """Layer norm of the scalars; vectors are bounded, v / √(1 + mean square).

    Vectors that symmetry makes zero stay small when a trace of a dopant breaks the symmetry;
    divided by their own size they would jump to full length.
    """

    def __init__(self, c0: int, c1: int) -> None:
        super().__init__()
        self.scalar = nn.LayerNorm(c0)
        self.weight = nn.Parameter(torch.ones(c1))

    def forward(self, features: Features) -> Features:
        s, v = features
        mean_square = v.square().mean(dim=(1, 2), keepdim=True)
        return self.scalar(s), v * torch.rsqrt(1 + mean_square) * self.weight


class Gate(nn.Module):
    """Paper Appendix B.2: SiLU on the first c0 scalars, sigmoid of the rest scales the vectors."""

    def __init__(self, c0: int) -> None:
        super().__init__()
        self.c0 = c0

    def forward(self, features: Features) -> Features:
        s, v = features
        kept, gates = s[:, : self.c0], s[:, self.c0 :]
        return nn.functional.silu(kept), v * torch.sigmoid(gates)[:, None]


def unit_harmonics(vectors: Tensor) -> Tensor:
    """Real spherical harmonics of degree 1, component normalised: √3 r / |r|; shape (n, 3)."""
    return math.sqrt(3) * vectors / vectors.norm(dim=-1, keepdim=True)


class DepthwiseProduct(nn.Module):
    """φ(x ⊗ SH(r)): the tensor product of paper Eq. 6 and 10 and the linear map behind it.

    Channel by channel with a weight for each path, the product gives scalars s·1 and v·Y₁/√3, and
    vectors s Y₁ and v·1; the cross product, of even parity, is left out. Then (c0 + c1) channels of
    each kind are mixed to d0 and d1. The map of s Y₁ is applied to s before it is spread over three
    components, which is the same and moves a third of the memory.
    """

    def __init__(self, c0: int, c1: int, d0: int, d1: int) -> None:
        super().__init__()
        self.sizes = [c0, c1, c0, c1]
        self.scalar = nn.Linear(c0 + c1, d0)
        self.vector = nn.Linear(c0 + c1, d1, bias=False)

    @property
    def n_weights(self) -> int:
        return sum(self.sizes)

    def forward(self, features: Features, harmonics: Tensor, weights: Tensor) -> Features:
        """``features`` (n, c0), (n, 3, c1); ``harmonics`` (n, 3), degree 1 (degree 0 is 1);
        ``weights`` (n or 1, n_weights).
        """
        s, v = features
        c0 = self.sizes[0]
        to_s, to_dot, to_y, to_v = weights.split(self.sizes, dim=-1)
        dot = (v * harmonics[:, :, None]).sum(dim=1) / math.sqrt(3)
        scalars = self.scalar(torch.cat([s * to_s, dot * to_dot], dim=-1))
        spread = nn.functional.linear(s * to_y, self.vector.weight[:, :c0])
        kept = nn.functional.linear(v * to_v[:, None], self.vector.weight[:, c0:])
        return scalars, torch.addcmul(kept, spread[:, None], harmonics[:, :, None])


def sum_by_index(values: Tensor, index: Tensor, size: int) -> Tensor:
    """Add up rows with the same index: (n, ...) → (size, ...)."""
    return values.new_zeros(size, *values.shape[1:]).index_add_(0, index, values)
