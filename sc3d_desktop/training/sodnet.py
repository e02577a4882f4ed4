"""Train one SODNet: AdamW, one cosine cycle, averaged weights; resumes from its last epoch."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.crystal.symmetry import primitive
from sc3d_desktop.models.sodnet.batch import GraphBatch, graph_batch, join
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.ensemble import SodnetEnsemble
from sc3d_desktop.models.sodnet.network import Sodnet
from sc3d_desktop.training import parallel
from sc3d_desktop.training.checkpoint import load_checkpoint, save_checkpoint

Report = Callable[[str], None]


@dataclass(frozen=True)
class TrainSettings:
    """How one network is trained.

    ``average`` is the decay a step of the weight average, ``strain`` the standard deviation of a
    random relative change of all distances of a crystal.
    """

    epochs: int = 10
    batch_size: int = 32
    learning_rate: float = 1e-3
    warmup_epochs: int = 2
    weight_decay: float = 0.1
    gradient_clip: float = 5.0
    average: float = 0.99
    strain: float = 0.01
    seed: int = 0


def training_graph(crystal: Crystal, config: SodnetConfig) -> GraphBatch:
    """The graph of the primitive cell: it gives the same Tc at the least cost."""
    cell = primitive(crystal)
    graph = periodic_graph(cell, config.cutoff_angstrom, config.neighbours)
    return graph_batch(cell, graph).to(torch.device("cpu"), torch.float32)


def train(
    graphs: Sequence[GraphBatch],
    ln_tc: np.ndarray,
    config: SodnetConfig,
    settings: TrainSettings,
    checkpoint: Path,
    report: Report = lambda _: None,
    make: Callable[[SodnetConfig], Sodnet] = Sodnet,
) -> Sodnet:
    """Train what ``make`` makes on all ``graphs`` and return the averaged network, in evaluation
    mode.

    Each epoch draws its order and its dropout from (seed, epoch), so a run that was stopped and
    resumed from ``checkpoint`` ends with the same weights as one that was not. Within
    ``parallel.together`` every process takes its part of each batch.
    """
    torch.manual_seed(settings.seed)
    model = make(config)
    model.mean.fill_(float(ln_tc.mean()))
    model.std.fill_(float(ln_tc.std()))
    average = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(_groups(model, settings), lr=settings.learning_rate)
    about = {"config": config.as_json(), "settings": asdict(settings), "n": len(graphs)}
    start = 0
    if checkpoint.is_file():
        start = load_checkpoint(checkpoint, model, average, optimizer, about)["epoch"]
    target = torch.tensor(ln_tc, dtype=torch.float32)
    for epoch in range(start, settings.epochs):
        began = time.perf_counter()
        with denormals_flushed():
            loss = _epoch(model, average, optimizer, graphs, target, settings, epoch)
        if parallel.is_first():
            save_checkpoint(checkpoint, model, average, optimizer, about | {"epoch": epoch + 1})
        parallel.wait_for_all()
        seconds = time.perf_counter() - began
        report(f"epoch {epoch + 1}/{settings.epochs}  loss {loss:.4f}  {seconds:.1f} s")
    return average.eval()


@contextmanager
def denormals_flushed() -> Iterator[None]:
    """Gradients underflow to denormal numbers, on which processors are a hundred times slower.

    Only within training: scipy's cKDTree overflows the stack where denormals are flushed.
    """
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def _groups(model: nn.Module, settings: TrainSettings) -> list[dict[str, object]]:
    """Weight decay for matrices only; biases and norms are left alone."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    return [
        {"params": matrices, "weight_decay": settings.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def _epoch(
    model: Sodnet,
    average: Sodnet,
    optimizer: torch.optim.Optimizer,
    graphs: Sequence[GraphBatch],
    target: Tensor,
    settings: TrainSettings,
    epoch: int,
) -> float:
    # Each process drops out other features; the first one as if it were alone.
    torch.manual_seed(settings.seed * 100_003 + epoch + parallel.rank() * 1_000_000_007)
    rng = np.random.default_rng([settings.seed, epoch])
    batches = list(_batches(rng.permutation(len(graphs)), settings.batch_size))
    model.train()
    losses = []
    for step, indices in enumerate(batches):
        rate = _learning_rate(settings, epoch + step / len(batches))
        for group in optimizer.param_groups:
            group["lr"] = rate
        factors = 1 + settings.strain * rng.standard_normal(len(indices))
        optimizer.zero_grad(set_to_none=True)
        own = parallel.own_part(list(zip(indices, factors.tolist(), strict=True)))
        loss = _loss(model, graphs, target, own) * (len(own) / len(indices)) if own else None
        if loss is not None:
            loss.backward()
        parallel.add_up_gradients(model)
        nn.utils.clip_grad_norm_(model.parameters(), settings.gradient_clip)
        optimizer.step()
        update_average(average, model, settings.average)
        losses.append(parallel.add_up(0.0 if loss is None else loss.item()))
    return float(np.mean(losses))


def _loss(
    model: Sodnet, graphs: Sequence[GraphBatch], target: Tensor, part: list[tuple[int, float]]
) -> Tensor:
    """The mean over a part of a batch: graphs, each with the factor of its distances."""
    indices = [i for i, _ in part]
    batch = _strained(join([graphs[i] for i in indices]), [factor for _, factor in part])
    wanted = (target[indices] - model.mean) / model.std
    return nn.functional.smooth_l1_loss(model(batch)[1], wanted, beta=0.3)


def _batches(order: np.ndarray, size: int) -> Iterator[list[int]]:
    for start in range(0, len(order), size):
        yield order[start : start + size].tolist()


def _learning_rate(settings: TrainSettings, epoch: float) -> float:
    if epoch < settings.warmup_epochs:
        return settings.learning_rate * max(epoch, 0.02) / settings.warmup_epochs
    done = (epoch - settings.warmup_epochs) / max(1, settings.epochs - settings.warmup_epochs)
    return settings.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(done, 1))))


def _strained(batch: GraphBatch, factors: list[float]) -> GraphBatch:
    scale = torch.tensor(factors, dtype=batch.vectors.dtype)
    return replace(batch, vectors=batch.vectors * scale[batch.crystal_of_site[batch.target], None])


@torch.no_grad()
def update_average(average: nn.Module, model: nn.Module, decay: float) -> None:
    for kept, new in zip(average.parameters(), model.parameters(), strict=True):
        kept.lerp_(new, 1 - decay)


@torch.no_grad()
def predict_ln_tc(
    model: SodnetEnsemble, graphs: Sequence[GraphBatch], batch_size: int = 32
) -> np.ndarray:
    """Ln(Tc / K) of every graph, shape (n,)."""
    starts = range(0, len(graphs), batch_size)
    parts = [model(join(graphs[i : i + batch_size])).ln_tc for i in starts]
    return torch.cat(parts).double().cpu().numpy()
