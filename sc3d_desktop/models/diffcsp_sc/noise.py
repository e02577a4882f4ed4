"""How noise is put on crystals: on the lattice and the types by DDPM, on the fractional coordinates
as a wrapped normal, all at one time (paper Section 4.2, DiffCSP).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

import torch
from torch import Tensor

from sc3d_desktop.models.diffcsp_sc.config import N_TYPES, DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.state import CrystalState

_WRAPS = 3
"""Images on either side that the wrapped normal is summed over: enough for σ up to 0.5."""

_GRID, _TAIL = 1001, 8.0
"""Points of the quadrature, over so many σ on either side."""


@dataclass(frozen=True)
class Targets:
    """What a denoiser is to say of a noisy state: the noise on the lattice, the score of the
    coordinates divided by its root mean square at that time, and the types (B, N) without noise.
    """

    lattice: Tensor
    frac: Tensor
    types: Tensor


class Draws:
    """Random numbers, a stream for each crystal of a batch: what one is given does not depend on
    those beside it.
    """

    def __init__(self, seeds: Iterable[int]) -> None:
        self._streams = [torch.Generator().manual_seed(seed) for seed in seeds]

    def __len__(self) -> int:
        return len(self._streams)

    def normal(self, like: Tensor) -> Tensor:
        """Of the shape of ``like`` (B, …), where it lies."""
        drawn = [torch.randn(like.shape[1:], generator=g) for g in self._streams]
        return torch.stack(drawn).to(like.device)

    def uniform(self, shape: tuple[int, ...]) -> Tensor:
        """In [0, 1), (B, *shape)."""
        return torch.stack([torch.rand(shape, generator=g) for g in self._streams])


class NoiseProcess:
    """Times are whole, 1 to ``steps``; 0 is no noise."""

    def __init__(self, config: DiffCspConfig) -> None:
        self.steps = config.steps
        self.alpha_bar = _cosine(config.steps, config.cosine_offset)
        self.sigma = _exponential(config.steps, config.sigma_first, config.sigma_last)
        self.score_size = torch.cat([torch.ones(1), score_size(self.sigma[1:])])

    def to(self, device: torch.device) -> NoiseProcess:
        """The same, with its tables on the device."""
        moved = copy(self)
        for name in ("alpha_bar", "sigma", "score_size"):
            setattr(moved, name, getattr(self, name).to(device))
        return moved

    def noisy(
        self, clean: CrystalState, times: Tensor, draws: Draws | None = None
    ) -> tuple[CrystalState, Targets]:
        """Noise of times (B,) on a clean state, and what there is to say of it."""
        normal = torch.randn_like if draws is None else draws.normal
        on_lattice, on_types, on_frac = map(normal, (clean.lattice, clean.types, clean.frac))
        signal, noise = self.vp_scales(times)
        sigma = self.sigma[times][:, None, None]
        moved = sigma * on_frac
        state = CrystalState(
            signal * clean.lattice + noise * on_lattice,
            (clean.frac + moved) % 1.0,
            signal * clean.types + noise * on_types,
        )
        score = wrapped_score(moved, sigma) / self.score_size[times][:, None, None]
        return state, Targets(on_lattice, score, clean.types.argmax(-1))

    def pure(self, atoms: int, draws: Draws) -> CrystalState:
        """States of the last time, one a stream."""
        batch = len(draws)
        return CrystalState(
            draws.normal(torch.empty(batch, 3, 3)),
            draws.uniform((atoms, 3)),
            draws.normal(torch.empty(batch, atoms, N_TYPES)),
        )

    def vp_scales(self, times: Tensor) -> tuple[Tensor, Tensor]:
        """√ᾱ and √(1 - ᾱ) at times (B,), shape (B, 1, 1)."""
        alpha_bar = self.alpha_bar[times][:, None, None]
        return alpha_bar.sqrt(), (1 - alpha_bar).sqrt()


def wrapped_score(x: Tensor, sigma: Tensor) -> Tensor:
    """∇ log of a normal of width ``sigma`` wrapped around the unit circle, at x; any shapes that
    broadcast.
    """
    x = x - x.round()
    images = torch.arange(-_WRAPS, _WRAPS + 1, dtype=x.dtype, device=x.device)
    away = x[..., None] + images
    weight = torch.softmax(-(away**2) / (2 * sigma[..., None] ** 2), dim=-1)
    return -(weight * away).sum(-1) / sigma**2


def score_size(sigma: Tensor) -> Tensor:
    """Root mean square of ``wrapped_score`` for each σ above 0, shape (n,), by quadrature."""
    sigma = sigma.double()[:, None]
    images = torch.arange(-_WRAPS, _WRAPS + 1, dtype=torch.float64)
    x = torch.linspace(-1, 1, _GRID, dtype=torch.float64) * (_TAIL * sigma).clamp(max=0.5)
    density = torch.exp(-((x[..., None] + images) ** 2) / (2 * sigma[..., None] ** 2)).sum(-1)
    score = wrapped_score(x, sigma)
    return ((score**2 * density).sum(-1) / density.sum(-1)).sqrt().float()


def _cosine(steps: int, offset: float) -> Tensor:
    """ᾱ at times 0 to ``steps``, from 1 down to nearly 0."""
    times = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
    curve = torch.cos((times + offset) / (1 + offset) * math.pi / 2) ** 2
    beta = (1 - curve[1:] / curve[:-1]).clamp(max=0.999)
    return torch.cat([torch.ones(1), torch.cumprod(1 - beta, 0)]).float()


def _exponential(steps: int, first: float, last: float) -> Tensor:
    """σ at times 0 to ``steps``; 0 at time 0."""
    sigma = torch.exp(torch.linspace(math.log(first), math.log(last), steps, dtype=torch.float64))
    return torch.cat([torch.zeros(1), sigma]).float()
