"""Training the guide: ln Tc from noisy superconductors, for the paper's guidance by energy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch

from sc3d_desktop.models.diffcsp_sc.config import DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.guidance import TcGuide
from sc3d_desktop.models.diffcsp_sc.noise import NoiseProcess
from sc3d_desktop.models.diffcsp_sc.weights import save_guide
from sc3d_desktop.training.generator.batches import Batches
from sc3d_desktop.training.generator.card import card_of
from sc3d_desktop.training.generator.data import GeneratorData, Packed
from sc3d_desktop.training.generator.loop import LoopSettings, Losses, Step, run_steps

GUIDE_WEIGHTS = "guide.safetensors"
GUIDE = DiffCspConfig(hidden=96, layers=3, heads=4)
_HELD_OUT = 10
"""Every so manieth superconductor is kept to measure the guide by."""


def train_guide(
    data: GeneratorData,
    config: DiffCspConfig,
    settings: LoopSettings,
    folder: Path,
    minutes: float,
    seed: int = 0,
) -> Iterator[Step]:
    """As ``train_generator``; the loss is the squared error of ln Tc at all times. The card tells
    the error for every tenth superconductor, which is not learned from.
    """
    torch.manual_seed(seed)
    noise, model = NoiseProcess(config), TcGuide(config)
    learned, kept = _parts(data)

    def losses_from(done: int) -> _Losses:
        return _Losses(model, noise, Batches(learned, settings, seed + done))

    about = {"config": config.as_json(), "data": data.sha256}
    for said in run_steps(model, losses_from, settings, about, folder, minutes):
        if isinstance(said, Step):
            yield said
        else:
            assert isinstance(said.model, TcGuide)
            card = card_of(said, learned) | {"held_out": held_out_errors(said.model, noise, kept)}
            save_guide(folder / GUIDE_WEIGHTS, said.model, card)


class _Losses:
    def __init__(self, model: TcGuide, noise: NoiseProcess, batches: Batches) -> None:
        self._model, self._noise, self._batches = model, noise, batches

    def __call__(self) -> Losses:
        clean, ln_tc = self._batches.next_known()
        times = torch.randint(1, self._noise.steps + 1, (len(clean),))
        state, _ = self._noise.noisy(clean, times)
        return {"ln_tc": ((self._model(state, times) - ln_tc) ** 2).mean()}


@torch.no_grad()
def held_out_errors(
    model: TcGuide, noise: NoiseProcess, kept: dict[int, Packed]
) -> dict[str, float]:
    """Time → mean absolute error of ln Tc at it."""
    model = model.eval()
    errors = {}
    for time in (1, noise.steps // 4, noise.steps // 2, 3 * noise.steps // 4, noise.steps):
        away = []
        for packed in kept.values():
            clean = packed.state(torch.arange(len(packed)))
            times = torch.full((len(clean),), time)
            away.append((model(noise.noisy(clean, times)[0], times) - packed.ln_tc).abs())
        errors[str(time)] = round(float(torch.cat(away).mean()), 3)
    return errors


def _parts(data: GeneratorData) -> tuple[GeneratorData, dict[int, Packed]]:
    """What is learned from, without the structures that have no Tc, and what is kept."""
    learned, kept = {}, {}
    for n, packed in data.superconductors.items():
        rows = torch.arange(len(packed))
        kept[n] = _rows(packed, rows[rows % _HELD_OUT == 0])
        if len(packed) > 1:
            learned[n] = _rows(packed, rows[rows % _HELD_OUT != 0])
    return GeneratorData({}, learned, data.sha256), kept


def _rows(packed: Packed, rows: torch.Tensor) -> Packed:
    return Packed(packed.lattice[rows], packed.frac[rows], packed.numbers[rows], packed.ln_tc[rows])
