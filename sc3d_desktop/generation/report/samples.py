"""Sets of samples that are compared: a run, the training set, substitution into prototypes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.data.alike import same_structure
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.judge.balance import charges_balance
from sc3d_desktop.generation.judge.validity import validity
from sc3d_desktop.generation.report.metrics import Bools, Floats
from sc3d_desktop.generation.request import Request
from sc3d_desktop.generation.sampling import AS_HIGH_AS_POSSIBLE_KELVIN
from sc3d_desktop.models.diffcsp_sc.state import crystals_of
from sc3d_desktop.training.generator.data import GeneratorData


@dataclass(frozen=True)
class SampleSet:
    """Crystals with three flags each. ``new`` are those that are not in the generator's training
    superconductors, nor in anything else their judge compared them with. ``made`` counts all
    samples, those that came to nothing as well: it is what shares are of. ``asked_kelvin`` is the
    Tc that was asked for, None where none was.
    """

    name: str
    note: str
    crystals: tuple[Crystal, ...]
    valid: Bools
    repeated: Bools
    new: Bools
    made: int
    asked_kelvin: float | None = None


class Known:
    """The structures of a training set, by composition."""

    def __init__(self, crystals: Sequence[Crystal]) -> None:
        self._of: dict[str, list[Crystal]] = defaultdict(list)
        for crystal in crystals:
            self._of[formula(crystal.composition)].append(crystal)

    def holds(self, crystal: Crystal) -> bool:
        """Whether one has this structure, by pymatgen's matcher."""
        alike = self._of.get(formula(crystal.composition), [])
        return any(same_structure(crystal, other) for other in alike)


@dataclass(frozen=True)
class TrainingSet:
    """The superconductors that the generator was trained on, and their Tc."""

    crystals: tuple[Crystal, ...]
    tc_kelvin: Floats

    def above(self, kelvin: float) -> tuple[Crystal, ...]:
        return tuple(c for c, tc in zip(self.crystals, self.tc_kelvin, strict=True) if tc > kelvin)


def training_set(data: GeneratorData) -> TrainingSet:
    crystals: list[Crystal] = []
    ln_tc: list[float] = []
    for packed in data.superconductors.values():
        read = zip(
            crystals_of(packed.state(torch.arange(len(packed)))), packed.ln_tc.tolist(), strict=True
        )
        for crystal, value in read:
            if crystal is not None:
                crystals.append(crystal)
                ln_tc.append(value)
    return TrainingSet(tuple(crystals), np.exp(np.array(ln_tc)))


def of_run(
    name: str, candidates: Sequence[Candidate], dropped: int, request: Request, known: Known
) -> SampleSet:
    """What a run has made; ``dropped`` samples were not finite."""
    judged = [c.judgement for c in candidates]
    crystals = tuple(c.crystal for c in candidates)
    novel = [j.novel is not False for j in judged]
    return SampleSet(
        name,
        _run_words(request),
        crystals,
        _flags(j.valid for j in judged),
        _flags(j.duplicate_of is not None for j in judged),
        _flags(n and not known.holds(c) for n, c in zip(novel, crystals, strict=True)),
        len(candidates) + dropped,
        asked_kelvin(request),
    )


def of_crystals(name: str, note: str, crystals: Sequence[Crystal], known: Known) -> SampleSet:
    """Crystals that no judge has seen yet."""
    return SampleSet(
        name,
        note,
        tuple(crystals),
        _flags(_valid(c) for c in crystals),
        repeated(crystals),
        _flags(not known.holds(c) for c in crystals),
        len(crystals),
    )


def _valid(crystal: Crystal) -> bool:
    """As ``Judgement.valid``."""
    return not validity(crystal).faults and charges_balance(crystal.composition)


def repeated(crystals: Sequence[Crystal]) -> Bools:
    """Which have the structure of an earlier one."""
    earlier: dict[str, list[Crystal]] = defaultdict(list)
    flags = []
    for crystal in crystals:
        alike = earlier[formula(crystal.composition)]
        flags.append(any(same_structure(crystal, other) for other in alike))
        if not flags[-1]:
            alike.append(crystal)
    return _flags(flags)


def asked_kelvin(request: Request) -> float | None:
    """The Tc that the conditions of a request name, if they name one."""
    if not request.guidance and not request.energy:
        return None
    return request.tc_kelvin or AS_HIGH_AS_POSSIBLE_KELVIN


def _run_words(request: Request) -> str:
    asked = asked_kelvin(request)
    wanted = "no Tc asked for" if asked is None else f"asked for {asked:g} K"
    energy = f", energy {request.energy:g}" if request.energy else ""
    return (
        f"{wanted}, guidance {request.guidance:g}{energy}, {request.denoising_steps} "
        f"{request.sampling} steps, seed {request.seed}"
    )


def _flags(values: Iterable[bool]) -> Bools:
    return np.array(list(values), dtype=bool)
