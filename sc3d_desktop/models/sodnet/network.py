"""SODNet: equivariant graph attention over ordered and disordered crystals (paper Eq. 3-12).

Where the paper leaves room, or its rule would jump under an occupancy edit, this is what is done:

* The attention weights of Eq. 8 carry the pair's occupancy, so an edge to a vanishing site fades
  out instead of dropping out, and Tc is continuous in every occupancy.
* The removal of short edges (section 4.1.1) is stated for pairs of species: an edge keeps the share
  of its pairs that are allowed, w_ij = Σ_ab w_a w_b keep(r_ij, R_a + R_b), also continuous.
* Eq. 11 divides by |N(i)|; the softmax already makes the sum a mean. A term of the site itself is
  added, so a site without neighbours contributes too.
* The mean of Eq. 12 is weighted by occupancy: an empty site does not count.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sc3d_desktop.crystal.elements import element, symbols
from sc3d_desktop.models.sodnet.batch import GraphBatch
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.equivariant import (
    DepthwiseProduct,
    EquivariantLinear,
    EquivariantNorm,
    Features,
    Gate,
    sum_by_index,
    unit_harmonics,
)
from sc3d_desktop.models.sodnet.features import khot_table

SOFT_REMOVAL_WIDTH_ANGSTROM = 0.2
REMOVED_SHARE = 0.05
"""What a removed pair still counts in the sum that normalises the attention. Without it a site
whose edges are all removed would attend to nothing but the first trace of an allowed neighbour."""

NEGLIGIBLE_EXPONENT = 40.0
_TINY = 1e-12


class Edges:
    """What every block needs to know of the edges, worked out once a batch.

    ``weight`` (n_edges,) is the pair's occupancy w_i w_j (Eq. 4), less what is removed; ``counted``
    what it counts in the norm of the attention; ``radial`` (n_edges, n_radial) is E = w_i w_j
    RBF(r); ``harmonics`` (n_edges, 3).
    """

    def __init__(
        self,
        batch: GraphBatch,
        weight: Tensor,
        counted: Tensor,
        radial: Tensor,
        equivariant: bool = True,
    ) -> None:
        self.target, self.source = batch.target, batch.source
        self.n_sites = batch.n_sites
        self.weight, self.counted = weight, counted
        self.radial = radial * weight[:, None]
        # Without directions no feature of degree 1 ever comes about.
        vectors = batch.vectors
        self.harmonics = unit_harmonics(vectors) if equivariant else torch.zeros_like(vectors)


class RadialBasis(nn.Module):
    """Gaussians of equal width, evenly spaced from 0 to the cutoff (RBF of Eq. 4)."""

    centres: Tensor

    def __init__(self, cutoff_angstrom: float, functions: int) -> None:
        super().__init__()
        self.register_buffer("centres", torch.linspace(0, cutoff_angstrom, functions))
        self.sharpness = (functions / cutoff_angstrom) ** 2

    def forward(self, distances: Tensor) -> Tensor:
        exponent = self.sharpness * (distances[:, None] - self.centres).square()
        # Smaller values would be denormal numbers, on which processors are a hundred times slower.
        return torch.exp(-exponent) * (exponent < NEGLIGIBLE_EXPONENT)


class EdgeAttention(nn.Module):
    """Messages, attention and aggregation: Eq. 5-10, giving (n_sites, d0), (n_sites, 3, d1)."""

    def __init__(self, config: SodnetConfig, d0: int, d1: int) -> None:
        super().__init__()
        c0, c1, self.heads = config.scalars, config.vectors, config.heads
        self.norm = EquivariantNorm(c0, c1)
        # Scalars of the message: c0 for attention, then c0 + c1 for the gate.
        self.message = DepthwiseProduct(c0, c1, 2 * c0 + c1, c1)
        self.value = DepthwiseProduct(c0, c1, c0, c1)
        self.from_target = EquivariantLinear(c0, c1, c0, c1)
        self.from_source = EquivariantLinear(c0, c1, c0, c1, bias=False)
        self.radial = nn.Sequential(
            nn.Linear(config.radial_functions, config.radial_hidden),
            nn.SiLU(),
            nn.Linear(config.radial_hidden, self.message.n_weights),
        )
        self.attention = nn.Parameter(torch.randn(self.heads, c0 // self.heads) * c0**-0.5)
        self.gate = Gate(c0)
        self.path_weights = nn.Parameter(torch.randn(1, self.value.n_weights))
        self.out = EquivariantLinear(c0, c1, d0, d1)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, features: Features, edges: Edges) -> Features:
        scalars, vectors = self._messages(self.norm(features), edges)
        c0 = self.attention.numel()
        beta = self._weights(scalars[:, :c0], edges)
        gated = self.gate((scalars[:, c0:], vectors))
        s, v = self.value(gated, edges.harmonics, self.path_weights)
        mixed = _per_head(s, beta), _per_head(v, beta)
        summed = tuple(sum_by_index(x, edges.target, edges.n_sites) for x in mixed)
        return self.out((summed[0], summed[1]))

    def _messages(self, features: Features, edges: Edges) -> Features:
        """x_ij of Eq. 5 and f_ij of Eq. 6."""
        here, there = self.from_target(features), self.from_source(features)
        x = tuple(a[edges.target] + b[edges.source] for a, b in zip(here, there, strict=True))
        weights = self.radial(edges.radial)
        return self.message((x[0], x[1]), edges.harmonics, weights)

    def _weights(self, scalars: Tensor, edges: Edges) -> Tensor:
        kept: Tensor = self.dropout(attention_weights(scalars, self.attention, edges))
        return kept


def attention_weights(scalars: Tensor, attention: Tensor, edges: Edges) -> Tensor:
    """β_ij of Eq. 7-8, weighted by occupancy, shape (n_edges, heads), of the messages' ``scalars``
    (n_edges, c0) and ``attention`` (heads, c0 / heads).
    """
    heads = len(attention)
    activated = nn.functional.leaky_relu(scalars, 0.2).unflatten(1, (heads, -1))
    zeta = (activated * attention).sum(-1)
    largest = zeta.new_full((edges.n_sites, heads), -torch.inf)
    index = edges.target[:, None].expand_as(zeta)
    largest = largest.scatter_reduce(0, index, zeta.detach(), "amax", include_self=True)
    raised = torch.exp(zeta - largest[edges.target])
    total = sum_by_index(edges.counted[:, None] * raised, edges.target, edges.n_sites)
    return edges.weight[:, None] * raised / (total[edges.target] + _TINY)


def _per_head(values: Tensor, beta: Tensor) -> Tensor:
    """Scale each head's share of the channels, the last axis."""
    heads = beta.shape[1]
    if values.shape[-1] % heads:
        raise ValueError("the channels must be a multiple of the heads")
    expanded = beta.repeat_interleave(values.shape[-1] // heads, dim=1)
    return values * (expanded if values.dim() == 2 else expanded[:, None])


class Block(nn.Module):
    """Attention and a gated feed-forward layer, each with a residual."""

    def __init__(self, config: SodnetConfig) -> None:
        super().__init__()
        c0, c1 = config.scalars, config.vectors
        self.attention = EdgeAttention(config, c0, c1)
        self.norm = EquivariantNorm(c0, c1)
        self.widen = EquivariantLinear(c0, c1, 2 * c0 + c1, c1)
        self.gate = Gate(2 * c0)
        self.narrow = EquivariantLinear(2 * c0, c1, c0, c1)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, features: Features, edges: Edges) -> Features:
        features = self._add(features, self.attention(features, edges))
        return self._add(features, self.narrow(self.gate(self.widen(self.norm(features)))))

    def _add(self, features: Features, change: Features) -> Features:
        return features[0] + self.dropout(change[0]), features[1] + change[1]


