"""Whether the structure is found again when only the composition is given, as DiffCSP is judged,
against how many network calls that takes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure
from torch import Tensor

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.data.tables import whole
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.judge.validity import validity
from sc3d_desktop.generation.report.metrics import rate
from sc3d_desktop.generation.sampling import QUICK_TEMPERATURE
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions, Denoiser
from sc3d_desktop.models.diffcsp_sc.guidance import Guided
from sc3d_desktop.models.diffcsp_sc.noise import Draws, NoiseProcess
from sc3d_desktop.models.diffcsp_sc.sampler import Sampler, all_times, few_times
from sc3d_desktop.models.diffcsp_sc.state import crystals_of

Row = dict[str, Any]

TOLERANCES = {"ltol": 0.3, "stol": 0.5, "angle_tol": 10.0}
"""Those of DiffCSP and of what came before it."""

_TOGETHER = 32


@dataclass(frozen=True)
class Curve:
    """``steps`` are the numbers of denoising steps to try; that of the noise process, 1000, is the
    paper's sampler. ``name`` names the weights, so that results of others are not mixed in.
    """

    steps: tuple[int, ...]
    name: str
    seed: int = 0


@dataclass(frozen=True)
class Found:
    """What was made for one crystal of the test set; ``rmse`` is None where it does not match, and
    in units of (V/N)^(1/3), as DiffCSP gives it. ``valid`` is None where nothing came out.
    """

    number: int
    steps: int
    calls: int
    rmse: float | None
    valid: bool | None


def run_curve(
    denoiser: Denoiser,
    crystals: Sequence[Crystal],
    curve: Curve,
    out: Path,
) -> Iterator[Row]:
    """Goes on with what ``out`` holds, and writes it anew after each batch; yields a row of the
    curve each time. Raises ``GenerationError`` where ``out`` is of other weights or crystals.
    """
    about = {"weights": curve.name, "seed": curve.seed, "crystals": len(crystals)}
    found = _begun(out, about)
    done = {(f.steps, f.number) for f in found}
    sampler = CompositionSampler(denoiser)
    for steps in curve.steps:
        left = [k for k in range(len(crystals)) if (steps, k) not in done]
        for numbers in _batches(crystals, left):
            chosen = [crystals[k] for k in numbers]
            made = sampler.sample(chosen, steps, [(curve.seed << 32) + k for k in numbers])
            for k, crystal, true in zip(numbers, made, chosen, strict=True):
                valid = None if crystal is None else not validity(crystal).faults
                found.append(Found(k, steps, sampler.calls(steps), rmse(crystal, true), valid))
            rows = curve_rows(found)
            _write(out, {"about": about, "curve": rows, "found": [asdict(f) for f in found]})
            yield next(row for row in rows if row["steps"] == steps)


class CompositionSampler:
    """Makes crystals of given compositions, as a formula is made in the program; no Tc is asked."""

    def __init__(self, denoiser: Denoiser) -> None:
        self._denoiser = denoiser
        self._noise = NoiseProcess(denoiser.config)

    def sample(
        self, crystals: Sequence[Crystal], steps: int, seeds: Sequence[int]
    ) -> list[Crystal | None]:
        """Of the composition of each of ``crystals``, all of one size; what is made for one depends
        on its seed and not on the others.
        """
        types = torch.tensor([_numbers(c) for c in crystals])
        draws = Draws(seeds)
        estimate = Guided(self._denoiser, self._noise, _elements_of(types))
        temperature = 1.0 if steps >= self._noise.steps else QUICK_TEMPERATURE
        sampler = Sampler(self._noise, estimate, draws, types, temperature=temperature)
        state = self._noise.pure(types.shape[1], draws)
        for now in sampler.run(state, self._times(steps), churn=True):
            state = now
        return crystals_of(state)

    def calls(self, steps: int) -> int:
        """Of the network: a predictor's and a corrector's each step; the last has no corrector."""
        return 2 * (len(self._times(steps)) - 1) - 1

    def _times(self, steps: int) -> list[int]:
        noise = self._noise
        return all_times(noise) if steps >= noise.steps else few_times(noise, steps)


def _elements_of(types: Tensor) -> Conditions:
    """Of atomic numbers (B, N): these elements are asked for, and nothing else."""
    wanted = Conditions.none(len(types))
    return Conditions(wanted.ln_tc, wanted.elements.scatter(1, types - 1, 1.0))


def rmse(made: Crystal | None, true: Crystal) -> float | None:
    """Root mean square displacement of the best match, or None where there is none."""
    if made is None:
        return None
    found = StructureMatcher(**TOLERANCES).get_rms_dist(_structure(made), _structure(true))
    return None if found is None else float(found[0])


def curve_rows(found: Sequence[Found]) -> list[Row]:
    """Match rate, mean RMSE of what matches, and validity, for each number of steps."""
    by_steps: dict[int, list[Found]] = defaultdict(list)
    for one in found:
        by_steps[one.steps].append(one)
    return [_curve_row(steps, by_steps[steps]) for steps in sorted(by_steps)]


def _curve_row(steps: int, found: Sequence[Found]) -> Row:
    distances = [f.rmse for f in found if f.rmse is not None]
    return {
        "steps": steps,
        "calls": found[0].calls,
        "match": asdict(rate((f.rmse is not None for f in found), len(found))),
        "rmse": float(np.mean(distances)) if distances else None,
        "valid": asdict(rate((bool(f.valid) for f in found), len(found))),
    }


def _batches(crystals: Sequence[Crystal], numbers: Sequence[int]) -> Iterator[list[int]]:
    by_size: dict[int, list[int]] = defaultdict(list)
    for number in numbers:
        by_size[len(crystals[number])].append(number)
    for _, alike in sorted(by_size.items()):
        for start in range(0, len(alike), _TOGETHER):
            yield alike[start : start + _TOGETHER]


def _begun(out: Path, about: Row) -> list[Found]:
    if not out.is_file():
        return []
    try:
        written = json.loads(out.read_text(encoding="utf-8"))
        found = [Found(**row) for row in written["found"]]
    except (ValueError, KeyError, TypeError) as error:
        raise GenerationError(
            f"{out.name} is no curve of this program.", "Give another file with --out."
        ) from error
    if written["about"] != about:
        raise GenerationError(
            f"{out.name} is of other weights, crystals or another seed.",
            "Give another file with --out.",
        )
    return found


def _write(out: Path, data: Row) -> None:
    with whole(out) as path:
        path.write_text(json.dumps(data) + "\n", encoding="utf-8")


def _numbers(crystal: Crystal) -> list[int]:
    return [atomic_number(next(iter(site.species))) for site in crystal.sites]


def _structure(crystal: Crystal) -> Structure:
    symbols = [next(iter(site.species)) for site in crystal.sites]
    return Structure(Lattice(crystal.lattice), symbols, crystal.frac_coords)
