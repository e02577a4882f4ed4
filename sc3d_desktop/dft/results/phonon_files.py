"""All that ph.x and matdyn.x left in a folder, as the phonons of one result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.results.guard import read_text, told_of
from sc3d_desktop.dft.results.kinds import Kind
from sc3d_desktop.dft.results.matdyn import path_labels, read_freq, read_gp
from sc3d_desktop.dft.results.packed import beside
from sc3d_desktop.dft.results.ph_out import read_matrices, read_ph_out
from sc3d_desktop.dft.results.phonons import (
    merged_points,
    summed_coupling,
    weighted,
    why_not_summed,
)
from sc3d_desktop.dft.results.types import Dispersion, Floats, Phonons, QPoint, Result
from sc3d_desktop.errors import ResultsError

Outputs = Mapping[Path, Kind]
T = TypeVar("T")


def with_phonons(result: Result, outputs: Outputs, folder: Path, alat: float | None) -> Result:
    """The result with the phonons among the outputs, and λ summed over q where it can be. What
    cannot be read is told in the notes, or raised where it is all there is. ``alat`` in Å.
    """
    reading = _Reading(outputs)
    runs = reading.each(Kind.PHONONS, read_ph_out)
    matrices = reading.each(Kind.MATRICES, read_matrices)
    start = result.start or next((run.start for run in runs if run.start is not None), None)
    curves = _curves(reading, folder, result.relaxed or start, alat)
    reading.must_have(bool(runs or matrices or curves), alone=not result.sources)
    if not runs and not matrices and not curves:
        return replace(result, notes=(*result.notes, *reading.notes))
    printed = [run.phonons for run in runs if run.phonons is not None]
    phonons = _weighted(_together(printed, matrices, curves), reading, folder)
    notes = [*(note for run in runs for note in run.notes), *reading.notes]
    told = [one.converged for one in (result, *runs) if one.converged is not None]
    return replace(
        result,
        start=start,
        converged=all(told) if told else None,
        sources=(*result.sources, *reading.read),
        phonons=phonons,
        stated=(*result.stated, *summed_coupling(phonons)),
        notes=(*result.notes, *notes, *_not_summed(phonons)),
    )


class _Reading:
    """``read`` are the files that could be, ``notes`` say what is wrong with the others."""

    def __init__(self, outputs: Outputs) -> None:
        self._outputs = outputs
        self._errors: list[ResultsError] = []
        self.read: list[Path] = []

    def each(self, kind: Kind, read: Callable[[Path], T]) -> list[T]:
        found = []
        for path in (path for path, other in self._outputs.items() if other is kind):
            one = self.one(path, read)
            if one is not None:
                found.append(one)
                self.read.append(path)
        return found

    def one(self, path: Path, read: Callable[[Path], T]) -> T | None:
        try:
            return read(path)
        except ResultsError as error:
            self._errors.append(error)
            return None

    def must_have(self, some: bool, alone: bool) -> None:
        if self._errors and not some and alone:
            raise self._errors[0]

    @property
    def notes(self) -> list[str]:
        return [str(error) for error in self._errors]


def _curves(
    reading: _Reading, folder: Path, crystal: Crystal | None, alat: float | None
) -> list[Dispersion]:
    inputs = (reading.one(path, path_labels) for path in sorted(folder.glob("matdyn*.in")))
    labels = [label for found in inputs for label in found or ()]
    curves = reading.each(Kind.DISPERSION, lambda path: read_freq(path, crystal, alat, labels))
    return curves or reading.each(Kind.DISPERSION_GP, lambda path: read_gp(path, _unit(alat)))


def _unit(alat: float | None) -> float:
    return 2 * np.pi / alat if alat is not None else 1.0


def _together(
    printed: Sequence[Phonons], matrices: Sequence[QPoint], curves: Sequence[Dispersion]
) -> Phonons:
    """Of runs for some q each, with what the first one says of the mesh."""
    first = next((one for one in printed if one.mesh), printed[0] if printed else Phonons())
    finished = [one.finished for one in printed]
    widths = max((one.broadenings_ry for one in printed), key=len, default=())
    return replace(
        first,
        points=merged_points([*(point for one in printed for point in one.points), *matrices]),
        broadenings_ry=widths,
        dispersions=tuple(curves),
        finished=all(finished) if finished else None,
    )


def _weighted(phonons: Phonons, reading: _Reading, folder: Path) -> Phonons:
    path = beside(folder / "ph.out", "lambda.in")
    return weighted(phonons, reading.one(path, read_weights) or ()) if path.is_file() else phonons


def read_weights(path: Path) -> list[tuple[Floats, float]]:
    """The q of a ``lambda.in`` and their weights: the lines after the first, which has limits, and
    the second, which counts them.
    """
    with told_of(path):
        _, count, *lines = read_text(path).splitlines()
        rows = [[float(x) for x in line.split()[:4]] for line in lines[: int(count)]]
        return [(np.array(row[:3]), row[3]) for row in rows]


def _not_summed(phonons: Phonons) -> list[str]:
    reason = why_not_summed(phonons) if phonons.broadenings_ry else None
    return [f"λ(q,ν) is not summed over q: {reason}."] if reason is not None else []