class SpreadTerm(nn.Module):
    """Σ_k w_k (p_k - p̄)² over the species of a site, p projections of their features, mixed to
    its scalars: nothing on a site with one species, and the same for two halves of a species.
    """

    def __init__(self, n_features: int, config: SodnetConfig) -> None:
        super().__init__()
        self.project = nn.Linear(n_features, config.scalars, bias=False)
        self.mix = nn.Linear(config.scalars, config.scalars, bias=False)

    def forward(self, khot: Tensor, share: Tensor, at: Tensor, n_sites: int) -> Tensor:
        p = self.project(khot)
        total = sum_by_index(share, at, n_sites)[:, None] + _TINY
        mean = sum_by_index(p * share[:, None], at, n_sites) / total
        away = (p - mean[at]).square() * share[:, None]
        spread: Tensor = self.mix(sum_by_index(away, at, n_sites))
        return spread


class Sodnet(nn.Module):
    """The network; ``forward`` gives standardised values, ``predict`` ln(Tc / K)."""

    khot: Tensor
    radii: Tensor
    mean: Tensor
    std: Tensor

    def __init__(self, config: SodnetConfig) -> None:
        super().__init__()
        self.config = config
        table = torch.from_numpy(khot_table().copy())
        radii = [0.0, *(element(s).covalent_radius_angstrom for s in symbols()[1:])]
        self.register_buffer("khot", table, persistent=False)
        self.register_buffer("radii", torch.tensor(radii), persistent=False)
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("std", torch.ones(()))
        self.embed = nn.Sequential(
            nn.Linear(table.shape[1] * (1 + config.composition_context), config.scalars),
            nn.SiLU(),
            nn.Linear(config.scalars, config.scalars),
        )
        nonlinear = config.mixing == "nonlinear"
        self.spread = SpreadTerm(table.shape[1], config) if nonlinear else None
        self.basis = RadialBasis(config.cutoff_angstrom, config.radial_functions)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.blocks))
        self.readout: nn.Module = EdgeAttention(config, 1, 1)
        self.site_norm = nn.LayerNorm(config.scalars)
        self.site_term = nn.Sequential(
            nn.Linear(config.scalars, config.scalars),
            nn.SiLU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.scalars, 1),
        )

    def forward(self, batch: GraphBatch) -> tuple[Tensor, Tensor]:
        """Contribution of every site (Eq. 11), shape (n_sites,), and their occupancy-weighted mean
        for every crystal (Eq. 12), shape (n_crystals,), both standardised.
        """
        share = batch.species_occupancy
        if not self.config.node_occupancy:
            share = torch.ones_like(share)
        occupancy = sum_by_index(share, batch.species_site, batch.n_sites)
        weights = self._edge_weights(batch)
        edges = Edges(batch, *weights, self._radial(batch), self.config.equivariant)
        features = self._embedded(batch, share, occupancy)
        for block in self.blocks:
            features = block(features, edges)
        site = self.readout(features, edges)[0] + self.site_term(self.site_norm(features[0]))
        contributions = site.squeeze(-1)
        index, n = batch.crystal_of_site, batch.n_crystals
        weighted = sum_by_index(contributions * occupancy, index, n)
        return contributions, weighted / sum_by_index(occupancy, index, n)

    def predict(self, batch: GraphBatch) -> tuple[Tensor, Tensor]:
        """Site contributions and their mean, in ln(Tc / K)."""
        site, crystal = self(batch)
        return site * self.std + self.mean, crystal * self.std + self.mean

    def _embedded(self, batch: GraphBatch, share: Tensor, occupancy: Tensor) -> Features:
        """h_i = Σ_k w_k a_k (Eq. 3), embedded; there are no vectors yet.

        ``share`` is w_k of every species entry, ``occupancy`` its sum on every site.
        """
        index, n = batch.crystal_of_site, batch.n_crystals
        khot = self.khot[batch.species_number]
        shown = nn.functional.dropout(
            share.new_ones(n, khot.shape[1]), self.config.feature_dropout, self.training
        )
        at = batch.species_site
        khot = khot * shown[index[at]]
        h = sum_by_index(khot * share[:, None], at, batch.n_sites)
        inputs = [khot] if self.config.mixing == "embedding" else [h]
        if self.config.composition_context:
            mean = sum_by_index(h, index, n) / sum_by_index(occupancy, index, n)[:, None]
            inputs.append(mean[index[at]] if self.config.mixing == "embedding" else mean[index])
        scalars: Tensor = self.embed(torch.cat(inputs, dim=1))
        if self.config.mixing == "embedding":
            scalars = sum_by_index(scalars * share[:, None], at, batch.n_sites)
        if self.spread is not None:
            scalars = scalars + self.spread(khot, share, at, batch.n_sites)
        return scalars, h.new_zeros(batch.n_sites, 3, self.config.vectors)

    def _radial(self, batch: GraphBatch) -> Tensor:
        expanded: Tensor = self.basis(batch.vectors.norm(dim=-1))
        return expanded

    def _edge_weights(self, batch: GraphBatch) -> tuple[Tensor, Tensor]:
        """What every edge weighs, and what it counts in the norm; each of shape (n_edges,)."""
        w = batch.species_occupancy
        occupancy = sum_by_index(w, batch.species_site, batch.n_sites)
        pair = occupancy[batch.target] * occupancy[batch.source]
        if not self.config.edge_occupancy:
            pair = torch.ones_like(pair)
        if self.config.edge_removal == "off":
            return pair, pair
        weight = self._kept_weight(batch)
        return weight, weight + REMOVED_SHARE * (pair - weight)

    def _kept_weight(self, batch: GraphBatch) -> Tensor:
        """Σ_ab w_a w_b keep(r, R_a + R_b) over the species a, b at the ends of every edge."""
        edge, a, b = _species_pairs(batch)
        distance = batch.vectors.norm(dim=-1)[edge]
        numbers, w = batch.species_number, batch.species_occupancy
        excess = distance - self.radii[numbers[a]] - self.radii[numbers[b]]
        if self.config.edge_removal == "hard":
            keep = (excess > 0).to(w.dtype)
        else:
            keep = torch.sigmoid(4 * excess / SOFT_REMOVAL_WIDTH_ANGSTROM)
        return sum_by_index(w[a] * w[b] * keep, edge, len(batch.target))


def _species_pairs(batch: GraphBatch) -> tuple[Tensor, Tensor, Tensor]:
    """Every pair of species entries (one of the target, one of the source) of every edge: the
    edge's index and the two entries' indices.
    """
    counts = torch.bincount(batch.species_site, minlength=batch.n_sites)
    first = counts.cumsum(0) - counts
    nt, ns = counts[batch.target], counts[batch.source]
    pairs = nt * ns
    edge = torch.repeat_interleave(torch.arange(len(pairs), device=pairs.device), pairs)
    within = torch.arange(len(edge), device=pairs.device) - (pairs.cumsum(0) - pairs)[edge]
    a = first[batch.target][edge] + within // ns[edge]
    b = first[batch.source][edge] + within % ns[edge]
    return edge, a, b
