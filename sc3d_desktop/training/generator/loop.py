"""The training loop of the generator: steps, not epochs, and on from the last checkpoint."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from sc3d_desktop.models.diffcsp_sc.config import N_TYPES, DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions, Denoised, Denoiser
from sc3d_desktop.models.diffcsp_sc.noise import NoiseProcess, Targets
from sc3d_desktop.models.diffcsp_sc.state import CrystalState
from sc3d_desktop.models.diffcsp_sc.weights import save_generator
from sc3d_desktop.training.checkpoint import load_checkpoint, save_checkpoint
from sc3d_desktop.training.generator.data import GeneratorData, Packed

CHECKPOINT = "checkpoint.safetensors"
LOG = "log.jsonl"
WEIGHTS = "generator.safetensors"


@dataclass(frozen=True)
class LoopSettings:
    """``pairs`` bounds a batch by its pairs of atoms; a quarter of the batches have a Tc. Cells of
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
    share_with_tc: float = 0.25
    drop_tc: float = 0.15
    keep_elements: float = 0.3
    gradient_norm: float = 1.0
    types_weight: float = 0.3


@dataclass(frozen=True)
class Step:
    """Where a run is: mean losses since the last report."""

    step: int
    seconds: float
    lattice: float
    frac: float
    types: float


def train_generator(
    data: GeneratorData,
    config: DiffCspConfig,
    settings: LoopSettings,
    folder: Path,
    minutes: float,
    seed: int = 0,
) -> Iterator[Step]:
    """Train for so many minutes, on from the checkpoint in ``folder`` if there is one; yields after
    every checkpoint, and at last writes the averaged weights. Raises ``TrainingError`` where the
    checkpoint is of other settings or data.
    """
    torch.manual_seed(seed)
    noise, model = NoiseProcess(config), Denoiser(config)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(settings.average))
    optimizer = torch.optim.AdamW(model.parameters(), settings.learning_rate, weight_decay=1e-3)
    about = {"config": config.as_json(), "settings": asdict(settings), "data": data.sha256}
    path = folder / CHECKPOINT
    folder.mkdir(parents=True, exist_ok=True)
    done, seconds = 0, 0.0
    if path.is_file():
        written = load_checkpoint(path, model, average.module, optimizer, about)
        done, seconds = written["step"], written["seconds"]
        average.n_averaged.fill_(done)
    batches = _Batches(data, settings, torch.Generator().manual_seed(seed + done))
    began = time.monotonic()
    while time.monotonic() - began < 60 * minutes:
        sums = torch.zeros(3)
        block = time.monotonic()
        for _ in range(100):
            for group in optimizer.param_groups:
                group["lr"] = settings.learning_rate * min(1.0, (done + 1) / settings.warmup_steps)
            sums += _train_step(model, noise, optimizer, settings, *batches.next())
            average.update_parameters(model)
            done += 1
        seconds += time.monotonic() - block
        losses = (sums / 100).tolist()
        save_checkpoint(
            path, model, average.module, optimizer, about | {"step": done, "seconds": seconds}
        )
        said = Step(done, round(seconds), *(round(x, 5) for x in losses))
        with (folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(asdict(said)) + "\n")
        yield said
    averaged = average.module
    assert isinstance(averaged, Denoiser)
    card = {
        "steps": done,
        "seconds": round(seconds),
        "structures": data.count(data.structures),
        "superconductors": data.count(data.superconductors),
        "data": data.sha256,
    }
    save_generator(folder / WEIGHTS, averaged, card)


def losses_of(said: Denoised, targets: Targets) -> Tensor:
    """Of lattice, coordinates and types, (3,): squared errors and cross-entropy."""
    return torch.stack(
        [
            ((said.lattice - targets.lattice) ** 2).mean(),
            ((said.frac - targets.frac) ** 2).mean(),
            torch.nn.functional.cross_entropy(said.types.flatten(0, 1), targets.types.flatten()),
        ]
    )


def _train_step(
    model: Denoiser,
    noise: NoiseProcess,
    optimizer: torch.optim.Optimizer,
    settings: LoopSettings,
    clean: CrystalState,
    wanted: Conditions,
) -> Tensor:
    times = torch.randint(1, noise.steps + 1, (len(clean),))
    state, targets = noise.noisy(clean, times)
    # Half as long in bfloat16; weights, their averages and the losses stay in single precision.
    with torch.autocast(state.frac.device.type, torch.bfloat16):
        said = model(state, times, wanted)
    losses = losses_of(said.float(), targets)
    loss = losses @ torch.tensor([1.0, 1.0, settings.types_weight])
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), settings.gradient_norm)
    optimizer.step()
    return losses.detach()


class _Batches:
    """Batches of one size each, sizes as often as the data have them."""

    def __init__(
        self, data: GeneratorData, settings: LoopSettings, generator: torch.Generator
    ) -> None:
        self._settings = settings
        self._generator = generator
        self._plain = _weights(data.structures, settings), data.structures
        self._known = _weights(data.superconductors, settings), data.superconductors

    def next(self) -> tuple[CrystalState, Conditions]:
        known = self._random() < self._settings.share_with_tc
        (sizes, weights), packed = self._known if known else self._plain
        n = sizes[int(torch.multinomial(weights, 1, generator=self._generator))]
        chosen = packed[n]
        size = min(len(chosen), max(3, self._settings.pairs // (n * n)))
        rows = torch.randint(len(chosen), (size,), generator=self._generator)
        return chosen.state(rows), self._conditions(chosen, rows)

    def _conditions(self, packed: Packed, rows: Tensor) -> Conditions:
        ln_tc = packed.ln_tc[rows].clone()
        ln_tc[self._chosen(len(rows), self._settings.drop_tc)] = math.nan
        elements = torch.zeros(len(rows), N_TYPES)
        elements.scatter_(1, packed.numbers[rows].long() - 1, 1.0)
        elements[~self._chosen(len(rows), self._settings.keep_elements)] = 0.0
        return Conditions(ln_tc, elements)

    def _chosen(self, n: int, share: float) -> Tensor:
        return torch.rand(n, generator=self._generator) < share

    def _random(self) -> float:
        return float(torch.rand(1, generator=self._generator))


def _weights(packed: dict[int, Packed], settings: LoopSettings) -> tuple[list[int], Tensor]:
    def often(n: int) -> float:
        return len(packed[n]) * (1.0 if n <= settings.small else settings.share_of_large)

    return list(packed), torch.tensor([often(n) for n in packed])
