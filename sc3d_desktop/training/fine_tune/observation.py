"""What a model is improved on: compounds that were made, each with its Tc or with none."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.sodnet.trust import composition_keys
from sc3d_desktop.training.labels import amounts_to_fractions, formula_fractions

Array = NDArray[np.float64]

FEWEST_COMPOUNDS, MOST_RECORDS = 5, 2000
"""Of many more than that a model is better trained anew."""

HIGHEST_KELVIN = 300.0
"""A Tc above room temperature is more likely a slip than a record."""

HIGHEST_WEIGHT = 100.0
COLUMNS = ("formula", "tc_kelvin", "down_to_kelvin", "weight")


@dataclass(frozen=True)
class Observation:
    """One record of a compound, by its ``crystal`` or, where there is none, its ``formula``.

    Either a Tc, or the temperature down to which there was none. A record of weight 2 counts as
    two. ``source`` says for people where it stands.
    """

    formula: str
    crystal: Crystal | None = None
    tc_kelvin: float | None = None
    down_to_kelvin: float | None = None
    weight: float = 1.0
    source: str = ""

    @property
    def superconducts(self) -> bool:
        return self.tc_kelvin is not None

    @property
    def ln_kelvin(self) -> float:
        """Of its Tc, or of the temperature down to which there was none."""
        value = self.tc_kelvin if self.tc_kelvin is not None else self.down_to_kelvin
        assert value is not None
        return math.log(value)


def check(observation: Observation) -> None:
    """Raises ``TrainingError`` for a record that nothing can be learnt from."""
    where = f"{observation.source}: " if observation.source else ""
    stated = (observation.tc_kelvin, observation.down_to_kelvin)
    values = [value for value in stated if value is not None]
    if len(values) != 1:
        raise TrainingError(
            f"{where}{observation.formula} needs a Tc or a lowest temperature, one of the two.",
            "Give tc_kelvin where it superconducts, else down_to_kelvin.",
        )
    if not 0 < values[0] <= HIGHEST_KELVIN:
        raise TrainingError(
            f"{where}{values[0]:g} K for {observation.formula} cannot be learnt from.",
            f"A temperature lies above 0 and not above {HIGHEST_KELVIN:g} K; correct the record.",
        )
    if not 0 < observation.weight <= HIGHEST_WEIGHT:
        raise TrainingError(
            f"{where}the weight of {observation.formula} is {observation.weight:g}.",
            f"A weight lies above 0 and not above {HIGHEST_WEIGHT:g}.",
        )
    if observation.crystal is None and formula_fractions(observation.formula) is None:
        raise TrainingError(
            f"{where}“{observation.formula}” is no formula.", "Write it as in La1.85Sr0.15CuO4."
        )


def check_all(observations: Sequence[Observation]) -> None:
    """Raises ``TrainingError`` for a bad one, and for too few compounds or too many records."""
    for observation in observations:
        check(observation)
    if len(observations) > MOST_RECORDS:
        raise TrainingError(
            f"There are {len(observations):,} records, more than {MOST_RECORDS:,}.",
            "Choose fewer collections, or train anew on all of it.",
        )
    n = len(set(composition_keys(fractions(observations)).tolist())) if observations else 0
    if n < FEWEST_COMPOUNDS:
        raise TrainingError(
            f"There are records of {n} compounds; it takes {FEWEST_COMPOUNDS}.",
            "Record more of what you measured, or choose a collection as well.",
        )


def fractions(observations: Iterable[Observation]) -> Array:
    """Atomic fractions (n, 104), of records that were checked."""
    return np.stack([_fractions(o) for o in observations])


def _fractions(observation: Observation) -> Array:
    if observation.crystal is not None:
        return amounts_to_fractions(observation.crystal.composition)
    found = formula_fractions(observation.formula)
    assert found is not None
    return found


def records_hash(observations: Iterable[Observation]) -> str:
    """SHA-256 of what is learnt from, whatever its order."""
    lines = sorted(
        json.dumps([_fractions(o).round(6).tolist(), o.tc_kelvin, o.down_to_kelvin, o.weight])
        for o in observations
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_records(path: Path) -> list[Observation]:
    """The lines of a CSV file with the ``COLUMNS`` of which the last two may be missing; further
    ones are passed over, so a table of lab records will do. Raises ``TrainingError`` with the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            missing = [c for c in COLUMNS[:2] if c not in (table.fieldnames or ())]
            if missing:
                raise TrainingError(
                    f"{path.name} has no column {missing[0]}.",
                    f"Its first line names the columns: {', '.join(COLUMNS)}.",
                )
            return [_observation(row, f"{path.name}, line {table.line_num}") for row in table]
    except OSError as error:
        raise TrainingError(f"{path.name} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(
            f"{path.name} is no CSV file: {error}.", "Save it as CSV in UTF-8."
        ) from error


def _observation(row: dict[str, str | None], source: str) -> Observation:
    weight = _number(row.get("weight"), source)
    found = Observation(
        (row["formula"] or "").strip(),
        None,
        _number(row["tc_kelvin"], source),
        _number(row.get("down_to_kelvin"), source),
        1.0 if weight is None else weight,
        source,
    )
    check(found)
    return found


def _number(text: str | None, source: str) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise TrainingError(
            f"{source}: “{text}” is no number.", "Write it as in 38.2, with a point."
        ) from None
