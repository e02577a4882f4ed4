"""What turns a denoiser's word into an estimate of what is wanted: classifier-free guidance, the
energy of a Tc model (paper Section 4.2), and elements that must or must not occur.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from sc3d_desktop.models.diffcsp_sc.config import DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions, Denoised, Denoiser, Encoder
from sc3d_desktop.models.diffcsp_sc.noise import NoiseProcess
from sc3d_desktop.models.diffcsp_sc.state import CrystalState

_STEEPEST = 3.0
"""Of the energy, per ln(K): far from its aim a steeper one would tear the crystal apart."""

_MOST_SHIFT = 10.0
"""Of (1 - ᾱ) / √ᾱ, which has no bound at the last times."""


@dataclass(frozen=True)
class Estimate:
    """What the denoiser says of a state in physical terms: noise on the lattice, score of the
    coordinates, probability of each type.
    """

    lattice_noise: Tensor
    frac_score: Tensor
    type_shares: Tensor


Estimator = Callable[[CrystalState, Tensor], Estimate]
"""Of a state and its times (B,)."""


@dataclass(frozen=True)
class Guided:
    """A denoiser with classifier-free guidance: ``strength`` 0 asks for nothing, 1 for what is
    wanted as the data have it, more for more of it. More is asked of the types alone: cell and
    positions beyond what was learned collapse. ``allowed`` (B, N_TYPES) bars types where it is 0.
    """

    denoiser: Denoiser
    noise: NoiseProcess
    wanted: Conditions
    strength: float = 1.0
    allowed: Tensor | None = None

    def __call__(self, state: CrystalState, times: Tensor) -> Estimate:
        said = self.denoiser(state, times, self.wanted)
        if self.strength != 1.0:
            free = self.denoiser(state, times, Conditions.none(len(state)).to(said.frac))
            said = _beyond(free, said, self.strength)
        logits = said.types
        if self.allowed is not None:
            logits = logits.masked_fill(self.allowed[:, None] == 0, -torch.inf)
        score = said.frac * self.noise.score_size[times][:, None, None]
        return Estimate(said.lattice, score, logits.softmax(-1))


def _beyond(free: Denoised, wanted: Denoised, strength: float) -> Denoised:
    within = min(1.0, strength)
    return Denoised(
        torch.lerp(free.lattice, wanted.lattice, within),
        torch.lerp(free.frac, wanted.frac, within),
        torch.lerp(free.types, wanted.types, strength),
    )


class TcGuide(Encoder):
    """ln(Tc / K) of the crystal that a noisy one came from, with the denoiser's architecture."""

    def __init__(self, config: DiffCspConfig) -> None:
        super().__init__(config)
        self.head = nn.Sequential(
            nn.Linear(config.hidden, config.hidden), nn.SiLU(), nn.Linear(config.hidden, 1)
        )

    def forward(self, state: CrystalState, times: Tensor) -> Tensor:
        """(B,)."""
        nodes = self.features(state, times, Conditions.none(len(state)).to(state.frac))
        return torch.as_tensor(self.head(nodes).mean(1)[:, 0])


@dataclass(frozen=True)
class EnergyGuided:
    """Shifts an estimate down the energy (ln Tc - ``ln_tc``)² / 2, or up ln Tc where ``ln_tc`` is
    None. The score of each part gains ``strength`` times the gradient.
    """

    estimate: Estimator
    guide: TcGuide
    noise: NoiseProcess
    ln_tc: float | None
    strength: float

    def __call__(self, state: CrystalState, times: Tensor) -> Estimate:
        told = self.estimate(state, times)
        up = self.gradient(state, times)
        signal, noise = self.noise.vp_scales(times)
        shift = self.strength * (noise**2 / signal).clamp(max=_MOST_SHIFT)
        shares = (told.type_shares + shift * up.types * (told.type_shares > 0)).clamp(min=0)
        return Estimate(
            told.lattice_noise - self.strength * noise * up.lattice,
            told.frac_score + self.strength * up.frac,
            shares / shares.sum(-1, keepdim=True).clamp(min=1e-9),
        )

    def gradient(self, state: CrystalState, times: Tensor) -> CrystalState:
        """Of minus the energy, for each part of the state."""
        with torch.enable_grad():
            parts = [t.detach().requires_grad_() for t in (state.lattice, state.frac, state.types)]
            ln_tc = self.guide(CrystalState(*parts), times)
            gradients = torch.autograd.grad(ln_tc.sum(), parts)
        if self.ln_tc is None:
            slope = torch.ones_like(ln_tc)
        else:
            slope = (self.ln_tc - ln_tc.detach()).clamp(-_STEEPEST, _STEEPEST)
        return CrystalState(*(slope[:, None, None] * g for g in gradients))


@dataclass(frozen=True)
class WithElements:
    """Sees to it that each of the ``required`` types (of N_TYPES, from 0) is the likeliest of some
    atom: where it is of none, half of the shares of the atom that it fits best.
    """

    estimate: Estimator
    required: tuple[int, ...]

    def __call__(self, state: CrystalState, times: Tensor) -> Estimate:
        told = self.estimate(state, times)
        shares = torch.stack([self._held(of_crystal) for of_crystal in told.type_shares])
        return Estimate(told.lattice_noise, told.frac_score, shares)

    def _held(self, shares: Tensor) -> Tensor:
        from scipy.optimize import linear_sum_assignment

        wanted = list(self.required)
        fits = shares[:, wanted].clamp(min=1e-12).log()
        atoms, places = linear_sum_assignment(fits.cpu().numpy(), maximize=True)
        held = shares.clone()
        for atom, place in zip(atoms.tolist(), places.tolist(), strict=True):
            held[atom] /= 2
            held[atom, wanted[place]] += 0.5
        there = set(shares.argmax(-1).tolist())
        return shares if there.issuperset(wanted) else held
