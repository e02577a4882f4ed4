"""Tc of crystals by the shipped networks; an occupancy edit reuses the graph."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.models.sodnet.batch import GraphBatch, graph_batch, join, with_occupancies
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.weights import Weights, load_weights
from sc3d_desktop.paths import weights

MAX_EDGES = 20_000
"""Crystals are batched up to this many edges: larger batches fall out of the processor's cache."""

_KEPT_GRAPHS = 64


def load_model(path: Path | None = None, device: str | None = None) -> SodnetPredictor:
    """The shipped model, or the one in ``path``, on the GPU where there is one."""
    file = path if path is not None else weights() / "sodnet.safetensors"
    chosen = device or ("cuda" if torch.cuda.is_available() else "cpu")
    return SodnetPredictor(load_weights(file), torch.device(chosen))


class SodnetPredictor:
    """A ``TcModel``. The interval has the conformal half-width of the model card."""

    def __init__(self, weights: Weights, device: torch.device) -> None:
        self.card = weights.card
        self.name = f"SODNet {weights.card.version} ({weights.sha256[:8]})"
        self._config = SodnetConfig.from_json(weights.card.config)
        self._network = weights.network.to(device)
        self._device = device
        self._graphs: OrderedDict[bytes, GraphBatch] = OrderedDict()

    @property
    def device(self) -> str:
        if self._device.type == "cuda":
            return torch.cuda.get_device_name(self._device)
        return f"CPU, {torch.get_num_threads()} threads"

    def predict(self, crystals: Sequence[Crystal]) -> list[TcPrediction]:
        """Predict every crystal, in order."""
        graphs = [self._graph(crystal) for crystal in crystals]
        return [p for chunk in _chunks(graphs) for p in self._predict_chunk(chunk)]

    def _graph(self, crystal: Crystal) -> GraphBatch:
        """The crystal's graph, taken over from the last crystal with the same positions."""
        key = crystal.lattice.tobytes() + crystal.frac_coords.tobytes()
        known = self._graphs.get(key)
        if known is None:
            graph = periodic_graph(crystal, self._config.cutoff_angstrom, self._config.neighbours)
            known = graph_batch(crystal, graph)
            self._graphs[key] = known
            if len(self._graphs) > _KEPT_GRAPHS:
                self._graphs.popitem(last=False)
            return known
        self._graphs.move_to_end(key)
        return with_occupancies(known, crystal)

    def _predict_chunk(self, graphs: list[GraphBatch]) -> list[TcPrediction]:
        try:
            site, mean = self._forward(join(graphs))
        except torch.cuda.OutOfMemoryError:
            return self._predict_smaller(graphs)
        sizes = [g.n_sites for g in graphs]
        parts = zip(mean.tolist(), site.split(sizes), strict=True)
        return [self._prediction(ln_tc, contributions) for ln_tc, contributions in parts]

    def _predict_smaller(self, graphs: list[GraphBatch]) -> list[TcPrediction]:
        """After the GPU ran out of memory: half the batch, and a single crystal on the CPU."""
        torch.cuda.empty_cache()
        if len(graphs) > 1:
            half = len(graphs) // 2
            return self._predict_chunk(graphs[:half]) + self._predict_chunk(graphs[half:])
        self._device = torch.device("cpu")
        self._network = self._network.to(self._device)
        return self._predict_chunk(graphs)

    @torch.inference_mode()
    def _forward(self, batch: GraphBatch) -> tuple[Tensor, Tensor]:
        site, crystal = self._network(batch.to(self._device, torch.float32))
        return site.cpu(), crystal.cpu()

    def _prediction(self, ln_tc: float, contributions: Tensor) -> TcPrediction:
        width = self.card.half_width
        return TcPrediction(
            tc_kelvin=math.exp(ln_tc),
            tc_low_kelvin=math.exp(ln_tc - width),
            tc_high_kelvin=math.exp(ln_tc + width),
            site_contributions=tuple(contributions.tolist()),
            model=self.name,
        )


def _chunks(graphs: list[GraphBatch]) -> Iterator[list[GraphBatch]]:
    chunk: list[GraphBatch] = []
    edges = 0
    for graph in graphs:
        if chunk and edges + len(graph.target) > MAX_EDGES:
            yield chunk
            chunk, edges = [], 0
        chunk.append(graph)
        edges += len(graph.target)
    if chunk:
        yield chunk
