"""The training loop of the generator and of its guide: steps, not epochs, and on from the last
checkpoint.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from sc3d_desktop.training.checkpoint import load_checkpoint, save_checkpoint

CHECKPOINT = "checkpoint.safetensors"
LOG = "log.jsonl"
_BLOCK = 100

Losses = dict[str, Tensor]


@dataclass(frozen=True)
class LoopSettings:
    """``pairs`` bounds a batch by its pairs of atoms; a third of the batches have a Tc. Cells of
    more than ``small`` atoms come ``share_of_large`` times as often as the data have them.
    Conditions are left out at the given rates, so that the model learns to do without them
    (classifier-free guidance).
    """

    pairs: int = 8_000
    small: int = 20
    share_of_large: float = 0.2
    learning_rate: float = 8e-4
    warmup_steps: int = 300
    average: float = 0.9995
    share_with_tc: float = 0.35
    drop_tc: float = 0.15
    keep_elements: float = 0.3
    gradient_norm: float = 1.0
    types_weight: float = 0.3

    def warmth(self, done: int) -> float:
        """The part of the learning rate after so many steps."""
        return min(1.0, (done + 1) / self.warmup_steps)


@dataclass(frozen=True)
class Step:
    """Where a run is: mean losses since the last report."""

    step: int
    seconds: float
    losses: dict[str, float]


@dataclass(frozen=True)
class Trained:
    """Averaged weights, and how they came about."""

    model: nn.Module
    steps: int
    seconds: float


def run_steps(
    model: nn.Module,
    losses_from: Callable[[int], Callable[[], Losses]],
    settings: LoopSettings,
    about: dict[str, Any],
    folder: Path,
    minutes: float,
    cool_minutes: float = 0.0,
) -> Iterator[Step | Trained]:
    """Train for so many minutes, on from the checkpoint in ``folder`` if there is one; yields after
    every checkpoint, and the average at last. Over the last ``cool_minutes`` the learning rate
    falls to nothing. ``losses_from`` is given the steps that are done. Raises ``TrainingError``
    where the checkpoint is of another ``about``.
    """
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(settings.average))
    optimizer = torch.optim.AdamW(model.parameters(), settings.learning_rate, weight_decay=1e-3)
    about = about | {"settings": asdict(settings)}
    path = folder / CHECKPOINT
    folder.mkdir(parents=True, exist_ok=True)
    done, seconds = 0, 0.0
    if path.is_file():
        written = load_checkpoint(path, model, average.module, optimizer, about)
        done, seconds = written["step"], written["seconds"]
        average.n_averaged.fill_(done)
    losses = losses_from(done)
    ends = time.monotonic() + 60 * minutes
    while (block := time.monotonic()) < ends:
        rate = settings.learning_rate * cooled(ends - block, 60 * cool_minutes)
        told = [
            _step(model, average, optimizer, settings, rate * settings.warmth(done + i), losses)
            for i in range(_BLOCK)
        ]
        done += _BLOCK
        seconds += time.monotonic() - block
        means = {name: round(sum(t[name] for t in told) / _BLOCK, 5) for name in told[0]}
        save_checkpoint(
            path, model, average.module, optimizer, about | {"step": done, "seconds": seconds}
        )
        said = Step(done, round(seconds), means)
        with (folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps({"step": done, "seconds": said.seconds, **means}) + "\n")
        yield said
    yield Trained(average.module, done, round(seconds))


def cooled(seconds_left: float, cool_seconds: float) -> float:
    """The part of the learning rate that is left: all of it before the last ``cool_seconds``."""
    return min(1.0, max(0.0, seconds_left) / cool_seconds) if cool_seconds > 0 else 1.0


def _step(
    model: nn.Module,
    average: AveragedModel,
    optimizer: torch.optim.Optimizer,
    settings: LoopSettings,
    rate: float,
    losses: Callable[[], Losses],
) -> dict[str, float]:
    for group in optimizer.param_groups:
        group["lr"] = rate
    told = losses()
    loss = sum(
        (settings.types_weight if name == "types" else 1.0) * each for name, each in told.items()
    )
    optimizer.zero_grad()
    torch.as_tensor(loss).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), settings.gradient_norm)
    optimizer.step()
    average.update_parameters(model)
    return {name: float(each.detach()) for name, each in told.items()}
