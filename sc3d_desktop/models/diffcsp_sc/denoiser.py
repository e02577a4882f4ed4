"""The denoiser of DiffCSP-SC (paper Eq. 13-17, 23-24), and that of DiffCSP (Eq. 20-22).

All crystals of a batch have one number of atoms, so nothing is padded. The first layer of each
pair network is split: its parts for the states of the two atoms are worked out once an atom, that
for the lattice once a crystal, and only that for fj - fi once a pair. The second layer is linear
and comes after the sum over pairs, so it too is worked out once an atom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from sc3d_desktop.models.diffcsp_sc.config import N_TYPES, DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.state import CrystalState

_TIME_FEATURES = 64
_LN_TC_CENTRE, _LN_TC_SCALE = 1.5, 1.6


@dataclass(frozen=True)
class Conditions:
    """What is asked of each crystal; NaN in ``ln_tc`` (B,), ln(K), where no Tc is. ``elements``
    (B, N_TYPES) is 1 for those that are to occur, all 0 where any may.
    """

    ln_tc: Tensor
    elements: Tensor

    @classmethod
    def none(cls, batch: int) -> Conditions:
        return cls(torch.full((batch,), math.nan), torch.zeros(batch, N_TYPES))

    def to(self, like: Tensor) -> Conditions:
        """Where ``like`` lies, and of its precision."""
        return Conditions(self.ln_tc.to(like), self.elements.to(like))

    def __getitem__(self, rows: Tensor | slice) -> Conditions:
        return Conditions(self.ln_tc[rows], self.elements[rows])


@dataclass(frozen=True)
class Denoised:
    """As ``noise.Targets``, with logits (B, N, N_TYPES) for the types: the mean of a noisy one-hot
    vector's origin is the probability of each type, so that is what is learned.
    """

    lattice: Tensor
    frac: Tensor
    types: Tensor

    def float(self) -> Denoised:
        return Denoised(self.lattice.float(), self.frac.float(), self.types.float())


class Encoder(nn.Module):
    """States of the atoms of a noisy crystal."""

    def __init__(self, config: DiffCspConfig) -> None:
        super().__init__()
        self.config = config
        hidden = config.hidden
        self.of_types = nn.Linear(N_TYPES, hidden)
        self.of_conditions = nn.Linear(2 + 2 * N_TYPES, hidden)
        # Means over atoms do not tell how many there are.
        self.start = _mlp(2 * hidden + _TIME_FEATURES + 2, hidden, hidden)
        layer = AttentionLayer if config.attention else MessageLayer
        self.layers = nn.ModuleList(layer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(hidden)

    def features(self, state: CrystalState, times: Tensor, wanted: Conditions) -> Tensor:
        """Node states of the last layer, (B, N, hidden)."""
        nodes = self._start(state, times, wanted)
        gram = state.lattice @ state.lattice.transpose(1, 2)
        gram = gram.flatten(1)
        waves = pair_waves(state.frac, self.config.frequencies)
        for layer in self.layers:
            nodes = layer(nodes, gram, waves)
        return torch.as_tensor(self.norm(nodes))

    def _start(self, state: CrystalState, times: Tensor, wanted: Conditions) -> Tensor:
        atoms = state.n_atoms
        time = _time_features(times / self.config.steps)
        asked = self.of_conditions(_condition_features(wanted))
        size = time.new_tensor([math.log(atoms), 1.0 / atoms]).expand(len(time), -1)
        of_crystal = torch.cat([time, asked, size], -1)[:, None].expand(-1, atoms, -1)
        return torch.as_tensor(self.start(torch.cat([self.of_types(state.types), of_crystal], -1)))


class Denoiser(Encoder):
    def __init__(self, config: DiffCspConfig) -> None:
        super().__init__(config)
        self.lattice_head = nn.Linear(config.hidden, 9, bias=False)
        self.frac_head = nn.Linear(config.hidden, 3, bias=False)
        self.types_head = nn.Linear(config.hidden, N_TYPES)

    def forward(self, state: CrystalState, times: Tensor, wanted: Conditions) -> Denoised:
        """``times`` has shape (B,)."""
        nodes = self.features(state, times, wanted)
        mixed = self.lattice_head(nodes.mean(1)).view(-1, 3, 3)
        # Rows: Eq. 23's L φ is φᵀ L here, and turning L turns the answer.
        return Denoised(mixed @ state.lattice, self.frac_head(nodes), self.types_head(nodes))


class _PairParts(nn.Module):
    """The first layer of a pair network, split: W (hi, hj, LᵀL, ψ(fj - fi)) + b."""

    def __init__(self, config: DiffCspConfig, width: int) -> None:
        super().__init__()
        self.of_first = nn.Linear(config.hidden, width)
        self.of_second = nn.Linear(config.hidden, width, bias=False)
        self.of_lattice = nn.Linear(9, width, bias=False)
        self.of_waves = nn.Linear(6 * config.frequencies, width, bias=False)

    def forward(self, nodes: Tensor, gram: Tensor, waves: Tensor) -> Tensor:
        """(B, N, N, width), for atom i and its neighbour j."""
        first = self.of_first(nodes) + self.of_lattice(gram)[:, None]
        return torch.as_tensor(
            self.of_waves(waves) + first[:, :, None] + self.of_second(nodes)[:, None]
        )


class AttentionLayer(nn.Module):
    """Eq. 13-17, with several heads. The paper's keys and values name hi only; hj is given to them
    as well, or the neighbour's element would not count.
    """

    def __init__(self, config: DiffCspConfig) -> None:
        super().__init__()
        hidden = config.hidden
        self.heads = config.heads
        self.norm = nn.LayerNorm(hidden)
        self.query = _mlp(hidden, hidden, hidden)
        self.pairs = _PairParts(config, 2 * hidden)
        self.key_out = nn.Parameter(_blocks(config))
        self.value_out = nn.Parameter(_blocks(config))
        self.mix = _mlp(2 * hidden, hidden, hidden)

    def forward(self, nodes: Tensor, gram: Tensor, waves: Tensor) -> Tensor:
        normed = self.norm(nodes)
        batch, atoms, hidden = nodes.shape
        shape = (batch, atoms, atoms, self.heads, hidden // self.heads)
        key, value = nn.functional.silu(self.pairs(normed, gram, waves)).chunk(2, -1)
        query = self.query(normed).view(batch, atoms, self.heads, -1)
        # q · (W k) = (Wᵀ q) · k, and Σ θ W v = W Σ θ v: once an atom instead of once a pair.
        query = torch.einsum("bihd,hde->bihe", query, self.key_out)
        alike = torch.einsum("bihe,bijhe->bijh", query, key.view(shape))
        share = torch.softmax(alike / math.sqrt(hidden // self.heads), dim=2)
        seen = torch.einsum("bijh,bijhe->bihe", share, value.view(shape))
        seen = torch.einsum("bihe,hde->bihd", seen, self.value_out).reshape(batch, atoms, hidden)
        return nodes + torch.as_tensor(self.mix(torch.cat([normed, seen], -1)))


class MessageLayer(nn.Module):
    """Eq. 20-22: DiffCSP, the mean of messages instead of attention."""

    def __init__(self, config: DiffCspConfig) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.hidden)
        self.pairs = _PairParts(config, config.hidden)
        self.out = nn.Linear(config.hidden, config.hidden)
        self.update = _mlp(2 * config.hidden, config.hidden, config.hidden)

    def forward(self, nodes: Tensor, gram: Tensor, waves: Tensor) -> Tensor:
        normed = self.norm(nodes)
        messages = nn.functional.silu(self.pairs(normed, gram, waves)).mean(2)
        return nodes + torch.as_tensor(self.update(torch.cat([normed, self.out(messages)], -1)))


def pair_waves(frac: Tensor, frequencies: int) -> Tensor:
    """Sin and cos of 2πk (fj - fi) for k = 1 to ``frequencies`` (ψ of Eq. 16), shape
    (B, N, N, 6 ``frequencies``), for i and then j.

    By the theorems of addition, from the sines and cosines of the atoms alone.
    """
    k = torch.arange(1, frequencies + 1, dtype=frac.dtype, device=frac.device)
    angle = (2 * math.pi * frac[..., None] * k).flatten(2)
    sine, cosine = angle.sin(), angle.cos()
    si, ci, sj, cj = sine[:, :, None], cosine[:, :, None], sine[:, None], cosine[:, None]
    return torch.cat([sj * ci - cj * si, cj * ci + sj * si], -1)


def _blocks(config: DiffCspConfig) -> Tensor:
    width = config.hidden // config.heads
    return torch.randn(config.heads, width, width) / math.sqrt(width)


def _mlp(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, hidden), nn.SiLU(), nn.Linear(hidden, outputs))


def _time_features(share: Tensor) -> Tensor:
    """Sines and cosines of the share (B,) of all steps, (B, _TIME_FEATURES)."""
    half = _TIME_FEATURES // 2
    rates = torch.exp(torch.linspace(0, math.log(1000.0), half, device=share.device))
    angle = share[:, None] * rates
    return torch.cat([angle.sin(), angle.cos()], -1)


def _condition_features(wanted: Conditions) -> Tensor:
    """(B, 2 + 2 N_TYPES): Tc and elements, each with whether it is asked for."""
    given = ~wanted.ln_tc.isnan()
    tc = torch.where(given, (wanted.ln_tc - _LN_TC_CENTRE) / _LN_TC_SCALE, 0.0)
    asked = wanted.elements.any(-1, keepdim=True).expand_as(wanted.elements)
    return torch.cat([tc[:, None], given[:, None].float(), wanted.elements, asked.float()], -1)
