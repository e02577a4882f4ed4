"""From a request to crystals: which are made together, and the states of their denoising."""

from __future__ import annotations

import hashlib
import math
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.errors import ModelError
from sc3d_desktop.generation.request import Request
from sc3d_desktop.models.diffcsp_sc.config import N_TYPES
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions, Denoiser
from sc3d_desktop.models.diffcsp_sc.guidance import (
    EnergyGuided,
    Estimator,
    Guided,
    TcGuide,
    WithElements,
)
from sc3d_desktop.models.diffcsp_sc.noise import Draws, NoiseProcess
from sc3d_desktop.models.diffcsp_sc.sampler import Sampler, all_times, few_times
from sc3d_desktop.models.diffcsp_sc.state import CrystalState, crystals_of, state_of
from sc3d_desktop.models.diffcsp_sc.template import Template
from sc3d_desktop.models.diffcsp_sc.weights import load_generator, load_guide
from sc3d_desktop.paths import resources

WEIGHTS = "generator.safetensors"
GUIDE = "guide.safetensors"

AS_HIGH_AS_POSSIBLE_KELVIN = 60.0
"""What is asked of the conditions where no Tc is given: high, and still amid what was learned. At
100 K half of what comes is hydrogen and little else."""

QUICK_TEMPERATURE = 0.7
"""In few steps there is no time to settle: of 100 compositions of the test set 0.88 come out
without faults instead of 0.80."""

_MOST_TOGETHER = 8
"""Candidates stream: few are waited for at once."""

_MOST_PAIRS = 20_000
_RATE_CALL_SECONDS = 0.02
_RATE_PAIR_SECONDS = 4e-5


@dataclass(frozen=True)
class Batch:
    """Candidates of one size that are made together; ``indices`` count from 1 in the run."""

    indices: tuple[int, ...]
    n_atoms: int


@dataclass(frozen=True)
class Frame:
    """A state of the denoising; the last, with ``step`` equal to ``steps``, is the result."""

    step: int
    steps: int
    state: CrystalState

    def crystal(self, place: int) -> Crystal | None:
        """Of one candidate."""
        return crystals_of(self.state[place : place + 1])[0]

    def crystals(self) -> tuple[Crystal | None, ...]:
        """One a candidate; None where it is not finite or flat."""
        return tuple(crystals_of(self.state))


