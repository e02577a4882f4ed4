"""Training the denoiser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.diffcsp_sc.config import DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.denoiser import Denoised, Denoiser
from sc3d_desktop.models.diffcsp_sc.noise import NoiseProcess, Targets
from sc3d_desktop.models.diffcsp_sc.weights import load_generator, save_generator
from sc3d_desktop.training.generator.batches import Batches
from sc3d_desktop.training.generator.card import card_of
from sc3d_desktop.training.generator.data import GeneratorData
from sc3d_desktop.training.generator.loop import LoopSettings, Losses, Step, Trained, run_steps

WEIGHTS = "generator.safetensors"


def train_generator(
    data: GeneratorData,
    config: DiffCspConfig,
    settings: LoopSettings,
    folder: Path,
    minutes: float,
    seed: int = 0,
    start: Path | None = None,
    cool_minutes: float = 0.0,
) -> Iterator[Step]:
    """Train for so many minutes, on from the checkpoint in ``folder`` if there is one, or else from
    the weights at ``start``; yields after every checkpoint, and at last writes the averaged
    weights. Over the last ``cool_minutes`` the learning rate falls to nothing. Raises
    ``TrainingError`` where the checkpoint is of other settings or data.
    """
    torch.manual_seed(seed)
    noise, model, before = NoiseProcess(config), Denoiser(config), 0
    if start is not None:
        before = _take(model, start)

    def losses_from(done: int) -> _Losses:
        return _Losses(model, noise, Batches(data, settings, seed + done))

    about = {"config": config.as_json(), "data": data.sha256}
    for said in run_steps(model, losses_from, settings, about, folder, minutes, cool_minutes):
        if isinstance(said, Step):
            yield said
        else:
            _save(folder / WEIGHTS, said, data, before)


def losses_of(said: Denoised, targets: Targets) -> Losses:
    """Squared errors of lattice and coordinates, and the cross-entropy of the types."""
    return {
        "lattice": ((said.lattice - targets.lattice) ** 2).mean(),
        "frac": ((said.frac - targets.frac) ** 2).mean(),
        "types": cross_entropy(said.types.flatten(0, 1), targets.types.flatten()),
    }


class _Losses:
    def __init__(self, model: Denoiser, noise: NoiseProcess, batches: Batches) -> None:
        self._model, self._noise, self._batches = model, noise, batches

    def __call__(self) -> Losses:
        clean, wanted = self._batches.next()
        times = torch.randint(1, self._noise.steps + 1, (len(clean),))
        state, targets = self._noise.noisy(clean, times)
        # Half as long in bfloat16; weights, their averages and the losses stay in single precision.
        with torch.autocast(state.frac.device.type, torch.bfloat16):
            said = self._model(state, times, wanted)
        return losses_of(said.float(), targets)


def _take(model: Denoiser, start: Path) -> int:
    """The weights at ``start`` into the model; how many steps they have seen."""
    other, card = load_generator(start)
    if other.config != model.config:
        raise TrainingError(f"{start} is of another size.", "Choose the size it was trained with.")
    model.load_state_dict(other.state_dict())
    return int(card.get("steps", 0))


def _save(path: Path, trained: Trained, data: GeneratorData, before: int) -> None:
    assert isinstance(trained.model, Denoiser)
    save_generator(path, trained.model, card_of(trained, data, before))
