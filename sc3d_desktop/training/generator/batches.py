"""Batches of crystals of one size each, with what is asked of them."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from sc3d_desktop.models.diffcsp_sc.config import N_TYPES
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions
from sc3d_desktop.models.diffcsp_sc.state import CrystalState
from sc3d_desktop.training.generator.data import GeneratorData, Packed
from sc3d_desktop.training.generator.loop import LoopSettings


class Batches:
    """Sizes come as often as the data have them."""

    def __init__(self, data: GeneratorData, settings: LoopSettings, seed: int) -> None:
        self._settings = settings
        self._generator = torch.Generator().manual_seed(seed)
        self._plain = _weights(data.structures, settings), data.structures
        self._known = _weights(data.superconductors, settings), data.superconductors

    def next(self) -> tuple[CrystalState, Conditions]:
        """Of either kind of data, with or without conditions."""
        known = self._random() < self._settings.share_with_tc or not self._plain[1]
        chosen, rows = self._rows(known)
        return chosen.state(rows), self._conditions(chosen, rows)

    def next_known(self) -> tuple[CrystalState, Tensor]:
        """Superconductors and their ln Tc (B,)."""
        chosen, rows = self._rows(True)
        return chosen.state(rows), chosen.ln_tc[rows]

    def _rows(self, known: bool) -> tuple[Packed, Tensor]:
        (sizes, weights), packed = self._known if known else self._plain
        n = sizes[int(torch.multinomial(weights, 1, generator=self._generator))]
        chosen = packed[n]
        size = min(len(chosen), max(3, self._settings.pairs // (n * n)))
        return chosen, torch.randint(len(chosen), (size,), generator=self._generator)

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
