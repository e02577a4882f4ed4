"""From noise to structure: the paper's predictor and corrector over all times, and a quick way.

Both go from state to state through ``step``; the quick one takes few, large, deterministic steps
(DDIM on lattice and types, the probability flow on the coordinates), with a corrector in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Protocol

import torch
from torch import Tensor

from sc3d_desktop.models.diffcsp_sc.config import N_TYPES
from sc3d_desktop.models.diffcsp_sc.guidance import Estimate, Estimator
from sc3d_desktop.models.diffcsp_sc.noise import Draws, NoiseProcess
from sc3d_desktop.models.diffcsp_sc.state import CrystalState

_CORRECTOR_STEP = 1e-5
"""Of the paper's Langevin corrector, times (σ / σ_first)²."""


_LARGEST_EDGE = 4.0
"""In units of length: early on, what is left of the signal is too little to be divided by."""


class Constraint(Protocol):
    """What states and estimates are held to."""

    def state(self, state: CrystalState) -> CrystalState: ...

    def estimate(self, estimate: Estimate) -> Estimate: ...


class Sampler:
    """``types`` (B, N), atomic numbers, fixes the composition: only lattice and positions are then
    sampled. ``draws`` has a stream for each crystal. ``temperature`` scales the noise that is added
    to the coordinates: below 1 atoms settle where the model is surest.
    """

    def __init__(
        self,
        noise: NoiseProcess,
        estimate: Estimator,
        draws: Draws,
        types: Tensor | None = None,
        constraint: Constraint | None = None,
        temperature: float = 1.0,
    ) -> None:
        self._noise = noise
        self._estimator = estimate
        self._draws = draws
        self._constraint = constraint
        self._temperature = temperature
        self._fixed = None if types is None else torch.nn.functional.one_hot(types - 1, N_TYPES)

    @torch.no_grad()
    def run(self, state: CrystalState, times: list[int], churn: bool) -> Iterator[CrystalState]:
        """States at each of the falling ``times`` after the first, 0 at last. With ``churn`` noise
        is added and taken away at each step, as the paper does; without, it is only taken away.
        """
        state = self._held(state, times[0])
        for now, then in pairwise(times):
            state = self._held(self._step(state, now, then, churn), then)
            if then:
                state = self._held(self._correct(state, then), None)
            yield state

    def _step(self, state: CrystalState, now: int, then: int, churn: bool) -> CrystalState:
        told = self._estimate(state, now)
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
        return mean + spread * self._draws.normal(noisy)

    def _moved(
        self, state: CrystalState, told: Estimate, now: int, then: int, churn: bool
    ) -> Tensor:
        s_now, s_then = self._noise.sigma[now], self._noise.sigma[then]
        if churn:
            gained = s_now**2 - s_then**2
            spread = (s_then**2 * gained / s_now**2).sqrt()
            step = gained * told.frac_score + spread * self._jolt(state)
        else:
            step = (s_now - s_then) * s_now * told.frac_score
        return (state.frac + step) % 1.0

    def _correct(self, state: CrystalState, time: int) -> CrystalState:
        """A step of Langevin dynamics on the coordinates alone, as the paper's corrector."""
        told = self._estimate(state, time)
        size = _CORRECTOR_STEP * (self._noise.sigma[time] / self._noise.sigma[1]) ** 2
        moved = size * told.frac_score + (2 * size).sqrt() * self._jolt(state)
        return CrystalState(state.lattice, (state.frac + moved) % 1.0, state.types)

    def _jolt(self, state: CrystalState) -> Tensor:
        return self._temperature * self._draws.normal(state.frac)

    def _held(self, state: CrystalState, time: int | None) -> CrystalState:
        """With the given types, anew with the noise of the time where there is one, and within the
        constraint.
        """
        if self._fixed is not None and time is not None:
            noise = self._b(time) * self._draws.normal(state.types)
            types = self._a(time) * self._fixed + noise
            state = CrystalState(state.lattice, state.frac, types)
        return state if self._constraint is None else self._constraint.state(state)

    def _estimate(self, state: CrystalState, time: int) -> Estimate:
        times = torch.full((len(state),), time, device=state.frac.device)
        told = self._estimator(state, times)
        return told if self._constraint is None else self._constraint.estimate(told)

    def _a(self, time: int) -> Tensor:
        return self._noise.alpha_bar[time].sqrt()

    def _b(self, time: int) -> Tensor:
        return (1 - self._noise.alpha_bar[time]).sqrt()


def all_times(noise: NoiseProcess) -> list[int]:
    """Every time, as the paper's sampler takes them."""
    return list(range(noise.steps, -1, -1))


def few_times(noise: NoiseProcess, steps: int) -> list[int]:
    """``steps`` + 1 falling times from the last to 0, closer together towards the end."""
    shares = torch.linspace(1, 0, steps + 1) ** 1.2
    times = [int(t) for t in (shares * noise.steps).round().tolist()]
    return [t for i, t in enumerate(times) if i == 0 or t < times[i - 1]]
