"""From noise to structure: the paper's predictor and corrector over all times, and a quick way.

Both go from state to state through ``step``; the quick one takes few, large, deterministic steps
(DDIM on lattice and types, the probability flow on the coordinates), with a corrector in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from sc3d_desktop.models.diffcsp_sc.config import N_TYPES
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions, Denoised, Denoiser
from sc3d_desktop.models.diffcsp_sc.noise import NoiseProcess
from sc3d_desktop.models.diffcsp_sc.state import CrystalState

_CORRECTOR_STEP = 1e-5
"""Of the paper's Langevin corrector, times (σ / σ_first)²."""


_LARGEST_EDGE = 4.0
"""In units of length: early on, what is left of the signal is too little to be divided by."""


@dataclass(frozen=True)
class Estimate:
    """What the denoiser says of a state in physical terms: noise on the lattice, score of the
    coordinates, probability of each type.
    """

    lattice_noise: Tensor
    frac_score: Tensor
    type_shares: Tensor


@dataclass(frozen=True)
class Guided:
    """A denoiser with classifier-free guidance: ``strength`` 0 asks for nothing, 1 for what is
    wanted as the data have it, more for more of it. ``allowed`` (B, N_TYPES) bars types where it
    is 0.
    """

    denoiser: Denoiser
    noise: NoiseProcess
    wanted: Conditions
    strength: float = 1.0
    allowed: Tensor | None = None

    def __call__(self, state: CrystalState, times: Tensor) -> Estimate:
        said = self.denoiser(state, times, self.wanted)
        if self.strength != 1.0:
            free = self.denoiser(state, times, Conditions.none(len(state)))
            said = _beyond(free, said, self.strength)
        logits = said.types
        if self.allowed is not None:
            logits = logits.masked_fill(self.allowed[:, None] == 0, -torch.inf)
        score = said.frac * self.noise.score_size[times][:, None, None]
        return Estimate(said.lattice, score, logits.softmax(-1))


def _beyond(free: Denoised, wanted: Denoised, strength: float) -> Denoised:
    def blend(a: Tensor, b: Tensor) -> Tensor:
        return a + strength * (b - a)

    return Denoised(
        blend(free.lattice, wanted.lattice),
        blend(free.frac, wanted.frac),
        blend(free.types, wanted.types),
    )


Estimator = Callable[[CrystalState, Tensor], Estimate]


class Sampler:
    """``types`` (B, N), atomic numbers, fixes the composition: only lattice and positions are then
    sampled.
    """

    def __init__(
        self,
        noise: NoiseProcess,
        estimate: Estimator,
        generator: torch.Generator,
        types: Tensor | None = None,
    ) -> None:
        self._noise = noise
        self._estimate = estimate
        self._generator = generator
        self._fixed = None if types is None else torch.nn.functional.one_hot(types - 1, N_TYPES)

    @torch.no_grad()
    def run(self, state: CrystalState, times: list[int], churn: bool) -> Iterator[CrystalState]:
        """States at each of the falling ``times`` after the first, 0 at last. With ``churn`` noise
        is added and taken away at each step, as the paper does; without, it is only taken away.
        """
        state = self._with_fixed(state, times[0])
        for now, then in pairwise(times):
            state = self._step(state, now, then, churn)
            state = self._with_fixed(state, then)
            if then:
                state = self._correct(state, then)
            yield state

    def _step(self, state: CrystalState, now: int, then: int, churn: bool) -> CrystalState:
        told = self._estimate(state, self._times(state, now))
        step = self._ancestral if churn else self._deterministic
        clean = (state.lattice - self._b(now) * told.lattice_noise) / self._a(now)
        clean = clean.clamp(-_LARGEST_EDGE, _LARGEST_EDGE)
        lattice = step(state.lattice, clean, now, then)
        types = step(state.types, told.type_shares, now, then)
        return CrystalState(lattice, self._moved(state, told, now, then, churn), types)

    def _deterministic(self, noisy: Tensor, clean: Tensor, now: int, then: int) -> Tensor:
        """DDIM: the same noise, less of it."""
        noise = (noisy - self._a(now) * clean) / self._b(now)
        return self._a(then) * clean + self._b(then) * noise

    def _ancestral(self, noisy: Tensor, clean: Tensor, now: int, then: int) -> Tensor:
        """DDPM: a draw from the state before, given this one and where it is thought to lead."""
        bar_now, bar_then = self._noise.alpha_bar[now], self._noise.alpha_bar[then]
        alpha = bar_now / bar_then
        mean = (bar_then.sqrt() * (1 - alpha) * clean + alpha.sqrt() * (1 - bar_then) * noisy) / (
            1 - bar_now
        )
        spread = ((1 - bar_then) / (1 - bar_now) * (1 - alpha)).sqrt()
        return mean + spread * self._normal(noisy)

    def _moved(
        self, state: CrystalState, told: Estimate, now: int, then: int, churn: bool
    ) -> Tensor:
        s_now, s_then = self._noise.sigma[now], self._noise.sigma[then]
        if churn:
            gained = s_now**2 - s_then**2
            spread = (s_then**2 * gained / s_now**2).sqrt()
            step = gained * told.frac_score + spread * self._normal(state.frac)
        else:
            step = (s_now - s_then) * s_now * told.frac_score
        return (state.frac + step) % 1.0

    def _correct(self, state: CrystalState, time: int) -> CrystalState:
        """A step of Langevin dynamics on the coordinates alone, as the paper's corrector."""
        told = self._estimate(state, self._times(state, time))
        size = _CORRECTOR_STEP * (self._noise.sigma[time] / self._noise.sigma[1]) ** 2
        moved = size * told.frac_score + (2 * size).sqrt() * self._normal(state.frac)
        return CrystalState(state.lattice, (state.frac + moved) % 1.0, state.types)

    def _with_fixed(self, state: CrystalState, time: int) -> CrystalState:
        """The given types with the noise of the time, where they are given."""
        if self._fixed is None:
            return state
        noise = self._b(time) * self._normal(state.types)
        return CrystalState(state.lattice, state.frac, self._a(time) * self._fixed + noise)

    def _a(self, time: int) -> Tensor:
        return self._noise.alpha_bar[time].sqrt()

    def _b(self, time: int) -> Tensor:
        return (1 - self._noise.alpha_bar[time]).sqrt()

    @staticmethod
    def _times(state: CrystalState, time: int) -> Tensor:
        return torch.full((len(state),), time)

    def _normal(self, like: Tensor) -> Tensor:
        return torch.randn(like.shape, generator=self._generator)


def all_times(noise: NoiseProcess) -> list[int]:
    """Every time, as the paper's sampler takes them."""
    return list(range(noise.steps, -1, -1))


def few_times(noise: NoiseProcess, steps: int) -> list[int]:
    """``steps`` + 1 falling times from the last to 0, closer together towards the end."""
    shares = torch.linspace(1, 0, steps + 1) ** 1.2
    times = [int(t) for t in (shares * noise.steps).round().tolist()]
    return [t for i, t in enumerate(times) if i == 0 or t < times[i - 1]]
