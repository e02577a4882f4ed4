"""The job that reads the results of a calculation."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from sc3d_desktop.dft.results import Result, read_results
from sc3d_desktop.dft.results.change import Change, change_of
from sc3d_desktop.dft.results.van_hove import (
    FlatBand,
    Singularity,
    flat_bands,
    singularities,
    states_at_fermi,
)
from sc3d_desktop.dft.results.words import Line, lines_of
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Priority, Services
from sc3d_desktop.steps import retell


@dataclass(frozen=True, eq=False)
class ReadCalculation:
    """A result with what was worked out from it, in words as well; of the electrons at the Fermi
    level only where there is one and no gap.
    """

    path: Path
    result: Result
    change: Change | None
    lines: tuple[Line, ...]
    peaks: tuple[Singularity, ...] = ()
    flat: tuple[FlatBand, ...] = ()
    states_at_fermi: float | None = None


@dataclass(frozen=True)
class ReadResults(Job[ReadCalculation]):
    """A file or folder of VASP or Quantum ESPRESSO; ``ResultsError`` says what is wrong with it."""

    path: Path
    priority = Priority.INTERACTIVE

    @property
    def title(self) -> str:
        return f"Read the calculation {self.path.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, ReadCalculation]:
        result = yield from retell(read_results(self.path), lambda name: Progress(0, 0, name))
        yield Progress(0, 0, "Look at bands and symmetry")
        return looked_at(self.path, result)


def looked_at(path: Path, result: Result) -> ReadCalculation:
    start, relaxed = result.start, result.relaxed
    change = change_of(start, relaxed) if start is not None and relaxed is not None else None
    metal = result.fermi_ev is not None and not result.gap_ev
    dos, bands = (result.dos, result.bands) if metal else (None, None)
    return ReadCalculation(
        path,
        result,
        change,
        tuple(lines_of(result, change)),
        singularities(dos) if dos is not None else (),
        flat_bands(bands) if bands is not None else (),
        states_at_fermi(dos) if dos is not None else None,
    )