class CandidateSampler:
    """A trained generator, and the model that guides it by energy where there is one."""

    def __init__(
        self, denoiser: Denoiser, guide: TcGuide | None, card: dict[str, Any], name: str,
        device: str = "cpu",
    ) -> None:  # fmt: skip
        self._device = torch.device(device)
        self._denoiser = denoiser.eval().to(self._device)
        self._guide = None if guide is None else guide.eval().to(self._device)
        self._noise = NoiseProcess(denoiser.config).to(self._device)
        self._sizes = {int(n): float(k) for n, k in card.get("sizes", {}).items()}
        self._seconds = (_RATE_CALL_SECONDS, _RATE_PAIR_SECONDS)
        self.card = card
        self.name = name

    @property
    def card_lines(self) -> tuple[tuple[str, str], ...]:
        """The model card for people: pairs of heading and text."""
        lines = self.card.get("lines")
        return tuple((str(a), str(b)) for a, b in lines) if isinstance(lines, list) else ()

    def plan(self, request: Request) -> tuple[Batch, ...]:
        """All candidates of a request, few together, in the order in which they are made."""
        sizes = self._draw_sizes(request)
        waiting: dict[int, list[int]] = defaultdict(list)
        batches = []
        for index, n in enumerate(sizes, start=1):
            waiting[n].append(index)
            if len(waiting[n]) == max(1, min(_MOST_TOGETHER, _MOST_PAIRS // n**2)):
                batches.append(Batch(tuple(waiting.pop(n)), n))
        batches += [Batch(tuple(left), n) for n, left in waiting.items()]
        return tuple(sorted(batches, key=lambda batch: batch.indices[0]))

    def _draw_sizes(self, request: Request) -> list[int]:
        """As often as the superconductors learned from have them, others seldom."""
        sizes = request.sizes()
        weights = np.array([self._sizes.get(n, 0.0) + 0.2 for n in sizes])
        rng = np.random.default_rng([request.seed, 1])
        return [int(n) for n in rng.choice(sizes, request.count, p=weights / weights.sum())]

    def seconds_estimate(self, request: Request) -> float:
        """From the rate of the last batch that was made."""
        calls = self._calls(request)
        a_call, a_pair = self._seconds
        return sum(
            calls * (a_call + a_pair * len(b.indices) * b.n_atoms**2) for b in self.plan(request)
        )

    def _calls(self, request: Request) -> float:
        """Of networks: predictor and corrector, with and without conditions, and the energy."""
        share = 1.0 if request.start is None else request.start.change
        each = (1.0 if request.guidance == 1 else 2.0) + (3.0 if request.energy else 0.0)
        return 2 * request.denoising_steps * share * each

    def frames(self, request: Request, batch: Batch) -> Iterator[Frame]:
        """States of the denoising, one a step. What is made for an index depends on the seed of the
        request and the index. Raises ``ModelError`` where the memory does not hold even one.
        """
        began = time.monotonic()
        try:
            yield from self._frames(request, batch)
            self._measure(request, batch, time.monotonic() - began)
            return
        except (MemoryError, RuntimeError) as error:
            if not _out_of_memory(error):
                raise
            if len(batch.indices) == 1:
                raise ModelError(
                    f"The memory does not hold a cell of {batch.n_atoms} atoms.",
                    "Ask for fewer atoms, or close other programs.",
                ) from error
        yield from self._halves(request, batch)

    def _halves(self, request: Request, batch: Batch) -> Iterator[Frame]:
        """One half after the other; told as one batch at last."""
        half = len(batch.indices) // 2
        last = []
        for indices in (batch.indices[:half], batch.indices[half:]):
            for frame in self.frames(request, replace(batch, indices=indices)):
                if frame.step < frame.steps:
                    yield frame
            last.append(frame)
        parts = [frame.state for frame in last]
        joined = (torch.cat([getattr(p, f) for p in parts]) for f in ("lattice", "frac", "types"))
        yield replace(last[0], state=CrystalState(*joined))

    def _frames(self, request: Request, batch: Batch) -> Iterator[Frame]:
        draws = Draws(_stream_seed(request.seed, index) for index in batch.indices)
        state, times = self._start(request, batch, draws)
        sampler = Sampler(
            self._noise,
            self._estimator(request, batch),
            draws,
            self._fixed_types(request, batch, draws),
            self._constraint(request),
            1.0 if request.sampling == "paper" else QUICK_TEMPERATURE,
        )
        steps = len(times) - 1
        for step, now in enumerate(sampler.run(state, times, churn=True), start=1):
            yield Frame(step, steps, now)

    def _start(
        self, request: Request, batch: Batch, draws: Draws
    ) -> tuple[CrystalState, list[int]]:
        paper = request.sampling == "paper"
        times = all_times(self._noise) if paper else few_times(self._noise, request.steps)
        if request.start is None:
            return self._noise.pure(batch.n_atoms, draws).to(self._device), times
        first = max(1, round(request.start.change * self._noise.steps))
        clean = state_of([request.start.crystal] * len(batch.indices)).to(self._device)
        noisy, _ = self._noise.noisy(clean, torch.full((len(clean),), first), draws)
        return noisy, [first, *(t for t in times if t < first)]

    def _estimator(self, request: Request, batch: Batch) -> Estimator:
        estimate: Estimator = Guided(
            self._denoiser,
            self._noise,
            self._conditions(request, len(batch.indices)),
            request.guidance,
            self._allowed(request, len(batch.indices)),
        )
        if request.energy:
            if self._guide is None:
                raise ModelError("There is no model for guidance by energy.", "Leave it at 0.")
            ln_tc = None if request.tc_kelvin is None else math.log(request.tc_kelvin)
            estimate = EnergyGuided(estimate, self._guide, self._noise, ln_tc, request.energy)
        if request.required:
            estimate = WithElements(estimate, tuple(atomic_number(e) - 1 for e in request.required))
        return estimate

    def _conditions(self, request: Request, n: int) -> Conditions:
        tc = request.tc_kelvin or AS_HIGH_AS_POSSIBLE_KELVIN
        elements = torch.zeros(n, N_TYPES)
        if request.formula:
            elements[:, [atomic_number(e) - 1 for e in request.formula_unit()]] = 1
        wanted = Conditions(torch.full((n,), math.log(tc)), elements)
        return wanted.to(torch.empty(0, device=self._device))

    def _allowed(self, request: Request, n: int) -> Tensor | None:
        allowed = torch.ones(N_TYPES)
        if request.allowed:
            allowed[:] = 0
            allowed[[atomic_number(e) - 1 for e in (*request.allowed, *request.required)]] = 1
        if request.excluded:
            allowed[[atomic_number(e) - 1 for e in request.excluded]] = 0
        return None if bool(allowed.all()) else allowed.expand(n, -1).to(self._device)

    def _fixed_types(self, request: Request, batch: Batch, draws: Draws) -> Tensor | None:
        """Atomic numbers, where the composition is given. Atoms have no order, so which comes first
        is of no account.
        """
        start = request.start
        if start is not None and start.keep_elements:
            numbers = [atomic_number(next(iter(s.species))) for s in start.crystal.sites]
        elif request.formula and start is None:
            unit = request.formula_unit()
            units = batch.n_atoms // sum(unit.values())
            numbers = [atomic_number(el) for el, k in unit.items() for _ in range(k * units)]
        else:
            return None
        return torch.tensor(numbers, device=self._device).expand(len(batch.indices), -1)

    def _constraint(self, request: Request) -> Template | None:
        start = request.start
        if start is None or not start.keep_symmetry:
            return None
        return Template.of(start.crystal).to(self._device)

    def _measure(self, request: Request, batch: Batch, seconds: float) -> None:
        calls = self._calls(request)
        a_call, a_pair = self._seconds
        expected = calls * (a_call + a_pair * len(batch.indices) * batch.n_atoms**2)
        if expected > 0:
            factor = seconds / expected
            self._seconds = (a_call * factor, a_pair * factor)


def _out_of_memory(error: Exception) -> bool:
    """That of the CPU is a plain ``RuntimeError``."""
    named = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return named or "allocate memory" in str(error)


def _stream_seed(seed: int, index: int) -> int:
    digest = hashlib.blake2b(f"{seed} {index}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big")


def load_sampler(device: str = "cpu", folder: Path | None = None) -> CandidateSampler:
    """The weights that ship with the program. Raises ``ModelError`` where they are missing or
    damaged.
    """
    folder = folder or resources() / "weights" / "generator"
    path = folder / WEIGHTS
    denoiser, card = load_generator(path)
    guide = load_guide(folder / GUIDE) if (folder / GUIDE).is_file() else None
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return CandidateSampler(denoiser, guide, card, f"DiffCSP-SC {digest}", device)
