"""Records from collections of the catalogue, lab records among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from sc3d_desktop.data import Catalogue, Query
from sc3d_desktop.data.entry import Measurement
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.fine_tune.observation import HIGHEST_KELVIN, Observation

AMBIENT_GPA = 1.0
"""Pressure is unknown to the model, so what was measured above this would mislead it."""


@dataclass
class Found:
    """The records, and how many measurements were passed over for which reason."""

    records: list[Observation] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=dict)

    @property
    def remarks(self) -> tuple[str, ...]:
        return tuple(f"{n:,} passed over: {reason}." for reason, n in self.passed_over.items())


def observations(catalogue: Catalogue, collections: Sequence[str]) -> Found:
    """Every measurement of these collections that can be learnt from. Raises ``TrainingError``
    where there is no such collection.
    """
    there = {collection.name for collection, _ in catalogue.collections()}
    for name in collections:
        if name not in there:
            names = ", ".join(sorted(there)) or "none"
            raise TrainingError(f"There is no collection “{name}”.", f"There is: {names}.")
    found = Found()
    ids = catalogue.columns().find(Query(collections=frozenset(collections)))
    formulas = catalogue.formulas(np.sort(ids).tolist()) if collections else {}
    for entry_id, formula in formulas.items():
        for measurement in catalogue.measurements(entry_id):
            reason = _passed_over(measurement)
            if reason:
                found.passed_over[reason] = found.passed_over.get(reason, 0) + 1
        found.records += _of_entry(catalogue, entry_id, formula)
    return found


def _of_entry(catalogue: Catalogue, entry_id: int, formula: str) -> Iterator[Observation]:
    kept = [m for m in catalogue.measurements(entry_id) if not _passed_over(m)]
    crystal = catalogue.crystal(entry_id) if kept else None
    for m in kept:
        down_to = None if m.tc_kelvin is not None else m.down_to_kelvin
        yield Observation(formula, crystal, m.tc_kelvin, down_to, source=m.reference)


def _passed_over(measurement: Measurement) -> str:
    """Why nothing is learnt from it; empty where something is."""
    if measurement.calculated:
        return "calculated, not measured"
    if (measurement.pressure_gpa or 0.0) > AMBIENT_GPA:
        return "measured under pressure, which the model does not know"
    kelvin = measurement.tc_kelvin if measurement.tc_kelvin else measurement.down_to_kelvin
    if kelvin is None:
        return "without a temperature"
    return "" if 0 < kelvin <= HIGHEST_KELVIN else "a temperature that cannot be"
