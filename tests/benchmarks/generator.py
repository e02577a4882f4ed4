"""What the split pair networks, batches of one size and few steps are worth to the generator.

Start: python tests/benchmarks/generator.py [THREADS]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from unsplit_denoiser import unsplit

from sc3d_desktop.models.diffcsp_sc.config import COMPACT, N_TYPES, PAPER, DiffCspConfig
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions, Denoiser
from sc3d_desktop.models.diffcsp_sc.guidance import Guided
from sc3d_desktop.models.diffcsp_sc.noise import Draws, NoiseProcess
from sc3d_desktop.models.diffcsp_sc.sampler import Sampler, all_times, few_times
from sc3d_desktop.models.diffcsp_sc.state import CrystalState

ATOMS, TOGETHER, REPEATS = 10, 10, 5
SIZES = {"compact": COMPACT, "paper": PAPER}
LONGEST_SECONDS = 60.0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def noisy(batch: int, atoms: int) -> CrystalState:
    return CrystalState(
        torch.randn(batch, 3, 3), torch.rand(batch, atoms, 3), torch.randn(batch, atoms, N_TYPES)
    )


@torch.no_grad()
def call_ms(model: Denoiser, batch: int, atoms: int) -> float:
    state, times, wanted = noisy(batch, atoms), torch.full((batch,), 500), Conditions.none(batch)
    model(state, times, wanted)
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        model(state, times, wanted)
        taken.append(time.perf_counter() - began)
    return 1e3 * float(np.median(taken))


def split() -> None:
    say(f"One call, {TOGETHER} cells, ms: split, as the equations stand, ratio")
    for name, config in SIZES.items():
        for attention in (True, False):
            model = Denoiser(DiffCspConfig(**(config.as_json() | {"attention": attention}))).eval()
            plain = unsplit(deepcopy(model))
            for atoms in (10, 20):
                ours, theirs = (call_ms(m, TOGETHER, atoms) for m in (model, plain))
                kind = "DiffCSP-SC" if attention else "DiffCSP"
                told = f"{ours:8.1f} {theirs:8.1f} {theirs / ours:5.1f}"
                say(f"  {kind:<10} {name:<8} {atoms} atoms {told}")


def packing(sizes: Counter[int]) -> None:
    """Pairs of batches drawn from the sizes of the superconductors, all padded to the largest."""
    rng = np.random.default_rng(0)
    drawn = rng.choice(list(sizes), (200, 32), p=np.array(list(sizes.values())) / sizes.total())
    real, padded = (drawn**2).sum(), (drawn.max(1) ** 2 * 32).sum()
    say(f"Pairs of a batch of 32 drawn as they come: {padded / real:.1f} times as many if padded")


def candidates() -> None:
    """Predictor and corrector at every step, with guidance: four calls a step."""
    say(f"Seconds a candidate of {ATOMS} atoms, guided: of 20, of 100 together")
    for name, config in SIZES.items():
        noise, model = NoiseProcess(config), Denoiser(config).eval()
        for steps in (50, 100, 1000):
            told = [_candidate_seconds(noise, model, steps, n) for n in (20, 100)]
            say(f"  {name:<8} {steps:>4} steps " + " ".join(told))


def _candidate_seconds(noise: NoiseProcess, model: Denoiser, steps: int, n: int) -> str:
    """Of the whole run, or where that takes long reckoned from its first part."""
    draws = Draws(range(TOGETHER))
    wanted = Conditions(torch.full((TOGETHER,), 4.0), torch.zeros(TOGETHER, N_TYPES))
    times = all_times(noise) if steps == noise.steps else few_times(noise, steps)
    began, done, whole = time.perf_counter(), 0, steps * n // TOGETHER
    for _ in range(n // TOGETHER):
        sampler = Sampler(noise, Guided(model, noise, wanted, 2.0), draws)
        for _ in sampler.run(noise.pure(ATOMS, draws), times, churn=True):
            done += 1
            taken = time.perf_counter() - began
            if taken > LONGEST_SECONDS:
                return f"{taken / done * whole / n:8.2f} (from {done} of {whole} steps)"
    return f"{(time.perf_counter() - began) / n:8.2f}"


def main() -> None:
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    torch.set_num_threads(threads)
    say(f"{threads} threads")
    split()
    packing(Counter({2: 253, 3: 106, 4: 316, 5: 106, 6: 238, 8: 212, 10: 71, 12: 150, 16: 99}))
    candidates()


if __name__ == "__main__":
    main()
