"""SODNet written plainly: e3nn's own irreps, harmonics and tensor products, loops over edges.

It reads the weights of the fast network and must give the same numbers. Nothing here is shared with
``sc3d_desktop.models.sodnet`` but the names of the weights.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from e3nn import o3
from torch import Tensor

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import atomic_number, element
from sc3d_desktop.crystal.graph import PeriodicGraph
from sc3d_desktop.models.sodnet import Sodnet


class ReferenceSodnet:
    """Evaluates one crystal. Node features are e3nn arrays of irreps c0 x 0e + c1 x 1o."""

    def __init__(self, network: Sodnet) -> None:
        self.config = network.config
        self.w = network.state_dict()
        self.khot = network.khot
        c0, c1 = self.config.scalars, self.config.vectors
        self.irreps = o3.Irreps(self.config.irreps)
        assert self.irreps == o3.Irreps([(c0, (0, 1)), (c1, (1, -1))])
        self.harmonics = o3.Irreps("1x0e + 1x1o")
        self.product = self._tensor_product().to(self.khot.dtype)

    def _tensor_product(self) -> o3.TensorProduct:
        """Channel-wise product with the harmonics, the paths in the order of the edge's weights."""
        c0, c1 = self.config.scalars, self.config.vectors
        out = o3.Irreps(f"{c0}x0e + {c1}x0e + {c0}x1o + {c1}x1o")
        paths = [(0, 0, 0), (1, 1, 1), (0, 1, 2), (1, 0, 3)]
        instructions = [(i, j, k, "uvu", True, 1.0) for i, j, k in paths]
        return o3.TensorProduct(
            self.irreps,
            self.harmonics,
            out,
            instructions,
            shared_weights=False,
            internal_weights=False,
            irrep_normalization="component",
            path_normalization="none",
        )

    def site_contributions(self, crystal: Crystal, graph: PeriodicGraph) -> Tensor:
        """ln(Tc / K) of each site, shape (n_sites,)."""
        features = self._embedded(crystal)
        for n in range(self.config.blocks):
            at = f"blocks.{n}."
            attended = self._attention(at + "attention.", features, crystal, graph)
            features = self._add(features, attended)
            features = self._add(features, self._feed_forward(at, features))
        readout = self._attention("readout.", features, crystal, graph)[0]
        site = self._layer_norm("site_norm", features[0])
        hidden = torch.nn.functional.silu(self._dense("site_term.0", site))
        total = readout + self._dense("site_term.3", hidden)
        return (total * self.w["std"] + self.w["mean"])[:, 0]

    def ln_tc(self, crystal: Crystal, graph: PeriodicGraph) -> float:
        site = self.site_contributions(crystal, graph)
        weights = torch.tensor([s.species.total for s in crystal.sites], dtype=site.dtype)
        return float((site * weights).sum() / weights.sum())

    def _embedded(self, crystal: Crystal) -> tuple[Tensor, Tensor]:
        rows = []
        for site in crystal.sites:
            rows.append(sum(w * self.khot[atomic_number(el)] for el, w in site.species.items()))
        site = torch.stack(rows)
        total = sum(s.species.total for s in crystal.sites)
        context = (site.sum(0) / total).expand_as(site)
        hidden = torch.nn.functional.silu(self._dense("embed.0", torch.cat([site, context], 1)))
        scalars = self._dense("embed.2", hidden)
        return scalars, scalars.new_zeros(len(rows), self.config.vectors, 3)

    def _attention(
        self, at: str, features: tuple[Tensor, Tensor], crystal: Crystal, graph: PeriodicGraph
    ) -> tuple[Tensor, Tensor]:
        """Vectors are kept as e3nn does: (n, channels, 3)."""
        here = self._norm(at + "norm", features)
        to, frm = self._linear(at + "from_target", here), self._linear(at + "from_source", here)
        out = []
        for i in range(len(crystal)):
            messages = [
                self._message(at, i, e, to, frm, crystal, graph)
                for e in np.flatnonzero(graph.target == i)
            ]
            out.append(self._aggregated(messages))
        s = torch.stack([o[0] for o in out])
        v = torch.stack([o[1] for o in out])
        return self._linear(at + "out", (s, v))

    def _message(self, at, i, e, to, frm, crystal, graph):
        """Logits by head, value, weight, and share in the norm of one edge."""
        j, r = graph.source[e], torch.as_tensor(graph.vectors[e], dtype=to[0].dtype)
        c0, c1 = self.config.scalars, self.config.vectors
        x = (to[0][i] + frm[0][j], to[1][i] + frm[1][j])
        weight = self._pair_weight(crystal, i, j, float(graph.distances[e]))
        basis = self._gaussians(float(graph.distances[e])).to(r.dtype) * weight
        hidden = torch.nn.functional.silu(self._dense(at + "radial.0", basis))
        s, v = self._product(at + "message", x, r, self._dense(at + "radial.2", hidden))
        activated = torch.nn.functional.leaky_relu(s[:c0], 0.2)
        counted = self._pair_weight(crystal, i, j, float(graph.distances[e]), 0.05)
        logits = (activated.view(self.config.heads, -1) * self.w[at + "attention"]).sum(1)
        gated = (
            torch.nn.functional.silu(s[c0 : 2 * c0]),
            v * torch.sigmoid(s[2 * c0 : 2 * c0 + c1])[:, None],
        )
        value = self._product(at + "value", gated, r, self.w[at + "path_weights"][0])
        return logits, value, weight, counted

    def _aggregated(self, messages):
        c0, c1, heads = self.config.scalars, self.config.vectors, self.config.heads
        s, v = torch.zeros(c0, dtype=self.khot.dtype), torch.zeros(c1, 3, dtype=self.khot.dtype)
        total = sum(counted * torch.exp(logits) for logits, _, _, counted in messages)
        for logits, value, weight, _ in messages:
            beta = weight * torch.exp(logits) / total
            s = s + value[0] * beta.repeat_interleave(c0 // heads)
            v = v + value[1] * beta.repeat_interleave(c1 // heads)[:, None]
        return s, v

    def _pair_weight(
        self, crystal: Crystal, i: int, j: int, distance: float, removed: float = 0.0
    ) -> float:
        weight = 0.0
        for a, wa in crystal.sites[i].species.items():
            for b, wb in crystal.sites[j].species.items():
                excess = (
                    distance
                    - element(a).covalent_radius_angstrom
                    - element(b).covalent_radius_angstrom
                )
                keep = {
                    "off": 1.0,
                    "hard": float(excess > 0),
                    "soft": 1 / (1 + math.exp(-4 * excess / 0.2)),
                }[self.config.edge_removal]
                weight += wa * wb * (keep + removed * (1 - keep))
        return weight

    def _gaussians(self, distance: float) -> Tensor:
        n, cutoff = self.config.radial_functions, self.config.cutoff_angstrom
        centres = torch.linspace(0, cutoff, n, dtype=torch.float64)
        return torch.exp(-((n / cutoff) ** 2) * (distance - centres) ** 2)

    def _product(self, at: str, x, r: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        c0, c1 = self.config.scalars, self.config.vectors
        flat = torch.cat([x[0], x[1].reshape(-1)])
        sh = o3.spherical_harmonics(self.harmonics, r, normalize=True, normalization="component")
        out = self.product(flat[None], sh[None], weights[None])[0]
        scalars, vectors = out[: c0 + c1], out[c0 + c1 :].view(c0 + c1, 3)
        mixed = self.w[at + ".vector.weight"] @ vectors
        return self._dense(at + ".scalar", scalars), mixed

    def _feed_forward(self, at: str, features):
        c0 = self.config.scalars
        s, v = self._linear(at + "widen", self._norm(at + "norm", features))
        gated = (
            torch.nn.functional.silu(s[:, : 2 * c0]),
            v * torch.sigmoid(s[:, 2 * c0 :])[:, :, None],
        )
        return self._linear(at + "narrow", gated)

    def _add(self, a, b):
        return a[0] + b[0], a[1] + b[1]

    def _norm(self, at: str, features):
        s, v = features
        size = v.square().mean(dim=(1, 2), keepdim=True)
        scaled = v / torch.sqrt(size + 1) * self.w[at + ".weight"][:, None]
        return self._layer_norm(at + ".scalar", s), scaled

    def _layer_norm(self, at: str, s: Tensor) -> Tensor:
        centred = s - s.mean(-1, keepdim=True)
        scaled = centred / torch.sqrt(centred.square().mean(-1, keepdim=True) + 1e-5)
        return scaled * self.w[at + ".weight"] + self.w[at + ".bias"]

    def _linear(self, at: str, features):
        s, v = features
        bias = self.w.get(at + ".scalar.bias", 0.0)
        mixed = torch.einsum("oc,nci->noi", self.w[at + ".vector.weight"], v)
        return s @ self.w[at + ".scalar.weight"].T + bias, mixed

    def _dense(self, at: str, x: Tensor) -> Tensor:
        return x @ self.w[at + ".weight"].T + self.w[at + ".bias"]
