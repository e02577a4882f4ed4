"""Tc of crystals by the shipped networks; an occupancy edit reuses the graph."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.models.interface import NearestKnown, TcPrediction
from sc3d_desktop.models.sodnet.batch import GraphBatch, graph_batch, join, with_occupancies
from sc3d_desktop.models.sodnet.card import card_lines
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.ensemble import EnsembleAnswer
from sc3d_desktop.models.sodnet.nearest import nearest_known
from sc3d_desktop.models.sodnet.weights import Weights, load_weights
from sc3d_desktop.paths import weights

MAX_EDGES = 20_000
"""Crystals are batched up to this many edges: larger batches fall out of the processor's cache."""

HYDRIDE = (
    "Hydride: the known values behind this are mostly calculated at high pressure, so read it as a "
    "Tc under pressure."
)
"""Said of compounds with at least every second atom hydrogen: hydroxides and hydrates stay out."""

_HYDROGEN, _HYDRIDE_SHARE = 1, 0.5
_KEPT_GRAPHS = 64


def load_model(
    path: Path | None = None, device: str | None = None, notes: tuple[str, ...] = ()
) -> SodnetPredictor:
    """The shipped model, or the one in ``path``, on the GPU where there is one. ``notes`` are said
    with every answer.
    """
    file = path if path is not None else weights() / "sodnet.safetensors"
    chosen = device or ("cuda" if torch.cuda.is_available() else "cpu")
    return SodnetPredictor(load_weights(file), torch.device(chosen), notes)


class SodnetPredictor:
    """A ``TcModel``: the networks, how far to trust them, and what is known like the crystal."""

    def __init__(self, weights: Weights, device: torch.device, notes: tuple[str, ...] = ()) -> None:
        self.card = weights.card
        self.name = f"SODNet {weights.card.version} ({weights.sha256[:8]})"
        self._config = SodnetConfig.from_json(weights.card.config)
        self._network = weights.network.to(device)
        self._device = device
        self._said_always = notes
        self._graphs: OrderedDict[bytes, GraphBatch] = OrderedDict()

    @property
    def card_lines(self) -> tuple[tuple[str, str], ...]:
        told = tuple(("Note", note) for note in self._said_always)
        return told + card_lines(self.card)

    @property
    def device(self) -> str:
        if self._device.type == "cuda":
            return torch.cuda.get_device_name(self._device)
        threads = torch.get_num_threads()
        return f"CPU, {threads} thread{'s' if threads > 1 else ''}"

    def predict(self, crystals: Sequence[Crystal]) -> list[TcPrediction]:
        """Predict every crystal, in order."""
        return self.predict_graphs(self.graphs(crystals))

    def graphs(self, crystals: Sequence[Crystal]) -> list[GraphBatch]:
        """The graph of every crystal, for ``predict_graphs``."""
        return [self._graph(crystal) for crystal in crystals]

    def predict_graphs(self, graphs: Sequence[GraphBatch]) -> list[TcPrediction]:
        """Predict every crystal from its graph, in order."""
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
            answer = self._forward(join(graphs))
        except torch.cuda.OutOfMemoryError:
            return self._predict_smaller(graphs)
        return self._predictions(answer, [g.n_sites for g in graphs])

    def _predict_smaller(self, graphs: list[GraphBatch]) -> list[TcPrediction]:
        """After the GPU ran out of memory: half the batch, and a single crystal on the CPU."""
        torch.cuda.empty_cache()
        if len(graphs) > 1:
            half = len(graphs) // 2
            return self._predict_chunk(graphs[:half]) + self._predict_chunk(graphs[half:])
        self._device = torch.device("cpu")
        self._network = self._network.to(self._device)
        return self._predict_chunk(graphs)

    @torch.no_grad()
    def _forward(self, batch: GraphBatch) -> EnsembleAnswer:
        answer: EnsembleAnswer = self._network(batch.to(self._device, torch.float32))
        return answer.cpu()

    def _predictions(self, answer: EnsembleAnswer, n_sites: list[int]) -> list[TcPrediction]:
        trust, fractions = self._network.trust, answer.fractions.double().numpy()
        trained = trust.trained_on(fractions).tolist() if len(trust.training_keys) else None
        columns = (
            answer.ln_tc.tolist(),
            answer.half_width.tolist(),
            [tuple(site.tolist()) for site in answer.site.split(n_sites)],
            _listed(answer.p_superconductor, len(n_sites)),
            _listed(answer.novelty, len(n_sites)),
            trained or [None] * len(n_sites),
            nearest_known(answer.fractions),
            [self._said_always + _notes(row) for row in fractions],
        )
        return [self._prediction(*row) for row in zip(*columns, strict=True)]

    def _prediction(
        self,
        ln_tc: float,
        half_width: float,
        site: tuple[float, ...],
        probability: float | None,
        novelty: float | None,
        trained: bool | None,
        nearest: tuple[NearestKnown, ...],
        notes: tuple[str, ...],
    ) -> TcPrediction:
        return TcPrediction(
            tc_kelvin=_kelvin(ln_tc),
            tc_low_kelvin=_kelvin(ln_tc - half_width),
            tc_high_kelvin=_kelvin(ln_tc + half_width),
            site_contributions=site,
            model=self.name,
            p_superconductor=probability,
            domain=None if novelty is None else self._network.trust.domain_of(novelty),
            novelty=novelty,
            in_training=trained,
            nearest=nearest,
            notes=notes,
        )


def _listed(values: Tensor | None, n: int) -> list[float] | list[None]:
    return [None] * n if values is None else values.tolist()


def _notes(fractions: NDArray[np.float64]) -> tuple[str, ...]:
    return (HYDRIDE,) if fractions[_HYDROGEN] >= _HYDRIDE_SHARE else ()


def _kelvin(ln_tc: float) -> float:
    """Weights gone wrong must not overflow."""
    return math.exp(min(max(ln_tc, -50.0), 50.0))


def _chunks(graphs: Sequence[GraphBatch]) -> Iterator[list[GraphBatch]]:
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
